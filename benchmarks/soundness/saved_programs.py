"""Forged and damaged files of compiled programs: an error of ours, or a program that runs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import autodiff
from autodiff import Value, relu, tanh
from autodiff.extend import read_arrays, write_arrays

from .calls import verdict
from .damage import DAMAGES
from .outcome import Outcome
from .safetensors import changed_json

_KINDS = ("float64", "float32", "int64")
_ODD = (-1, 0, 1, 2, 7, 10**6, 2**31, 2**40, 2**62, -(2**63))
_NAMES = (
    "v1",
    "v2",
    "exp",
    "np",
    "__import__('os')",
    "x\n",
    "loop1",
    "pow",
    "eval",
    "x, y",
    "\u03b1",
    "",
)
Maker = Callable[[], Any]


def _network() -> Any:
    """Return a program with products, sums of several lengths, a kink and a gather."""
    weights = [Value(0.1 * i - 0.4, label=f"w{i}") for i in range(9)]

    def loss(x: Sequence[Any], y: Any) -> Any:
        hidden: list[Any] = []
        for row in (weights[:3], weights[3:6], weights[6:]):
            total: Any = 0.0
            for w, a in zip(row[: 3 - len(hidden)], x, strict=False):
                total = total + w * a
            hidden.append(tanh(total))
        spread = hidden[0] * hidden[1] + hidden[2] * x[1] + x[0] * x[2] * hidden[1]
        hidden.append(relu(spread))
        return hidden[3] * hidden[2] + max(x[0], x[1]) * y

    example = ([0.3, -0.2, 0.5], 1.0)
    return autodiff.compile(loss, parameters=weights, example=example, on_branch="split")


def _chain() -> Any:
    """Return a program with a loop, in float32."""
    w, b = Value(0.7), Value(0.2)

    def last(xs: Sequence[Any]) -> Any:
        states: list[Any] = [b]
        for x in xs:
            states.append(tanh(w * states[-1] + b * x))
        return states[-1]

    example = ([0.1 * i for i in range(40)],)
    return autodiff.compile(last, parameters=[w, b], example=example, dtype="float32")


PROGRAMS: dict[str, tuple[Maker, tuple[Any, ...]]] = {
    "network of several ways": (_network, (np.linspace(-1, 1, 12).reshape(4, 3), np.ones(4))),
    "loop": (_chain, (np.linspace(-1, 1, 80).reshape(2, 40),)),
}


def _run(path: Path, given: tuple[Any, ...]) -> None:
    """Load a program, and do all that one can do with it."""
    program = autodiff.load_program(path)
    if not all(len(text) < 10**7 for text in (str(program), program.explain(), program.source)):
        raise AssertionError("a source far larger than the file")
    program(*given)
    program.value_and_grad(*given)
    program.store()


def _damaged(path: Path, random: Random) -> None:
    path.write_bytes(random.choice(DAMAGES)(path.read_bytes(), random))


def _forged_words(path: Path, random: Random) -> None:
    """Change what is written beside the arrays, with the digest that goes with it."""
    arrays, words = read_arrays(path, _KINDS, autodiff.FileError)
    for _ in range(random.randint(1, 3)):
        key = "ways" if random.random() < 0.7 else random.choice(list(words))
        words[key] = (
            _forged(words[key], random)
            if random.random() < 0.5
            else changed_json(words[key], random)
        )
    write_arrays(path, arrays, words)


def _forged(text: str, random: Random) -> str:
    """Replace an int or a text of a JSON text by one that could pass for it."""
    try:
        root = [json.loads(text)]
    except ValueError:
        return text
    leaves: list[tuple[Any, Any]] = []
    pending: list[Any] = [root]
    while pending:
        inner = pending.pop()
        for key in _keys(inner):
            is_inner = isinstance(inner[key], (dict, list))
            (pending if is_inner else leaves).append(inner[key] if is_inner else (inner, key))
    if leaves:
        inner, key = random.choice(leaves)
        old = inner[key]
        if isinstance(old, bool):
            inner[key] = not old
        elif isinstance(old, int):
            inner[key] = random.choice((old + 1, old - 1, 2 * old, -old, *_ODD))
        else:
            inner[key] = random.choice(_NAMES)
    return json.dumps(root[0])


def _keys(inner: Any) -> list[Any]:
    return list(inner if hasattr(inner, "keys") else range(len(inner)))


def _forged_arrays(path: Path, random: Random) -> None:
    """Change numbers and positions, with the digest that goes with them."""
    arrays, words = read_arrays(path, _KINDS, autodiff.FileError)
    for _ in range(random.randint(1, 2)):
        key = random.choice(list(arrays))
        array = arrays[key].copy()
        match random.randrange(5):
            case 0:
                arrays.pop(key)
            case 1:
                arrays[key] = np.concatenate([array, array])
            case 2:
                arrays[key] = array.astype(random.choice(_KINDS))
            case _ if array.size:
                array.flat[random.randrange(array.size)] = random.choice(_ODD)
                arrays[key] = array
            case _:
                arrays[key] = array.reshape(-1, 1)
        if not arrays:
            break
    write_arrays(path, arrays, words)


KINDS: dict[str, Callable[[Path, Random], None]] = {
    "damaged": _damaged,
    "forged words": _forged_words,
    "forged arrays": _forged_arrays,
}


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each program and damage."""
    random = Random(seed)
    for what, (make, given) in PROGRAMS.items():
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "a.safetensors"
            program = make()
            program(*given)
            program.save(path)
            whole = path.read_bytes()
            _run(path, given)
            for kind, damage in KINDS.items():
                failures: list[str] = []
                for case in range(cases):
                    path.write_bytes(whole)
                    damage(path, random)
                    trouble = verdict(_run, [path, given], {})
                    if trouble:
                        failures.append(f"case {case} of seed {seed}: {trouble}")
                yield Outcome(f"{what}: {kind}", cases, failures, [])
