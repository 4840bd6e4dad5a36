r"""From a computation graph to DOT text: a box per Value, an edge per use, left to right.

The text is the same for the same graph: boxes are numbered in topological order.

>>> from autodiff import Value
>>> x = Value(2.0)
>>> print("\n".join(line for line in to_dot(Graph([x + x])).splitlines() if "->" in line))
    value0 -> value1 [label=1 tooltip="leaf → +"]
    value0 -> value1 [label=1 tooltip="leaf → +"]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodiff.extend import Graph, Node, package
from autodiff.extend import digits as significant
from viz.options import Look
from viz.themes import EDGE_FONT_SIZE, FONT, FONT_SIZE

from .caption import caption, legend
from .card import card, constant, emphasis, frame, hint, rows
from .path_table import Paths, sum_over_paths
from .tint import Scale, swept

_GRAPH = {
    "ordering": "in",  # operands from top to bottom: a - b is not b - a
    "ranksep": "0.45",
    "nodesep": "0.25",
    "pad": "0.2",
}
_NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "margin": "0.06,0.03",
    "width": "0",
    "height": "0",
    "fontname": FONT,
    "fontsize": f"{FONT_SIZE}",
}
_EDGE = {
    "arrowsize": "0.7",
    "fontname": FONT,
    "fontsize": f"{EDGE_FONT_SIZE}",
}
_CAPTION = {"labeljust": "l", "fontsize": f"{EDGE_FONT_SIZE}", "fontname": FONT}
_DEFAULT_LOOK = Look()
PLAIN = "a plain number"
_MOST_SPAN = 600  # levels that all edges together may pass, before lines are straight
STRAIGHT = {"splines": "line", "nslimit": "1", "nslimit1": "1"}


def to_dot(graph: Graph, look: Look = _DEFAULT_LOOK, highlight: Paths | None = None) -> str:
    """Write a graph as DOT text.

    Args:
        graph: of at least one node.
        look: digits, direction and theme.
        highlight: the paths that stand out, if any.

    Returns:
        The text. Gradients are in it below the roots that have one: before any backward pass
        none are shown.
    """
    return _Writer(graph, look, highlight).written()


def empty_graph(look: Look, caption_text: str = "", place: str = "b") -> Any:
    """Return a graph without nodes yet, with the look of all pictures of graphs.

    Args:
        look: direction and theme.
        caption_text: its HTML-like label, or "".
        place: of the caption: "b" below the graph, "t" above it.
    """
    theme = look.theme
    attributes = {**_GRAPH, "rankdir": look.direction}
    attributes["bgcolor"] = theme.background  # not transparent: dark letters on a dark notebook
    if caption_text:
        attributes |= {**_CAPTION, "fontcolor": theme.ink, "label": caption_text, "labelloc": place}
    node = {"fontcolor": theme.ink, "penwidth": significant(theme.box_width)}
    edge = {"color": theme.line, "fontcolor": theme.local_derivative}
    edge["penwidth"] = significant(theme.edge_width)
    make: Any = package("graphviz").Digraph
    return make(graph_attr=attributes, node_attr=_NODE | node, edge_attr=_EDGE | edge)


def constant_attributes(color: str) -> dict[str, str]:
    """Return the DOT attributes of a plain number among the operands: no box, and muted."""
    return {"shape": "plaintext", "style": "", "fontcolor": color, "tooltip": PLAIN}


def beside(label: str, look: Look) -> str:
    """Return the label of an edge, with space around it where it stands beside the edge."""
    return f" {label} " if look.direction in {"TB", "BT"} else label


def is_tangled(order: Sequence[Node]) -> bool:
    """Tell whether edges span so many levels together that curves would take minutes.

    A leaf used by each of eighty nested operations has an edge past all the levels between; two
    hundred are a minute of Graphviz, which cannot be interrupted.
    """
    level: dict[Node, int] = {}
    span = 0
    for node in order:
        level[node] = 1 + max((level[parent] for parent in node.parents), default=-1)
        span += sum(level[node] - level[parent] - 1 for parent in node.parents)
    return span > _MOST_SPAN


class _Writer:
    """Writes one graph."""

    def __init__(self, graph: Graph, look: Look, highlight: Paths | None) -> None:
        self._values: Graph = graph
        self._look: Look = look
        self._faded: Look = look._replace(theme=look.theme.faded())
        self._highlight: Paths | None = highlight
        self._ids: dict[Node, str] = {node: f"value{i}" for i, node in enumerate(graph.order)}
        self._names: dict[Node, str] = graph.names if highlight else graph.labels
        self._swept: set[Node] = swept(graph)
        gradients = [node.grad for node in self._swept]
        self._scale: Scale | None = Scale.of(gradients) if gradients else None
        self._graph: Any = empty_graph(look, self._caption())
        if is_tangled(graph.order):
            self._graph.graph_attr.update(STRAIGHT)

    def written(self) -> str:
        """Return the DOT text."""
        for node in self._ids:
            self._add_box(node)
            self._add_operands(node)
        return self._graph.source

    def _caption(self) -> str:
        parts: list[str] = []
        if self._highlight:
            parts.append(sum_over_paths(self._highlight, self._values, self._look))
        if self._scale:
            parts.append(legend(self._scale, self._look))
        return caption(parts) if parts else ""

    def _add_box(self, node: Node) -> None:
        look = self._look if self._is_on_path(node) else self._faded
        attributes = frame(node, look.theme)
        if self._scale and node in self._swept:
            attributes["fillcolor"] = self._scale.color(node.grad, look.theme)
        if self._highlight and look is self._look:
            attributes |= emphasis(look.theme)
        lines = rows(node, look, gradients=node in self._swept)
        label = card(node, look.theme, lines, name=self._names.get(node))
        attributes["tooltip"] = hint([node], self._names)
        self._graph.node(self._ids[node], label=label, **attributes)

    def _add_operands(self, node: Node) -> None:
        """Draw the edges into a node, in operand order, and the constants among its operands."""
        derivatives = iter(node.local_derivatives)
        for position, operand in enumerate(node.operands):
            if isinstance(operand, Node):
                label = beside(significant(next(derivatives), self._look.digits), self._look)
                attributes = self._edge(operand, node)
                ends = self._ids[operand], self._ids[node]
                attributes["tooltip"] = hint([operand, node], self._names)
                self._graph.edge(*ends, label=label, **attributes)
            else:
                self._add_constant(node, position, operand)

    def _add_constant(self, node: Node, position: int, number: float) -> None:
        theme = (self._faded if self._highlight else self._look).theme
        name = f"{self._ids[node]}_constant{position}"
        label = constant(number, self._look.digits)
        self._graph.node(name, label=label, **constant_attributes(theme.muted))
        line = {"color": theme.line} if self._highlight else {}
        self._graph.edge(name, self._ids[node], style="dashed", tooltip=PLAIN, **line)

    def _edge(self, parent: Node, node: Node) -> dict[str, str]:
        """Return the attributes of an edge, beyond those that all edges have."""
        if not self._highlight:
            return {}
        if self._is_on_path(parent) and self._is_on_path(node):
            return emphasis(self._look.theme)
        faded = self._faded.theme
        return {"color": faded.line, "fontcolor": faded.local_derivative}

    def _is_on_path(self, node: Node) -> bool:
        return self._highlight is None or node in self._highlight.nodes
