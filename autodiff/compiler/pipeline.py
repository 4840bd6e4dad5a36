"""The pipeline: the passes in their order, from a function to its program.

A new pass is a function in a file of its own, called in `lower`; a new rule goes into
`tracing/simplify.py`.

>>> from autodiff import Value
>>> passes = []
>>> equations = lower(record(lambda x: x * x + 1, [], (2.0,)), passes)
>>> [each.name for each in passes]
['tracing', 'simplification', 'contraction', 'batching', 'layout']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any

from autodiff.collector import paused_collector
from autodiff.errors import OptionError, WrongTypeError, described
from autodiff.graph.node import Node

from .codegen.listing import Pass, explanation, frozen_rows, listing
from .codegen.source import write_source
from .codegen.writer import Writer
from .derivatives import Derivatives
from .ir.equations import Equations, Loop
from .lowering.batching import stack
from .lowering.layout import lay_out
from .lowering.scalar_equations import ScalarEquation, to_scalar_equations
from .program import Program
from .runtime.branching_runner import BranchingRunner
from .runtime.choice import runner_of
from .runtime.eager_runner import EagerRunner
from .runtime.runner import Runner
from .runtime.scalar_runner import ScalarRunner
from .tracing.record import Recording, Unseen, record
from .tracing.retrace import graph_lines, report, require_replayable, retrace
from .tracing.simplify import simplify

_SHOWN = 8  # lines of a long form


def lower(recording: Recording, passes: list[Pass]) -> Equations:
    """Run the passes from a recording to array equations.

    Args:
        recording: of a function.
        passes: receives the result of every pass, in readable form.
    """
    count = len(recording.nodes)
    shown = _beginning(graph_lines(recording), count)
    passes.append(Pass("tracing", count, "scalar nodes", shown))
    simple = simplify(recording)
    scalars = to_scalar_equations(simple)
    passes.append(Pass("simplification", scalars.nodes, "scalar nodes", ""))
    count = len(scalars.equations)
    shown = _beginning(map(repr, scalars.equations), count)
    passes.append(Pass("contraction", count, "scalar equations", shown))
    stacks = stack(scalars)
    shown = "\n".join(f"{_role(each[0])} x {len(each)}" for each in stacks)
    passes.append(Pass("batching", len(stacks), "stacks of one role", shown))
    equations = lay_out(simple, scalars, stacks, is_rolled=True)
    loops = [each for each in equations.equations if isinstance(each, Loop)]
    count = len(equations.equations) + sum(len(loop.body) - 1 for loop in loops)
    repeated = sum(len(loop.body) * (loop.steps - 1) for loop in loops)
    passes.append(Pass("layout", count + repeated, "array equations", ""))
    if loops:
        passes.append(Pass("rolling", count, "array equations", ""))
    return equations


def build(  # noqa: PLR0913 the options of `compile`
    function: Callable[..., Any],
    parameters: Sequence[Node],
    example: tuple[Any, ...],
    *,
    dtype: str,
    on_branch: str,
    strict: bool,
    exact: bool,
    native: str | None,
) -> Program:
    """Trace a function and make its program; the arguments are those of `compile`."""
    _check_parameters(parameters)
    recording = record(function, parameters, example)
    if strict:
        require_replayable(function, recording, example)
    reported: set[Unseen] = set()
    report(recording, reported)
    splits = on_branch == "split"

    def make(recorded: Recording) -> Runner:
        if exact:
            return ScalarRunner(recorded)
        return _array_runner(
            recorded, dtype, frozen_rows(recorded.frozen()), native, is_way=splits
        )[0]

    def again(numbers: Sequence[float], data: Sequence[float]) -> Recording:
        recorded = retrace(function, parameters, example, numbers, data)
        report(recorded, reported)
        return recorded

    frozen = frozen_rows(recording.frozen())
    if exact:
        runner: Runner = ScalarRunner(recording)
        shown, explained, source = _exact_listing(frozen), "", ""
    else:
        runner, shown, explained, source = _array_runner(
            recording, dtype, frozen, native, is_way=splits
        )
    if splits:
        eager = EagerRunner(function, parameters, example, recording.shape, runner.static)
        runner = BranchingRunner(recording, runner, make, again, eager, is_exact=exact)

    again_as = partial(
        build, example=example, dtype=dtype, on_branch=on_branch, exact=exact, native=native
    )
    derivatives = Derivatives(function, parameters, partial(again_as, strict=False))
    return Program(recording, runner, shown, explained, source, derivatives, frozen)


def _array_runner(
    recording: Recording,
    dtype: str,
    frozen: Sequence[tuple[str, str]],
    native: str | None,
    *,
    is_way: bool,
) -> tuple[Runner, str, str, str]:
    """Run all passes; return the runner, the listing, the explanation and the source."""
    passes: list[Pass] = []
    with paused_collector():
        writer = Writer(lower(recording, passes))
        source = write_source(writer)
        passes.append(Pass("codegen", source.text.count("\n"), "lines of NumPy", source.text))
        runner = runner_of(writer.program, source, dtype, native, is_way=is_way)
        return (
            runner,
            listing(writer, frozen),
            explanation(passes),
            source.text,
        )


def _exact_listing(frozen: Sequence[tuple[str, str]]) -> str:
    rows = [f"{left}  {right}" for left, right in frozen]
    return "\n".join(["the traced graph itself, example by example", *rows])


def _check_parameters(parameters: Sequence[Node]) -> None:
    for index, leaf in enumerate(parameters):
        if not isinstance(leaf, Node):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
            raise WrongTypeError(
                "Values as parameters", f"{described(leaf)} at index {index}", "make it a Value"
            )
        if leaf.parents:
            raise OptionError(
                "leaves as parameters",
                f"the result of {leaf.operation!r} at index {index}",
                "pass what it is computed from, or v.detach()",
            )


def _role(scalar: ScalarEquation) -> str:
    return scalar.operation.name if scalar.operation is not None else "sum"


def _beginning(lines: Iterable[str], count: int) -> str:
    """Return the first of `count` lines, and how many more there are."""
    shown = list(islice(lines, _SHOWN))
    return "\n".join([*shown, f"... {count - len(shown):,} more"] if count > len(shown) else shown)
