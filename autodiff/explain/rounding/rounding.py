"""`exact(loss)`: the graph again without rounding, so that "bug or floating point?" has an answer.

For every node: how far its value is from what its leaves give in exact arithmetic, and how far
its operation alone is from the exact result of the floats it was given, both in units in the last
place. An operation is right if the second is below 1 or so; a value or a gradient that is far off
all the same was made so by rounding before, and by cancellation. What is not here: the arithmetic
(`precise`).

>>> from autodiff import Value
>>> a = Value(0.1, label="a")
>>> report = exact(a + 0.2 - 0.3)
>>> [round(row.error, 1) for row in report.rows]
[0.0, 0.5, 4503599627370496.0]
>>> report.suspect is None, report.lost.name
(True, 'v2')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import inf, isfinite, isinf, isnan, ulp
from typing import Any, NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.errors import WrongTypeError, described
from autodiff.explain.chain_rule.why import node_of
from autodiff.explain.trace import expression_of
from autodiff.formula.interpret import is_list
from autodiff.formula.tree import Call, Expression, Number, arguments_of, fold
from autodiff.graph.backprop import adjoints
from autodiff.graph.naming import names_of
from autodiff.graph.node import Node
from autodiff.graph.traversal import interior_order
from autodiff.table.operation import Operation

from .exact_arithmetic import EXACT, Precise, Real

_RIGHT = 8.0  # units in the last place that an operation made of several words may be off
_FAR = 1e3  # units beyond which a value is said to be lost to rounding
_SHOWN = 40

Formulas = tuple[Expression, dict[str, Expression]]


class ExactRow(NamedTuple):
    """One node, beside what it is without rounding.

    Attributes:
        node: the node.
        name: its label, or v1, v2, ...
        exact: a Fraction where the operations so far allow it, a number of mpmath, or a float
            that is not finite.
        error: how far the value is from it, in units in the last place.
        own: how far the operation alone is from the exact result of its operands, in units in the
            last place; where its formula rounds on the way, in those of the largest operand times
            its derivative, if that is more: so much a rounding inside may come to.
        gradient: the exact adjoint.
        gradient_error: how far that of a backward pass is from it, in units in the last place.
    """

    node: Node
    name: str
    exact: Real
    error: float
    own: float
    gradient: Real
    gradient_error: float


class Exact(Tabular):
    """A graph beside itself without rounding; prints as a table.

    Attributes:
        rows: one for each node, in the order of computation.
    """

    def __init__(
        self,
        rows: Iterable[ExactRow],
        names: dict[Node, str],
        swept: Mapping[Node, float],
        precise: Precise,
    ) -> None:
        self.rows: tuple[ExactRow, ...] = tuple(rows)
        self._names: dict[Node, str] = names
        self._swept: Mapping[Node, float] = swept
        self._precise: Precise = precise

    @property
    def suspect(self) -> ExactRow | None:
        """The operation that is furthest off by itself, if that is more than rounding."""
        worst = max(self.rows, key=lambda row: row.own)
        return worst if worst.own > _RIGHT else None

    @property
    def lost(self) -> ExactRow | None:
        """The value that is furthest off, if rounding has cost it three digits or more."""
        worst = max(self.rows, key=lambda row: row.error)
        return worst if worst.error > _FAR else None

    @property
    def lost_gradient(self) -> ExactRow | None:
        """The row whose gradient is furthest off, if rounding has cost it three digits or more."""
        worst = max(self.rows, key=lambda row: row.gradient_error)
        return worst if worst.gradient_error > _FAR else None

    def table(self) -> Table:
        """Return the rows as a table of text, with a verdict below."""
        more = len(self.rows) - _SHOWN
        columns = ("name", "expression", "value", "exact", "error", "own", "gradient error")
        notes = [f"... and {more:,} more"] if more > 0 else []
        return Table(
            title="rounding errors in units in the last place",
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
                f"{self.suspect.name} is no rounding: its operation alone is "
                f"{digits(self.suspect.own, 2)} units off."
            )
        worst = self.lost or self.lost_gradient
        if worst is not None:
            of = "" if self.lost else "the gradient of "
            number = worst.node.data if self.lost else self._swept[worst.node]
            what = "lost its digits to rounding before it"
            if isinf(number):
                what = "is beyond the largest float, or was computed from what is"
            return (
                f"Floating point: every operation is right by itself, but {of}{worst.name} {what}."
            )
        return "No bug and little rounding: every operation is right by itself."


def exact(loss: Node, digits: int = 50) -> Exact:
    """Compute a graph and its gradients again without rounding.

    Args:
        loss: the end of the graph.
        digits: of what is not rational, at least 20; that needs mpmath.

    Returns:
        For every node its exact value and adjoint, and how far the floats are from them.

    Raises:
        WrongTypeError: if `loss` is not a Value, or there are too few digits.
        MissingPackageError: if something is not rational, and mpmath is not installed.
    """
    loss = node_of(loss, "the loss")
    if not isinstance(digits, int) or digits < 20:  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise WrongTypeError("20 digits or more", described(digits), "write digits=50")
    names = names_of([loss])
    precise = Precise(digits)
    formulas: dict[Operation, Formulas] = {}
    values: dict[Node, Real] = {}
    own: dict[Node, float] = {}
    for node in names:
        if node.operation is None:
            values[node], own[node] = _given(node.data), 0.0
            continue
        formula = formulas.setdefault(node.operation, node.operation.expanded())[0]
        values[node] = precise.evaluate(formula, _environment(node, values))
        alone = precise.evaluate(formula, _environment(node, {}))
        least = _largest_term(node) if _rounds_inside(formula) else 0.0
        own[node] = _units(node.data, alone, precise, least)
    gradients = _gradients(loss, values, formulas, precise)
    swept = adjoints([loss], [1.0])
    rows = (
        ExactRow(
            node,
            name,
            values[node],
            _error(node.data, values[node], precise),
            own[node],
            gradients[node],
            _error(swept[node], gradients[node], precise),
        )
        for node, name in names.items()
    )
    return Exact(rows, names, swept, precise)


def _given(x: float) -> Real:
    return Fraction(x) if isfinite(x) else x


def _environment(node: Node, values: Mapping[Node, Real]) -> dict[str, Any]:
    """Return the operands of a node by name: exact ones, else the floats as they are."""
    operation = node.operation
    assert operation is not None
    numbers = [
        values.get(x, _given(x.data)) if isinstance(x, Node) else _given(x) for x in node.operands
    ]
    return dict(zip(operation.operands, operation.group(numbers), strict=True))


def _gradients(
    loss: Node,
    values: Mapping[Node, Real],
    formulas: Mapping[Operation, Formulas],
    precise: Precise,
) -> dict[Node, Real]:
    """Return the exact adjoints: the reverse sweep, with exact local derivatives."""
    adjoint: dict[Node, Real] = {loss: Fraction(1)}
    for node in reversed(interior_order([loss])):
        operation = node.operation
        assert operation is not None
        environment = _environment(node, values)
        derivatives: list[Real] = []
        for name, formula in formulas[operation][1].items():
            operand = environment[name]
            result = precise.evaluate(formula, {**environment, "out": values[node]})
            if is_list(operand):
                derivatives += result if is_list(result) else [result] * len(operand)
            else:
                derivatives.append(result)
        for operand, derivative in zip(node.operands, derivatives, strict=False):
            if isinstance(operand, Node):
                part = precise.apply("mul", [adjoint[node], derivative])
                known = adjoint.get(operand, Fraction(0))
                adjoint[operand] = precise.apply("add", [known, part])
    return adjoint


def _largest_term(node: Node) -> float:
    """Return the size of the largest operand times its derivative: a sum is made of these.

    An operand that is off by one unit moves the result by a unit of this size.
    """
    pairs = zip(node.parents, node.local_derivatives, strict=True)
    sizes = (abs(x.data * derivative) for x, derivative in pairs)
    return max(filter(isfinite, sizes), default=0.0)


def _rounds_inside(formula: Expression) -> bool:
    """Tell whether a formula rounds more than once: one word alone has only its last rounding."""

    def combine(tree: Expression, below: list[int]) -> int:
        is_constant = all(isinstance(x, Number) for x in arguments_of(tree))
        rounds = isinstance(tree, Call) and tree.function not in EXACT and not is_constant
        return sum(below) + rounds

    return fold(formula, arguments_of, combine) > 1


def _error(x: float, wanted: Real, precise: Precise) -> float:
    """Return how far a number is off; inf where it overflowed, though IEEE arithmetic says so."""
    if isinf(x) and not isinstance(wanted, float):
        return inf
    return _units(x, wanted, precise)


def _units(x: float, wanted: Real, precise: Precise, least: float = 0.0) -> float:
    """Return how far a float is from an exact number, in units in the last place.

    Args:
        x: the float.
        wanted: the exact number, whose units these are.
        precise: the arithmetic.
        least: a number whose units are taken where they are larger.
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
