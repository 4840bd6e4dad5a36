"""`compare(a, b)`: the first node where two graphs differ, in structure, value or gradient.

Nodes correspond by their order in the computation. Structure and values are compared from the
leaves up, gradients from the end down, for that is where a difference begins. Graphs of another
structure may still agree in what matters: their ends and their leaves are compared as well.
What is not here: gradients against differences (`autodiff.check`).

>>> from autodiff import Value
>>> def loss(x):
...     return (x * 2 - 1)**2
>>> print(compare(loss(Value(3.0, label="x")), loss(Value(4.0, label="x"))))
the graphs differ first in value, at node 1 of 4
               first  second
─────────────  ─────  ──────
node           x      x
computed as
value          3      4
end: value     25     49
gradient of x  20     28
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import isnan
from typing import NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.errors import WrongTypeError, described
from autodiff.graph.backprop import adjoints
from autodiff.graph.naming import names_of
from autodiff.graph.node import Node, number
from autodiff.graph.traversal import interior_order, topological_order

from .chain_rule.why import node_of
from .trace import expression_of

_SHOWN = 6  # leaves whose gradients are shown, derivatives of one node


class Kind(Enum):
    """In what two nodes differ."""

    STRUCTURE = "structure"
    VALUE = "value"
    GRADIENT = "gradient"


class Difference(NamedTuple):
    """Two nodes that correspond and differ.

    Attributes:
        kind: in what they differ.
        position: their place in the order of computation, from 1.
        first: the node of the first graph; None if it has no more nodes.
        second: the node of the second graph, likewise; None if that is a number.
    """

    kind: Kind
    position: int
    first: Node | None
    second: Node | None


class Comparison(Tabular):
    """What a comparison of two graphs came to; prints as a table.

    Attributes:
        difference: the first one, or None.
        size: how many nodes the first graph has.
    """

    def __init__(
        self, difference: Difference | None, size: int, rows: Sequence[tuple[str, str, str]]
    ) -> None:
        self.difference: Difference | None = difference
        self.size: int = size
        self._rows: tuple[tuple[str, str, str], ...] = tuple(rows)

    @property
    def same(self) -> bool:
        """Whether the graphs do not differ."""
        return self.difference is None

    def table(self) -> Table:
        """Return the two nodes side by side as a table of text."""
        found = self.difference
        title = f"the same in structure, value and gradient: {self.size:,} nodes"
        if found is not None:
            place = f"at node {found.position:,} of {self.size:,}"
            title = f"the graphs differ first in {found.kind.value}, {place}"
        return Table(title=title, columns=("", "first", "second"), rows=self._rows)


def compare(a: Node, b: Node | float, tolerance: float = 1e-12) -> Comparison:
    """Find the first node where two graphs differ.

    Args:
        a: the end of a graph.
        b: the end of another one, or the number that `a` should be.
        tolerance: the relative difference of two numbers that still counts as none.

    Returns:
        The first difference, or that there is none.

    Raises:
        WrongTypeError: if `a` is no Value, `b` is neither a Value nor a number, or the tolerance is
            not a number of at least 0.
    """
    a = node_of(a, "the first graph")
    if not isinstance(tolerance, int | float) or not tolerance >= 0:  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise WrongTypeError("a tolerance of at least 0", described(tolerance), "write 1e-12")
    if not isinstance(b, Node):
        return _with_number(a, number(b), tolerance)
    left, right = topological_order([a]), topological_order([b])
    swept = adjoints([a], [1.0]), adjoints([b], [1.0])
    found = _upwards(left, right, tolerance)
    found = found or _downwards(left, right, tolerance)
    rows = _rows_of((a, b), found) if found else []
    return Comparison(found, len(left), [*rows, *_ends((a, b), swept)])


def _upwards(left: list[Node], right: list[Node], tolerance: float) -> Difference | None:
    """Return the first difference in structure or value, from the leaves up."""
    places = [{node: place for place, node in enumerate(order)} for order in (left, right)]
    for position in range(max(len(left), len(right))):
        if position >= min(len(left), len(right)):
            first = left[position] if position < len(left) else None
            second = right[position] if position < len(right) else None
            return Difference(Kind.STRUCTURE, position + 1, first, second)
        first, second = left[position], right[position]
        if _structure(first, places[0]) != _structure(second, places[1]):
            return Difference(Kind.STRUCTURE, position + 1, first, second)
        if not _close(first.data, second.data, tolerance):
            return Difference(Kind.VALUE, position + 1, first, second)
    return None


def _downwards(left: list[Node], right: list[Node], tolerance: float) -> Difference | None:
    """Return the first node, from the end, whose derivative by an operand differs.

    That is where adjoints part: those of both ends are 1.
    """
    for position in reversed(range(len(left))):
        first, second = left[position], right[position]
        pairs = zip(first.local_derivatives, second.local_derivatives, strict=True)
        if not all(_close(x, y, tolerance) for x, y in pairs):
            return Difference(Kind.GRADIENT, position + 1, first, second)
    return None


def _structure(node: Node, places: dict[Node, int]) -> tuple[object, ...]:
    """Return what a node is computed by and from; constants as text, so that nan equals nan."""
    if node.operation is None:
        return ()
    operands = [places[x] if isinstance(x, Node) else repr(x) for x in node.operands]
    return (node.operation.source, *operands)


def _close(x: float, y: float, tolerance: float) -> bool:
    if x == y or (isnan(x) and isnan(y)):
        return True
    return abs(x - y) <= tolerance * max(abs(x), abs(y)) < float("inf")


def _with_number(a: Node, wanted: float, tolerance: float) -> Comparison:
    """Compare the end of a graph with a number."""
    order = topological_order([a])
    if _close(a.data, wanted, tolerance):
        row = ("end: value", digits(a.data), digits(wanted))
        return Comparison(None, len(order), [row])
    names = names_of([a])
    rows = [
        ("node", names[a], "a number"),
        ("computed as", expression_of(a, names), ""),
        ("value", _exactly(a.data), _exactly(wanted)),
    ]
    return Comparison(Difference(Kind.VALUE, len(order), a, None), len(order), rows)


def _rows_of(roots: tuple[Node, Node], found: Difference) -> list[tuple[str, str, str]]:
    """Describe the two nodes, with as many digits as it takes to tell them apart."""
    columns: list[list[str]] = []
    for node, root in zip((found.first, found.second), roots, strict=True):
        names = names_of([root])
        if node is None:
            columns.append(["no such node", "", "", ""])
            continue
        derivatives = zip(node.parents, node.local_derivatives, strict=True)
        shown = [f"∂/∂{names[x]} = {_exactly(y)}" for x, y in derivatives][:_SHOWN]
        columns.append(
            [names[node], expression_of(node, names), _exactly(node.data), ", ".join(shown)]
        )
    titles = ["node", "computed as", "value", "local derivatives"]
    rows = list(zip(titles, *columns, strict=True))
    return rows if found.kind is Kind.GRADIENT else rows[:3]


def _exactly(x: float) -> str:
    return repr(x).removesuffix(".0")


def _ends(
    roots: tuple[Node, Node], swept: Sequence[dict[Node, float]]
) -> list[tuple[str, str, str]]:
    """Compare what graphs of any structure have: an end, and leaves that correspond."""
    rows = [("end: value", digits(roots[0].data), digits(roots[1].data))]
    leaves = [_leaves(root) for root in roots]
    if len(leaves[0]) == len(leaves[1]) <= _SHOWN:
        for one, other in zip(*leaves, strict=True):
            name = f"gradient of {one.label or 'leaf'}"
            texts = [digits(s.get(x, 0.0)) for s, x in zip(swept, (one, other), strict=True)]
            rows.append((name, texts[0], texts[1]))
    return rows


def _leaves(root: Node) -> list[Node]:
    """Return the leaves of a graph: by label where all have different ones, else in order."""
    inner = set(interior_order([root]))
    found = [node for node in topological_order([root]) if node not in inner]
    labels = {node.label for node in found}
    if None not in labels and len(labels) == len(found):
        found.sort(key=lambda node: str(node.label))
    return found
