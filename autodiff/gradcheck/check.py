"""`check(loss)`: every gradient of backpropagation against finite differences, with a verdict.

`check(loss)` works on a graph that is already built: it moves each leaf a little and runs the
forward pass beside the graph. `check(f, *xs)` calls the function again. Where the two disagree,
the local derivatives of every operation are checked, and the first wrong one is named.

>>> from autodiff import Value
>>> x = Value(3.0, label="x")
>>> check(x * x).ok
True
>>> check(abs, 0.0).rows[0].verdict
<Verdict.KINK: 'kink'>
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isnan
from typing import Any

from autodiff.display import Table, Tabular, digits
from autodiff.errors import WrongTypeError
from autodiff.graph.grad_mode import recording
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.graph.pytree import named_parts, rebuilt
from autodiff.value.transforms import pullback
from autodiff.value.value import Value

from .finite_differences import Noise, Slope, differentiate
from .forward_pass import ForwardPass, rounding_noise
from .local_check import SuspectOperation, examine
from .verdicts import CheckRow, Verdict, judge


class CheckReport(Tabular):
    """The verdicts of a gradient check; prints as a table.

    Attributes:
        rows: one for each derivative, in the order of the leaves.
        fault: the first wrong operation, if derivatives disagree because of one.
        notes: any other explanation of a disagreement.
    """

    def __init__(
        self,
        rows: Iterable[CheckRow],
        fault: SuspectOperation | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.rows: tuple[CheckRow, ...] = tuple(rows)
        self.fault: SuspectOperation | None = fault
        self.notes: tuple[str, ...] = tuple(notes)

    @property
    def ok(self) -> bool:
        """Whether no derivative disagrees."""
        return all(row.verdict is not Verdict.DISAGREES for row in self.rows)

    def table(self) -> Table:
        """Return the report as a table of text."""
        lines = [
            (
                row.name,
                digits(row.analytic, 8),
                digits(row.numerical, 8),
                digits(row.relative_error, 2),
                row.describe(),
            )
            for row in self.rows
        ]
        notes = (self.fault.text,) if self.fault else ()
        return Table(
            title="Gradient check",
            columns=("by", "backpropagation", "differences", "relative error", "verdict"),
            rows=lines,
            notes=(*notes, *self.notes),
            styles={"agrees": "green", "disagrees": "bold red"},
        )


def check(
    loss: Value | Callable[..., Value | float], *xs: Any, order: int = 1, tolerance: float = 1e-6
) -> CheckReport:
    """Compare every derivative with finite differences.

    Args:
        loss: the end of a graph, whose leaves are moved; or a function of `xs`, which is called
            again, so that a derivative lost on the way (through `.data`, say) is found too.
        xs: for a function: its arguments, numbers or lists of them, nested or not.
        order: 1, or 2 to check the second derivatives as well.
        tolerance: the relative error up to which two derivatives agree.

    Returns:
        A report with a verdict for each leaf or number, and for order 2 for each pair of them.

    Raises:
        WrongTypeError: if `loss` is neither a Value nor a function, or `order` is neither 1 nor 2.
    """
    if order not in (1, 2):
        raise WrongTypeError(
            "order 1 or 2", repr(order), "differentiate first: check(grad(loss, x))"
        )
    if isinstance(loss, Value) and not xs:
        graph = Graph([loss])
        targets: list[Any] = graph.leaves
        slopes = _slopes_of_graph(graph, targets)
        titles = [graph.names[leaf] for leaf in targets]
    elif callable(loss):
        named = [pair for index, x in enumerate(xs, 1) for pair in named_parts(x, f"x{index}")]
        targets = [Value(getattr(x, "data", x), label=name) for name, x in named]
        arguments: tuple[Any, ...] = rebuilt(xs, iter(targets))
        graph = Graph([_called(loss, arguments)])
        noise = rounding_noise(graph)
        slopes = [_slope_of(loss, arguments, leaf, noise(leaf)) for leaf in targets]
        titles = [str(leaf.label) for leaf in targets]
    else:
        raise WrongTypeError(
            "a Value, or a function and its arguments", f"{loss!r}", "write check(loss)"
        )
    rows = list(_judged(graph, targets, titles, slopes, tolerance))
    graphs = [graph]
    if order == 2:
        graphs += [Graph([first]) for first in pullback(graph, [1.0], targets)]
        for i, first in enumerate(graphs[1:]):
            pairs = [f"{titles[i]}, {title}" for title in titles[i:]]  # each pair of leaves once
            slopes = _slopes_of_graph(first, targets[i:])
            rows += _judged(first, targets[i:], pairs, slopes, tolerance)
    return _report(graphs, rows, tolerance)


def _judged(
    graph: Graph,
    targets: Sequence[Node],
    titles: Sequence[str],
    slopes: Sequence[Slope],
    tolerance: float,
) -> Iterator[CheckRow]:
    """Judge the adjoint of each target against its slope."""
    adjoint = graph.adjoints()
    for title, leaf, slope in zip(titles, targets, slopes, strict=True):
        yield judge(title, adjoint.get(leaf, 0.0), slope, tolerance)


def _report(graphs: Sequence[Graph], rows: list[CheckRow], tolerance: float) -> CheckReport:
    report = CheckReport(rows)
    if report.ok:
        return report
    if _is_stale(graphs[0]):
        stale = "Data was changed after the forward pass: call recompute() on the loss, then check."
        return CheckReport(rows, notes=(stale,))
    found = [finding for graph in graphs for finding in examine(graph, tolerance)]
    fault = next((finding for finding in found if finding.is_wrong), None)
    if fault is not None:
        return CheckReport(rows, fault)
    if found:
        rows = [_at_a_kink(row) for row in rows]
        return CheckReport(rows, notes=(found[0].text,))
    outside = (
        "Every operation is right by itself. Does the function use a number outside the graph "
        "(.data, detach, no_grad, state)? Or do its terms cancel to rounding?"
    )
    return CheckReport(rows, notes=(outside,))


def _at_a_kink(row: CheckRow) -> CheckRow:
    """Excuse a row because an operation inside is at its kink.

    relu(x) - relu(-x) is x, but by convention its derivative at 0 is 0 - 0.
    """
    return row._replace(verdict=Verdict.KINK) if row.verdict is Verdict.DISAGREES else row


def _is_stale(graph: Graph) -> bool:
    """Tell whether the forward pass would give other data now."""
    return any(
        value != node.data and not (isnan(value) and isnan(node.data))
        for node, value in ForwardPass(graph).values.items()
    )


def _slopes_of_graph(graph: Graph, targets: Sequence[Node]) -> list[Slope]:
    """Differentiate a graph by differences, along each of the given leaves."""
    forward, noise = ForwardPass(graph), rounding_noise(graph)
    return [differentiate(forward.along(leaf), leaf.data, noise(leaf)) for leaf in targets]


# -- functions --------------------------------------------------------------------------------


def _called(f: Callable[..., Value | float], arguments: Sequence[Any]) -> Value:
    with recording():  # even inside the caller's no_grad: without a graph there is no derivative
        y = f(*arguments)
    return y if isinstance(y, Value) else Value(y)


def _slope_of(
    f: Callable[..., Value | float], arguments: Sequence[Any], leaf: Value, noise: Noise
) -> Slope:
    original = leaf.data

    def output(x: float) -> float:
        leaf.data = x
        try:
            return _called(f, arguments).data
        finally:
            leaf.data = original

    return differentiate(output, original, noise)
