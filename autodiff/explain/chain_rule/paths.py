"""The chain rule as a sum over paths: how many, the largest products, and what they add up to.

A graph has exponentially many paths, so none of this walks them one by one: the count and the
largest products go from node to node, in one pass from the end. Products are multiplied in the
order of the reverse sweep, so that the product along the only path is the adjoint, to the bit.
Sizes are compared beside them, with an exponent of their own: a product that underflows has its
place all the same. What is not here: exact sums (`sums`), the text of a path (`why`).

>>> from autodiff import Value
>>> a = Value(3.0)
>>> found = paths_between(a, a * a + a)
>>> found.number, found.total, [path.product for path in found.largest]
(3, 7.0, [3.0, 3.0, 1.0])
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest
from math import frexp, isinf, isnan
from operator import attrgetter
from typing import NamedTuple

from autodiff.graph.backprop import adjoints
from autodiff.graph.node import Node
from autodiff.graph.traversal import topological_order


class Path(NamedTuple):
    """One way from a Value to the end of a graph.

    Attributes:
        nodes: from the Value to the end, both included.
        factors: the local derivative of each edge, in the same order.
        product: of the factors.
        positions: for each edge, which of the parents it starts from: `a * a` has two paths.
    """

    nodes: tuple[Node, ...]
    factors: tuple[float, ...]
    product: float
    positions: tuple[int, ...]


class Paths(NamedTuple):
    """All ways from a Value to the end of a graph.

    Attributes:
        number: how many there are, exactly; 0 if the end was not computed from the Value.
        total: the sum of their products, which is the adjoint of the Value.
        largest: those with the largest products by size, in falling order; nan before inf before
            the others. Sizes that differ by less than 2**-52 for each factor may change places.
        nodes: every node on some path, each after its parents.
    """

    number: int
    total: float
    largest: tuple[Path, ...]
    nodes: dict[Node, None]


class _Size(NamedTuple):
    """The size of a product, in the order of these fields: mantissa * 2**exponent if finite."""

    kind: int
    exponent: int = 0
    mantissa: float = 0.0

    def times(self, factor: float) -> _Size:
        """Return the size of the product with one factor more."""
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


_size_of = attrgetter("size")


def paths_between(start: Node, end: Node, most: int = 5) -> Paths:
    """Find the paths from one node to another.

    Args:
        start: where they start.
        end: where they end.
        most: how many of the largest to write out.

    Returns:
        Their number, their sum and the largest of them.
    """
    nodes = between(start, end)
    if start not in nodes:
        return Paths(0, 0.0, (), {})
    counts: dict[Node, int] = {end: 1}
    tails: dict[Node, list[_Tail]] = {end: [_Tail(_ONE, 1.0, end, 0, 1.0, None)]}
    for node in reversed(nodes):
        if node is start:
            continue
        count, rests = counts.pop(node), _kept(tails.pop(node), most)  # frees what is done
        edges = zip(node.parents, node.local_derivatives, strict=True)
        for position, (parent, factor) in enumerate(edges):
            if parent in nodes:
                counts[parent] = counts.get(parent, 0) + count
                tails.setdefault(parent, []).extend(_longer(rests, parent, position, factor))
    largest = nlargest(most, tails[start], key=_size_of)
    total = adjoints([end], [1.0])[start]
    return Paths(counts[start], total, tuple(map(_path, largest)), nodes)


def between(start: Node, end: Node) -> dict[Node, None]:
    """Return the nodes on the way, each after its parents; the start alone if it is the end."""
    found: dict[Node, None] = {}
    for node in topological_order([end]):
        if node is start or any(parent in found for parent in node.parents):
            found[node] = None
    return found


def _longer(rests: Iterable[_Tail], node: Node, position: int, factor: float) -> Iterable[_Tail]:
    for rest in rests:
        product = rest.product * factor
        yield _Tail(rest.size.times(factor), product, node, position, factor, rest)


def _kept(tails: list[_Tail], most: int) -> list[_Tail]:
    """Return what may become a largest path: of zeros too, for a factor inf makes them nan."""
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
