"""Walks over a graph.

Every walk is iterative (a graph may be a million nodes deep) and deterministic: parents are
visited in operand order, so that two runs of one program give the same bits.

>>> from autodiff import Value
>>> a = Value(2.0, label="a")
>>> b = a + a
>>> [node is a for node in topological_order([b * a])]
[True, False, False]
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from autodiff.native.choice import engine


class GraphNode(Protocol):
    """What a walk and a sweep need of a node: see `Node`."""

    operation: Any
    _first: Any
    _second: Any
    _by_first: Any
    _by_second: float | None
    _adjoint: float
    _grad: float

    @property
    def parents(self) -> tuple[GraphNode, ...]:
        """The nodes it was computed from, in order."""
        ...


N = TypeVar("N", bound=GraphNode)


def interior_order(roots: Sequence[N]) -> list[N]:
    """Return the computed nodes below the roots, each after its parents; leaves left out.

    None on the stack says that the parents of the entry below it are done: cheaper than a pair for
    every node.
    """
    met: set[N] = set()
    order: list[N] = []
    stack: list[N | None] = [x for x in reversed(roots) if x.operation is not None]
    push, pop, meet, append = stack.append, stack.pop, met.add, order.append
    while stack:
        node = pop()
        if node is None:
            append(pop())  # pyright: ignore[reportArgumentType] a node lies below every None
        elif node not in met:
            meet(node)
            push(node)
            push(None)
            if node._first.__class__ is tuple:
                stack += [x for x in node._second[::-1] if x.operation is not None]
                continue
            if node._by_second is not None and node._second.operation is not None:
                push(node._second)
            if node._by_first is not None and node._first.operation is not None:
                push(node._first)
    return order


if engine is not None:
    interior_order = engine.interior_order


def topological_order(roots: Sequence[N]) -> list[N]:
    """Return every node below the roots, each after its parents, leaves before their first use."""
    order: dict[GraphNode, None] = {}
    for node in interior_order(roots):
        for parent in node.parents:
            order.setdefault(parent)  # a leaf; a computed parent is there already
        order.setdefault(node)
    for root in roots:
        order.setdefault(root)
    return list(order)  # pyright: ignore[reportReturnType] parents are of their children's kind
