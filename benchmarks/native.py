"""Programs on the engine in C, and as generated C, against the same programs in NumPy.

`python -m benchmarks.compile native` prints a row for each program and way; with CHALKGRAD_DATA,
the folder of MNIST, also the seconds of an epoch of training. Times are process times, medians of
interleaved rounds: the load of the machine falls out, but for what it does to the caches.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple
from unittest.mock import patch

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
_ENGINE, _GENERATED = "the engine in C", "generated C"
_LAST = ("at least", "apart")
_RUNNER = "autodiff.compiler.runtime.kernel_runner.KernelRunner"


class _Work(NamedTuple):
    """A function to compile, its parameters, its batch, and how many times faster it should be.

    Targets are for the engine in C, and for generated C.
    """

    function: Callable[..., Any]
    parameters: list[Any]
    batch: tuple[np.ndarray, ...]
    targets: tuple[float, float]


def main() -> int:
    """Print both tables."""
    rows = [row for name, work in _works().items() for row in _rows(name, work)]
    columns = ("value and gradient of", "by", "made in", "ours", "NumPy", "faster", *_LAST)
    print(Table("process time of one step", columns, rows))
    if os.environ.get("CHALKGRAD_DATA"):
        print(f"\n{Table('', ('an epoch of', 'by', 'seconds', 'NumPy', 'target'), _epochs())}")
    print(machine())
    return 0


def _works() -> Mapping[str, _Work]:
    found: dict[str, _Work] = {}
    for name, work, targets in (
        (
            "784-16-16-10, batch 10",
            Network((784, 16, 16, 10), "sigmoid", "squares", 10),
            (2.0, 3.3),
        ),
        ("2-16-16-1, batch 100", Network((2, 16, 16, 1), "relu", "hinge", 100), (3.0, 6.0)),
    ):
        loss, parameters = of_values(work)
        found[name] = _Work(loss, parameters, (work.inputs, work.targets), targets)
    graph = Irregular()
    leaves = [Value(p) for p in graph.parameters]
    found["irregular graph, 10,000 nodes, batch 256"] = _Work(
        partial(graph.output, leaves), leaves, (graph.batch(256),), (5.0, 8.0)
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
        with _by_numpy():
            plain = compiled()
        start = perf_counter()
        generated = compiled(native="c")
        made = perf_counter() - start
        programs = {_ENGINE: compiled(), _GENERATED: generated}
        times = times_of(
            [partial(each.value_and_grad, *given, out=each.gradient)
             for each in (plain, *programs.values())]
        )  # fmt: skip
        spent = {_ENGINE: _seconds_to_make(programs[_ENGINE], kind), _GENERATED: made}
        expected = plain.value_and_grad(*given)[1]
        pairs = zip(programs.items(), times[1:], work.targets, strict=True)
        for (way, program), ours, wanted in pairs:
            found = program.value_and_grad(*given)[1]
            apart = np.abs(found - expected).max() / np.abs(expected).max()
            target = f"{wanted}x" if kind == "float64" else ""
            facts = span(ours), span(times[0]), f"{times[0] / ours:.2f}x", target, f"{apart:.0e}"
            rows.append((f"{name}, {kind}", way, span(spent[way]), *facts))
    return rows


def _by_numpy() -> Any:
    """Return a context in which programs run on NumPy."""
    return patch(f"{_RUNNER}.of", return_value=None)


def _seconds_to_make(program: Any, kind: str) -> float:
    """Return how long the engine in C takes to make a program of its equations.

    What comes before is the same for NumPy.
    """
    runner = program._runner  # noqa: SLF001 the pipeline makes no other
    equations = runner.equations()

    def make() -> float:
        start = process_time()
        type(runner)(equations, kind)
        return process_time() - start

    return median(make() for _ in range(5))


def times_of(steps: list[Callable[[], Any]]) -> list[float]:
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
    """Train by Nielsen's recipe, in all ways in turn."""
    train = nn.data.mnist(os.environ["CHALKGRAD_DATA"]).train[:_EXAMPLES]
    ways = {_ENGINE: ("compiled", nullcontext), _GENERATED: ("c", nullcontext)}
    ways["NumPy"] = "compiled", _by_numpy
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(_EPOCHS):
        for way, (engine, context) in ways.items():
            note(f"an epoch by {way}")
            with context():
                times[way].append(_epoch(train, engine))
    name = f"784-30-10, {len(train):,} images"
    numpy = span(median(times["NumPy"]))
    return [
        (name, way, span(median(times[way])), numpy, f"{_EPOCH_TARGET} s")
        for way in (_ENGINE, _GENERATED)
    ]


def _epoch(train: Any, engine: str) -> float:
    """Return the process time of the second epoch: the first includes compiling."""
    marks: list[float] = []
    net = nn.MLP(784, [30, 10], activation="sigmoid", output_activation="sigmoid", seed=1)
    nn.fit(
        net,
        train,
        epochs=2,
        batch_size=10,
        loss=nn.half_squared_error,
        learning_rate=3.0,
        engine=engine,
        callbacks=[nn.each_epoch(lambda _: marks.append(process_time()))],
        progress=False,
    )
    return marks[-1] - marks[0]
