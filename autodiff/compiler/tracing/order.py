"""The order of a traced graph, across the leaves that were computed without a derivative.

>>> from autodiff import Value
>>> a = Value(1.0)
>>> b = a * 2
>>> leaf = b.detach()
>>> [node is x for node, x in zip(order_of([leaf], {leaf: b}), [a, b, leaf])]
[True, True, True]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autodiff.graph.node import Node
from autodiff.graph.traversal import topological_order


def order_of(roots: Sequence[Node], detached: Mapping[Node, Node]) -> list[Node]:
    """Return every node below the roots, each after its operands, across a `detach` too."""
    if not detached:
        return topological_order(roots)
    done: dict[Node, None] = {}
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            done[node] = None
        elif node not in done:
            stack.append((node, True))
            operands = (detached[node],) if node in detached else node.operands
            stack += [(x, False) for x in reversed(operands) if isinstance(x, Node)]
    return list(done)
