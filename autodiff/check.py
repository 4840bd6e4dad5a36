"""Gradient checking with verdicts: what backpropagation says against what differences say.

`check(loss)` works on a graph that is already built: it moves each leaf a little and runs the
forward pass beside the graph. `check(f, *xs)` calls a function again. Where the two disagree,
every operation's own local derivatives are checked, and the first wrong one is named.

What is not here: the differences (`numerical`), what they amount to (`verdicts`), the forward
pass beside the graph (`replay`).

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
from typing import Any, NamedTuple, cast

from .backprop import adjoints
from .errors import GraphError
from .graph import interior_order, leaves
from .names import names_of
from .node import Node
from .numerical import Noise, Slope, differentiate
from .recording import no_grad
from .replay import Replay, noises
from .tables import Table, digits
from .transforms import grad
from .value import Value
from .verdicts import CheckRow, Verdict, judge

__all__ = ["CheckReport", "CheckRow", "Fault", "Verdict", "check"]


class Fault(NamedTuple):
    """The first operation whose own local derivative is wrong.

    Attributes:
        node: the node that recorded it.
        operand: the position of the parent, from 0.
        recorded: the local derivative in the graph.
        numerical: the one that differences give.
        text: the finding in a sentence.
    """

    node: Node
    operand: int
    recorded: float
    numerical: float
    text: str


class CheckReport:
    """The verdicts of a gradient check; prints as a table.

    Attributes:
        rows: one for each derivative, in the order of the leaves.
        fault: the first wrong operation, if derivatives disagree and one is at fault.
        notes: what else explains a disagreement.
    """

    def __init__(
        self, rows: Iterable[CheckRow], fault: Fault | None = None, notes: Sequence[str] = ()
    ) -> None:
        self.rows: tuple[CheckRow, ...] = tuple(rows)
        self.fault: Fault | None = fault
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

    def __str__(self) -> str:
        return str(self.table())

    def __rich__(self) -> Any:
        """Show as a table of rich."""
        return self.table().__rich__()

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()  # pyright: ignore[reportPrivateUsage] the notebook protocol


def check(
    loss: Value | Callable[..., Value | float], *xs: Any, order: int = 1, tolerance: float = 1e-6
) -> CheckReport:
    """Compare every derivative with differences.

    Args:
        loss: the end of a graph, whose leaves are moved; or a function of `xs`, which is called
            again, so that a derivative lost on the way (by `.data`, say) is found too.
        xs: for a function: numbers, or lists of them, nested or not.
        order: 1, or 2 for the second derivatives as well.
        tolerance: the relative error up to which two derivatives agree.

    Returns:
        A report with a verdict for each leaf or number.

    Raises:
        GraphError: if `loss` is neither a Value nor a function, or `order` is neither 1 nor 2.
    """
    if order not in (1, 2):
        raise GraphError("order 1 or 2", repr(order), "differentiate first: check(grad(loss, x))")
    if isinstance(loss, Value) and not xs:
        root, targets = loss, leaves([loss])
        slopes = _slopes_of_graph(root, targets)
        names = names_of([root])
        titles = [names[leaf] for leaf in targets]
    elif callable(loss):
        arguments = [_leaves_from(x, f"x{index}") for index, x in enumerate(xs, 1)]
        targets = [leaf for argument in arguments for leaf in _flat(argument)]
        root = _called(loss, arguments)
        noise = noises(root)
        slopes = [_slope_of(loss, arguments, leaf, noise(leaf)) for leaf in targets]
        titles = [str(leaf.label) for leaf in targets]
    else:
        raise GraphError(
            "a Value, or a function and its arguments", f"{loss!r}", "write check(loss)"
        )
    adjoint = adjoints([root], [1.0])
    rows = [
        judge(title, adjoint.get(leaf, 0.0), slope, tolerance)
        for title, leaf, slope in zip(titles, targets, slopes, strict=True)
    ]
    if order == 2:
        rows += _second_order(root, targets, titles, tolerance)
    return _report(root, rows, tolerance)


def _report(root: Value, rows: list[CheckRow], tolerance: float) -> CheckReport:
    report = CheckReport(rows)
    if report.ok:
        return report
    if _is_stale(root):
        stale = "Data was changed after the forward pass: call recompute() on the loss, then check."
        return CheckReport(rows, notes=(stale,))
    fault = _first_fault(root, tolerance)
    outside = (
        "Every operation is right by itself: the function uses a number outside the graph (.data, "
        "detach, no_grad, randomness or state)."
    )
    return CheckReport(rows, fault, () if fault else (outside,))


def _is_stale(root: Value) -> bool:
    """Tell whether the forward pass would give other data now."""
    return any(
        value != node.data and not (isnan(value) and isnan(node.data))
        for node, value in Replay(root).values.items()
    )


def _second_order(
    root: Value, targets: Sequence[Node], titles: Sequence[str], tolerance: float
) -> Iterator[CheckRow]:
    """Check the derivatives of the derivatives, each pair of leaves once."""
    firsts: list[Value] = grad(root, list(targets))
    for i, first in enumerate(firsts):
        adjoint = adjoints([first], [1.0])
        for j, slope in enumerate(_slopes_of_graph(first, targets[i:]), i):
            analytic = adjoint.get(targets[j], 0.0)
            yield judge(f"{titles[i]}, {titles[j]}", analytic, slope, tolerance)


def _slopes_of_graph(root: Value, targets: Sequence[Node]) -> list[Slope]:
    """Differentiate a graph by differences, along each of the given leaves."""
    replay, noise = Replay(root), noises(root)
    return [differentiate(replay.along(leaf), leaf.data, noise(leaf)) for leaf in targets]


# -- what is wrong ----------------------------------------------------------------------------


def _first_fault(root: Value, tolerance: float) -> Fault | None:
    """Check each operation's own local derivatives, in the order of computation."""
    names = names_of([root])
    for node in interior_order([root]):
        positions = [i for i, operand in enumerate(node.operands) if isinstance(operand, Node)]
        for index, position in enumerate(positions):
            slope, recorded = _local_slope(node, position), node.local_derivatives[index]
            row = judge("", recorded, slope, tolerance)
            if row.verdict is Verdict.DISAGREES:
                parent = node.parents[index]
                text = (
                    f"The first wrong operation is {node.operation!r} at {names[node]}: its "
                    f"derivative by {names[parent]} is recorded as {digits(recorded, 8)}, "
                    f"differences give {digits(slope.value, 8)}."
                )
                return Fault(node, index, recorded, slope.value, text)
    return None


