"""All passes in a row: from a function to its program.

What is not here: the passes.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> found = []
>>> program = equations_of(record(lambda x: x * x + 1, [], (2.0,)), found)
>>> [(each.name, each.size, each.things) for each in found][-1]
('laying out', 1, 'array equations')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from autodiff.compiler.runtime.runner import Runner
from autodiff.errors import OperandError, ReplayError, WrongTypeError, described
from autodiff.graph.node import Node
from autodiff.graph.pytree import parts

from .codegen.kernels import Array
from .codegen.listing import Pass, listing, passes
from .codegen.source import write_source
from .codegen.writer import Writer
from .ir.equations import Equations
from .lowering.batching import stack
from .lowering.layout import lay_out
from .lowering.scalar_equations import Row, normalise
from .program import Program
from .runtime.array_runner import Engine
from .runtime.branching_runner import Branches
from .runtime.scalar_runner import ExactEngine
from .tracing.record import Recording, like, record
from .tracing.retrace import lines_of, refuse_difference, went_alike
from .tracing.simplify import order, simplify

_SHOWN = 8  # lines of a long form
# How far a strict recording moves arguments and parameters, relative to 1 + |x|, until all
# comparisons go as they went.
_NEARBY = (1e-3, -1e-3, 1e-6, -1e-6, 1e-9, -1e-9)


def equations_of(recording: Recording, found: list[Pass]) -> Equations:
    """Run the passes from a recording to equations.

    Args:
        recording: what was recorded.
        found: receives what every pass leaves.
    """
    nodes = order(recording)
    found.append(Pass("recording", len(nodes), "scalar nodes", _shown(recording, nodes)))
    simple = simplify(recording, nodes)
    normal = normalise(simple)
    found.append(Pass("simplifying", normal.nodes, "scalar nodes", ""))
    found.append(Pass("contracting", len(normal.rows), "scalar equations", _first(normal.rows)))
    stacks = stack(normal)
    found.append(Pass("stacking", len(stacks), "stacks of equal role", _sizes(stacks)))
    program = lay_out(simple, normal, stacks)
    found.append(Pass("laying out", len(program.equations), "array equations", ""))
    return program


def build(  # noqa: PLR0913 the options of `compile`, described there
    function: Callable[..., Any],
    parameters: Sequence[Node],
    example: tuple[Any, ...],
    *,
    kind: Any,
    on_branch: str,
    strict: bool,
    exact: bool,
) -> Program:
    """Record a function and make its program; the arguments are those of `compile`."""
    _refuse_parameters(parameters)
    recording = record(function, parameters, example)
    if strict:
        _record_again(function, recording, example)

    def make(recorded: Recording) -> Runner:
        return ExactEngine(recorded) if exact else _engine(recorded, kind)[0]

    def again(numbers: Sequence[Array], vector: Array) -> Recording:
        flat = iter([x for array in numbers for x in array.tolist()])
        return _with_data(
            parameters, vector, lambda: record(function, parameters, like(example, flat))
        )

    if exact:
        runner: Runner = ExactEngine(recording)
        equations = "the recorded graph itself, example by example"
        explanation = text = ""
    else:
        runner, equations, explanation, text = _engine(recording, kind)
    if on_branch == "split":
        runner = Branches(recording, runner, make, again, is_exact=exact)
    return Program(recording, runner, equations, explanation, text)


def _engine(recording: Recording, kind: Any) -> tuple[Engine, str, str, str]:
    """Run all passes; return what runs, the equations, what each pass left, and the source."""
    found: list[Pass] = []
    writer = Writer(equations_of(recording, found))
    source = write_source(writer)
    found.append(Pass("writing", source.text.count("\n"), "lines of NumPy", source.text))
    engine = Engine(writer.program, source, kind)
    return engine, listing(writer), passes(found), source.text


def _refuse_parameters(parameters: Sequence[Node]) -> None:
    for place, leaf in enumerate(parameters):
        if not isinstance(leaf, Node):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
            raise OperandError(
                "Values as parameters", f"{described(leaf)} at place {place}", "make it a Value"
            )
        if leaf.parents:
            raise WrongTypeError(
                "leaves as parameters",
                f"the result of {leaf.operation!r} at place {place}",
                "pass what it is computed from, or v.detach()",
            )


def _record_again(function: Callable[..., Any], first: Recording, example: tuple[Any, ...]) -> None:
    """Record on the same and on a nearby example, and compare."""
    second = record(function, first.parameters, example)
    refuse_difference(first, second, "when the function is recorded again")
    numbers = [float(np.float64(getattr(x, "data", x))) for x in parts(example)]
    for step in _NEARBY:
        nearby = like(example, iter(_moved(numbers, step)))
        vector = np.array(_moved([leaf.data for leaf in first.parameters], step))
        third = _with_data(
            first.parameters, vector, partial(record, function, first.parameters, nearby)
        )
        if went_alike(first, third):
            refuse_difference(first, third, "for nearby arguments and parameters")
            return
    raise ReplayError(
        "an example that can be moved a little",
        "comparisons that go another way however small the move",
        "choose an example away from the point where they change",
    )


def _moved(numbers: Sequence[float], step: float) -> list[float]:
    return [x + step * (1.0 + abs(x)) for x in numbers]


def _with_data(leaves: Sequence[Node], data: Array, action: Callable[[], Recording]) -> Recording:
    """Do something while leaves have other data."""
    before = [leaf.data for leaf in leaves]
    for leaf, number in zip(leaves, data.tolist(), strict=True):
        leaf.data = number
    try:
        return action()
    finally:
        for leaf, number in zip(leaves, before, strict=True):
            leaf.data = number


def _shown(recording: Recording, nodes: Sequence[Node]) -> str:
    return _shortened(lines_of(recording, nodes), len(nodes))


def _first(rows: Sequence[Row]) -> str:
    return _shortened((repr(row) for row in rows), len(rows))


def _sizes(stacks: Sequence[Sequence[Row]]) -> str:
    names = (
        f"{rows[0].operation.name if rows[0].operation is not None else 'sum'} x {len(rows)}"
        for rows in stacks
    )
    return "\n".join(names)


def _shortened(lines: Iterable[str], count: int) -> str:
    shown = list(islice(lines, _SHOWN))
    return "\n".join([*shown, f"... {count - len(shown):,} more"] if count > len(shown) else shown)
