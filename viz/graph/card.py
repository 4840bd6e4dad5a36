"""The box of a Value: its label and the sign of its operation at the top, its numbers below.

Data, gradients and local derivatives each have a colour, so that a speaker can point at them.

>>> from autodiff import Value
>>> from viz.options import Look
>>> print(constant(2.0, 6))
<2>
>>> x = Value(2.0, label="x")
>>> "grad" in card(x, Look().theme, rows(x, Look(), gradients=False))
False
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from autodiff.extend import Node
from autodiff.extend import digits as significant
from viz.options import Look
from viz.render.escape import tooltip
from viz.render.html import Html, bold, cell, font, html, label, row, table
from viz.themes import SMALL_FONT_SIZE, Theme

_SHORT_NAME = 9  # letters; bold ones are half a point wider than Graphviz thinks
_CAPTION_WIDTH = 42  # points: for five letters of any font


class Row(NamedTuple):
    """A number on a card.

    Attributes:
        caption: what it is.
        text: the number.
        color: of the number.
        width: the least of its cell, in points, so that the card stays as it is when the number
            changes; 0 for as wide as the number.
        height: the least of its cell, in points; 0 for as high as the number.
        lined: the sides of its cell that are drawn, to write in: some of "LTRB"; none by default.
    """

    caption: str
    text: str
    color: str
    width: int = 0
    height: int = 0
    lined: str = ""


def card(node: Node, theme: Theme, rows: Iterable[Row], *, name: str | None = None) -> str:
    """Return the HTML-like label of the box of a node.

    Args:
        node: what the box is about.
        theme: its colours.
        rows: the numbers on it.
        name: what to call the node instead of by its label.

    Returns:
        The label, with the angle brackets that tell DOT that it is HTML-like.
    """
    lines = [_row(each, theme) for each in rows]
    return label(table(_band(node, theme, name or node.label), *lines, cellpadding=3))


def rows(node: Node, look: Look, *, gradients: bool) -> list[Row]:
    """Return the numbers that the card of a node shows: its data and, if wanted, its gradient."""
    shown = [Row("data", significant(node.data, look.digits), look.theme.ink)]
    if gradients:
        shown.append(Row("grad", significant(node.grad, look.digits), look.theme.gradient))
    return shown


def hint(nodes: Iterable[Node], names: Mapping[Node, str] | None = None) -> str:
    """Return what an SVG shows below the pointer: each node's name, label or sign.

    Args:
        nodes: one for a box, two for an edge.
        names: what to call them instead of by their labels.
    """
    known = names or {}
    signs = (
        str(known.get(node) or node.label or (node.operation.sign if node.operation else "leaf"))
        for node in nodes
    )
    return tooltip(" → ".join(signs))


def frame(node: Node, theme: Theme) -> dict[str, str]:
    """Return the DOT attributes of the box of a node: leaves differ from what is computed."""
    if node.operation:
        return {"fillcolor": theme.computed, "color": theme.computed_line}
    return {"fillcolor": theme.leaf, "color": theme.leaf_line}


def emphasis(theme: Theme) -> dict[str, str]:
    """Return the DOT attributes of a box or edge that stands out."""
    return {"color": theme.emphasis, "penwidth": significant(theme.emphasis_width)}


def constant(number: float, digits: int) -> str:
    """Return the HTML-like label of a plain number among the operands."""
    return label(significant(number, digits))


def _band(node: Node, theme: Theme, name: str | None) -> Html:
    """Label to the left, sign to the right, on a band; no band where a node has neither.

    The band is one table around both, because Graphviz stretches a table to fill its cell: a
    badge around the sign alone would be as wide as the numbers below it.
    """
    both = bool(name and node.operation)
    cells: list[Html] = []
    if name:
        letters = font(bold(str(name)), color=theme.on_band)
        cells.append(cell(letters, align="LEFT" if both else "CENTER", balign="LEFT"))
        if both and len(name) > _SHORT_NAME:
            cells.append(cell(width=len(name) // 2))
    if node.operation:
        side = "RIGHT" if both else "CENTER"
        cells.append(_sign(node.operation.sign, theme.on_band, side))
    color = theme.computed_band if node.operation else theme.leaf_band
    return band(cells, color, cellspacing=3, cellpadding=1) if cells else html()


def band(cells: Iterable[Html], color: str, **space: int) -> Html:
    """Return the row of a card that is one rounded, coloured table around some cells."""
    return row(cell(table(row(*cells), **space, style="ROUNDED", bgcolor=color), colspan=2))


def _row(shown: Row, theme: Theme) -> Html:
    width = _CAPTION_WIDTH if shown.width else None
    return row(
        _caption(shown.caption, theme.muted, width),
        number_cell(shown, theme),
    )


def number_cell(shown: Row, theme: Theme) -> Html:
    """Return the cell of a number, without its caption."""
    line = {"border": 1, "sides": shown.lined, "color": theme.muted} if shown.lined else {}
    content = font(shown.text, color=shown.color) if shown.text else html(" ")
    size = {"width": shown.width or None, "height": shown.height or None}
    return cell(content, align="RIGHT", **size, **line)


@lru_cache(64)  # all cards have the same few
def _caption(text: str, color: str, width: int | None) -> Html:
    return cell(font(text, color=color, point_size=SMALL_FONT_SIZE), align="LEFT", width=width)


@lru_cache(256)  # signs of operations
def _sign(text: str, color: str, side: str) -> Html:
    return cell(font(text, color=color), align=side, balign="LEFT")
