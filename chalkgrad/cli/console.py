"""Reports on standard output: plain text for pipes and files, coloured tables on a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator
from io import TextIOWrapper
from shutil import get_terminal_size
from textwrap import wrap
from typing import TextIO

from rich.console import Console

_INDENT = " " * 4  # of a formula in an error


def is_terminal() -> bool:
    """Tell whether standard output is a terminal, or FORCE_COLOR asks for the same."""
    return Console().is_terminal


def has_escapes() -> bool:
    """Tell whether output may hold escape sequences: a terminal, unless NO_COLOR or TERM=dumb."""
    console = Console()
    return console.is_terminal and not console.is_dumb_terminal and not console.no_color


def show(*reports: object) -> None:
    """Print reports, with a blank line between them.

    Args:
        reports: tables and other objects that print themselves. On a terminal rich shows them,
            fitted to its width; elsewhere their lines are printed as they are, however long.
    """
    if not is_terminal():
        print(*reports, sep="\n\n")
        return
    colors = "auto" if has_escapes() else None
    size = get_terminal_size()  # rich takes a dumb terminal to be 80 columns wide
    console = _Console(
        markup=False,
        highlight=False,
        color_system=colors,
        width=size.columns,
        height=size.lines,
    )
    for number, report in enumerate(reports):
        if number:
            console.print()
        console.print(report)


def say(text: str) -> None:
    """Print lines; on a terminal no word or number is broken by its edge."""
    print(fitted(text, get_terminal_size().columns) if is_terminal() else text)


def report(text: str) -> None:
    """Print an error on standard error; on a terminal no word or number is broken by its edge."""
    if Console(stderr=True).is_terminal:
        text = fitted(text, get_terminal_size().columns)
    print(text, file=sys.stderr)


def fitted(text: str, width: int) -> str:
    r"""Wrap lines between words, as far in as they begin, and show only a part of a formula.

    Args:
        text: lines; a formula is indented, with carets below the part that is shown.
        width: of a line, in columns.

    >>> print(fitted("unknown name 'c'\n    a + bb + c + dd + ee\n             ^", 15))
    unknown name
    'c'
        bb + c + dd
             ^
    """
    lines: list[str] = []
    shift = 0
    found = text.split("\n")
    for line, below in zip(found, [*found[1:], ""], strict=True):
        is_formula = line.startswith(_INDENT) and _is_carets(below)
        if not is_formula and not _is_carets(line):
            margin = " " * (len(line) - len(line.lstrip()))
            lines += wrap(
                line,
                width,
                subsequent_indent=margin,
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]
            continue
        if is_formula:  # its carets are cut as it is
            room = width - len(_INDENT)
            least = below.rindex("^") + 1 - len(_INDENT) - room
            shift = max(0, min(least + room // 2, len(line) - len(_INDENT) - room))
        lines.append(f"{_INDENT}{line[len(_INDENT) + shift :]}"[:width].rstrip())
    return "\n".join(lines)


def _is_carets(line: str) -> bool:
    return line.startswith(_INDENT) and not line.strip(" ^") and "^" in line


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave the decision to the caller; rich itself would end the program."""
        raise BrokenPipeError


@contextlib.contextmanager
def unless_closed() -> Generator[None]:
    """Print what follows, or, if the reader of a pipe has closed it, go on in silence.

    A command that was told to write files prints in this context, so that
    `chalkgrad train ... --save FILE | head -1` writes its file.
    """
    try:
        yield
    except BrokenPipeError:
        discard_output()


def discard_output() -> None:
    """Write out what can be written; drop the rest, so that Python does not try again later."""
    if sys.stdout is None:  # it was closed before the program began
        return
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError):  # standard output is not a file
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def allow_any_encoding() -> None:
    """Let standard output print `?` for a character such as ∂ that its encoding lacks."""
    stdout: TextIO = sys.stdout
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(errors="replace")
