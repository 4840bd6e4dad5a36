"""What the box of a Value says, and how it looks: one card per Value, in HTML-like DOT.

A card has its label and the sign of its operation at the top, and its numbers below. Data,
gradients and local derivatives each have a colour, so that a speaker can point at them. What is
not here: the colours (`themes`), edges and the graph as a whole (`dot`).

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
from types import MappingProxyType
from typing import NamedTuple

from autodiff.extend import Node
from autodiff.extend import digits as significant
from viz.options import Look
from viz.render.escape import escape, tooltip
from viz.themes import Theme

_NO_NAMES: Mapping[Node, str] = MappingProxyType({})
_CAPTION_SIZE = 11
_CAPTION_WIDTH = 42  # for five letters of any font
_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
_BAND = (
    '<TR><TD COLSPAN="2"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="1" '
    'STYLE="ROUNDED" BGCOLOR="{color}"><TR>{cells}</TR></TABLE></TD></TR>'
)
_CELL = '<TD ALIGN="{side}" BALIGN="LEFT"><FONT COLOR="{color}">{text}</FONT></TD>'


class Row(NamedTuple):
    """A number on a card.

    Attributes:
        caption: what it is.
        text: the number.
        color: of the number.
        width: of its cell at least, in points, so that it may change and the card stays (its
            caption too); or 0.
    """

    caption: str
    text: str
    color: str
    width: int = 0


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
    lines = [_band(node, theme, name or node.label), *(_row(row, theme) for row in rows)]
    return f"<{_TABLE}{''.join(lines)}</TABLE>>"


def rows(node: Node, look: Look, *, gradients: bool) -> list[Row]:
    """Return the numbers that the card of a node shows: its data and, if wanted, its gradient."""
    shown = [Row("data", significant(node.data, look.digits), look.theme.ink)]
    if gradients:
        shown.append(Row("grad", significant(node.grad, look.digits), look.theme.gradient))
    return shown


def hint(nodes: Iterable[Node], names: Mapping[Node, str] = _NO_NAMES) -> str:
    """Return what an SVG shows below the pointer: each node's name, label or sign.

    Args:
        nodes: one for a box, two for an edge.
        names: what to call them instead of by their labels.
    """
    signs = (
        str(names.get(node) or node.label or (node.operation.sign if node.operation else "leaf"))
        for node in nodes
    )
    return tooltip(" → ".join(signs))


def frame(node: Node, theme: Theme) -> dict[str, str]:
    """Return the DOT attributes of the box of a node: leaves differ from what is computed."""
    if node.operation:
        return {"fillcolor": theme.computed, "color": theme.computed_line}
    return {"fillcolor": theme.leaf, "color": theme.leaf_line}


def constant(number: float, digits: int) -> str:
    """Return the HTML-like label of a plain number among the operands."""
    return f"<{significant(number, digits)}>"


def _band(node: Node, theme: Theme, name: str | None) -> str:
    """Label to the left, sign to the right, on a band; no band where a node has neither.

    The band is one table around both, because Graphviz stretches a table to fill its cell: a
    badge around the sign alone would be as wide as the numbers below it.
    """
    texts: list[str] = []
    if name:
        texts.append(f"<B>{escape(str(name))}</B>")
    if node.operation:
        texts.append(escape(node.operation.sign))
    sides = ("LEFT", "RIGHT") if len(texts) > 1 else ("CENTER",)
    cells = [
        _CELL.format(side=side, text=text, color=theme.on_band)
        for side, text in zip(sides, texts, strict=False)
    ]
    color = theme.computed_band if node.operation else theme.leaf_band
    return _BAND.format(color=color, cells="".join(cells)) if cells else ""


def _row(row: Row, theme: Theme) -> str:
    width = f' WIDTH="{row.width}"' if row.width else ""
    caption_width = f' WIDTH="{_CAPTION_WIDTH}"' if row.width else ""
    return (
        f'<TR><TD ALIGN="LEFT"{caption_width}><FONT COLOR="{theme.muted}" '
        f'POINT-SIZE="{_CAPTION_SIZE}">{row.caption}</FONT></TD><TD ALIGN="RIGHT"{width}>'
        f'<FONT COLOR="{row.color}">{row.text}</FONT></TD></TR>'
    )
