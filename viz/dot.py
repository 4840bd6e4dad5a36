r"""From a computation graph to DOT text: a box per Value, an edge per use, left to right.

The text is the same for the same graph: boxes are numbered in topological order. The walk is
iterative, at any depth. What is not here: what a box says (`card`), layout and rendering
(`render`).

>>> from autodiff import Value
>>> x = Value(2.0)
>>> print("\n".join(line for line in to_dot([x + x], 6).splitlines() if "->" in line))
    value0 -> value1 [label=1]
    value0 -> value1 [label=1]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphviz import Digraph

from autodiff.graph import topological_order
from autodiff.node import Node
from autodiff.tables import digits as significant

from .card import INK, LINE, LOCAL_DERIVATIVE, MUTED, card, constant, frame

__all__ = ["CONSTANT", "CONSTANT_EDGE", "FONT", "empty_graph", "to_dot"]

FONT = "Helvetica,Arial,sans-serif"  # the first of these that a machine has
_GRAPH = {
    "rankdir": "LR",
    "ordering": "in",  # operands from top to bottom: a - b is not b - a
    "ranksep": "0.45",
    "nodesep": "0.25",
    "pad": "0.2",
    "bgcolor": "white",  # not transparent: dark letters on a dark notebook
}
_NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "margin": "0.06,0.03",
    "width": "0",
    "height": "0",
    "fontname": FONT,
    "fontsize": "13",
    "fontcolor": INK,
}
_EDGE = {
    "color": LINE,
    "arrowsize": "0.7",
    "fontname": FONT,
    "fontsize": "12",
    "fontcolor": LOCAL_DERIVATIVE,
}
CONSTANT = {"shape": "plaintext", "style": "", "fontcolor": MUTED}
CONSTANT_EDGE = {"style": "dashed"}


def to_dot(roots: Sequence[Node], digits: int) -> str:
    """Write the graph below the roots as DOT text.

    Args:
        roots: what the graph computes, at least one node.
        digits: the number of significant digits of every number.

    Returns:
        The text. Gradients are in it if a root has one: before any backward pass none are shown.
    """
    gradients = any(root.grad != 0.0 for root in roots)
    names = {node: f"value{index}" for index, node in enumerate(topological_order(roots))}
    graph = empty_graph()
    for node, name in names.items():
        graph.node(name, label=card(node, digits, gradients=gradients), **frame(node))
        _add_operands(graph, node, names, digits)
    return graph.source


def empty_graph(**attributes: str) -> Any:
    """Return a graph without nodes that looks as all our pictures do, but for `attributes`."""
    return Digraph(graph_attr={**_GRAPH, **attributes}, node_attr=_NODE, edge_attr=_EDGE)


def _add_operands(graph: Any, node: Node, names: dict[Node, str], digits: int) -> None:
    """Draw the edges into a node, in operand order, and the constants among its operands."""
    derivatives = iter(node.local_derivatives)
    for position, operand in enumerate(node.operands):
        if isinstance(operand, Node):
            derivative = significant(next(derivatives), digits)
            graph.edge(names[operand], names[node], label=derivative)
        else:
            name = f"{names[node]}_constant{position}"
            graph.node(name, label=constant(operand, digits), **CONSTANT)
            graph.edge(name, names[node], **CONSTANT_EDGE)
