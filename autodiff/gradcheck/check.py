"""`check(loss)`: every gradient of backpropagation against finite differences, with a verdict.

`check(loss)` works on a graph that is already built: it moves each leaf a little and runs the
forward pass beside the graph. `check(f, *xs)` calls the function again. Where the two disagree,
the cause is looked for and named: the first wrong operation, or numbers outside the graph.

>>> from autodiff import Value
>>> x = Value(3.0, label="x")
>>> check(x * x).ok
True
>>> check(abs, 0.0).rows[0].verdict
<Verdict.KINK: 'kink'>
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any, NamedTuple, cast

from autodiff.errors import OptionError, WrongTypeError, described
from autodiff.graph.grad_mode import recording
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.graph.pytree import named_parts, rebuilt
from autodiff.validation import not_negative, whole
from autodiff.value.derivative_graph import pullback
from autodiff.value.sequences import dot
from autodiff.value.value import Value

from .causes import Causes, combined, first_of
from .finite_differences import Noise, differentiate, differentiate_twice
from .forward_pass import ForwardPass, rounding_noise
from .local_check import LocalCheck, SuspectOperation
from .movement import At, Movement, across, along, by_leaf, random_directions
from .outside import Outside
from .progress import with_progress
from .report import CheckReport
from .step_sizes import ends_of_the_ladder
from .verdicts import CheckRow, Verdict, judge

_STALE = "Data was changed after the forward pass: call recompute() on the loss, then check."


class _Subject(NamedTuple):
    """What is checked.

    Attributes:
        graph: the graph, recorded once.
        leaves: the leaves to differentiate by.
        names: one for each of them.
        at: the end as a function of some leaves.
        recorded: the end of the graph as a function of some leaves, without a call.
        outside: for a function: its constants, and itself less the graph.
        is_stale: whether data was changed after the forward pass.
    """

    graph: Graph
    leaves: list[Any]
    names: list[str]
    at: At
    recorded: At
    outside: tuple[Outside, At] | None
    is_stale: bool


def check(
    loss: Value | Callable[..., Value | float],
    *xs: Any,
    order: int = 1,
    tolerance: float = 1e-6,
    directions: int | None = None,
) -> CheckReport:
    """Compare every derivative with finite differences.

    The differences are (f(x + h) - f(x - h)) / (2 * h), extrapolated to h = 0 (Ridders 1982).
    A check of many leaves shows a progress bar on a terminal after a second.

    Args:
        loss: the end of a graph, whose leaves are moved; or a function of `xs`, which is called
            again, so that a derivative lost on the way (through `.data`, say) is found too.
        xs: for a function: its arguments, numbers or lists, tuples, dicts and arrays of them,
            nested or not. The function gets Values in the same structure (a list for an array).
        order: 1, or 2 to check the second derivatives as well, against second differences of the
            function itself.
        tolerance: the relative error up to which two derivatives agree; finite and at least 0,
            1e-6 by default.
        directions: the number of random directions to check along, instead of every leaf: the
            time no longer grows with the number of leaves. The check ends at the first direction
            that disagrees. None for every leaf.

    Returns:
        A report with a verdict for each leaf or number, and for order 2 for each pair of them;
        or one for each direction, and for order 2 another for the curvature along it. A
        derivative disagrees only where a cause is found.

    Raises:
        WrongTypeError: if `loss` is neither a Value nor a function, or `order` or `directions` is
            not an int.
        OperandError: if `tolerance` is not a real number.
        OptionError: if `order` is neither 1 nor 2, `tolerance` is below 0 or not finite, or
            `directions` is below 1.
    """
    if whole(order, 1, "the order") > 2:
        remedy = "differentiate first: check(grad(loss, x))"
        raise OptionError("order 1 or 2", described(order), remedy)
    tolerance = not_negative(tolerance, "the tolerance", "write 1e-6")
    if directions is not None:
        directions = whole(directions, 1, "the number of directions")
    with recording():  # even inside the caller's no_grad: without a graph there is no derivative
        subject = _subject(loss, xs)
        movements = (
            [by_leaf(*pair) for pair in zip(subject.names, subject.leaves, strict=True)]
            if directions is None
            else random_directions(directions, subject.leaves)
        )
        return _checked(subject, movements, order, tolerance)


def _checked(
    subject: _Subject, movements: list[Movement], order: int, tolerance: float
) -> CheckReport:
    graph = subject.graph
    noise_by = rounding_noise(graph)
    causes = Causes(graph, subject.outside, noise_by, tolerance)
    tasks: list[tuple[Movement, ...]] = [(movement,) for movement in movements]
    gradients: dict[str, Graph] = {}
    if order == 2:
        gradients = _gradients(subject, movements)
        every_pair = all(movement.is_leaf for movement in movements)
        for index, movement in enumerate(movements):  # each pair of leaves once
            others = movements[index:] if every_pair else [movement]
            tasks += [(movement, other) for other in others]
    adjoint = graph.adjoints()
    rows: list[CheckRow] = []
    for task in with_progress(tasks, "gradient check"):
        first = gradients[task[0].name].adjoints() if len(task) == 2 else adjoint
        row = _row(subject, task, task[-1].of(first), noise_by, tolerance)
        if _is_doubtful(row, tolerance) and not subject.is_stale:
            settle = causes.first if len(task) == 1 else causes.second
            row = settle(row, *task)
        rows.append(row)
        if row.verdict is Verdict.DISAGREES and not task[0].is_leaf:
            break  # another direction would show the same fault
    return _report(subject, rows, movements, causes, gradients, tolerance)


def _row(
    subject: _Subject,
    task: tuple[Movement, ...],
    analytic: float,
    noise_by: Callable[[Node], Noise],
    tolerance: float,
) -> CheckRow:
    """Compare one derivative with differences of the whole function."""
    name, one, other = ", ".join(movement.name for movement in task), task[0], task[-1]
    if len(task) == 1:
        f, start = _quickest(subject, one)
        noise = one.noise(noise_by)
        slope = differentiate(f, start, noise, one.scale, quickly=True)
        row = judge(name, analytic, slope, tolerance)
        if row.verdict is Verdict.AGREES:
            return row
        return judge(name, analytic, differentiate(f, start, noise, one.scale), tolerance)
    g = across(subject.at, one, other)
    noise, scales = combined(one, other, noise_by), (one.scale, other.scale)
    slope = differentiate_twice(g, scales, noise, same=one is other)
    return judge(name, analytic, slope, tolerance)


def _quickest(subject: _Subject, movement: Movement) -> tuple[Callable[[float], float], float]:
    """Return a function along a movement; the graph's, if it is the same at both ends."""
    f, start = along(subject.at, movement)
    f = cache(f)  # a ladder of steps repeats those of a shorter one
    if subject.outside is None:
        return f, start
    recorded, _ = along(subject.recorded, movement)
    steps = ends_of_the_ladder(movement.scale)
    points = [start + sign * step for step in steps for sign in (1.0, -1.0)]
    return (cache(recorded) if all(f(x) == recorded(x) for x in points) else f), start


