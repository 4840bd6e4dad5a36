"""Tables of text that display themselves: as plain lines, in a terminal, in a notebook.

>>> print(Table(title="", columns=("name", "value"), rows=[("x", "2"), ("w1", "-3")]))
name  value
────  ─────
x     2
w1    -3
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Mapping, Sequence
from functools import cache
from html import escape
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import combining, east_asian_width

_LONG = 30  # letters of a cell in a notebook that may be broken into lines
_LARGEST = 4.17  # ln 64 and a little more: a logarithm that is written as one
_NO_STYLES: Mapping[str, str] = {}


def digits(value: float, significant: int = 6) -> str:
    """Write a number to so many significant digits: 3e-05, never 0.0000.

    >>> digits(2.0), digits(1 / 3), digits(3e-5)
    ('2', '0.333333', '3e-05')
    """
    return f"{value + 0.0:.{significant}g}"  # + 0.0 turns -0 into 0


def given(value: float, significant: int = 6) -> str:
    """Write a number that a person calculates with: a logarithm as one, if of 2 to 64.

    >>> from math import log
    >>> given(log(4)), given(1.386), given(-1.5)
    ('ln 4', '1.386', '-1.5')
    """
    whole = round(exp(value)) if 0 < value < _LARGEST else 0
    return f"ln {whole}" if whole > 1 and value == log(whole) else digits(value, significant)


class Table(NamedTuple):
    """Columns and rows of text.

    Attributes:
        title: a line above the table, or "".
        columns: the headings.
        rows: one text for each column.
        notes: lines below the table.
        styles: the style of rich for cells with a given text.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: tuple[str, ...] = ()
    styles: Mapping[str, str] = _NO_STYLES

    def __str__(self) -> str:
        cells = [[_one_line(text) for text in row] for row in (self.columns, *self.rows)]
        widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
        lines = [self._line(row, widths) for row in cells]
        title = [_one_line(self.title)] if self.title else []
        lines.insert(1, self._line(["─" * width for width in widths], widths))
        return "\n".join([*title, *lines, *map(_one_line, self.notes)])

    @staticmethod
    def _line(row: Sequence[str], widths: Sequence[int]) -> str:
        padded = (
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        )
        return "  ".join(padded).rstrip()

    def __rich__(self) -> Any:
        """Show as a table of rich, when printed by one of its consoles."""
        from .terminal import FittedTable  # noqa: PLC0415 heavy, and only for terminals

        rows = [[_one_line(text) for text in row] for row in self.rows]
        notes = [_one_line(note) for note in self.notes]
        columns = [_one_line(column) for column in self.columns]
        return FittedTable(_one_line(self.title), columns, rows, notes, self.styles)

    def html(self, above: str = "") -> str:
        """Return the table as HTML, every text escaped.

        Args:
            above: HTML that stands above the table; nothing by default.
        """
        title = escape(self.title)
        shown = f"<p>{title}</p>"  # a table without columns is a title alone
        if self.columns:
            head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
            rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.rows)
            caption = f"<caption>{title}</caption>" if title else ""
            shown = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        style = f"<style>\n{_style()}</style>"
        return f'<div class="chalkgrad-table">{style}{above}{shown}{notes}</div>'


class Tabular(ABC):
    """An object that displays itself as a table: in a session, with rich, in a notebook."""

    @abstractmethod
    def table(self) -> Table:
        """Return the table to show."""

    def __str__(self) -> str:
        return str(self.table())

    __repr__ = __str__  # a session shows the table

    def __rich__(self) -> Any:
        """Show as a table of rich."""
        return self.table().__rich__()

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Show as a table in a notebook, as text elsewhere."""
        makers = {"text/html": lambda: self.table().html(), "text/plain": self.__str__}
        return mime_bundle(makers, include, exclude)


def _cell(text: str) -> str:
    kind = ' class="long"' if len(text) > _LONG else ""
    return f"<td{kind}>{escape(text)}</td>"


@cache
def _style() -> str:
    return (Path(__file__).parent / "display.css").read_text(encoding="utf-8")


def _one_line(text: str) -> str:
    """Escape characters that would break a row, such as a newline in a label."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _width(text: str) -> int:
    """Return the width of a text in a terminal, in columns."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def mime_bundle(
    makers: Mapping[str, Callable[[], str]],
    include: Container[str] | None,
    exclude: Container[str] | None,
) -> dict[str, str]:
    """Return what `_repr_mimebundle_` has to: the content for each MIME type.

    Args:
        makers: for each MIME type, the function that makes its content.
        include: the only types wanted, if any are given.
        exclude: types that are not wanted.
    """
    return {
        kind: make()
        for kind, make in makers.items()
        if (not include or kind in include) and (not exclude or kind not in exclude)
    }
