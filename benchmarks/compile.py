"""`python -m benchmarks.compile`: compiled scalar programs against hand-written NumPy and others.

Every program computes value and gradient, and its gradient is compared with ours before it is
timed: in one process, on one thread, as medians of interleaved rounds. A step of more than 0.2 s
has one to five rounds of its own. Missing peers are named, with the reason.
"""

from __future__ import annotations

import gc
import re
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any

import numpy as np

import autodiff
from autodiff import Value
from autodiff.extend import Table, topological_order

from . import chains, native, passes
from .comparing import EAGER, OURS, Row, compare, machine, note, rows_of, span
from .irregular import Irregular, casadi_mapped, irregular_eager
from .networks import Network, Step, by_hand, compiled, of_values
from .peers import PEERS
from .timing import quiet_collector, seconds
from .transformer import Transformer

KINDS = ("float64", "float32")
DOUBLE = "ours in float64"
MAPPED = "CasADi SX, mapped"
DIGITS_TARGETS = {"NumPy by hand": 1 / 1.3, "PyTorch eager": 2.5, "micrograd": 10_000.0}
POINTS_TARGETS = {"PyTorch eager": 2.5}
IRREGULAR_TARGETS = {EAGER: 50.0, MAPPED: 1.0}
IRREGULAR_BATCH = 256


def main() -> int:
    """Print both tables, the missing peers, and the machine; with an argument, another table."""
    if sys.argv[1:2] == ["passes"]:
        return passes.main(sys.argv[2:])
    if sys.argv[1:2] == ["chains"]:
        return chains.main()
    if sys.argv[1:2] == ["native"]:
        return native.main()
    missing: dict[str, str] = {}
    digits = Network((784, 16, 16, 10), "sigmoid", "squares", batch=10)
    points = Network((2, 16, 16, 1), "relu", "hinge", batch=100)
    rows = network_rows("784-16-16-10 sigmoid, squares, batch 10", digits, DIGITS_TARGETS, missing)
    rows += network_rows("2-16-16-1 relu, hinge, batch 100", points, POINTS_TARGETS, missing)
    block_rows, block_facts = transformer_rows()
    rows += block_rows + irregular_rows(missing)
    facts = recording_facts(digits) + block_facts
    columns = ("value and gradient of", "against", "ours", "theirs", "faster", "at least")
    print(Table("", columns, rows))
    print(f"\n{Table('', ('what is recorded', 'measured', 'target'), facts)}\n")
    for name, reason in missing.items():
        print(f"not measured: {name}: {reason}")
    print(machine())
    return 0


def network_rows(
    title: str, work: Network, targets: Mapping[str, float], missing: dict[str, str]
) -> list[Row]:
    """Time a network against all peers, in double and single precision."""
    rows: list[Row] = []
    for kind in KINDS:
        steps = {OURS: compiled(work, kind), "NumPy by hand": by_hand(work, kind)}
        for name, make in PEERS.items():
            if name == "micrograd" and kind == "float32":
                continue  # it computes with Python's floats
            note(f"{title}, {kind}: {name}")
            try:
                steps[name] = make(work, kind)
            except ImportError as error:
                missing[name] = str(error)
        wanted = targets if kind == "float64" else {}
        rows += rows_of(f"{title}, {kind}", compare(steps, kind), wanted)
    return rows


def transformer_rows() -> tuple[list[Row], list[Row]]:
    """Time the transformer block against the eager engine, and measure its program."""
    note("transformer block")
    block = Transformer()
    parameters = block.parameters()
    example = block.example(seed=0)
    nodes = len(topological_order([block.loss(*example)]))

    def record(kind: str) -> Any:
        return autodiff.compile(block.loss, parameters=parameters, example=example, dtype=kind)

    def eager() -> tuple[Any, Any]:
        for parameter in parameters:
            parameter.grad = 0.0
        loss = block.loss(*example)
        loss.backward()
        return loss.data, [np.array([parameter.grad for parameter in parameters])]

    title = f"transformer block, {nodes:,} nodes, one example"
    given = tuple(np.array([part]) for part in example)
    rows = kinds_of(title, record, given, {EAGER: eager}, {EAGER: 50.0})
    program = record("float64")
    wide = f" {block.positions} x {3 * block.width}"
    joined = [line for line in str(program).splitlines() if line.endswith(wide)]
    return rows, [
        (
            "transformer block: recording and compiling",
            span(typical(lambda: record("float64"))),
            "",
        ),
        ("transformer block: equations forward", equations(program), "at most 40"),
        (
            "query, key and value projections",
            " ".join(joined[0].split()) if joined else "apart",
            "one product",
        ),
    ]


