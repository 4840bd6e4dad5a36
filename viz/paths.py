"""The chain rule as a sum over paths: how many, the largest products, and what they add up to.

A graph has exponentially many paths, so none of this walks them one by one: the count and the
largest products go from node to node, in one pass from the end. Products are multiplied in the
order of the reverse sweep, so that the product along the only path is the adjoint, to the bit.
What is not here: how paths are marked in a picture (`dot`, `path_table`).

>>> from autodiff import Value
>>> a = Value(3.0)
>>> found = paths_between(a, a * a + a)
>>> found.number, found.total, [path.product for path in found.largest]
(3, 7.0, [3.0, 3.0, 1.0])
"""

from __future__ import annotations

import math
from heapq import nlargest
from typing import NamedTuple

from autodiff.backprop import adjoints
from autodiff.graph import topological_order
from autodiff.node import Node

from .errors import HighlightError

__all__ = ["Path", "Paths", "paths_between"]

_MOST = 12  # paths that are written out: a column that one still reads
_ROUNDING = 1e-15


class Path(NamedTuple):
    """One way from a Value to the end of a graph.

    Attributes:
        nodes: from the Value to the end, both included.
        factors: the local derivative of each edge, in the same order.
        product: of the factors.
    """

    nodes: tuple[Node, ...]
    factors: tuple[float, ...]
    product: float


class Paths(NamedTuple):
    """All ways from a Value to the end of a graph.

    Attributes:
        number: how many there are, exactly.
        total: the sum of their products, which is the adjoint of the Value.
        largest: those with the largest products by size, in falling order.
        nodes: every node on some path.
    """

    number: int
    total: float
    largest: tuple[Path, ...]
    nodes: frozenset[Node]

    @property
    def rest(self) -> float:
        """What the paths that are not among the largest add up to; nan beside an infinite one."""
        rest = self.total - sum(path.product for path in self.largest)
        rounding = sum(abs(path.product) for path in self.largest) * _ROUNDING
        return 0.0 if abs(rest) <= rounding else rest


class _Tail(NamedTuple):
    """The rest of a path, from a node to the end: a linked list that many paths share."""

    product: float
    node: Node
    factor: float
    rest: _Tail | None


def paths_between(start: Node, end: Node, most: int = _MOST) -> Paths:
    """Find the paths from one node to another that was computed from it.

    Args:
        start: where they start.
        end: where they end.
        most: how many of the largest to write out.

    Raises:
        HighlightError: if `end` was not computed from `start`.
    """
    between = _between(start, end)
    if start not in between:
        raise HighlightError(
            "highlight as a Value that the drawn one was computed from",
            repr(start),
            "pass one of the Values in its expression, the same object and no copy",
        )
    counts: dict[Node, int] = {end: 1}
    tails: dict[Node, list[_Tail]] = {end: [_Tail(1.0, end, 1.0, None)]}
    for node in reversed(between):
        if node is start:
            continue
        count, rests = counts.pop(node), _largest(tails.pop(node), most)  # frees what is done
        for parent, factor in zip(node.parents, node.local_derivatives, strict=True):
            if parent in between:
                counts[parent] = counts.get(parent, 0) + count
                found = [_Tail(rest.product * factor, parent, factor, rest) for rest in rests]
                tails.setdefault(parent, []).extend(found)
    largest = tuple(map(_path, _largest(tails[start], most)))
    return Paths(counts[start], adjoints([end], [1.0])[start], largest, frozenset(between))


def _between(start: Node, end: Node) -> dict[Node, None]:
    """Return the nodes on the way, each after its parents; start alone if it is the end."""
    between: dict[Node, None] = {}
    for node in topological_order([end]):
        if node is start or any(parent in between for parent in node.parents):
            between[node] = None
    return between


def _largest(tails: list[_Tail], most: int) -> list[_Tail]:
    return nlargest(most, tails, key=_size)


def _size(tail: _Tail) -> float:
    return math.inf if math.isnan(tail.product) else abs(tail.product)


def _path(tail: _Tail) -> Path:
    nodes, factors = [tail.node], list[float]()
    step = tail
    while step.rest is not None:
        factors.append(step.factor)
        step = step.rest
        nodes.append(step.node)
    return Path(tuple(nodes), tuple(factors), tail.product)
