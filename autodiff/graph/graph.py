"""`Graph`: everything below some roots, walked once and then passed on.

>>> from autodiff import Value
>>> x = Value(2.0, label="x")
>>> y = x * x
>>> graph = Graph([y])
>>> list(graph.names.values()), len(graph.leaves), graph.children[x] == [(y, 0), (y, 1)]
(['x', 'v1'], 1, True)
>>> graph.adjoints()[x]
4.0
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from .backprop import swept
from .naming import names_in
from .node import Node
from .traversal import topological_order


class Graph:
    """A snapshot of everything that the roots were computed from.

    Args:
        roots: the ends of the graph.

    Attributes:
        roots: the ends of the graph.
        order: every node, each after its parents, leaves before their first use.
    """

    def __init__(self, roots: Sequence[Node]) -> None:
        self.roots: tuple[Node, ...] = tuple(roots)
        self.order: list[Node] = topological_order(self.roots)

    @property
    def end(self) -> Node:
        """The only root."""
        (end,) = self.roots
        return end

    @cached_property
    def interior(self) -> list[Node]:
        """The computed nodes, in order."""
        return [node for node in self.order if node.parents]

    @cached_property
    def leaves(self) -> list[Node]:
        """The leaves, in the order in which the computation meets them."""
        return [node for node in self.order if not node.parents]

    @cached_property
    def names(self) -> dict[Node, str]:
        """A unique name for each node, in order: its label, or v1, v2, ..."""
        return names_in(self.order)

    @cached_property
    def children(self) -> dict[Node, list[tuple[Node, int]]]:
        """For each node, the nodes computed from it, each with the position as its parent."""
        found: dict[Node, list[tuple[Node, int]]] = {node: [] for node in self.order}
        for node in self.order:
            for position, parent in enumerate(node.parents):
                found[parent].append((node, position))
        return found

    def adjoints(self, seeds: Sequence[float] | None = None) -> dict[Node, float]:
        """Return d(sum of seed * root) / d(node) for every node.

        Args:
            seeds: the adjoint that each root starts with, as many as roots; 1 by default.
        """
        if seeds is None:
            seeds = [1.0] * len(self.roots)
        return swept(self.interior, dict.fromkeys(self.order, 0.0), self.roots, seeds)


def graph_below(roots: Graph | Sequence[Node]) -> Graph:
    """Return the graph below the roots; a `Graph` is returned unchanged."""
    return roots if isinstance(roots, Graph) else Graph(roots)
