"""Programs in C against the same programs in NumPy, and an epoch of training in both.

`python -m benchmarks.compile native` prints a row for each program; with CHALKGRAD_DATA, the folder
of MNIST, also the seconds of an epoch. Times are process times, medians of interleaved rounds: the
load of the machine falls out, but for what it does to the caches.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

import autodiff
import nn
from autodiff import Value
from autodiff.extend import Table

from .comparing import machine, note, span
from .irregular import Irregular
from .networks import Network, of_values

_ROUNDS = 15
_STRETCH = 0.02  # seconds that a program runs in each round
_EXAMPLES, _EPOCHS = 50_000, 3
_EPOCH_TARGET = 0.2  # seconds


class _Work(NamedTuple):
    """A function to compile, its parameters, its batch, and how many times faster C should be."""

    function: Callable[..., Any]
    parameters: list[Any]
    batch: tuple[np.ndarray, ...]
    target: float


def main() -> int:
    """Print both tables."""
    rows = [row for name, work in _works().items() for row in _rows(name, work)]
    columns = ("value and gradient of", "made in", "C", "NumPy", "faster", "at least", "apart")
    print(Table("process time of one step", columns, rows))
    if os.environ.get("CHALKGRAD_DATA"):
        print(f"\n{Table('', ('an epoch of', 'in C', 'in NumPy', 'faster', 'target'), _epochs())}")
    print(machine())
    return 0


def _works() -> Mapping[str, _Work]:
    found: dict[str, _Work] = {}
    for name, work, target in (
        ("784-16-16-10, batch 10", Network((784, 16, 16, 10), "sigmoid", "squares", 10), 3.3),
        ("2-16-16-1, batch 100", Network((2, 16, 16, 1), "relu", "hinge", 100), 6.0),
    ):
        loss, parameters = of_values(work)
        found[name] = _Work(loss, parameters, (work.inputs, work.targets), target)
    graph = Irregular()
    leaves = [Value(p) for p in graph.parameters]
    found["irregular graph, 10,000 nodes, batch 256"] = _Work(
        partial(graph.output, leaves), leaves, (graph.batch(256),), 8.0
    )
    return found


def _rows(name: str, work: _Work) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for kind in ("float64", "float32"):
        note(f"{name}, {kind}")
        given = [x.astype(kind) for x in work.batch]
        compiled = partial(
            autodiff.compile,
            work.function,
            parameters=work.parameters,
            example=tuple(x[0] for x in work.batch),
            dtype=kind,
        )
        plain = compiled()
        start = perf_counter()
        native = compiled(native="c")
        made = perf_counter() - start
        expected, found = plain.value_and_grad(*given)[1], native.value_and_grad(*given)[1]
        apart = np.abs(found - expected).max() / np.abs(expected).max()
        ours, theirs = _times(
            [partial(each.value_and_grad, *given, out=each.gradient) for each in (native, plain)]
        )
        target = f"{work.target}x" if kind == "float64" else ""
        faster = f"{theirs / ours:.2f}x"
        row = (kind, span(made), span(ours), span(theirs), faster, target, f"{apart:.0e}")
        rows.append((f"{name}, {row[0]}", *row[1:]))
    return rows


def _times(steps: list[Callable[[], Any]]) -> list[float]:
    """Return the median process time of each step; rounds of all steps take turns."""
    counts: list[int] = []
    for step in steps:
        step()
        start = process_time()
        step()
        counts.append(max(1, int(_STRETCH / max(process_time() - start, 1e-6))))
    times: list[list[float]] = [[] for _ in steps]
    for _ in range(_ROUNDS):
        for step, count, found in zip(steps, counts, times, strict=True):
            start = process_time()
            for _ in range(count):
                step()
            found.append((process_time() - start) / count)
    return [median(each) for each in times]


def _epochs() -> list[tuple[str, ...]]:
    """Train by Nielsen's recipe, in C and in NumPy in turn."""
    train = nn.data.mnist(os.environ["CHALKGRAD_DATA"]).train[:_EXAMPLES]
    times: dict[str, list[float]] = {"c": [], "compiled": []}
    for _ in range(_EPOCHS):
        for engine, found in times.items():
            note(f"an epoch, engine {engine}")
            found.append(_epoch(train, engine))
    ours, theirs = (median(each) for each in times.values())
    name = f"784-30-10, {len(train):,} images"
    faster = f"{theirs / ours:.2f}x"
    return [(name, span(ours), span(theirs), faster, f"{_EPOCH_TARGET} s")]


def _epoch(train: Any, engine: str) -> float:
    """Return the process time from the first step of an epoch to its last."""
    marks: list[float] = []
    net = nn.MLP(784, [30, 10], activation="sigmoid", output_activation="sigmoid", seed=1)
    nn.fit(
        net,
        train,
        epochs=1,
        batch_size=10,
        loss=nn.half_squared_error,
        learning_rate=3.0,
        engine=engine,
        callbacks=[lambda _: marks.append(process_time())],
        progress=False,
    )
    return marks[-1] - marks[0]
