"""What stands below a graph: a caption of several parts, and the legend of the tints.

A caption is the HTML-like label of the whole graph, so Graphviz makes room for it. What is not
here: what is in the graph (`dot`), the chain rule as a sum over paths (`path_table`).

>>> from viz.options import Look
>>> from viz.graph.tint import Scale
>>> "gradient" in caption([legend(Scale.of([2.0]), Look())])
True
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from autodiff.extend import digits as significant
from viz.options import Look
from viz.render.escape import escape
from viz.themes import Theme

from .tint import Scale

_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4">'


def caption(parts: Sequence[str], height: int = 0) -> str:
    """Return the HTML-like label of a graph from its parts, one below the other.

    Args:
        parts: HTML-like texts or tables.
        height: of each at least, in points; or 0.
    """
    least = f' HEIGHT="{height}"' if height else ""
    rows = "".join(f'<TR><TD ALIGN="LEFT"{least}>{part}</TD></TR>' for part in parts)
    return f"<{_TABLE}{rows}</TABLE>>"


def legend(scale: Scale, look: Look, *, several: bool = False) -> str:
    """Return the swatches that say which tint stands for which gradient.

    Args:
        scale: of the gradients.
        look: digits and colours.
        several: whether boxes stand for several Values, whose gradients may have both signs.
    """
    theme = look.theme
    marks = [*scale.marks(), *([math.nan] if scale.has_nan else [])]
    one = [(scale.color(mark, theme), significant(mark, look.digits)) for mark in marks]
    if not several:
        return swatches([("gradient", one)], theme)
    both = [
        (scale.color_of_several([-mark, mark], theme), f"±{significant(mark, look.digits)}")
        for mark in marks
        if mark > 0.0
    ]
    return swatches([("largest gradient", one), ("both signs", both)], theme)


def swatches(groups: Iterable[tuple[str, Iterable[tuple[str, str]]]], theme: Theme) -> str:
    """Return a row of colours with a text in each.

    Args:
        groups: what stands before the colours, and then each colour with its text.
        theme: the other colours.
    """
    cells = "".join(
        f'<TD><FONT COLOR="{theme.muted}">{title}</FONT></TD>'
        + "".join(_swatch(color, text, theme) for color, text in marks)
        for title, marks in groups
    )
    return f"{_TABLE}<TR>{cells}</TR></TABLE>"


def _swatch(color: str, text: str, theme: Theme) -> str:
    return f'<TD BORDER="1" COLOR="{theme.line}" WIDTH="40" BGCOLOR="{color}">{text}</TD>'


def line(text: str, color: str, *, bold: bool = False) -> str:
    """Return a text for a caption, escaped, in a colour."""
    escaped = escape(text)
    return f'<FONT COLOR="{color}">{f"<B>{escaped}</B>" if bold else escaped}</FONT>'
