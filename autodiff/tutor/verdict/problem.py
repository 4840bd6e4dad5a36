"""One derivative that was asked for, and what it would be if the sweep went wrong somewhere.

The derivative of the loss by a node w is linear in each local derivative d of an edge from a
parent p to a node n:

    dL/dw = (dL/dn) * d * (dp/dw) + the paths that do not use the edge

so a mistake at one edge takes one multiplication, once adjoints and tangents are known.

>>> from autodiff import Value
>>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
>>> problem = Problem(Circumstances(Graph([(w * x) ** 2])), w)
>>> [edge] = [edge for edge in problem.edges if edge.parent is w]
>>> problem.gradient, problem.with_edge(edge, 3.0)
(24.0, 36.0)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, islice
from math import isfinite, ulp
from typing import NamedTuple

from autodiff.explain.chain_rule.factors import DerivativeCache
from autodiff.explain.chain_rule.paths import Path, Span, paths_of
from autodiff.gradcheck.forward_pass import ForwardPass
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .answers import Answer

MOST_PATHS = 12  # of more, no single one is looked at
MOST_EDGES = 2000  # in a larger graph, mistakes further up are not tried
MOVED_BY = 4  # ulps, that rounding on the way to a number may amount to
_MOST_STEPS = 200_000  # operations that are run again to see what rounding does
_EXACT = 2.0**20  # a number with so few binary digits was not rounded


def name_in(names: Mapping[Node, str], node: Node) -> str:
    """Return the name of a node; one outside the graph is told from those of the same name."""
    if node in names:
        return names[node]
    name = node.label or "w"
    return f"{name} (not in the graph)" if name in names.values() else name


class Edge(NamedTuple):
    """A use of a parent by a node, on a path from the node in question to the loss.

    Attributes:
        node: the node.
        position: the index of the parent among its parents.
        parent: the parent.
        derivative: of the node by this parent.
    """

    node: Node
    position: int
    parent: Node
    derivative: float


class Circumstances:
    """What all answers about one graph share.

    Args:
        graph: of one root.
        gradients: the answers for adjoints, by node.
        values: the answers for the data of nodes.
        names: of the nodes; by default their labels, or v1, v2, ...
    """

    def __init__(
        self,
        graph: Graph,
        gradients: Mapping[Node, Answer] | None = None,
        values: Mapping[Node, Answer] | None = None,
        names: Mapping[Node, str] | None = None,
    ) -> None:
        self.graph: Graph = graph
        self.gradients: Mapping[Node, Answer] = gradients or {}
        self.values: Mapping[Node, Answer] = values or {}
        self.names: Mapping[Node, str] = graph.names if names is None else names
        self.adjoint: dict[Node, float] = graph.adjoints()
        self.cache: DerivativeCache = {}

    @cached_property
    def size(self) -> dict[Node, float]:
        """For each node the sum of the sizes of all path products, the scale of rounding errors."""
        size = dict.fromkeys(self.graph.order, 0.0)
        size[self.graph.end] = 1.0
        for node in reversed(self.graph.interior):
            for parent, derivative in zip(node.parents, node.local_derivatives, strict=True):
                size[parent] += size[node] * abs(derivative)
        return size

    @cached_property
    def forward(self) -> ForwardPass:
        """The loss as a function of the leaves."""
        return ForwardPass(self.graph)

    def symbol(self, node: Node) -> str:
        """Return the name of an adjoint: ∂C/∂w."""
        return f"∂{self.names[self.graph.end]}/∂{self.name(node)}"

    def name(self, node: Node) -> str:
        """Return the name of a node, in the graph or not."""
        return name_in(self.names, node)

    def replayed(self, data: Mapping[Node, float]) -> Replay:
        """Run the forward pass with the data of some nodes replaced."""
        return replayed(self.graph.order, data)

    def rounded(self) -> Iterator[Replay]:
        """Run the forward pass with one number that may be rounded a few ulps higher or lower.

        In a large graph the first numbers are moved alone.
        """
        order = self.graph.order
        inexact = (x for x in order if isfinite(x.data) and (x.data * _EXACT) % 1)
        for node in islice(inexact, 1 + _MOST_STEPS // len(order)):
            for sign in (-1, 1):
                yield self.replayed({node: node.data + sign * MOVED_BY * ulp(node.data)})


class Problem:
    """The derivative of the loss by one node.

    Args:
        shared: the graph, and the other answers about it.
        node: to differentiate by.

    Attributes:
        shared: as given.
        node: as given.
        gradient: the true derivative.
        span: the part of the graph between the two.
        tangent: the derivative by `node` of every node in that part.
    """

    def __init__(self, shared: Circumstances, node: Node) -> None:
        self.shared: Circumstances = shared
        self.node: Node = node
        self.span: Span = Span(node, shared.graph)
        self.gradient: float = shared.adjoint.get(node, 0.0)
        self.tangent: dict[Node, float] = {}
        for each in self.span.nodes:
            parts = (factor * self.tangent[p] for _, p, factor in self.span.edges(each))
            self.tangent[each] = 1.0 if each is node else sum(parts)

    @cached_property
    def edges(self) -> list[Edge]:
        """The edges on paths to the loss, from the node on; of many, the nearest."""
        found = (
            Edge(node, position, parent, factor)
            for node in self.span.nodes
            for position, parent, factor in self.span.edges(node)
        )
        return list(islice(found, MOST_EDGES))

    @cached_property
    def uses(self) -> dict[Node, list[Edge]]:
        """For each node in the span the edges that leave it."""
        found: dict[Node, list[Edge]] = {node: [] for node in self.span.nodes}
        for edge in self.edges:
            found[edge.parent].append(edge)
        return found

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The paths to the loss, if there are not too many."""
        found = paths_of(self.span, MOST_PATHS)
        return found.largest if 1 <= found.number <= MOST_PATHS else ()

    @property
    def inner(self) -> Iterator[Node]:
        """The nodes after the node in question, the loss included; of many, the nearest."""
        return islice((x for x in self.span.nodes if x is not self.node), MOST_EDGES)

    def name(self, node: Node) -> str:
        """Return the name of a node."""
        return self.shared.name(node)

    def nearby(self) -> Iterator[float]:
        """Yield the derivative after each change of `Circumstances.rounded`."""
        for replay in self.shared.rounded():
            slopes = replay.derivatives
            yield self.swept(lambda edge, slopes=slopes: slopes[edge.node][edge.position])

    def with_edge(self, edge: Edge, derivative: float) -> float:
        """Return the derivative if one local derivative were another."""
        outer, inner = self.shared.adjoint[edge.node], self.tangent[edge.parent]
        return self.gradient + outer * (derivative - edge.derivative) * inner

    def with_adjoint(self, node: Node, adjoint: float) -> float:
        """Return the derivative if the adjoint of one node were another."""
        return self.gradient + (adjoint - self.shared.adjoint[node]) * self.tangent[node]

    def swept(
        self,
        local: Callable[[Edge], float] | None = None,
        pinned: Mapping[Node, float] | None = None,
    ) -> float:
        """Run the reverse sweep again, along the span.

        Args:
            local: the local derivative of each edge; by default the true one.
            pinned: adjoints that are taken as given.
        """
        if not self.span.nodes:
            return 0.0
        pinned = pinned or {}
        adjoint = dict.fromkeys(self.span.nodes, 0.0)
        adjoint[self.span.end] = 1.0
        for node in reversed(self.span.nodes):
            outer = adjoint[node] = pinned.get(node, adjoint[node])
            for position, parent, factor in self.span.edges(node):
                edge = Edge(node, position, parent, factor)
                adjoint[parent] += outer * (local(edge) if local else factor)
        return adjoint[self.node]


