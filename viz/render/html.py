"""HTML-like labels of Graphviz: tables, rows, cells and text, nested by calls.

Plain text is escaped when it is inserted; what these functions return is not escaped again.

>>> print(label(table(row(cell("a < b", align="LEFT"), cell(bold("c"))), cellpadding=4)))
<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4"><TR><TD ALIGN="LEFT">a &lt; b\
</TD><TD><B>c</B></TD></TR></TABLE>>
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from .escape import escape


class Html(str):
    """Text that is HTML-like already."""

    __slots__: tuple[str, ...] = ()


LINE_END = Html("<BR/>")
_USUAL: dict[str, object] = {"border": 0, "cellborder": 0, "cellspacing": 0}
RULE = Html("<HR/>")  # between two rows of a table


def label(content: str) -> str:
    """Return what DOT reads as an HTML-like label."""
    return f"<{html(content)}>"


def html(*parts: str) -> Html:
    """Join parts, those that are plain text escaped."""
    return Html(_joined(parts))


def _joined(parts: Iterable[str]) -> str:
    return "".join([part if part.__class__ is Html else escape(part) for part in parts])


def table(*rows: str, **attributes: object) -> Html:
    """Return a table without borders or spacing, unless attributes set them.

    Args:
        rows: from top to bottom.
        attributes: such as cellpadding=4; None leaves one to Graphviz.
    """
    return _tag("TABLE", rows, {**_USUAL, **attributes})


def row(*cells: str) -> Html:
    """Return a row of a table."""
    return _tag("TR", cells, {})


def cell(*parts: str, **attributes: object) -> Html:
    """Return a cell of a row."""
    return _tag("TD", parts, attributes)


def font(*parts: str, **attributes: object) -> Html:
    """Return text in a colour or size, such as point_size=11."""
    return _tag("FONT", parts, attributes)


def bold(*parts: str) -> Html:
    """Return bold text."""
    return _tag("B", parts, {})


def _tag(name: str, parts: Iterable[str], attributes: Mapping[str, object]) -> Html:
    return Html(f"<{_opening(name, *attributes.items())}>{_joined(parts)}</{name}>")


@lru_cache(256)  # a picture has thousands of the same few
def _opening(name: str, *attributes: tuple[str, object]) -> str:
    given = (f'{key.upper().replace("_", "-")}="{x}"' for key, x in attributes if x is not None)
    return " ".join([name, *given])
