"""`compare(a, b)`: the first node where two graphs differ, in structure, value or gradient.

Nodes correspond by their order in the computation. Structure and values are compared from the
leaves up, local derivatives from the end down: in the order in which a difference spreads. Graphs
of different structure may still compute the same, so their ends and leaves are compared as well.

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
from itertools import zip_longest
from math import isnan
from typing import NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node, number
from autodiff.validation import not_negative

from .chain_rule.why import node_of
from .trace import expression_of

_SHOWN = 6  # leaves whose gradients are shown, derivatives of one node


class Kind(Enum):
    """The respect in which two nodes differ."""

    STRUCTURE = "structure"
    VALUE = "value"
    GRADIENT = "gradient"


class Difference(NamedTuple):
    """Two nodes that correspond and differ.

    Attributes:
        kind: the respect in which they differ.
        position: their place in the order of computation, from 1.
        first: the node of the first graph; None if it has no more nodes.
        second: the node of the second graph; None if it has no more nodes, or is a number.
    """

    kind: Kind
    position: int
    first: Node | None
    second: Node | None


class Comparison(Tabular):
    """The comparison of two graphs; prints as a table.

    Attributes:
        difference: the first difference, or None.
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
        """Whether there is no difference."""
        return self.difference is None

    def table(self) -> Table:
        """Return the two nodes side by side as a table of text."""
        found = self.difference
        title = f"the same in structure, value and gradient: {self.size:,} nodes"
        if found is not None:
            place = f"at node {found.position:,} of {self.size:,}"
            if found.position > self.size:
                place = f"at node {found.position:,}: the first has {self.size:,}"
            title = f"the graphs differ first in {found.kind.value}, {place}"
        return Table(title=title, columns=("", "first", "second"), rows=self._rows)


def compare(a: Node, b: Node | float, tolerance: float = 1e-12) -> Comparison:
    """Find the first node where two graphs differ.

    Args:
        a: the end of a graph.
        b: the end of another graph, or the number that `a` should be.
        tolerance: the relative difference up to which two numbers count as equal; finite and at
            least 0, 1e-12 by default.

    Returns:
        The first difference, or that there is none.

    Raises:
        WrongTypeError: if `a` is not a Value.
        OperandError: if `b` is neither a Value nor a real number, or `tolerance` is not one.
        OptionError: if `tolerance` is below 0 or not finite.
    """
    a = node_of(a, "a")
    tolerance = not_negative(tolerance, "the tolerance", "write 1e-12")
    if not isinstance(b, Node):
        return _with_number(Graph([a]), number(b), tolerance)
    graphs = Graph([a]), Graph([b])
    found = _upwards(*graphs, tolerance) or _downwards(*graphs, tolerance)
    rows = _rows_of(graphs, found) if found else []
    by_order = found is None or found.kind is not Kind.STRUCTURE
    return Comparison(found, len(graphs[0].order), [*rows, *_ends(graphs, by_order=by_order)])


def _upwards(one: Graph, other: Graph, tolerance: float) -> Difference | None:
    """Return the first difference in structure or value, from the leaves up."""
    places = [{node: place for place, node in enumerate(graph.order)} for graph in (one, other)]
    pairs = zip_longest(one.order, other.order)
    for position, (first, second) in enumerate(pairs, 1):
        if first is None or second is None:
            return Difference(Kind.STRUCTURE, position, first, second)
        if _structure(first, places[0]) != _structure(second, places[1]):
            return Difference(Kind.STRUCTURE, position, first, second)
        if not _close(first.data, second.data, tolerance):
            return Difference(Kind.VALUE, position, first, second)
    return None


def _downwards(one: Graph, other: Graph, tolerance: float) -> Difference | None:
    """Return the first pair of nodes, from the end, whose local derivatives or adjoints differ.

    The adjoints of both ends are 1, so where local derivatives differ, adjoints start to differ.
    Where paths cancel, adjoints may differ although each local derivative is close to the other.
    """
    for position in reversed(range(len(one.order))):
        first, second = one.order[position], other.order[position]
        pairs = zip(first.local_derivatives, second.local_derivatives, strict=True)
        if not all(_close(x, y, tolerance) for x, y in pairs):
            return Difference(Kind.GRADIENT, position + 1, first, second)
    adjoints = one.adjoints(), other.adjoints()
    for position in reversed(range(len(one.order))):
        first, second = one.order[position], other.order[position]
        if not _close(adjoints[0][first], adjoints[1][second], tolerance):
            return Difference(Kind.GRADIENT, position + 1, first, second)
    return None


def _structure(node: Node, places: dict[Node, int]) -> tuple[object, ...]:
    """Return operation and operands of a node; constants as text, so that nan equals nan."""
    if node.operation is None:
        return ()
    operands = [places[x] if isinstance(x, Node) else repr(x) for x in node.operands]
    return (node.operation.source, *operands)


def _close(x: float, y: float, tolerance: float) -> bool:
    if x == y or (isnan(x) and isnan(y)):
        return True
    return abs(x - y) <= tolerance * max(abs(x), abs(y)) < float("inf")


def _with_number(graph: Graph, wanted: float, tolerance: float) -> Comparison:
    """Compare the end of a graph with a number."""
    end, size = graph.end, len(graph.order)
    if _close(end.data, wanted, tolerance):
        row = ("end: value", digits(end.data), digits(wanted))
        return Comparison(None, size, [row])
    rows = [
        ("node", graph.names[end], "a number"),
        ("computed as", expression_of(end, graph.names), ""),
        ("value", _exactly(end.data), _exactly(wanted)),
    ]
    return Comparison(Difference(Kind.VALUE, size, end, None), size, rows)


def _rows_of(graphs: tuple[Graph, Graph], found: Difference) -> list[tuple[str, str, str]]:
    """Describe the two nodes, with enough digits to tell them apart."""
    columns: list[list[str]] = []
    for node, graph in zip((found.first, found.second), graphs, strict=True):
        if node is None:
            columns.append(["no such node", "", "", ""])
            continue
        names = graph.names
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


def _ends(graphs: tuple[Graph, Graph], *, by_order: bool) -> list[tuple[str, str, str]]:
    """Compare the parts that graphs of any structure have: an end, and leaves that correspond.

    In graphs of one structure leaves correspond by their order, in others by label if they have
    the same labels.
    """
    one, other = graphs
    rows = [("end: value", digits(one.end.data), digits(other.end.data))]
    if len(one.leaves) == len(other.leaves) <= _SHOWN:
        adjoints = one.adjoints(), other.adjoints()
        sorted_leaves = None if by_order else _by_label(one, other)
        for pair in zip(*(sorted_leaves or (one.leaves, other.leaves)), strict=True):
            first, second = (digits(of[leaf]) for of, leaf in zip(adjoints, pair, strict=True))
            names = dict.fromkeys(leaf.label or "leaf" for leaf in pair)
            rows.append((f"gradient of {' and '.join(names)}", first, second))
    return rows


def _by_label(one: Graph, other: Graph) -> tuple[list[Node], list[Node]] | None:
    """Return the leaves in the order of their labels; None if they differ, or are not unique."""
    labels = [{str(leaf.label): leaf for leaf in graph.leaves} for graph in (one, other)]
    if labels[0].keys() != labels[1].keys() or len(labels[0]) < len(one.leaves):
        return None
    return [labels[0][name] for name in sorted(labels[0])], [
        labels[1][name] for name in sorted(labels[1])
    ]
