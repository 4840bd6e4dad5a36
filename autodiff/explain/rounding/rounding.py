"""`exact(loss)`: the graph again without rounding, which answers "a bug, or floating point?".

Each node has two errors in ulps: that of its value, against exact arithmetic from the leaves, and
that of its operation alone, against the exact result for the floats it was given. An operation is
right if the second is about 1 or less; if its value or gradient is far off all the same, earlier
rounding and cancellation are the reason.

>>> from autodiff import Value
>>> a = Value(0.1, label="a")
>>> report = exact(a + 0.2 - 0.3)
>>> [round(row.error, 1) for row in report.rows]
[0.0, 0.5, 4503599627370496.0]
>>> report.suspect is None, report.lost.name
(True, 'v2')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import inf, isfinite, isinf, isnan, ulp
from typing import Any, NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.errors import WrongTypeError, described
from autodiff.explain.chain_rule.why import node_of
from autodiff.explain.trace import expression_of
from autodiff.formula.interpret import is_list
from autodiff.formula.tree import Call, Expression, Number, arguments_of, fold
from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.table.operation import Operation

from .exact_arithmetic import EXACT, Precise, Real

_RIGHT = 8.0  # ulps that an operation composed of several functions may be off
_FAR = 1e3  # ulps beyond which a value counts as lost to rounding
_SHOWN = 40

Formulas = tuple[Expression, dict[str, Expression]]


class ExactRow(NamedTuple):
    """One node, beside its exact value.

    Attributes:
        node: the node.
        name: its label, or v1, v2, ...
        exact: a Fraction where the operations so far allow it, a number of mpmath, or a float
            that is not finite.
        error: the error of the value, in ulps.
        own: the error of the operation alone, for the floats it was given, in ulps. If its formula
            rounds on the way, these are the ulps of the largest operand times its derivative,
            where that is larger: an inner rounding may contribute so much.
        gradient: the exact adjoint.
        gradient_error: the error of the adjoint of a backward pass, in ulps.
    """

    node: Node
    name: str
    exact: Real
    error: float
    own: float
    gradient: Real
    gradient_error: float


class Exact(Tabular):
    """A graph beside its exact values; prints as a table.

    Attributes:
        rows: one for each node, in the order of computation.
    """

    def __init__(
        self,
        rows: Iterable[ExactRow],
        names: Mapping[Node, str],
        adjoint: Mapping[Node, float],
        precise: Precise,
    ) -> None:
        self.rows: tuple[ExactRow, ...] = tuple(rows)
        self._names: Mapping[Node, str] = names
        self._adjoint: Mapping[Node, float] = adjoint
        self._precise: Precise = precise

    @property
    def suspect(self) -> ExactRow | None:
        """The operation with the largest error of its own, if that is more than rounding."""
        worst = max(self.rows, key=lambda row: row.own)
        return worst if worst.own > _RIGHT else None

    @property
    def lost(self) -> ExactRow | None:
        """The value with the largest error, if rounding has cost it three digits or more."""
        worst = max(self.rows, key=lambda row: row.error)
        return worst if worst.error > _FAR else None

    @property
    def lost_gradient(self) -> ExactRow | None:
        """The row with the largest gradient error, if rounding has cost three digits or more."""
        worst = max(self.rows, key=lambda row: row.gradient_error)
        return worst if worst.gradient_error > _FAR else None

    def table(self) -> Table:
        """Return the rows as a table of text, with a verdict below."""
        more = len(self.rows) - _SHOWN
        columns = ("name", "expression", "value", "exact", "error", "own", "gradient error")
        notes = [f"... and {more:,} more"] if more > 0 else []
        return Table(
            title="rounding errors in ulps (units in the last place)",
            columns=columns,
            rows=[
                (
                    row.name,
                    expression_of(row.node, self._names),
                    digits(row.node.data),
                    self._precise.text(row.exact),
                    digits(row.error, 2),
                    digits(row.own, 2),
                    digits(row.gradient_error, 2),
                )
                for row in self.rows[:_SHOWN]
            ],
            notes=(*notes, self._verdict()),
        )

    def _verdict(self) -> str:
        if self.suspect is not None:
            return (
                f"{self.suspect.name} is off by more than rounding: its operation alone is "
                f"{digits(self.suspect.own, 2)} ulps off."
            )
        worst = self.lost or self.lost_gradient
        if worst is not None:
            of = "" if self.lost else "the gradient of "
            number = worst.node.data if self.lost else self._adjoint[worst.node]
            what = "lost its digits to earlier rounding"
            if isinf(number):
                what = "is beyond the largest float, or was computed from such a number"
            return (
                f"Floating point: every operation is right by itself, but {of}{worst.name} {what}."
            )
        return "No bug and little rounding: every operation is right by itself."


def exact(loss: Node, digits: int = 50) -> Exact:
    """Compute a graph and its gradients again without rounding.

    Args:
        loss: the end of the graph.
        digits: the digits of numbers that are not rational, at least 20.

    Returns:
        The exact value and adjoint of every node, and the errors of the floats.

    Raises:
        WrongTypeError: if `loss` is not a Value, or `digits` is not an int of at least 20.
        MissingPackageError: if a number is not rational, and mpmath is not installed.
    """
    graph = Graph([node_of(loss, "the loss")])
    if not isinstance(digits, int) or digits < 20:  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise WrongTypeError("20 digits or more", described(digits), "write digits=50")
    precise = Precise(digits)
    formulas: dict[Operation, Formulas] = {}
    values: dict[Node, Real] = {}
    own: dict[Node, float] = {}
    for node in graph.order:
        if node.operation is None:
            values[node], own[node] = _given(node.data), 0.0
            continue
        formula = formulas.setdefault(node.operation, node.operation.expanded())[0]
        values[node] = precise.evaluate(formula, _environment(node, values))
        alone = precise.evaluate(formula, _environment(node, {}))
        least = _largest_term(node) if _rounds_inside(formula) else 0.0
        own[node] = _ulps(node.data, alone, precise, least)
    gradients = _gradients(graph, values, formulas, precise)
    adjoint = graph.adjoints()
    rows = (
        ExactRow(
            node,
            name,
            values[node],
            _error(node.data, values[node], precise),
            own[node],
            gradients[node],
            _error(adjoint[node], gradients[node], precise),
        )
        for node, name in graph.names.items()
    )
    return Exact(rows, graph.names, adjoint, precise)


def _given(x: float) -> Real:
    return Fraction(x) if isfinite(x) else x


def _environment(node: Node, values: Mapping[Node, Real]) -> dict[str, Any]:
    """Return the operands of a node by name: the given values, else their floats."""
    operation = node.operation
    assert operation is not None
    numbers = [
        values.get(x, _given(x.data)) if isinstance(x, Node) else _given(x) for x in node.operands
    ]
    return dict(zip(operation.operands, operation.group(numbers), strict=True))


def _gradients(
    graph: Graph,
    values: Mapping[Node, Real],
    formulas: Mapping[Operation, Formulas],
    precise: Precise,
) -> dict[Node, Real]:
    """Return the exact adjoints: the reverse sweep, with exact local derivatives."""

    def through(node: Node, outer: Real) -> Iterator[tuple[Node, Real]]:
        if node.operation is None:
            return
        environment = _environment(node, values)
        derivatives: list[Real] = []
        for name, formula in formulas[node.operation][1].items():
            operand = environment[name]
            result = precise.evaluate(formula, {**environment, "out": values[node]})
            if is_list(operand):
                derivatives += result if is_list(result) else [result] * len(operand)
            else:
                derivatives.append(result)
        for operand, derivative in zip(node.operands, derivatives, strict=False):
            if isinstance(operand, Node):
                yield operand, precise.apply("mul", [outer, derivative])

    def plus(one: Real, other: Real) -> Real:
        return precise.apply("add", [one, other])

    return dict(sweep(graph.order, [(graph.end, Fraction(1))], through, plus))


def _largest_term(node: Node) -> float:
    """Return the size of the largest operand times its derivative.

    An operand that is off by one ulp moves the result by an ulp of this size.
    """
    pairs = zip(node.parents, node.local_derivatives, strict=True)
    sizes = (abs(x.data * derivative) for x, derivative in pairs)
    return max(filter(isfinite, sizes), default=0.0)


def _rounds_inside(formula: Expression) -> bool:
    """Tell whether a formula rounds more than once: a single function rounds only its result."""

    def combine(tree: Expression, below: list[int]) -> int:
        is_constant = all(isinstance(x, Number) for x in arguments_of(tree))
        rounds = isinstance(tree, Call) and tree.function not in EXACT and not is_constant
        return sum(below) + rounds

    return fold(formula, arguments_of, combine) > 1


def _error(x: float, wanted: Real, precise: Precise) -> float:
    """Return the error of a float in ulps; inf for an overflow where the exact number is finite."""
    if isinf(x) and not isinstance(wanted, float):
        return inf
    return _ulps(x, wanted, precise)


def _ulps(x: float, wanted: Real, precise: Precise, least: float = 0.0) -> float:
    """Return the distance of a float from an exact number, in ulps of the latter.

    Args:
        x: the float.
        wanted: the exact number.
        precise: the arithmetic.
        least: a number whose ulps are taken instead if they are larger.
    """
    nearest = precise.float_of(wanted)
    if x == wanted or (isnan(x) and isnan(nearest)):
        return 0.0
    if not isfinite(x) or not isfinite(nearest):
        return 0.0 if x == nearest else inf
    gap = precise.apply("sub", [x, wanted])
    return precise.float_of(
        precise.apply("div", [precise.apply("abs", [gap]), ulp(max(abs(nearest), least))])
    )
