"""`exact(loss)`: the graph again without rounding, which answers "a bug, or floating point?".

Each node has two errors in ulps: that of its value, against exact arithmetic from the leaves, and
that of its operation alone, against the exact result for the floats it was given. An operation is
right if the second is about 1 or less; if its value or gradient is far off all the same, earlier
rounding and cancellation are the reason.

Numbers that are not rational are enclosed between bounds. The digits are doubled until the bounds
are a thousandth of an ulp apart, so that no cancellation or saturation hides an error.

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
from math import inf, isfinite, isinf, isnan, nan, ulp
from typing import Any, NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.explain.chain_rule.why import node_of
from autodiff.explain.trace import expression_of
from autodiff.formula.interpret import is_list
from autodiff.formula.tree import Call, Expression, Number, arguments_of, fold
from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.validation import whole

from .exact_arithmetic import EXACT, Precise, Real, real

_RIGHT = 8.0  # ulps that an operation composed of several functions may be off
_FAR = 1e3  # ulps beyond which a value counts as lost to rounding
_SHOWN = 40
_MOST = 6400  # digits
_WORK = 2_000_000  # digits times nodes


class ExactRow(NamedTuple):
    """One node, beside its exact value.

    Attributes:
        node: the node.
        name: its label, or v1, v2, ...
        exact: a Fraction where the operations so far allow it, a number of mpmath, or a float
            that is not finite.
        certain: whether the digits were enough for `exact`, `error` and `own`.
        error: the error of the value, in ulps.
        own: the error of the operation alone, for the floats it was given, in ulps. If its formula
            rounds on the way, these are the ulps of the largest operand times its derivative,
            where that is larger: an inner rounding may contribute so much.
        gradient: the exact adjoint.
        gradient_error: the error of the adjoint of a backward pass, in ulps.
        gradient_certain: whether the digits were enough for these.

    An error that is not certain is nan.
    """

    node: Node
    name: str
    exact: Real
    error: float
    own: float
    gradient: Real
    gradient_error: float
    certain: bool
    gradient_certain: bool


class Exact(Tabular):
    """A graph beside its exact values; prints as a table.

    Attributes:
        rows: one for each node, in the order of computation.
        digits: of numbers that are not rational.
    """

    def __init__(self, rows: Iterable[ExactRow], attempt: _Attempt) -> None:
        self.rows: tuple[ExactRow, ...] = tuple(rows)
        self.digits: int = attempt.precise.digits
        self._attempt: _Attempt = attempt

    @property
    def certain(self) -> bool:
        """Whether the digits were enough for every value and gradient."""
        return all(row.certain and row.gradient_certain for row in self.rows)

    @property
    def suspect(self) -> ExactRow | None:
        """The operation with the largest error of its own, if that is more than rounding."""
        return self._worst([row.own for row in self.rows], _RIGHT)

    @property
    def lost(self) -> ExactRow | None:
        """The value with the largest error, if rounding has cost it three digits or more."""
        return self._worst([row.error for row in self.rows], _FAR)

    @property
    def lost_gradient(self) -> ExactRow | None:
        """The row with the largest gradient error, if rounding has cost three digits or more."""
        return self._worst([row.gradient_error for row in self.rows], _FAR)

    def _worst(self, errors: list[float], least: float) -> ExactRow | None:
        worst = max(range(len(errors)), key=lambda i: -1.0 if isnan(errors[i]) else errors[i])
        return self.rows[worst] if errors[worst] > least else None

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
                    expression_of(row.node, self._attempt.graph.names),
                    digits(row.node.data),
                    self._attempt.precise.text(self._attempt.values[row.node]),
                    *map(_shown, (row.error, row.own, row.gradient_error)),
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
        unsettled = [row.name for row in self.rows if not row.certain]
        unsettled += [f"the gradient of {x.name}" for x in self.rows if not x.gradient_certain]
        if unsettled:
            more = f", nor {len(unsettled) - 1:,} more" if len(unsettled) > 1 else ""
            return f"Not certain: {self.digits:,} digits do not settle {unsettled[0]}{more}."
        worst = self.lost or self.lost_gradient
        if worst is not None:
            of = "" if self.lost else "the gradient of "
            number = worst.node.data if self.lost else self._attempt.adjoint[worst.node]
            what = "lost its digits to earlier rounding"
            if isinf(number):
                what = "is beyond the largest float, or follows from such a number"
            return (
                "Floating point: each operation is correct on its own, "
                f"but {of}{worst.name} {what}."
            )
        return "No bug, and little rounding: each operation is accurate."


def exact(loss: Node, digits: int = 50, *, names: Mapping[str, object] | None = None) -> Exact:
    """Compute a graph and its gradients again without rounding.

    An error is given in ulps, units in the last place: the distance between the exact number and
    the next float (Higham 2002, Accuracy and Stability of Numerical Algorithms).

    Args:
        loss: the end of the graph.
        digits: the digits to start with for numbers that are not rational, at least 20; 50 by
            default. They are doubled until every number is certain, up to 6,400, less in graphs
            of more than 300 nodes.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        The exact value and adjoint of every node, and the errors of the floats; what so many
        digits do not settle is marked.

    Raises:
        WrongTypeError: if `loss` is not a Value, `digits` is not an int, or `names` not a mapping.
        OptionError: if `digits` is below 20.
        MissingPackageError: if a number is not rational, and mpmath is not installed.
    """
    graph = Graph([node_of(loss, "loss")], names)
    digits = whole(digits, 20, "the number of digits")
    most = max(digits, min(_MOST, _WORK // len(graph.order)))
    adjoint = graph.adjoints()
    while True:
        attempt = _Attempt(graph, adjoint, Precise(digits))
        report = Exact(map(attempt.row, graph.order), attempt)
        if report.certain or digits == most:
            return report
        digits = min(2 * digits, most)


class _Attempt:
    """A graph in exact arithmetic of some digits.

    Attributes:
        graph: the graph.
        adjoint: its adjoints, as floats.
        precise: the arithmetic.
        values: the exact values.
    """

    def __init__(self, graph: Graph, adjoint: Mapping[Node, float], precise: Precise) -> None:
        self.graph: Graph = graph
        self.adjoint: Mapping[Node, float] = adjoint
        self.precise: Precise = precise
        self.values: dict[Node, Real] = {}
        for node in graph.order:
            operation = node.operation
            self.values[node] = (
                real(node.data)
                if operation is None
                else precise.evaluate(operation.expanded()[0], _environment(node, self.values))
            )
        self._gradients: dict[Node, Real] = _gradients(graph, self.values, precise)

    def row(self, node: Node) -> ExactRow:
        """Return a node beside its exact value and adjoint."""
        precise, value, gradient = self.precise, self.values[node], self._gradients[node]
        own = 0.0
        if node.operation is not None:
            formula = node.operation.expanded()[0]
            alone = precise.evaluate(formula, _environment(node, {}))
            least = _largest_term(node) if _rounds_inside(formula) else 0.0
            own = _ulps(node.data, alone, precise, least)
        error = _error(node.data, value, precise)
        gradient_error = _error(self.adjoint[node], gradient, precise)
        return ExactRow(
            node,
            self.graph.names[node],
            precise.middle(value),
            error,
            own,
            precise.middle(gradient),
            gradient_error,
            certain=precise.is_certain(value) and (own >= 0.0 or isnan(node.data)),
            gradient_certain=precise.is_certain(gradient),
        )


def _environment(node: Node, values: Mapping[Node, Real]) -> dict[str, Any]:
    """Return the operands of a node by name: the given values, else their floats."""
    operation = node.operation
    assert operation is not None
    numbers = [
        real(values.get(x, x.data)) if isinstance(x, Node) else real(x) for x in node.operands
    ]
    return dict(zip(operation.operands, operation.group(numbers), strict=True))


def _gradients(graph: Graph, values: Mapping[Node, Real], precise: Precise) -> dict[Node, Real]:
    """Return the exact adjoints: the reverse sweep, with exact local derivatives."""

    def through(node: Node, outer: Real) -> Iterator[tuple[Node, Real]]:
        if node.operation is None:
            return
        environment = _environment(node, values)
        derivatives: list[Real] = []
        for name, formula in node.operation.expanded()[1].items():
            operand = environment[name]
            result = precise.evaluate(formula, {**environment, "out": real(values[node])})
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
    if isinf(x) and not isinstance(wanted, float) and precise.is_certain(wanted):
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
    if not precise.is_certain(wanted, least):
        return nan
    nearest = precise.float_of(wanted)
    if x == wanted or (isnan(x) and isnan(nearest)):
        return 0.0
    if not isfinite(x) or not isfinite(nearest):
        return 0.0 if x == nearest else inf
    gap = precise.apply("abs", [precise.apply("sub", [real(x), wanted])])
    return precise.float_of(precise.apply("div", [gap, ulp(max(abs(nearest), least))]))


def _shown(error: float) -> str:
    return "?" if isnan(error) else digits(error, 2)
