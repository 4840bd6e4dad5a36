"""`python -m benchmarks.gpt`: the small GPT of `examples`, compiled, eager, and in PyTorch.

All train on the same names, from the same weights, by the same arithmetic, on one thread. Their
losses are compared before any time is printed. The compiled program is timed as a whole: what
compiling takes, and 1,000 steps of Adam. The others are timed for a few steps, in turn with ours,
and their time for 1,000 is that of a step times 1,000.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from autodiff.extend import Table

from .comparing import EAGER, OURS, Row, machine, note, rows_of, span
from .timing import seconds

STEPS = 1000
_ROUNDS = 8
_STEPS_A_ROUND = 25
_EAGER_STEPS_A_ROUND = 2
_TOLERANCE = 1e-9
TARGETS = {"PyTorch eager": 5.0}
SECONDS = 2.0


def example() -> Any:
    """Return the program `examples/gpt.py` as a module."""
    spec = spec_from_file_location("gpt", Path(__file__).parents[1] / "examples" / "gpt.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TorchGPT:
    """The same model over tensors, a name at a time, without padding.

    Attention and loss are written out, as they are in the example; with PyTorch's fused functions
    for them a step takes about a tenth less.

    Args:
        gpt: the program of `examples`.
        model: whose weights it starts from.
        names: to train on.
    """

    def __init__(self, gpt: Any, model: Any, names: list[str]) -> None:
        import torch  # noqa: PLC0415 optional

        torch.set_num_threads(1)
        self._torch, self._gpt = torch, gpt
        self.weights = [
            torch.tensor([[x.data for x in row] for row in matrix], dtype=torch.float64)
            for matrix in matrices(model)
        ]
        for weight in self.weights:
            weight.requires_grad_()
        self._texts = [torch.tensor(model.tokens(name)) for name in names]
        betas = gpt.BETA_1, gpt.BETA_2
        self._adam = torch.optim.Adam(
            self.weights, lr=gpt.LEARNING_RATE, betas=betas, eps=gpt.EPSILON
        )

    def train(self, steps: int) -> Iterator[float]:
        """Train as `train` of the example does, and yield the loss of each step."""
        rates = self._torch.optim.lr_scheduler
        schedule = rates.LambdaLR(self._adam, lambda step: 1 - step / steps)
        for step in range(steps):
            text = self._texts[step % len(self._texts)]
            self._adam.zero_grad()
            loss = self._loss(text[:-1], text[1:])
            loss.backward()
            self._adam.step()
            schedule.step()
            yield loss.item()

    def _loss(self, tokens: Any, targets: Any) -> Any:
        torch = self._torch
        embedding, places, unembedding, query, key, value, mix, widen, narrow = self.weights
        length, heads = len(tokens), self._gpt.HEADS

        def split(state: Any) -> Any:  # (heads, length, size)
            return state.view(length, heads, -1).transpose(0, 1)

        def normalised(x: Any) -> Any:
            return x * (x.square().mean(1, keepdim=True) + 1e-5) ** -0.5

        x = normalised(embedding[tokens] + places[:length])
        state = normalised(x)
        queries, keys, values = (split(state @ w.T) for w in (query, key, value))
        later = torch.ones(length, length, dtype=torch.bool).triu(1)
        scores = queries @ keys.transpose(1, 2) / keys.shape[2] ** 0.5
        seen = torch.softmax(scores.masked_fill(later, -torch.inf), -1) @ values
        x = x + seen.transpose(0, 1).reshape(length, -1) @ mix.T
        x = x + torch.relu(normalised(x) @ widen.T) @ narrow.T
        logits = x @ unembedding.T
        chosen = logits[torch.arange(length), targets]
        return (torch.logsumexp(logits, 1) - chosen).mean()


def matrices(model: Any) -> list[Any]:
    """Return the matrices of a model, in the order of its parameters."""
    ends = [model.embedding, model.places, model.unembedding]
    attention = [model.query, model.key, model.value, model.mix]
    return [*ends, *attention, model.widen, model.narrow]


def main() -> int:
    """Print the times, the ratios and what is missing; 1 if losses differ."""
    gpt = example()
    names = gpt.read_names(Path(gpt.__file__).with_name("names.txt"))
    letters = "".join(sorted(set("".join(names))))
    note("compiling, and 1,000 steps")
    made: list[Any] = []
    losses: list[float] = []
    compiling = seconds(lambda: made.append(gpt.Compiled(gpt.GPT(letters), names)))
    training = seconds(lambda: losses.extend(gpt.train(made[0], len(names), STEPS)))
    peers: dict[str, Iterator[float]] = {
        EAGER: gpt.train(gpt.Eager(gpt.GPT(letters), names), len(names), STEPS)
    }
    missing = ""
    try:
        peers["PyTorch eager"] = TorchGPT(gpt, gpt.GPT(letters), names).train(STEPS)
    except ImportError as error:
        missing = f"not measured: PyTorch eager: {error}"
    own = gpt.train(gpt.Compiled(gpt.GPT(letters), names), len(names), STEPS)
    peers = {OURS: own, **peers}
    times = _in_turn({name: _checked(peer, losses) for name, peer in peers.items()})
    rows: list[Row] = rows_of("a step", times, TARGETS)
    print(Table("", ("time of", "against", "ours", "theirs", "faster", "at least"), rows))
    whole = compiling + training
    totals = [
        ("compiling", span(compiling), ""),
        ("the steps", span(training), ""),
        ("in all", span(whole), f"at most {span(SECONDS)}"),
    ]
    for name, time in times.items():
        if name != OURS:
            totals.append((name, span(time * STEPS), f"{time * STEPS / whole:,.1f} times ours"))
    print(f"\n{Table('', (f'{STEPS:,} steps', 'measured', 'target'), totals)}\n")
    if missing:
        print(missing)
    print(machine())
    return 0


def _checked(losses: Iterator[float], expected: list[float]) -> Callable[[int], float]:
    """Return what takes some steps, checks their losses, and returns the time of one.

    Raises:
        ArithmeticError: if a loss is not that of the compiled program.
    """
    wanted = iter(expected)

    def steps(count: int) -> float:
        found: list[float] = []
        time = seconds(lambda: found.extend(islice(losses, count)))
        if not np.allclose(found, list(islice(wanted, count)), rtol=_TOLERANCE, atol=0):
            raise ArithmeticError(f"losses differ by more than {_TOLERANCE:g}")
        return time / count

    return steps


def _in_turn(steps: dict[str, Callable[[int], float]]) -> dict[str, float]:
    """Return the median time of a step; the first round is a warm-up."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(_ROUNDS + 1):
        for name, take in steps.items():
            times[name].append(take(_EAGER_STEPS_A_ROUND if name == EAGER else _STEPS_A_ROUND))
    return {name: median(found[1:]) for name, found in times.items()}


if __name__ == "__main__":
    sys.exit(main())
