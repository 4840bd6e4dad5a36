"""The backward pass, step by step: which node propagates, and which adjoints are complete.

There are two orders. In the correct one a node propagates its adjoint only after every node that
uses it has contributed. In the naive one, the first that comes to mind,

    def pass_on(node):
        for parent, local_derivative in zip(node.parents, node.local_derivatives):
            parent.grad += node.grad * local_derivative
            pass_on(parent)

a node propagates whatever it has as soon as it is reached. If a Value is used twice, this is too
early, and some contributions are counted twice.

>>> from autodiff import Value
>>> a = Value(3.0)
>>> b = a + a
>>> graph = Graph([b + b])
>>> [steps[-1].adjoints[a] for steps in (ordered_steps(graph, by="node"), recursive_steps(graph))]
[4.0, 6.0]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import add
from typing import NamedTuple

from autodiff import OptionError
from autodiff.extend import Graph, Node, sweep

_MOST_NODES = 300
_MOST_STEPS = 500


class Receipt(NamedTuple):
    """What one parent receives over one edge.

    Attributes:
        giver: the node that passes on.
        position: which of its parents receives.
        outer: the adjoint of the giver at this moment.
        factor: the local derivative of the edge.
        amount: their product.
        total: what the parent has afterwards.
    """

    giver: Node
    position: int
    outer: float
    factor: float
    amount: float
    total: float

    @property
    def parent(self) -> Node:
        """The node that receives."""
        return self.giver.parents[self.position]


class Step(NamedTuple):
    """One moment of the backward pass.

    Attributes:
        givers: the nodes that pass on.
        receipts: what their parents receive.
        adjoints: of each node that has received a part so far.
        complete: the nodes that have received everything.
    """

    givers: tuple[Node, ...]
    receipts: tuple[Receipt, ...]
    adjoints: dict[Node, float]
    complete: frozenset[Node]


def ordered_steps(graph: Graph, by: str) -> list[Step]:
    """Return the steps in an order in which every adjoint is complete before it is passed on.

    Args:
        graph: of one root, the loss, whose adjoint is 1.
        by: "node" for a step for each computed node, "level" for a step for all nodes at the
            same distance (the longest way) from the loss.

    Raises:
        OptionError: if the graph has more than 300 nodes.
    """
    order = _checked_order(graph)
    groups = [[node] for node in reversed(order)] if by == "node" else _levels(graph)
    waiting = Counter({node: len(graph.children[node]) for node in order})
    adjoints = {graph.end: 1.0}
    complete = {graph.end}
    steps = [Step((), (), dict(adjoints), frozenset(complete))]
    for group in groups:
        givers = tuple(node for node in group if node.parents)
        if givers:
            receipts = tuple(receipt for node in givers for receipt in _passed(node, adjoints))
            waiting.subtract(receipt.parent for receipt in receipts)
            complete.update(r.parent for r in receipts if not waiting[r.parent])
            steps.append(Step(givers, receipts, dict(adjoints), frozenset(complete)))
    return steps


def recursive_steps(graph: Graph) -> list[Step]:
    """Return the steps of the naive recursive order, one for each edge as often as it is taken.

    Raises:
        OptionError: if the graph has more than 300 nodes, or there are more than 500 steps.
    """
    _check_number_of_visits(graph)
    adjoints = {graph.end: 1.0}
    only_this = frozenset({graph.end})  # of the others more parts may be to come
    steps = [Step((), (), dict(adjoints), only_this)]
    stack = [_passed(graph.end, adjoints)]
    while stack:
        receipt = next(stack[-1], None)
        if receipt is None:
            stack.pop()
        else:
            steps.append(Step((receipt.giver,), (receipt,), dict(adjoints), only_this))
            stack.append(_passed(receipt.parent, adjoints))
    return steps


def _passed(node: Node, adjoints: dict[Node, float]) -> Iterator[Receipt]:
    """Pass on what a node has, lazily, one edge at a time."""
    for position, factor in enumerate(node.local_derivatives):
        outer, parent = adjoints[node], node.parents[position]
        adjoints[parent] = adjoints.get(parent, 0.0) + outer * factor
        yield Receipt(node, position, outer, factor, outer * factor, adjoints[parent])


def _checked_order(graph: Graph) -> list[Node]:
    order = graph.order
    if len(order) > _MOST_NODES:
        raise OptionError(
            f"a graph of at most {_MOST_NODES} Values to step through",
            f"{len(order)} Values",
            "take a smaller part of it, such as one neuron",
        )
    return order


def _check_number_of_visits(graph: Graph) -> None:
    order, ends = _checked_order(graph), [(graph.end, 1)]
    visits = sweep(order, ends, lambda node, count: ((x, count) for x in node.parents), add)
    number = sum(count * len(node.parents) for node, count in visits)  # one for each path so far
    if number > _MOST_STEPS:
        raise OptionError(
            f"at most {_MOST_STEPS} steps in the recursive order",
            f"{number:,}" if number < 10**21 else "more than 10^21",
            "take a smaller graph: the naive order follows every path, one by one",
        )


def _levels(graph: Graph) -> list[list[Node]]:
    """Return the nodes by their distance from the loss, the longest way."""
    ends = [(graph.end, 0)]
    level = dict(
        sweep(graph.order, ends, lambda node, at: ((x, at + 1) for x in node.parents), max)
    )
    groups: list[list[Node]] = [[] for _ in range(max(level.values()) + 1)]
    for node in graph.order:
        groups[level[node]].append(node)
    return groups
