"""Seconds that the passes of the compiler take, on graphs of about 100,000 nodes.

`python -m benchmarks.compile passes [GRAPH ...]` prints a row for each graph. Every graph has a
process of its own, with the collector on, for its peak of memory. Times are process times, medians
of several runs: the load of the machine falls out.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

import autodiff
from autodiff.extend import Table

from .comparing import Row, machine, note
from .long_graphs import GRAPHS, Work
from .peak import peak_memory
from .transformer import Transformer

pipeline = import_module("autodiff.compiler.pipeline")  # no user's entrance: its passes are timed
_NODES = 100_000
_ROUNDS = 3
_PASSES = {
    "tracing": ("record",),
    "simplification": ("simplify",),
    "contraction": ("to_scalar_equations",),
    "batching": ("stack",),
    "layout": ("lay_out",),
    "codegen": ("Writer", "write_source"),
    "runtime": ("runner_of",),
    "texts": ("graph_lines", "_beginning", "listing", "explanation"),
}
# Seconds for 100,000 nodes without tracing, which is the user's function; megabytes at the peak.
_TARGETS = {
    "mlp": (0.15, 300),
    "attention": (0.3, 300),
    "n-body": (0.5, 300),
    "Kalman filter": (1.5, 300),
    "Runge-Kutta": (1.5, 300),
}
_FIRST_CALL = "at most 50 ms for 40"


class Timed(NamedTuple):
    """What compiling a graph took.

    Attributes:
        nodes: the number of scalar nodes.
        equations: the number of array equations.
        passes: seconds of each pass.
        rest: process seconds of all passes, tracing left out.
        wall: the same by the clock on the wall.
        first_call: seconds of the first `value_and_grad`, less those of the second.
        peak: bytes of memory.
    """

    nodes: int
    equations: int
    passes: dict[str, float]
    rest: float
    wall: float
    first_call: float
    peak: int


def main(names: Sequence[str]) -> int:
    """Print the passes and the first calls, of all graphs or of those named."""
    rows: list[Row] = []
    calls: list[Row] = []
    for name in names or GRAPHS:
        note(name)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            timed = pool.submit(measure, name).result()
        scale = _NODES / timed.nodes
        seconds, megabytes = _TARGETS[name]
        rows.append(
            (
                f"{name}, {timed.nodes:,}",
                f"{timed.equations:,}",
                *(f"{timed.passes[each] * scale:.3f}" for each in _PASSES),
                f"{timed.rest * scale:.2f}",
                f"{seconds:.2f}",
                f"{timed.wall * scale:.2f}",
                f"{timed.peak / 1e6:.0f}",
                f"{megabytes}",
            )
        )
        calls.append((name, f"{timed.equations:,}", f"{timed.first_call * 1e3:.1f}"))
    columns = ("graph, nodes", "equations", *_PASSES, "in all", "at most", "wall", "MB", "at most")
    print(Table("process seconds for 100,000 nodes; in all: without tracing", columns, rows))
    calls.append(("transformer", *first_call_of_transformer()))
    print(f"\n{Table('', ('first call of a batch size', 'equations', 'ms'), calls)}")
    print(f"target: {_FIRST_CALL} equations\n{machine()}")
    return 0


def measure(name: str) -> Timed:
    """Compile a graph several times, in this process."""
    work = GRAPHS[name]()
    samples = [sample(work) for _ in range(_ROUNDS)]
    typical = {each: median(s.passes[each] for s in samples) for each in _PASSES}
    first = samples[0]
    return first._replace(
        passes=typical,
        rest=median(s.rest for s in samples),
        wall=median(s.wall for s in samples),
        first_call=median(s.first_call for s in samples),
    )


def sample(work: Work) -> Timed:
    """Compile a graph once."""
    spent = dict.fromkeys(_PASSES, 0.0)
    with timing(spent):
        wall, start = perf_counter(), process_time()
        program = autodiff.compile(work.function, parameters=work.parameters, example=work.example)
        rest = process_time() - start - spent["tracing"]
        wall = (perf_counter() - wall) * rest / (rest + spent["tracing"])
    peak = peak_memory()
    nodes, equations = counts(program)
    return Timed(nodes, equations, spent, rest, wall, first_call(program, work.example), peak)


@contextmanager
def timing(spent: dict[str, float]) -> Generator[None]:
    """Add up the process seconds of every pass inside the block."""
    before = {name: getattr(pipeline, name) for names in _PASSES.values() for name in names}

    def timed(key: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            start = process_time()
            try:
                return function(*arguments, **options)
            finally:
                spent[key] += process_time() - start

        return run

    try:
        for key, names in _PASSES.items():
            for name in names:
                setattr(pipeline, name, timed(key, before[name]))
        yield
    finally:
        for name, function in before.items():
            setattr(pipeline, name, function)


def counts(program: Any) -> tuple[int, int]:
    """Return the scalar nodes and the array equations of a program."""
    words = program.explain().replace(",", "").split("\n")
    found = {
        line.split()[0]: int(line.split()[1])
        for line in words[:12]
        if "  " in line.strip() and line.split()[1].isdigit()
    }
    return found["tracing"], found.get("rolling", found["layout"])


def first_call(program: Any, example: Sequence[Any], batch: int = 8) -> float:
    """Return the process seconds that a new size of batch costs once."""
    given = [np.array([part] * batch) for part in example]

    def call() -> float:
        start = process_time()
        program.value_and_grad(*given)
        return process_time() - start

    first = call()
    return first - min(call() for _ in range(3))


def first_call_of_transformer() -> tuple[str, str]:
    """Return the equations of the transformer block and the milliseconds of its first call."""
    block = Transformer()
    example = block.example(seed=0)
    program = autodiff.compile(block.loss, parameters=block.parameters(), example=example)
    program.value_and_grad(*(np.array([part]) for part in example))
    seconds = median(first_call(program, example, batch) for batch in range(2, 7))
    return f"{counts(program)[1]:,}", f"{seconds * 1e3:.1f}"
