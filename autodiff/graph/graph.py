"""`Graph`: everything below some roots, walked once and passed on to whoever looks at it.

>>> from autodiff import Value
>>> x = Value(2.0, label="x")
>>> y = x * x
>>> graph = Graph([y])
>>> list(graph.names.values()), len(graph.leaves), graph.children[x] == [(y, 0), (y, 1)]
(['x', 'v1'], 1, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from .naming import names_in
from .node import Node
from .traversal import topological_order


class Graph:
    """The nodes from which some roots were computed, as they are at this moment.

    Args:
        roots: the ends of the graph.

    Attributes:
        roots: the same.
        order: every node, each after its parents, leaves before their first use.
    """

    def __init__(self, roots: Sequence[Node]) -> None:
        self.roots: tuple[Node, ...] = tuple(roots)
        self.order: list[Node] = topological_order(self.roots)

    @cached_property
    def interior(self) -> list[Node]:
        """The nodes that were computed, in order."""
        return [node for node in self.order if node.parents]

    @cached_property
    def leaves(self) -> list[Node]:
        """The nodes that were given, in the order in which the computation meets them."""
        return [node for node in self.order if not node.parents]

    @cached_property
    def names(self) -> dict[Node, str]:
        """A name for each node, in order: its label, or v1, v2, ...; no two are equal."""
        return names_in(self.order)

    @cached_property
    def children(self) -> dict[Node, list[tuple[Node, int]]]:
        """For each node, the nodes computed from it, and as which of their parents."""
        found: dict[Node, list[tuple[Node, int]]] = {node: [] for node in self.order}
        for node in self.order:
            for position, parent in enumerate(node.parents):
                found[parent].append((node, position))
        return found
