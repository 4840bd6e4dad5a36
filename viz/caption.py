"""What stands below a graph: the legend of the tints, and the chain rule as a sum over paths.

A caption is the HTML-like label of the whole graph, so Graphviz makes room for it. What is not
here: what is in the graph (`dot`), how paths are found (`paths`).

>>> from .options import Look
>>> from .scale import Scale
>>> "gradient" in caption([legend(Scale.of([2.0]), Look())])
True
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autodiff.node import Node
from autodiff.tables import digits as significant

from .options import Look
from .paths import Path, Paths
from .scale import Scale
from .text import escape
from .themes import Theme

__all__ = ["caption", "legend", "line", "shortened", "sum_over_paths"]

_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4">'
_ENDS = 3  # nodes or factors of a long path that are written out at each end
_LONGEST_NAME = 24
_LONGEST_COUNT = 10**21  # up to here a count is written out; log10 says enough of the others


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
    row = "".join(
        _swatch(scale.color(mark, theme), significant(mark, look.digits), theme) for mark in marks
    )
    title = "largest gradient" if several else "gradient"
    if several:
        both = (
            _swatch(
                scale.color_of_several([-mark, mark], theme),
                f"±{significant(mark, look.digits)}",
                theme,
            )
            for mark in marks
            if mark > 0.0
        )
        row += f"{_muted('both signs', theme)}{''.join(both)}"
    return f"{_TABLE}<TR>{_muted(title, theme)}{row}</TR></TABLE>"


def _swatch(color: str, text: str, theme: Theme) -> str:
    return f'<TD BORDER="1" COLOR="{theme.line}" WIDTH="40" BGCOLOR="{color}">{text}</TD>'


def _muted(text: str, theme: Theme) -> str:
    return f'<TD><FONT COLOR="{theme.muted}">{text}</FONT></TD>'


def sum_over_paths(paths: Paths, names: Mapping[Node, str], look: Look) -> str:
    """Return a table of the largest paths: where each goes, its factors, and their product."""
    start = paths.largest[0].nodes[0]
    end = paths.largest[0].nodes[-1]
    heading = (
        f"derivative of {_named(end, names)} by {_named(start, names)}: {_counted(paths.number)}"
    )
    rows = [f'<TR><TD ALIGN="LEFT" COLSPAN="3"><B>{heading}</B></TD></TR>']
    for path in paths.largest:
        way = shortened([_named(node, names) for node in path.nodes], " → ")
        rows.append(_row(way, _factors(path, look.digits), path.product, look))
    rest = paths.number - len(paths.largest)
    if rest:
        rows.append(
            f'<TR><TD ALIGN="LEFT" COLSPAN="3"><FONT COLOR="{look.theme.muted}">'
            f"... and {_number(rest)} more, none with a larger product</FONT></TD></TR>"
        )
    if paths.number > 1:
        rows.append("<HR/>" + _row("<B>sum</B>", "", paths.total, look))
    ruled = _TABLE.replace(">", f' COLOR="{look.theme.muted}">')  # the colour of the rule
    return f"{ruled}{''.join(rows)}</TABLE>"


def line(text: str, color: str, *, bold: bool = False) -> str:
    """Return a text for a caption, escaped, in a colour."""
    escaped = escape(text)
    return f'<FONT COLOR="{color}">{f"<B>{escaped}</B>" if bold else escaped}</FONT>'


def shortened(texts: Sequence[str], joint: str) -> str:
    """Join texts, and leave out the middle where there are many."""
    if len(texts) > 2 * _ENDS + 1:
        left_out = f"… {len(texts) - 2 * _ENDS} more …"
        texts = [*texts[:_ENDS], left_out, *texts[-_ENDS:]]
    return joint.join(texts)


def _row(way: str, factors: str, product: float, look: Look) -> str:
    color = look.theme.gradient
    number = f'= <FONT COLOR="{color}">{significant(product, look.digits)}</FONT>'
    middle = f'<FONT COLOR="{look.theme.local_derivative}">{factors}</FONT>' if factors else ""
    return (
        f'<TR><TD ALIGN="LEFT">{way}</TD><TD ALIGN="RIGHT">{middle}</TD>'
        f'<TD ALIGN="LEFT">{number}</TD></TR>'
    )


def _factors(path: Path, digits: int) -> str:
    texts = [significant(factor, digits) for factor in path.factors]
    return shortened([f"({text})" if text.startswith("-") else text for text in texts], " · ")


def _named(node: Node, names: Mapping[Node, str]) -> str:
    name = " ".join(names[node].split())
    return escape(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…")


def _counted(count: int) -> str:
    if count == 1:
        return "the product along the only path"
    return f"the sum over {_number(count)} paths"


def _number(count: int) -> str:
    if count < _LONGEST_COUNT:
        return f"{count:,}"
    return f"about 10^{math.log10(count):.2f}"  # Python itself writes no ints of 5,000 digits