class Replay(NamedTuple):
    """A forward pass beside the graph.

    Attributes:
        data: of every node.
        derivatives: the local derivatives of every computed node.
    """

    data: dict[Node, float]
    derivatives: dict[Node, Sequence[float]]


def replayed(order: Iterable[Node], replaced: Mapping[Node, float]) -> Replay:
    """Run a forward pass with the data of some nodes replaced.

    Args:
        order: the nodes, each after its parents.
        replaced: what some nodes hold instead of what was computed.
    """
    data: dict[Node, float] = {}
    derivatives: dict[Node, Sequence[float]] = {}
    for node in order:
        if node.operation is None:
            data[node] = replaced.get(node, node.data)
            continue
        value, derivatives[node] = evaluated(node, data)
        data[node] = replaced.get(node, value)
    return Replay(data, derivatives)


def evaluated(node: Node, data: Mapping[Node, float]) -> tuple[float, Sequence[float]]:
    """Compute a node from other data: its value, and its derivative by each parent."""
    row = node.operation
    assert row is not None
    is_node = [isinstance(x, Node) for x in node.operands]
    floats = [data.get(x, x.data) if isinstance(x, Node) else x for x in node.operands]
    if not row.starred:
        wanted = (*is_node, *[False] * (len(row.operands) - len(is_node)))
        return row.partial(wanted)(*row.group(floats))
    value, derivatives = row.function(*row.group(floats))
    return value, tuple(compress(derivatives, is_node))
