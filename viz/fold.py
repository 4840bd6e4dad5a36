r"""From a large graph to DOT text: a box per group, with its count and the range of its numbers.

A caption says what was folded and how to open it. What is not here: which boxes there are
(`boxes`), pictures of every node (`dot`).

>>> from autodiff import Value
>>> x = Value(2.0, label="x")
>>> source, summary = to_folded_dot([sum(x * i for i in range(1, 4))])
>>> summary
'7 values in 2 boxes'
>>> "3 uses" in source
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isnan, log10
from typing import Any

from autodiff.contraction import Unit
from autodiff.grouping import count_edges
from autodiff.node import Node
from autodiff.tables import digits as significant

from .boxes import Box, fold
from .card import card, frame, rows
from .dot import constant_attributes, empty_graph
from .options import Look
from .text import escape

__all__ = ["to_folded_dot"]

_TO = " \N{HORIZONTAL ELLIPSIS} "  # between the ends of a range
_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
_TITLE = (
    '<TR><TD COLSPAN="2"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="1" '
    'STYLE="ROUNDED" BGCOLOR="{color}"><TR><TD BALIGN="LEFT"><FONT COLOR="{on_band}"><B>{text}</B>'
    "</FONT></TD></TR></TABLE></TD></TR>"
)
_NOTE = '<TR><TD COLSPAN="2"><FONT COLOR="{color}" POINT-SIZE="11">{text}</FONT></TD></TR>'
_NUMBERS = (
    '<TR><TD ALIGN="LEFT"><FONT COLOR="{muted}" POINT-SIZE="11">{name}</FONT></TD>'
    '<TD ALIGN="RIGHT"><FONT COLOR="{color}">{text}</FONT></TD></TR>'
)
_LABEL = '<<TABLE BORDER="0" CELLPADDING="3"><TR><TD>{text}</TD></TR></TABLE>>'  # off the line
_CAPTION = (
    '<<TABLE BORDER="0" CELLPADDING="10"><TR><TD ALIGN="LEFT" BALIGN="LEFT">{text}</TD></TR>'
    "</TABLE>>"
)
# Operands of a group have no order, so that edges may cross less.
_WHOLE = {"ranksep": "0.8", "ordering": ""}
_DEFAULT_LOOK = Look()
_SEVERAL = {"peripheries": "2"}
_OPENED = {"penwidth": "2"}


def to_folded_dot(
    roots: Sequence[Node], look: Look = _DEFAULT_LOOK, unfold: object = None
) -> tuple[str, str]:
    """Write the graph below the roots as DOT text, folded by its structure.

    Args:
        roots: what the graph computes, at least one node.
        look: digits, direction and colours.
        unfold: the name of a box to open, or a node to show; None for neither.

    Returns:
        The text, and what is in it in a few words.

    Raises:
        UnfoldError: if there is no such box or node; it lists the boxes.
    """
    boxes = fold(roots, unfold)
    gradients = any(root.grad != 0.0 for root in roots)
    graph = empty_graph(look, _caption(boxes))
    graph.graph_attr.update(_WHOLE)
    for index, box in enumerate(boxes):
        _add_box(graph, f"box{index}", box, look, gradients=gradients)
    _add_edges(graph, boxes, look)
    count = sum(len(box.nodes) for box in boxes)
    return graph.source, f"{count} values in {len(boxes)} boxes"


# -- boxes ---------------------------------------------------------------------------------------


def _add_box(graph: Any, name: str, box: Box, look: Look, *, gradients: bool) -> None:
    """Draw a box, and beside it the plain numbers that it uses."""
    theme, digits = look.theme, look.digits
    left_out = box.unit is None and not box.single
    frames = {"style": "rounded,dashed", "color": theme.muted} if left_out else {}
    if not left_out:
        frames = frame(box.values[0], theme)
    if box.single:
        node = box.nodes[0]
        label = card(node, theme, rows(node, look, gradients=gradients))
    else:
        label = _group_card(box, look, gradients=gradients)
    several = _SEVERAL if box.unit is not None and len(box.values) > 1 else {}
    graph.node(name, label=label, **frames, **several, **(_OPENED if box.opened else {}))
    numbers = [x for node in box.nodes for x in node.operands if not isinstance(x, Node)]
    if numbers:
        text = _range(numbers, digits)
        if len(numbers) > 1:
            text = f"{len(numbers)} numbers<BR/>{text}"
        graph.node(f"{name}_numbers", label=f"<{text}>", **constant_attributes(theme.muted))
        graph.edge(f"{name}_numbers", name, style="dashed")


def _group_card(box: Box, look: Look, *, gradients: bool) -> str:
    theme = look.theme
    color = theme.computed_band if box.values and box.values[0].operation else theme.leaf_band
    color = theme.muted if box.unit is None else color
    lines = [_TITLE.format(color=color, on_band=theme.on_band, text=escape(box.title))]
    note = _note(box)
    if note:
        lines.append(_NOTE.format(color=theme.muted, text=escape(note)))
    columns = {"data": ([node.data for node in box.values], theme.ink)}
    if gradients:
        columns["grad"] = [node.grad for node in box.values], theme.gradient
    lines += (
        _NUMBERS.format(muted=theme.muted, name=name, color=ink, text=_range(numbers, look.digits))
        for name, (numbers, ink) in columns.items()
    )
    return f"<{_TABLE}{''.join(lines)}</TABLE>>"


def _note(box: Box) -> str:
    """Say what each member of a group computes, as far as the title does not."""
    unit = box.unit
    if unit is None:
        return "" if box.opened else f"{len(box.nodes)} values"
    if unit.kind in {"dot", "neuron"}:
        text = _counted(len(unit.products), "product")
        added = sum(term != 0.0 for term in unit.terms)
        text = f"{text} + {_counted(added, 'term')}" if added else text
        applied = unit.operation.name if unit.operation else ""
        return f"{applied}({text})" if unit.kind == "neuron" else text
    if unit.kind == "sum":
        return _counted(sum(term != 0.0 for term in unit.terms), "term")
    return "" if unit.kind == "leaf" or box.title.startswith(unit.kind) else unit.kind


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _range(numbers: Sequence[float], digits: int) -> str:
    """Write the smallest and the largest number, or the one that all are."""
    ordered = [number for number in numbers if not isnan(number)]
    ends = [min(ordered), max(ordered)] if ordered else []
    texts = list(dict.fromkeys(significant(number, digits) for number in ends))
    if len(ordered) < len(numbers):
        texts.append("nan")
    return _TO.join(texts)


# -- edges ---------------------------------------------------------------------------------------


def _add_edges(graph: Any, boxes: Sequence[Box], look: Look) -> None:
    """Draw an edge per pair of boxes with the number of uses; between single nodes, each use."""
    box_of = {node: index for index, box in enumerate(boxes) for node in box.nodes}
    edges = count_edges(box_of)
    column = _column(boxes, edges)
    crowded = _crowded(boxes, edges)
    for (source, target), count in edges.items():
        ends = f"box{source}", f"box{target}"
        if boxes[source].single and boxes[target].single:
            parent, node = boxes[source].nodes[0], boxes[target].nodes[0]
            for used, derivative in zip(node.parents, node.local_derivatives, strict=True):
                if used is parent:
                    graph.edge(*ends, label=significant(derivative, look.digits))
            continue
        shown = {"penwidth": significant(1 + log10(count) / 2, 2), "tooltip": _uses(count)}
        if count > 1 and not {source, target} & set(column) and target not in crowded:
            muted = look.theme.muted
            shown |= {"label": _LABEL.format(text=_uses(count)), "fontcolor": muted}
        graph.edge(*ends, **shown)
    if column:  # below each other, in order
        with graph.subgraph(graph_attr={"rank": "same"}) as same:
            for above, below in pairwise(column):
                same.edge(f"box{above}", f"box{below}", style="invis")


def _column(boxes: Sequence[Box], edges: Iterable[tuple[int, int]]) -> list[int]:
    """Return the members that were opened side by side, if that is what was opened."""
    opened = [index for index, box in enumerate(boxes) if box.opened]
    if len(opened) < 2 or any(set(edge) <= set(opened) for edge in edges):
        return []
    return opened


def _crowded(boxes: Sequence[Box], edges: Iterable[tuple[int, int]]) -> set[int]:
    """Return what was opened, if lines from several boxes lead there and would cross letters."""
    opened = {index for index, box in enumerate(boxes) if box.opened}
    sources = {source for source, target in edges if target in opened and source not in opened}
    return opened if len(sources) > 1 else set()


def _uses(count: int) -> str:
    return _counted(count, "use")


# -- caption -------------------------------------------------------------------------------------


def _caption(boxes: Sequence[Box]) -> str:
    """Say what was folded, and how to see more."""
    count = sum(len(box.nodes) for box in boxes)
    lines = [
        f"{count:,} values in {len(boxes)} boxes:",
        "what has the same depth, operation and number of operands is one box,",
        "a chain of additions is one sum, a dot and its activation are one neuron.",
    ]
    folded = [box for box in boxes if not box.opened and len(box.nodes) > 1]
    if folded:
        largest = max(folded, key=lambda box: (_is_computed(box.unit), len(box.nodes)))
        lines.append(
            f"To open a box: viz.draw(..., unfold={largest.title!r}). "
            f"To draw every value: viz.draw(..., limit={count})."
        )
    return _CAPTION.format(text="<BR/>".join(map(escape, lines)))


def _is_computed(unit: Unit | None) -> bool:
    return unit is not None and unit.operation is not None
