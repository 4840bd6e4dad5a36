"""Walks over a graph. They need only `.parents`.

Every walk is iterative (a graph may be a million nodes deep) and deterministic: parents are
visited in operand order, so that two runs of one program give the same bits.

>>> from autodiff import Value
>>> a = Value(2.0, label="a")
>>> b = a + a
>>> [node is a for node in topological_order([b * a])]
[True, False, False]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class GraphNode(Protocol):
    """Anything with parents."""

    @property
    def parents(self) -> tuple[GraphNode, ...]:
        """The nodes it was computed from, in order."""
        ...


N = TypeVar("N", bound=GraphNode)


def interior_order(roots: Sequence[N]) -> list[N]:
    """Return the computed nodes below the roots, each after its parents; leaves left out."""
    return walk(roots)[0]


def walk(roots: Sequence[N]) -> tuple[list[N], dict[N, float]]:
    """Return `interior_order`, and 0 for each of its nodes and for the roots.

    The dictionary marks the nodes that were met. A sweep reuses it for its adjoints, which saves
    a second table of a million entries. None on the stack says that the parents of the entry
    below it are done: cheaper than a pair for every node.
    """
    met: dict[N, float] = {}
    order: list[N] = []
    stack: list[N | None] = list(reversed(roots))
    push, pop = stack.append, stack.pop
    while stack:
        node = pop()
        if node is None:
            order.append(pop())  # pyright: ignore[reportArgumentType] a node lies below every None
        elif node not in met:
            met[node] = 0.0
            parents = node.parents
            if parents:
                push(node)
                push(None)
                for parent in parents[::-1]:
                    if parent.parents:
                        push(parent)  # pyright: ignore[reportArgumentType] of the same kind
    return order, met


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
