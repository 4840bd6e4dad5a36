"""The chain rule as a sum over paths: how many there are, the largest products, and their sum.

A graph has exponentially many paths, so they are never walked one by one: the count and the
largest products go from node to node, in one reverse sweep. Products are multiplied in the order
of that sweep, so that the product along the only path is the adjoint, to the bit. Sizes are
compared with an exponent of their own, so that even products that underflow have an order.

>>> from autodiff import Value
>>> a = Value(3.0)
>>> found = paths_between(a, a * a + a)
>>> found.number, found.total, [path.product for path in found.largest]
(3, 7.0, [3.0, 3.0, 1.0])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nlargest
from math import frexp, isinf, isnan
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node


class Path(NamedTuple):
    """One path from a node to the end of a graph.

    Attributes:
        nodes: from the node to the end, both included.
        factors: the local derivative of each edge, in the same order.
        product: of the factors.
        positions: for each edge, the position of the parent it starts from: `a * a` has two paths.
    """

    nodes: tuple[Node, ...]
    factors: tuple[float, ...]
    product: float
    positions: tuple[int, ...]


class Span:
    """The part of a graph that lies on paths from a node to the end.

    Args:
        start: the node.
        graph: the graph, with one root.

    Attributes:
        start: the node.
        end: the root of the graph.
        nodes: every node on a path, each after its parents; empty if there is no path.
        total: the adjoint of the node.
    """

    def __init__(self, start: Node, graph: Graph) -> None:
        self.start: Node = start
        self.end: Node = graph.end
        self.nodes: dict[Node, None] = {}
        for node in graph.order:
            if node is start or not self.nodes.keys().isdisjoint(node.parents):
                self.nodes[node] = None
        self.total: float = graph.adjoints()[start] if self.nodes else 0.0

    def edges(self, node: Node) -> Iterator[tuple[int, Node, float]]:
        """Yield position, parent and local derivative for each parent of a node on a path."""
        if node is self.start:
            return
        pairs = zip(node.parents, node.local_derivatives, strict=True)
        for position, (parent, factor) in enumerate(pairs):
            if parent in self.nodes:
                yield position, parent, factor


class Paths(NamedTuple):
    """All paths from a node to the end of a graph.

    Attributes:
        number: how many there are, exactly; 0 if the end was not computed from the node.
        total: the sum of their products, which is the adjoint of the node.
        largest: those with the largest products by size, in falling order; nan before inf before
            the others. Sizes that differ by less than 2**-52 for each factor may change places.
        span: the part of the graph that they cover.
    """

    number: int
    total: float
    largest: tuple[Path, ...]
    span: Span

    @property
    def nodes(self) -> dict[Node, None]:
        """Every node on a path, each after its parents."""
        return self.span.nodes


class _Size(NamedTuple):
    """The size of a product, ordered by its fields: mantissa * 2**exponent if it is finite."""

    kind: int
    exponent: int = 0
    mantissa: float = 0.0

    def times(self, factor: float) -> _Size:
        """Return the size of the product with one more factor."""
        kind = _kind(factor)
        if kind == self.kind == _FINITE:
            mantissa, exponent = frexp(factor)
            mantissa, carried = frexp(self.mantissa * abs(mantissa))
            return _Size(_FINITE, self.exponent + exponent + carried, mantissa)
        kinds = {kind, self.kind}
        if _NAN in kinds or kinds == {_ZERO, _INFINITE}:
            return _Size(_NAN)
        return _Size(_INFINITE if _INFINITE in kinds else _ZERO)


_ZERO, _FINITE, _INFINITE, _NAN = range(4)
_ONE = _Size(_FINITE, 1, 0.5)


class _Tail(NamedTuple):
    """The rest of a path, from a node to the end: a linked list that many paths share."""

    size: _Size
    product: float
    node: Node
    position: int
    factor: float
    rest: _Tail | None


_Tails: TypeAlias = tuple[int, list[_Tail]]  # how many there are, and those that may be largest
_size_of = attrgetter("size")


def paths_between(start: Node, end: Node | Graph, most: int = 5) -> Paths:
    """Find the paths from one node to another.

    Args:
        start: where they start.
        end: where they end: a node, or the graph below it.
        most: how many of the largest to list.

    Returns:
        Their number, their sum and the largest of them.
    """
    return paths_of(Span(start, end if isinstance(end, Graph) else Graph([end])), most)


def paths_of(span: Span, most: int) -> Paths:
    """Return the number of paths in a span, their sum, and as many of the largest."""

    def through(node: Node, tails: _Tails) -> Iterator[tuple[Node, _Tails]]:
        count, rests = tails[0], _kept(tails[1], most)
        for position, parent, factor in span.edges(node):
            yield parent, (count, list(_longer(rests, parent, position, factor)))

    ends: list[tuple[Node, _Tails]] = [(span.end, (1, [_Tail(_ONE, 1.0, span.end, 0, 1.0, None)]))]
    number, largest = 0, list[_Tail]()
    for node, tails in sweep(list(span.nodes), ends, through, _joined):
        if node is span.start:
            number, largest = tails[0], nlargest(most, tails[1], key=_size_of)
    return Paths(number, span.total, tuple(map(_path, largest)), span)


def _joined(one: _Tails, other: _Tails) -> _Tails:
    one[1].extend(other[1])
    return one[0] + other[0], one[1]


def _longer(rests: Iterable[_Tail], node: Node, position: int, factor: float) -> Iterable[_Tail]:
    for rest in rests:
        product = rest.product * factor
        yield _Tail(rest.size.times(factor), product, node, position, factor, rest)


def _kept(tails: list[_Tail], most: int) -> list[_Tail]:
    """Return those that may become a largest path: zeros too, for a factor inf makes them nan."""
    if len(tails) <= most:
        return tails
    kinds: dict[int, list[_Tail]] = {}
    for tail in tails:
        kinds.setdefault(tail.size.kind, []).append(tail)
    return [tail for each in kinds.values() for tail in nlargest(most, each, key=_size_of)]


def _kind(factor: float) -> int:
    if isnan(factor):
        return _NAN
    return _INFINITE if isinf(factor) else _FINITE if factor else _ZERO


def _path(tail: _Tail) -> Path:
    nodes, factors, positions = [tail.node], list[float](), list[int]()
    step = tail
    while step.rest is not None:
        factors.append(step.factor)
        positions.append(step.position)
        step = step.rest
        nodes.append(step.node)
    return Path(tuple(nodes), tuple(factors), tail.product, tuple(positions))