def irregular_rows(missing: dict[str, str]) -> list[Row]:
    """Time the irregular graph against the eager engine and CasADi."""
    note("irregular graph")
    graph = Irregular()
    batch = graph.batch(IRREGULAR_BATCH)
    parameters = [Value(p) for p in graph.parameters]

    def record(kind: str) -> Any:
        function = partial(graph.output, parameters)
        return autodiff.compile(function, parameters=parameters, example=(batch[0],), dtype=kind)

    peers: dict[str, Step] = {EAGER: irregular_eager(graph, batch)}
    try:
        peers[MAPPED] = casadi_mapped(graph, batch)
    except ImportError as error:
        missing[MAPPED] = str(error)
    title = f"irregular graph, {len(graph.plan):,} nodes, batch {len(batch)}"
    return kinds_of(title, record, (batch,), peers, IRREGULAR_TARGETS)


def kinds_of(
    title: str,
    record: Callable[[str], Any],
    given: tuple[np.ndarray, ...],
    peers: Mapping[str, Step],
    targets: Mapping[str, float],
) -> list[Row]:
    """Time a program of ours against its peers, and in float32 against itself in float64."""
    double = partial(record("float64").value_and_grad, *given)
    narrow = [x.astype("float32") for x in given]
    single = partial(record("float32").value_and_grad, *narrow)
    steps = {OURS: single, DOUBLE: lambda: (None, [double()[1]])}
    return [
        *rows_of(f"{title}, float64", compare({OURS: double, **peers}, "float64"), targets),
        *rows_of(f"{title}, float32", compare(steps, "float32"), {}),
    ]


def recording_facts(work: Network) -> list[Row]:
    """Measure what tracing the network costs: time, equations, memory."""
    note("recording")
    loss, parameters = of_values(work)
    example = work.inputs[0], work.targets[0]

    def record() -> Any:
        return autodiff.compile(loss, parameters=parameters, example=example)

    name = f"784-16-16-10, {counted(record(), 'scalar nodes')} nodes"
    itself = 8 * (len(parameters) + work.batch * sum(work.sizes[1:]))
    kept = memory(record, work)
    return [
        (f"{name}: recording and compiling", span(typical(record)), "at most 600 ms"),
        (f"{name}: equations forward", equations(record()), "at most 12"),
        (
            f"{name}: memory at batch {work.batch}, by that of parameters and activations",
            f"{kept / 1e3:.0f} kB / {itself / 1e3:.0f} kB = {kept / itself:.2f}",
            "at most 4",
        ),
    ]


def memory(record: Callable[[], Any], work: Network) -> int:
    """Return the bytes that a program holds once it has run and its trace is freed."""
    record()  # fills caches that all programs share
    gc.collect()
    tracemalloc.start()
    program = record()
    program.value_and_grad(work.inputs, work.targets)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del program
    return kept


def typical(program: Callable[[], object]) -> float:
    """Return the median time of seven runs of a slow program."""
    with quiet_collector():
        return median(seconds(program) for _ in range(7))


def equations(program: Any) -> str:
    """Return the number of array equations of a program."""
    return counted(program, "array equations")


def counted(program: Any, things: str) -> str:
    """Return the number of some things that `explain` counts in a program."""
    found = re.search(rf"([\d,]+) +{things}", program.explain())
    return found[1] if found else "unknown"


if __name__ == "__main__":
    sys.exit(main())
