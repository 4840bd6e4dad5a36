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

from collections.abc import Mapping, Sequence
from functools import cached_property

from .backprop import swept
from .naming import checked_names, labels_in, names_in
from .node import Node
from .traversal import topological_order


class Graph:
    """A snapshot of everything that the roots were computed from.

    Args:
        roots: the ends of the graph.
        names: the variables that nodes without a label are called after, such as `locals()`; by
            default those of a notebook or session (see `use_variable_names`).

    Raises:
        WrongTypeError: if `names` is not a mapping.

    Attributes:
        roots: the ends of the graph.
        order: every node, each after its parents, leaves before their first use.
    """

    def __init__(self, roots: Sequence[Node], names: Mapping[str, object] | None = None) -> None:
        self.roots: tuple[Node, ...] = tuple(roots)
        self._variables: Mapping[str, object] | None = checked_names(names)
        self.order: list[Node] = topological_order(self.roots)

    @property
    def end(self) -> Node:
        """The only root."""
        (end,) = self.roots
        return end

    @cached_property
    def interior(self) -> list[Node]:
        """The computed nodes, in order."""
        return [node for node in self.order if node.operation is not None]

    @cached_property
    def leaves(self) -> list[Node]:
        """The leaves, in the order in which the computation meets them."""
        return [node for node in self.order if node.operation is None]

    @cached_property
    def labels(self) -> dict[Node, str]:
        """What the user calls nodes: by label, else by variable; other nodes are not in it."""
        return labels_in(self.order, self._variables)

    @cached_property
    def names(self) -> dict[Node, str]:
        """A unique name for each node, in order: its label, its variable, or v1, v2, ..."""
        return names_in(self.order, self.labels)

    def name_of(self, node: Node) -> str:
        """Return the name of any node; of one outside the graph its label or variable, or "w"."""
        found = self.names.get(node)
        return found or labels_in([node], self._variables).get(node, "w")

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
        return swept(self.interior, self.roots, seeds)


def graph_below(roots: Graph | Sequence[Node]) -> Graph:
    """Return the graph below the roots; a `Graph` is returned unchanged."""
    return roots if isinstance(roots, Graph) else Graph(roots)
