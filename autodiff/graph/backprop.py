"""The reverse sweep: from the end of a graph to its leaves, in reverse topological order.

    adjoint of a parent += adjoint of the node * local derivative of the node by that parent

(Rumelhart, Hinton, Williams 1986; as a sweep over a recorded program: Linnainmaa 1970.) The
order matters: a node may pass its adjoint on only when everything that uses it has added its
part. Adjoints live in a dictionary beside the graph until the sweep is over, so that an
interrupted or concurrent sweep leaves the nodes as they were.

What is not here: where the local derivatives come from (`node`), derivatives as graphs
(`transforms`).

>>> from autodiff import Value
>>> x = Value(3.0)
>>> y = x * x
>>> adjoints([y], [1.0])[x]
6.0
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from .traversal import walk

N = TypeVar("N")
T = TypeVar("T")


class DifferentiableNode(Protocol):
    """What the sweep needs of a node."""

    grad: float

    @property
    def parents(self) -> tuple[DifferentiableNode, ...]:
        """What it was computed from, in order."""
        ...

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        """The derivative by each parent."""
        ...


def adjoints(roots: Sequence[DifferentiableNode], seeds: Sequence[float]) -> dict[Any, float]:
    """Return d(sum of seed * root) / d(node) for every node below the roots.

    Args:
        roots: the ends of the graph.
        seeds: the adjoint each root starts with, as many as roots.
    """
    order, adjoint = walk(roots)
    get = adjoint.get
    for root, seed in zip(roots, seeds, strict=True):
        adjoint[root] += seed
    for node in reversed(order):
        outer = adjoint[node]
        for parent, derivative in zip(node.parents, node.local_derivatives):  # noqa: B905 hot, equal by construction
            adjoint[parent] = get(parent, 0.0) + outer * derivative
    return adjoint


def sweep(
    order: Sequence[N],
    ends: Iterable[tuple[N, T]],
    through: Callable[[N, T], Iterable[tuple[N, T]]],
    plus: Callable[[T, T], T],
) -> Iterator[tuple[N, T]]:
    """Carry a quantity from the ends of a graph down to its leaves: backprop of whatever adds up.

    `adjoints` is this sweep written out for floats; here are path counts, exact sums, bounds of
    rounding errors, and derivatives that are graphs themselves.

    Args:
        order: the nodes, each after its parents (`topological_order`); others receive nothing.
        ends: nodes, and what each starts with.
        through: what a node with its complete total passes on: pairs of a parent and its part.
        plus: the sum of two parts.

    Yields:
        Each node that received anything and its complete total, children before their parents.
        A total is let go of as soon as it was yielded.
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


def backward(root: DifferentiableNode, seed: float) -> None:
    """Fill the gradients below `root`: interior ones anew, those of leaves added to.

    The gradients are written when the sweep is complete.
    """
    for node, adjoint in adjoints([root], [seed]).items():
        if node.parents:
            node.grad = adjoint
        else:
            node.grad += adjoint
