"""Reports on standard output: plain text for pipes and files, coloured tables on a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console


def is_terminal() -> bool:
    """Tell whether standard output is a terminal, or FORCE_COLOR asks for the same."""
    return Console().is_terminal


def show(*reports: object) -> None:
    """Print reports, with a blank line between them.

    Args:
        reports: tables and other objects that print themselves. A terminal shows them by rich;
            elsewhere their lines are printed as they are, however long.
    """
    if not is_terminal():
        print(*reports, sep="\n\n")
        return
    console = Console(markup=False, highlight=False)
    for report in reports:
        console.print(report)


def discard_output() -> None:
    """Write out what can be written; drop the rest, so that Python does not try again later."""
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
