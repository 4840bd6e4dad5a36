"""Running the forward pass of a recorded graph again, with one leaf moved, beside the nodes.

Nothing in the graph changes, and only what depends on the moved leaf is computed. What is not
here: differences and verdicts (`check`); changing the graph itself (`Value.recompute`).

>>> from autodiff import Value
>>> x = Value(3.0)
>>> Replay(x * x).along(x)(5.0)
25.0
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from math import hypot, isfinite

from autodiff.graph.node import Node
from autodiff.graph.traversal import interior_order
from autodiff.table.operation import Operation

from .finite_differences import Noise

_EPSILON = 2.0**-52


class Replay:
    """The forward pass of a graph as a function of any of its leaves.

    Attributes:
        values: the data of every computed node, from the present data of the leaves.
    """

    def __init__(self, root: Node) -> None:
        self._root: Node = root
        self._order: list[Node] = interior_order([root])
        self.values: dict[Node, float] = {}
        for node in self._order:
            self.values[node] = _value_of(node, self.values)

    def along(self, leaf: Node) -> Callable[[float], float]:
        """Return the root as a function of the data of one leaf, all others held fixed."""
        moved: set[Node] = {leaf}
        affected: list[Node] = []
        for node in self._order:
            if not moved.isdisjoint(node.parents):
                moved.add(node)
                affected.append(node)

        def root_at(x: float) -> float:
            values = ChainMap({leaf: x}, self.values)
            for node in affected:
                values[node] = _value_of(node, values)
            return values.get(self._root, self._root.data)

        return root_at


def _value_of(node: Node, values: Mapping[Node, float]) -> float:
    """Compute a node from the given values of its parents, else from their data."""
    operation = node.operation
    assert isinstance(operation, Operation)
    floats = [values.get(x, x.data) if isinstance(x, Node) else x for x in node.operands]
    return operation.function(*operation.group(floats))[0]


def noises(root: Node) -> Callable[[Node], Noise]:
    """Return how rounding inside the graph blurs the root, seen along each node.

    Every node is rounded by half a unit in its last place; the error reaches the root times the
    absolute value of the factors along every path (a running error bound: Higham, Accuracy and
    Stability of Numerical Algorithms, section 3.3; here as a root of squares).
    """
    order = interior_order([root])
    reach: dict[Node, float] = dict.fromkeys(order, 0.0)
    reach[root] = 1.0
    for node in reversed(order):
        outer = reach[node]
        for parent, derivative in zip(node.parents, node.local_derivatives, strict=True):
            reach[parent] = reach.get(parent, 0.0) + abs(outer * derivative)
    errors = [node.data * reach[node] for node in order]
    fixed = _EPSILON * hypot(*(error for error in errors if isfinite(error)))

    def noise_along(node: Node) -> Noise:
        gain = reach.get(node, 0.0)
        return Noise(fixed, _EPSILON * gain if isfinite(gain) else 0.0)

    return noise_along
