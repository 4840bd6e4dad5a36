"""What the box of a Value says, and how it looks: one card per Value, in HTML-like DOT.

A card has its label and the sign of its operation at the top, and its numbers below. Data,
gradients and local derivatives each have a colour, so that a speaker can point at them. What is
not here: edges and the graph as a whole (`dot`).

>>> from autodiff import Value
>>> print(constant(2.0, 6))
<2>
>>> "grad" in card(Value(2.0, label="x"), 6, gradients=False)
False
"""

from __future__ import annotations

from autodiff.node import Node
from autodiff.tables import digits as significant

from .text import escape

__all__ = [
    "INK",
    "LINE",
    "LOCAL_DERIVATIVE",
    "MUTED",
    "card",
    "constant",
    "frame",
]

INK = "#1f2933"  # text and data
MUTED = "#64748b"  # captions and constants
LINE = "#94a3b8"  # edges
GRADIENT = "#b91c1c"
LOCAL_DERIVATIVE = "#7e22ce"

_LEAF = {"fillcolor": "#e0f2fe", "color": "#0369a1"}
_COMPUTED = {"fillcolor": "#ffffff", "color": "#334155"}

_CAPTION_SIZE = 11
_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
_BAND = (
    '<TR><TD COLSPAN="2"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="1" '
    'STYLE="ROUNDED" BGCOLOR="{color}"><TR>{cells}</TR></TABLE></TD></TR>'
)
_CELL = '<TD ALIGN="{side}" BALIGN="LEFT"><FONT COLOR="#ffffff">{text}</FONT></TD>'


def card(node: Node, digits: int, *, gradients: bool) -> str:
    """Return the HTML-like label of the box of a node.

    Args:
        node: what the box is about.
        digits: the number of significant digits.
        gradients: whether to show the gradient.

    Returns:
        The label, with the angle brackets that tell DOT that it is HTML-like.
    """
    rows = [_band(node), _number("data", node.data, digits, INK)]
    if gradients:
        rows.append(_number("grad", node.grad, digits, GRADIENT))
    return f"<{_TABLE}{''.join(rows)}</TABLE>>"


def frame(node: Node) -> dict[str, str]:
    """Return the DOT attributes of the box of a node: leaves differ from what is computed."""
    return _COMPUTED if node.operation else _LEAF


def constant(number: float, digits: int) -> str:
    """Return the HTML-like label of a plain number among the operands."""
    return f"<{significant(number, digits)}>"


def _band(node: Node) -> str:
    """Label to the left, sign to the right, on a band; no band where a node has neither.

    The band is one table around both, because Graphviz stretches a table to fill its cell: a
    badge around the sign alone would be as wide as the numbers below it.
    """
    texts: list[str] = []
    if node.label:
        texts.append(f"<B>{escape(str(node.label))}</B>")
    if node.operation:
        texts.append(escape(node.operation.sign))
    sides = ("LEFT", "RIGHT") if len(texts) > 1 else ("CENTER",)
    cells = [_CELL.format(side=side, text=text) for side, text in zip(sides, texts, strict=False)]
    return _BAND.format(color=frame(node)["color"], cells="".join(cells)) if cells else ""


def _number(caption: str, number: float, digits: int, color: str) -> str:
    return (
        f'<TR><TD ALIGN="LEFT"><FONT COLOR="{MUTED}" POINT-SIZE="{_CAPTION_SIZE}">{caption}'
        f'</FONT></TD><TD ALIGN="RIGHT"><FONT COLOR="{color}">{significant(number, digits)}'
        f"</FONT></TD></TR>"
    )
