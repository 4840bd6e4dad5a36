"""The reverse sweep: from the end of a graph to its leaves, in reverse topological order.

    adjoint of a parent += adjoint of the node * local derivative of the node by that parent

(Rumelhart, Hinton, Williams 1986; as a sweep over a recorded program: Linnainmaa 1970.) The
order matters: a node passes its adjoint on only after every node that uses it has added its part.
Until the sweep is over, adjoints stay beside the gradients, so that an interrupted sweep leaves
these as they were: those of computed nodes in a slot of their own, since a dictionary of them all
takes twice the time, and those of the few leaves in a dictionary. Two threads sweep in turn.

>>> from autodiff import Value
>>> x = Value(3.0)
>>> y = x * x
>>> adjoints([y], [1.0])[x]
6.0
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

from _thread import RLock  # threading costs 2 ms at import
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from autodiff.native.choice import engine

from .node import Node
from .traversal import GraphNode, interior_order

N = TypeVar("N")
T = TypeVar("T")


# Held while adjoints lie in the nodes.
_sweeping = RLock()


def adjoints(roots: Sequence[GraphNode], seeds: Sequence[float]) -> dict[Any, float]:
    """Return d(sum of seed * root) / d(node) for every node below the roots.

    Args:
        roots: the ends of the graph.
        seeds: the adjoint that each root starts with, as many as roots.
    """
    return swept(interior_order(roots), roots, seeds)


def swept(
    interior: Sequence[GraphNode], roots: Sequence[GraphNode], seeds: Sequence[float]
) -> dict[Any, float]:
    """Return `adjoints` over a graph that was walked already.

    Args:
        interior: the computed nodes, each after its parents.
        roots: the ends of the graph.
        seeds: the adjoint that each root starts with.
    """
    if engine is not None and (found := engine.adjoints(roots, seeds)) is not None:
        return found
    with _sweeping:
        leaves = _sweep_slots(interior, roots, seeds)
        adjoint: dict[Any, float] = {node: node._adjoint for node in interior}
    return adjoint | leaves


def _sweep_slots(  # noqa: C901, PLR0912 hot: each case is written out
    interior: Sequence[GraphNode], roots: Sequence[GraphNode], seeds: Sequence[float]
) -> dict[GraphNode, float]:
    """Write the adjoints of computed nodes into their slots, and return those of leaves."""
    leaves: dict[GraphNode, float] = {}
    get = leaves.get
    for node in interior:
        node._adjoint = 0.0
    for root, seed in zip(roots, seeds, strict=True):
        if root.operation is None:
            leaves[root] = get(root, 0.0) + seed
        else:
            root._adjoint += seed
    for node in reversed(interior):
        outer = node._adjoint
        by_first = node._by_first
        if by_first.__class__ is tuple:
            for parent, derivative in zip(node._second, by_first):  # noqa: B905 hot, equal by construction
                if parent.operation is None:
                    leaves[parent] = get(parent, 0.0) + outer * derivative
                else:
                    parent._adjoint += outer * derivative
            continue
        if by_first is not None:
            parent = node._first
            if parent.operation is None:
                leaves[parent] = get(parent, 0.0) + outer * by_first
            else:
                parent._adjoint += outer * by_first
        by_second = node._by_second
        if by_second is not None:
            parent = node._second
            if parent.operation is None:
                leaves[parent] = get(parent, 0.0) + outer * by_second
            else:
                parent._adjoint += outer * by_second
    return leaves


def sweep(
    order: Sequence[N],
    ends: Iterable[tuple[N, T]],
    through: Callable[[N, T], Iterable[tuple[N, T]]],
    plus: Callable[[T, T], T],
) -> Iterator[tuple[N, T]]:
    """Carry any quantity that adds up from the ends of a graph to its leaves.

    `adjoints` is this sweep written out for floats. The others carry path counts, exact sums,
    bounds of rounding errors, and derivatives that are graphs themselves.

    Args:
        order: the nodes, each after its parents (`topological_order`); other nodes are ignored.
        ends: nodes, each with the quantity it starts with.
        through: called with a node and its complete total; returns the part of each parent, as
            pairs. It is called after the node was yielded.
        plus: the sum of two parts; it may change and return the first.

    Yields:
        Each node that received a part, with its complete total, children before their parents.
        The total is dropped once the node is done.
    """
    totals: dict[N, T] = {}
    for end, part in ends:
        totals[end] = plus(totals[end], part) if end in totals else part
    for node in reversed(order):
        if node in totals:
            total = totals.pop(node)
            yield node, total
            for parent, part in through(node, total):
                totals[parent] = plus(totals[parent], part) if parent in totals else part


def backward(root: Node, seed: float) -> None:
    """Set the gradients of computed nodes below `root`, and add to those of leaves.

    Gradients are written only when the sweep is complete.
    """
    if engine is not None and engine.backward(root, seed):
        return
    interior = interior_order([root])
    with _sweeping:
        leaves = _sweep_slots(interior, [root], [seed])
        for node in interior:
            node._grad = node._adjoint
        for leaf, adjoint in leaves.items():
            leaf._grad += adjoint
