"""Tables on a terminal of any width: a grid where it fits, else a block of lines for each row.

No number is ever broken across lines.

>>> broken("∂/∂x = -3, ∂/∂w = 2", 12)
['∂/∂x = -3,', '∂/∂w = 2']
>>> broken("w, w", 12)
['w, w']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group
from rich.table import Table as Grid
from rich.text import Text

_RULE = Box("    \n    \n ─  \n    \n    \n    \n    \n    \n")  # below the headings, none else
_GAP = 2  # columns between a heading and its text
_WIDE = 1_000_000  # columns; wider than any table


class FittedTable:
    """A table that chooses its form when it is printed, by the width of the console.

    Args:
        title: a line above, or "".
        columns: the headings.
        rows: one text for each column.
        notes: lines below.
        styles: the style of rich for cells with a given text.
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        notes: Sequence[str],
        styles: Mapping[str, str],
    ) -> None:
        self._title: str = title
        self._columns: Sequence[str] = columns
        self._rows: Sequence[Sequence[str]] = rows
        self._notes: Sequence[str] = notes
        self._styles: Mapping[str, str] = styles

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Any]:
        """Yield the first form that fits: a framed grid, a bare grid, or blocks."""
        if self._title:
            yield Text(self._title, style="table.title")
        for is_bare in (False, True):
            grid = self._grid(is_bare=is_bare)
            wide = options.update(width=_WIDE)
            if console.measure(grid, options=wide).maximum <= options.max_width:
                yield grid
                break
        else:
            yield Group(*self._blocks(options.max_width))
        yield from map(Text, self._notes)

    def _grid(self, *, is_bare: bool) -> Grid:
        """Return a grid; a bare one has no frame, and lines are cut between terms."""
        grid = Grid()
        if is_bare:
            grid.box, grid.show_edge, grid.pad_edge, grid.padding = _RULE, False, False, (0, 0)
        lines = max((column.count(" ") for column in self._columns), default=0)
        for column in self._columns:
            heading = column
            if is_bare:  # a word on each line, the last words side by side
                heading = "\n" * (lines - column.count(" ")) + column.replace(" ", "\n")
            grid.add_column(Text(heading, style="table.header"), overflow="fold")
        for row in self._rows:
            texts = (text.replace(", ", ",\n") if is_bare else text for text in row)
            styles = (self._styles.get(text, "") for text in row)
            grid.add_row(*(Text(*pair) for pair in zip(texts, styles, strict=True)))
        return grid

    def _blocks(self, width: int) -> Iterator[Text]:
        """Yield a line or more for each cell that holds a text, and an empty line between rows."""
        margin = max(map(cell_len, self._columns), default=0) + _GAP
        for number, row in enumerate(self._rows):
            if number:
                yield Text()
            for column, text in zip(self._columns, row, strict=True):
                lead = column + " " * (margin - cell_len(column))
                for part in broken(text, width - margin) if text else []:
                    pair = (lead, "table.header"), (part, self._styles.get(text, ""))
                    yield Text.assemble(*pair, no_wrap=True, overflow="ignore")
                    lead = " " * margin


def broken(text: str, width: int) -> list[str]:
    """Cut a text that is too wide: after every comma, and else between words; no word is cut.

    Args:
        text: one line.
        width: of a line, in columns; a longer word stands on a line of its own.
    """
    if cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    for part in text.replace(", ", ",\n").split("\n"):
        first, *words = part.split(" ")
        lines.append(first)
        for word in words:
            if cell_len(f"{lines[-1]} {word}") <= width:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
    return lines