def _is_doubtful(row: CheckRow, tolerance: float) -> bool:
    """Tell whether differences alone do not show that a derivative is right."""
    is_close = row.relative_error <= tolerance and isfinite(row.analytic)
    return row.verdict is not Verdict.AGREES or not is_close


def _gradients(subject: _Subject, movements: Sequence[Movement]) -> dict[str, Graph]:
    """Return the graph of the derivative along each movement."""
    slopes = pullback(subject.graph, [1.0], subject.leaves)
    if all(movement.is_leaf for movement in movements):
        return {
            movement.name: Graph([slope]) for movement, slope in zip(movements, slopes, strict=True)
        }
    return {movement.name: Graph([dot(movement.components, slopes)]) for movement in movements}


def _report(  # noqa: PLR0913 what a check has found
    subject: _Subject,
    rows: list[CheckRow],
    movements: list[Movement],
    causes: Causes,
    gradients: Mapping[str, Graph],
    tolerance: float,
) -> CheckReport:
    notes = list(causes.notes)
    report = CheckReport(rows)
    if report.ok:
        kink = first_of(causes.kinks, subject.graph)
        return CheckReport(rows, notes=(kink.text,) if kink else ())
    if subject.is_stale:
        return CheckReport(rows, notes=(_STALE,))
    wrong = {row.name for row in rows if row.verdict is Verdict.DISAGREES}
    for movement in movements:
        if not movement.is_leaf and movement.name in wrong:
            parts = movement.largest_parts(subject.graph.adjoints(), subject.names)
            notes.append(f"The largest parts of {movement.name}: {parts}.")
    return CheckReport(rows, _fault(subject.graph, causes, gradients, tolerance), notes)


def _fault(
    graph: Graph, causes: Causes, gradients: Mapping[str, Graph], tolerance: float
) -> SuspectOperation | None:
    """Return the first wrong operation.

    Where its first derivative is right and its second is not, a wrong operation inside its
    derivative's formula says more.
    """
    fault = first_of(causes.wrong, graph)
    if fault is None or fault.other is None:
        return fault
    for gradient in gradients.values():
        local = LocalCheck(gradient, tolerance)
        for node in gradient.interior:
            inner = next((found for found in local.first(node) if found.is_wrong), None)
            if inner is not None:
                return inner
    return fault


# -- what is checked --------------------------------------------------------------------------


def _subject(loss: Any, xs: tuple[Any, ...]) -> _Subject:
    if isinstance(loss, Value) and not xs:
        graph = Graph([loss])
        forward = ForwardPass(graph)
        names = [graph.names[leaf] for leaf in graph.leaves]
        return _Subject(
            graph, graph.leaves, names, forward.at, forward.at, None, forward.is_stale()
        )
    if not callable(loss):
        raise WrongTypeError(
            "a Value, or a function and its arguments", described(loss), "write check(loss)"
        )
    named = [pair for index, x in enumerate(xs, 1) for pair in named_parts(x, f"x{index}")]
    leaves = [Value(x.data if isinstance(x, Value) else x, label=name) for name, x in named]
    arguments: tuple[Any, ...] = rebuilt(xs, iter(leaves))

    def called(moved: Sequence[Node], data: Sequence[float]) -> Value:
        originals = [leaf.data for leaf in moved]
        try:
            _assign(moved, data)
            y = loss(*arguments)
            return y if isinstance(y, Value) else Value(cast("float", y))
        finally:
            _assign(moved, originals)

    def at(moved: Sequence[Node]) -> Callable[[Sequence[float]], float]:
        return lambda data: called(moved, data).data

    def lost(moved: Sequence[Node]) -> Callable[[Sequence[float]], float]:
        whole_function, recorded = at(moved), forward.at(moved)
        return lambda data: whole_function(data) - recorded(data)

    graph = Graph([called([], [])])
    forward = ForwardPass(graph)
    constants = Outside(
        graph, leaves, lambda moved, data: Graph([called(moved, data)]), rounding_noise(graph)
    )
    outside = constants, lost
    names = [name for name, _ in named]
    return _Subject(graph, leaves, names, at, forward.at, outside, is_stale=False)


def _assign(leaves: Sequence[Node], data: Sequence[float]) -> None:
    for leaf, x in zip(leaves, data, strict=True):
        leaf.data = x
