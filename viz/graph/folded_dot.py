r"""From a large graph to DOT text: a box per group, with its count and the range of its numbers.

A caption says what was folded and how to open it.

>>> from autodiff import Value
>>> from viz.graph.folding import fold
>>> x = Value(2.0, label="x")
>>> graph = Graph([sum(x * i for i in range(1, 4))])
>>> "3 uses" in to_folded_dot(graph, fold(graph))
True
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from math import log10
from typing import Any

from autodiff.extend import Graph, Node, Unit, count_edges
from autodiff.extend import digits as significant
from viz.options import Look
from viz.render.html import LINE_END, Html, cell, html, label, row, table
from viz.themes import Theme

from .caption import caption, legend
from .card import hint
from .dot import PLAIN, beside, constant_attributes, empty_graph
from .folding import Box
from .group_card import Cards, counted, number_range
from .path_table import Paths, sum_over_paths

# Operands of a group have no order, so that edges may cross less.
_WHOLE = {"ranksep": "0.3", "ordering": ""}
_DEFAULT_LOOK = Look()
_MOST_DRAWN = 2_000  # values that Graphviz lays out in seconds; ten times as many take hours


def to_folded_dot(
    graph: Graph,
    boxes: Sequence[Box],
    look: Look = _DEFAULT_LOOK,
    highlight: Paths | None = None,
) -> str:
    """Write a graph as DOT text, folded by its structure.

    Args:
        graph: of at least one node.
        boxes: those of `fold`.
        look: digits, direction and theme.
        highlight: the paths whose boxes and edges stand out, if any.
    """
    cards = Cards(graph, boxes, look, highlight.nodes if highlight else None)
    parts = [_sum(graph, boxes, highlight, look)] if highlight else []
    if cards.scale:
        parts.append(legend(cards.scale, look, several=True))
    parts.append(html("".join(f"{line}\n" for line in _explained(boxes))))
    picture = empty_graph(look, caption(parts))
    picture.graph_attr.update(_WHOLE)
    for index, box in enumerate(boxes):
        picture.node(f"box{index}", **cards.attributes(box))
        _add_numbers(picture, f"box{index}", box, cards.others)
    _add_edges(picture, boxes, look, highlight.nodes if highlight else None, graph.labels)
    return picture.source


def _add_numbers(graph: Any, name: str, box: Box, look: Look) -> None:
    """Draw beside a box the plain numbers that it uses."""
    numbers = [x for node in box.nodes for x in node.operands if not isinstance(x, Node)]
    if not numbers:
        return
    text = html(number_range(numbers, look.digits))
    if len(numbers) > 1:
        text = html(f"{len(numbers)} numbers", LINE_END, text)
    graph.node(f"{name}_numbers", label=label(text), **constant_attributes(look.theme.muted))
    graph.edge(f"{name}_numbers", name, style="dashed", color=look.theme.line, tooltip=PLAIN)


# -- edges ---------------------------------------------------------------------------------------


def _add_edges(
    graph: Any,
    boxes: Sequence[Box],
    look: Look,
    highlight: Collection[Node] | None,
    labels: Mapping[Node, str],
) -> None:
    """Draw an edge per pair of boxes with the number of uses; between single nodes, each use."""
    box_of = {node: index for index, box in enumerate(boxes) for node in box.nodes}
    edges = count_edges(box_of)
    column = _column(boxes, edges)
    crowded = _crowded(boxes, edges)
    marked = _marked(box_of, highlight or ())
    for (source, target), count in edges.items():
        ends = f"box{source}", f"box{target}"
        stress = _stress((source, target) in marked, look.theme) if highlight else {}
        if boxes[source].single and boxes[target].single:
            parent, node = boxes[source].nodes[0], boxes[target].nodes[0]
            for used, derivative in zip(node.parents, node.local_derivatives, strict=True):
                if used is parent:
                    text = beside(significant(derivative, look.digits), look)
                    graph.edge(*ends, label=text, tooltip=hint([parent, node], labels), **stress)
            continue
        shown = {
            "penwidth": significant(look.theme.edge_width + log10(count) / 2, 2),
            "tooltip": _uses(count),
        }
        if count > 1 and not {source, target} & set(column) and target not in crowded:
            muted = look.theme.muted
            shown |= {"label": _off_the_line(_uses(count)), "fontcolor": muted}
        graph.edge(*ends, **{**shown, **stress})
    if column:  # below each other, in order
        with graph.subgraph(graph_attr={"rank": "same"}) as same:
            for above, below in pairwise(column):
                same.edge(f"box{above}", f"box{below}", style="invis")


def _marked(box_of: Mapping[Node, int], highlight: Collection[Node]) -> set[tuple[int, int]]:
    """Return the pairs of boxes between which some path runs."""
    return {
        (box_of[parent], box_of[node])
        for node in highlight
        for parent in node.parents
        if parent in highlight
    }


def _stress(is_marked: bool, theme: Theme) -> dict[str, str]:  # noqa: FBT001 private
    if is_marked:
        return {"color": theme.emphasis}
    faded = theme.faded()
    return {"color": faded.line, "fontcolor": faded.muted}


def _column(boxes: Sequence[Box], edges: Iterable[tuple[int, int]]) -> list[int]:
    """Return the members that were opened side by side, if that is what was opened."""
    opened = [index for index, box in enumerate(boxes) if box.opened]
    if len(opened) < 2 or any(set(edge) <= set(opened) for edge in edges):
        return []
    return opened


def _crowded(boxes: Sequence[Box], edges: Iterable[tuple[int, int]]) -> set[int]:
    """Return what was opened, if lines from several boxes lead there and would cross letters."""
    opened = {index for index, box in enumerate(boxes) if box.opened and not box.members}
    sources = {source for source, target in edges if target in opened and source not in opened}
    return opened if len(sources) > 1 else set()


def _off_the_line(text: str) -> str:
    """Return the label of an edge with space around it."""
    return label(table(row(cell(text)), cellborder=None, cellspacing=None, cellpadding=3))


def _uses(count: int) -> str:
    return counted(count, "use")


# -- caption -------------------------------------------------------------------------------------


def _sum(graph: Graph, boxes: Iterable[Box], highlight: Paths, look: Look) -> Html:
    """Return the derivative along the highlighted paths, which start inside a box."""
    start = highlight.largest[0].nodes[0]
    home = next(box for box in boxes if start in box.nodes)
    return sum_over_paths(highlight, graph, look, folded_in="" if home.single else home.title)


def _explained(boxes: Sequence[Box]) -> list[str]:
    """Say what was folded, and how to see more."""
    count = sum(len(box.nodes) for box in boxes)
    lines = [
        f"{count:,} values in {len(boxes)} boxes:",
        "what has the same depth, operation and number of operands is one box,",
        "a chain of additions is one sum, a dot and its activation are one neuron.",
    ]
    folded = [box for box in boxes if len(box.nodes) > 1]
    remedies: list[str] = []
    if any(box.opened and box.unit and not box.single for box in boxes):
        remedies.append("To open a member: viz.draw(..., unfold=its Value).")
    elif folded and not any(box.opened for box in boxes):
        largest = max(folded, key=lambda box: (_is_computed(box.unit), len(box.nodes)))
        remedies.append(f"To open a box: viz.draw(..., unfold={largest.title!r}).")
    if folded and count <= _MOST_DRAWN:
        remedies.append(f"To draw every value: viz.draw(..., limit={count}).")
    return [*lines, " ".join(remedies)] if remedies else lines


def _is_computed(unit: Unit | None) -> bool:
    return unit is not None and unit.operation is not None
