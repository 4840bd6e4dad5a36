"""The forward pass of a recorded graph, run beside the nodes with one leaf moved.

Nothing in the graph changes, and only what depends on the moved leaf is computed again.

>>> from autodiff import Value
>>> from autodiff.graph.graph import Graph
>>> x = Value(3.0)
>>> ForwardPass(Graph([x * x])).along(x)(5.0)
25.0
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from math import hypot, isfinite
from operator import add

from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.table.operation import Operation

from .finite_differences import Noise

_EPSILON = 2.0**-52


class ForwardPass:
    """The end of a graph as a function of any of its leaves.

    Attributes:
        values: what each computed node comes to, from the present data of the leaves.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph: Graph = graph
        self.values: dict[Node, float] = {}
        for node in graph.interior:
            self.values[node] = _value_of(node, self.values)

    def along(self, leaf: Node) -> Callable[[float], float]:
        """Return the end as a function of the data of one leaf, the others held fixed."""
        moved: set[Node] = {leaf}
        affected: list[Node] = []
        for node in self._graph.interior:
            if not moved.isdisjoint(node.parents):
                moved.add(node)
                affected.append(node)
        end = self._graph.end

        def end_at(x: float) -> float:
            values = ChainMap({leaf: x}, self.values)
            for node in affected:
                values[node] = _value_of(node, values)
            return values.get(end, end.data)

        return end_at


def _value_of(node: Node, values: Mapping[Node, float]) -> float:
    """Compute a node from the given values of its parents, else from their data."""
    operation = node.operation
    assert isinstance(operation, Operation)
    floats = [values.get(x, x.data) if isinstance(x, Node) else x for x in node.operands]
    return operation.function(*operation.group(floats))[0]


def rounding_noise(graph: Graph) -> Callable[[Node], Noise]:
    """Return how rounding inside a graph blurs its end, as a function of the node that moves.

    Every node is rounded by half an ulp. The error reaches the end multiplied by the absolute
    values of the factors along every path (a running error bound: Higham, Accuracy and Stability
    of Numerical Algorithms, section 3.3; here errors add as squares).
    """

    def through(node: Node, outer: float) -> Iterator[tuple[Node, float]]:
        for parent, derivative in zip(node.parents, node.local_derivatives, strict=True):
            yield parent, abs(outer * derivative)

    reach = dict(sweep(graph.order, [(graph.end, 1.0)], through, add))
    errors = [node.data * reach[node] for node in graph.interior]
    fixed = _EPSILON * hypot(*(error for error in errors if isfinite(error)))

    def noise_along(node: Node) -> Noise:
        gain = reach.get(node, 0.0)
        return Noise(fixed, _EPSILON * gain if isfinite(gain) else 0.0)

    return noise_along
