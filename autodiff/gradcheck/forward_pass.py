"""The forward pass of a recorded graph, run beside the nodes with some leaves moved.

Nothing in the graph changes, and only what depends on the moved leaves is computed again.

>>> from autodiff import Value
>>> from autodiff.graph.graph import Graph
>>> x = Value(3.0)
>>> ForwardPass(Graph([x * x])).along(x)(5.0)
25.0
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import hypot, isfinite, isnan
from operator import add, itemgetter
from typing import Any, cast

from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .finite_differences import Noise

_EPSILON = 2.0**-52


class ForwardPass:
    """The end of a graph as a function of its leaves.

    Every node and every constant has a place in one list of floats.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph: Graph = graph
        self._places: dict[Node, int] = {node: place for place, node in enumerate(graph.order)}
        self._floats: list[float] = [node.data for node in graph.order]
        self._steps: dict[Node, tuple[Callable[[list[float]], Any], int]] = {
            node: (self._step(node), self._places[node]) for node in graph.interior
        }
        for step, place in self._steps.values():
            self._floats[place] = step(self._floats)[0]

    def _step(self, node: Node) -> Callable[[list[float]], Any]:
        """Return the operation of a node as a function of the list of floats."""
        operation = node.operation
        assert operation is not None
        indices: list[int] = []
        missing = operation.defaults[len(operation.defaults) - self._missing(node) :]
        for operand in (*node.operands, *missing):
            if isinstance(operand, Node):
                indices.append(self._places[operand])
            else:
                indices.append(len(self._floats))
                self._floats.append(operand)
        value = operation.partial((False,) * len(operation.operands))  # no derivatives
        getters = [_getter(part) for part in operation.group(indices)]
        if not operation.starred:
            chosen = _getter(indices)
            return lambda floats: value(*chosen(floats))
        return lambda floats: value(*[get(floats) for get in getters])

    @staticmethod
    def _missing(node: Node) -> int:
        """Return how many operands of a node have their default."""
        operation = node.operation
        assert operation is not None
        return 0 if operation.starred else len(operation.operands) - len(node.operands)

    def is_stale(self) -> bool:
        """Tell whether the forward pass gives other data than the nodes hold."""
        return any(
            self._floats[place] != node.data
            and not (isnan(self._floats[place]) and isnan(node.data))
            for node, (_, place) in self._steps.items()
        )

    def at(self, leaves: Sequence[Node]) -> Callable[[Sequence[float]], float]:
        """Return the end as a function of the data of some leaves, the others held fixed.

        A leaf that the graph does not depend on is moved without effect.
        """
        affected = [self._steps[node] for node in affected_by(self._graph, leaves)]
        moved = [self._places.get(leaf) for leaf in leaves]
        end = self._places[self._graph.end]

        def end_at(xs: Sequence[float]) -> float:
            floats = self._floats.copy()
            for place, x in zip(moved, xs, strict=True):
                if place is not None:
                    floats[place] = x
            for step, place in affected:
                floats[place] = step(floats)[0]
            return floats[end]

        return end_at

    def along(self, leaf: Node) -> Callable[[float], float]:
        """Return the end as a function of the data of one leaf, the others held fixed."""
        end_at = self.at([leaf])
        return lambda x: end_at([x])


def _getter(part: Any) -> Callable[[list[float]], Any]:
    """Return what takes a number, or a tuple of them, out of the list."""
    if not isinstance(part, list):
        return itemgetter(part)
    indices = cast("list[int]", part)
    if len(indices) > 1:
        return itemgetter(*indices)
    only = indices[0]
    return lambda floats: (floats[only],)


def affected_by(graph: Graph, leaves: Sequence[Node]) -> list[Node]:
    """Return the computed nodes that depend on some leaves, in order."""
    moved: set[Node] = set(leaves)
    affected: list[Node] = []
    for node in graph.interior:
        if not moved.isdisjoint(node.parents):
            moved.add(node)
            affected.append(node)
    return affected


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
