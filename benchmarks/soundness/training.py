"""Random trainings: cut and resumed they equal the whole, and both engines agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import nn

from .outcome import Outcome

_TOLERANCE = 1e-8  # between the engines, relative: steps amplify rounding


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield what random trainings showed.

    Args:
        cases: of each kind.
        seed: of the trainings.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.safetensors"
        yield _outcome("cut and resumed", cases, seed, lambda draw: _cut(draw, path))
    yield _outcome("eager and compiled", cases, seed, _both)


def _outcome(subject: str, cases: int, seed: int, fault: Callable[[Random], str | None]) -> Outcome:
    failures: list[str] = []
    for case in range(cases):
        found = fault(Random(f"{seed} {case}"))
        if found is not None:
            failures.append(f"case {case} of seed {seed}: {found}")
    return Outcome(subject, cases, failures, [])


def _training(draw: Random) -> Callable[..., tuple[list[float], nn.History]]:
    """Draw a training; the result starts it anew each time."""
    classes, inputs, count = draw.randint(1, 3), draw.randint(1, 3), draw.randint(2, 12)
    loss, last, targets = _task(draw, classes, count)
    rows = [[draw.gauss(0, 1) for _ in range(inputs)] for _ in range(count)]
    sizes = [draw.randint(1, 4) for _ in range(draw.randint(0, 2))] + [len(targets[0])]
    shape: dict[str, Any] = {
        "activation": draw.choice(["tanh", "sigmoid", "softplus", "gelu"]),
        "output_activation": last,
        "initialiser": "xavier_normal",
        "seed": draw.randint(0, 99),
    }
    make = _optimiser(draw)
    frozen = draw.randrange(len(sizes) + 2)
    validated = draw.random() < 0.5
    settings: dict[str, Any] = {
        "loss": loss,
        "batch_size": draw.choice([1, 2, 3, None]),
        "seed": draw.randint(0, 99),
        "validation": nn.data.Examples(rows[:2], targets[:2]) if validated else None,
        "early_stopping": nn.EarlyStopping(draw.randint(1, 4)) if validated else None,
        "weights": [draw.choice([0.0, 1.0, 2.5]) for _ in range(count - 1)] + [1.0],
        "progress": False,
    }

    def start(**more: Any) -> tuple[list[float], nn.History]:
        net = nn.MLP(inputs, sizes, **shape)
        if frozen < len(sizes):
            net.layers[frozen].freeze()
        examples = nn.data.Examples(rows, targets)
        history = nn.fit(net, examples, optimizer=make(net), **{**settings, **more})
        return list(net.state_dict().values()), history

    return start


def _task(draw: Random, classes: int, count: int) -> tuple[Any, str, list[list[float]]]:
    """Draw a loss, the activation of its outputs, and targets that it can train."""
    match draw.randrange(4):
        case 0:
            labels = [draw.randint(0, classes) for _ in range(count)]
            return nn.cross_entropy, "linear", np.eye(classes + 1)[labels].tolist()
        case 1:
            targets = [[draw.random() for _ in range(classes)] for _ in range(count)]
            return nn.binary_cross_entropy, "sigmoid", targets
        case 2:
            targets = [[draw.choice([-1.0, 1.0]) for _ in range(classes)] for _ in range(count)]
            return nn.hinge, "linear", targets
        case _:
            targets = [[draw.gauss(0, 1) for _ in range(classes)] for _ in range(count)]
            return nn.mean_squared_error, "linear", targets


def _optimiser(draw: Random) -> Callable[[nn.MLP], nn.Optimiser]:
    rate = draw.choice([0.05, nn.schedules.Cosine(0.1, 30), nn.schedules.Exponential(0.1, 0.97)])
    more: dict[str, Any] = {
        "weight_decay": draw.choice([0.0, 0.01]),
        "max_norm": draw.choice([None, 0.1, 1.0]),
    }
    kind = draw.choice([nn.SGD, nn.RMSProp, nn.Adam, nn.AdamW])
    if kind is nn.SGD:
        more |= draw.choice([{}, {"momentum": 0.9}, {"momentum": 0.8, "nesterov": True}])
    return lambda net: kind(net, rate, **more)


def _cut(draw: Random, path: Path) -> str | None:
    start = _training(draw)
    engine = draw.choice(["eager", "compiled"])
    whole, history = start(epochs=4, engine=engine)
    cut = draw.randint(1, max(1, len(history)))

    def ends(record: nn.Record) -> bool:
        return record.step == cut

    start(epochs=4, engine=engine, checkpoint=path, callbacks=[ends])
    found, again = start(epochs=4, engine=engine, resume=path)
    if found != whole or again != history or again.ending != history.ending:
        return f"{engine}, cut after step {cut} of {len(history)}"
    return None


def _both(draw: Random) -> str | None:
    start = _training(draw)
    eager, _ = start(epochs=2, engine="eager")
    compiled, _ = start(epochs=2, engine="compiled")
    if not np.allclose(eager, compiled, rtol=_TOLERANCE, atol=_TOLERANCE):
        return f"{np.abs(np.array(eager) - compiled).max():.1e} apart"
    return None