def _local_slope(node: Node, position: int) -> Slope:
    operation = node.operation
    assert operation is not None
    floats = [x.data if isinstance(x, Node) else x for x in node.operands]

    def output(x: float) -> float:
        moved = [*floats[:position], x, *floats[position + 1 :]]
        return operation.function(*operation.group(moved))[0]

    return differentiate(output, floats[position])


# -- functions --------------------------------------------------------------------------------


def _leaves_from(x: Any, name: str) -> Any:
    """Make fresh leaves from numbers, in the same structure, named by position."""
    if isinstance(x, list | tuple):
        elements = enumerate(cast("Sequence[Any]", x))
        return [_leaves_from(element, f"{name}[{index}]") for index, element in elements]
    return Value(x.data if isinstance(x, Value) else x, label=name)


def _flat(structure: Any) -> Iterator[Value]:
    if isinstance(structure, Value):
        yield structure
    else:
        for element in structure:
            yield from _flat(element)


def _called(f: Callable[..., Value | float], arguments: Sequence[Any]) -> Value:
    y = f(*arguments)
    return y if isinstance(y, Value) else Value(y)


def _slope_of(
    f: Callable[..., Value | float], arguments: Sequence[Any], leaf: Value, noise: Noise
) -> Slope:
    original = leaf.data

    def output(x: float) -> float:
        leaf.data = x
        try:
            with no_grad():
                return _called(f, arguments).data
        finally:
            leaf.data = original

    return differentiate(output, original, noise)
