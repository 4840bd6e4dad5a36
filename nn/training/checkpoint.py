"""Checkpoints: everything that a training needs to continue, in one safetensors file.

>>> from tempfile import TemporaryDirectory
>>> from nn import MLP
>>> from nn import fit
>>> line = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
>>> settings = {"batch_size": 2, "learning_rate": 0.3}
>>> with TemporaryDirectory() as folder:
...     path = f"{folder}/run.safetensors"
...     _ = fit(MLP(1, [1], seed=0), line, epochs=5, checkpoint=path, **settings)
...     resumed = fit(MLP(1, [1], seed=0), line, epochs=10, resume=path, **settings)
>>> resumed == fit(MLP(1, [1], seed=0), line, epochs=10, **settings)
True
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff import FileError
from autodiff.extend import checked_path, number, numpy, whole, write_arrays
from nn.data import Examples
from nn.engines.protocols import Loss, Network
from nn.errors import DataError
from nn.model.mlp import MLP
from nn.optim.base import Optimiser
from nn.storage import exact_int, path_to_read, read_arrays

from .history import History, Record

if TYPE_CHECKING:
    from autodiff.extend import Array

_MEMORY = "memory."
_ARRAYS = {"parameters", "order", "records", "known", "best"}
_WORDS = {"settings", "steps", "generator", "watched", "ending"}
# of a file that is not what it should be
_FAULTS = (
    *(LookupError, TypeError, ValueError, AttributeError),
    *(ArithmeticError, RecursionError),
)
_WHOLE = ("epoch", "step", "steps")  # fields of a record that are ints


class State(NamedTuple):
    """A training between two steps.

    Attributes:
        parameters: of the network.
        best: those of the best epoch, with early stopping.
        memory: of the optimiser.
        steps: that the optimiser has taken.
        order: of the examples in the present epoch.
        generator: draws the next order.
        watched: what early stopping has seen: the best cost, the epochs since, the best epoch.
        history: a record for each step.
    """

    parameters: Array
    best: Array | None
    memory: Mapping[str, Array]
    steps: int
    order: list[int]
    generator: tuple[Any, ...]
    watched: tuple[float, int, int | None] | None
    history: History


def settings_of(  # noqa: PLR0913 by keyword
    net: Network,
    loss: Loss,
    optimiser: Optimiser,
    *,
    examples: Examples,
    seed: int | Random,
    size: int | None,
) -> dict[str, Any]:
    """Return the settings that must not change when a training is resumed, by name.

    Args:
        net: the network.
        loss: of one example.
        optimiser: of the run; all its settings count except the learning rate.
        examples: that it learns from.
        seed: of their order; a generator's state is kept instead.
        size: of a mini-batch.
    """
    numbers: dict[str, Any] = {
        f"the {name.lstrip('_')} of the optimizer": setting
        for name, setting in vars(optimiser).items()
        if isinstance(setting, (int, float, tuple)) and name not in {"steps", "learning_rate"}
    }
    frozen = optimiser.frozen
    settings: dict[str, Any] = {
        "the network": repr(net) if isinstance(net, MLP) else type(net).__name__,
        "the number of parameters": len(optimiser.parameters),
        "the loss": getattr(loss, "__qualname__", type(loss).__name__),
        "the optimizer": type(optimiser).__name__,
        **numbers,
        "the weight decay": sorted(set(optimiser.decays)),
        "the frozen parameters": [] if frozen is None else frozen.tolist(),
        "the number of examples": len(examples),
        "the batch size": size,
        "the seed": None if isinstance(seed, Random) else seed,
    }
    return json.loads(json.dumps(settings, default=int))


def state_writer(path: str | Path, settings: Mapping[str, Any]) -> Callable[[State], None]:
    """Return what writes a state to a file, in place of an older one once all is written.

    Raises:
        FileError: if the folder does not exist.
    """
    target = checked_path(path, "run.safetensors")
    if not target.absolute().parent.is_dir():
        remedy = "make the folder first"
        raise FileError("a path in a folder that exists", repr(str(target)), remedy)
    return lambda state: _write(target, settings, state)


def _write(path: Path, settings: Mapping[str, Any], state: State) -> None:
    rows = [[numpy().nan if x is None else x for x in record] for record in state.history]
    known = [[x is not None for x in record] for record in state.history]
    shape = (-1, len(Record._fields))
    arrays: dict[str, Array] = {
        "parameters": state.parameters,
        "order": numpy().array(state.order, float),
        "records": numpy().array(rows, float).reshape(shape),
        "known": numpy().array(known, "float32").reshape(shape),
        **{f"{_MEMORY}{name}": array for name, array in state.memory.items()},
    }
    if state.best is not None:
        arrays["best"] = state.best
    words = {
        "settings": settings,
        "steps": state.steps,
        "generator": state.generator,
        "watched": state.watched,
        "ending": [state.history.ending, state.history.best_epoch],
    }
    write_arrays(path, arrays, {key: json.dumps(word) for key, word in words.items()})


def read_state(path: str | Path, settings: Mapping[str, Any]) -> State:
    """Return the state in a file.

    Args:
        path: of the file.
        settings: of the run to continue, as `settings_of` returns them.

    Raises:
        DataError: if the file is missing, damaged, of something else, or its settings differ.
        MissingPackageError: if safetensors is not installed.
    """
    arrays, words = read_arrays(path_to_read(path, "run.safetensors"))
    try:
        _demand_known(arrays, words)
        kept = {key: json.loads(word) for key, word in words.items()}
        _compare(kept["settings"], settings, path)
        return _state(arrays, kept)
    except _FAULTS as error:
        if isinstance(error, DataError):
            raise
        remedy = "take a file that fit(..., checkpoint=...) wrote"
        raise DataError("a checkpoint of a training", f"{path}: {error!r}", remedy) from error


def _demand_known(arrays: Mapping[str, Array], words: Mapping[str, str]) -> None:
    found = [name for name in arrays if not name.startswith(_MEMORY)]
    others = [*({*found} - _ARRAYS), *(words.keys() - _WORDS)]
    if others:
        raise ValueError(f"more than a checkpoint holds: {', '.join(others)}")


def _state(arrays: dict[str, Array], kept: dict[str, Any]) -> State:
    version, numbers, gauss = kept["generator"]
    generator = (version, tuple(numbers), gauss)
    Random().setstate(generator)  # noqa: S311 raises ValueError if malformed
    parameters, count = arrays["parameters"], kept["settings"]["the number of parameters"]
    order = [exact_int(index) for index in arrays["order"].tolist()]
    memory = {
        name.removeprefix(_MEMORY): array
        for name, array in arrays.items()
        if name.startswith(_MEMORY)
    }
    best = arrays.get("best")
    vectors = [parameters, *memory.values(), *([] if best is None else [best])]
    if any(vector.shape != (count,) for vector in vectors):
        raise ValueError("arrays of another length")
    if sorted(order) != list(range(kept["settings"]["the number of examples"])):
        raise ValueError("an order of other examples")
    return State(
        parameters=parameters,
        best=best,
        memory=memory,
        steps=whole(kept["steps"], 0, "the number of steps"),
        order=order,
        generator=generator,
        watched=_watched(kept["watched"]),
        history=_history(arrays, *kept["ending"]),
    )


def _watched(kept: Any) -> tuple[float, int, int | None] | None:
    if kept is None:
        return None
    best, since, epoch = kept
    if epoch is not None:
        epoch = whole(epoch, 1, "the best epoch")
    return number(best), whole(since, 0, "the number of epochs since"), epoch


def _history(arrays: dict[str, Array], ending: str, best_epoch: int | None) -> History:
    history = History()
    for row, known in zip(arrays["records"].tolist(), arrays["known"].tolist(), strict=True):
        if any(flag != 1 and (flag or x == x) for x, flag in zip(row, known, strict=True)):  # noqa: PLR0124 nan stands for None
            raise ValueError("a record with a number that is not known")
        fields: list[Any] = [
            x if is_known else None for x, is_known in zip(row, known, strict=True)
        ]
        record = Record(*fields)
        history.append(record._replace(**{key: exact_int(getattr(record, key)) for key in _WHOLE}))
    if best_epoch is not None:
        best_epoch = whole(best_epoch, 1, "the best epoch")
    if not isinstance(ending, str):  # pyright: ignore[reportUnnecessaryIsInstance] a file may hold anything
        raise TypeError(f"the ending {ending}")
    history.ending, history.best_epoch = ending, best_epoch
    return history


def _compare(saved: dict[str, Any], settings: Mapping[str, Any], path: str | Path) -> None:
    for name in {**saved, **settings}:
        if saved.get(name) != settings.get(name):
            raise DataError(
                f"{name} that {path} was written with, {saved.get(name)}",
                f"{settings.get(name)}",
                "resume with the settings that the training began with",
            )
