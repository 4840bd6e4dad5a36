"""Reports on standard output: plain text for pipes and files, coloured tables on a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console


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
    console = _Console(markup=False, highlight=False, color_system=colors)
    for number, report in enumerate(reports):
        if number:
            console.print()
        console.print(report)


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
        with contextlib.suppress(OSError):  # standard output is no file
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def allow_any_encoding() -> None:
    """Let standard output print `?` for a character such as ∂ that its encoding lacks."""
    stdout: TextIO = sys.stdout
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(errors="replace")
