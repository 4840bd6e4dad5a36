"""The caption of a graph, made of several parts, and the legend of its tints.

A caption is the HTML-like label of the whole graph, so Graphviz makes room for it.

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
from viz.render.html import Html, cell, font, label, row, table
from viz.themes import Theme

from .tint import Scale


def caption(parts: Sequence[str], height: int = 0) -> str:
    """Return the HTML-like label of a graph from its parts, one below the other.

    Args:
        parts: texts or tables.
        height: the least of each, in points; 0 for as high as it is.
    """
    rows = [row(cell(part, align="LEFT", height=height or None)) for part in parts]
    return label(table(*rows, cellpadding=4))


def legend(scale: Scale, look: Look, *, several: bool = False) -> Html:
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


def swatches(groups: Iterable[tuple[str, Iterable[tuple[str, str]]]], theme: Theme) -> Html:
    """Return a row of colours with a text in each.

    Args:
        groups: what stands before the colours, and then each colour with its text.
        theme: the other colours.
    """
    cells: list[Html] = []
    for title, marks in groups:
        cells.append(cell(font(title, color=theme.muted)))
        cells += (cell(text, border=1, color=theme.line, width=40, bgcolor=c) for c, text in marks)
    return table(row(*cells), cellpadding=4)
