"""Reports on standard output: plain text for pipes and files, coloured tables on a terminal."""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TextIO


def show(*reports: object) -> None:
    """Print reports, with a blank line between them.

    Args:
        reports: tables and other objects that print themselves. A terminal shows them by rich;
            elsewhere their lines are printed as they are, however long.
    """
    if not sys.stdout.isatty():
        print(*reports, sep="\n\n")
        return
    console = import_module("rich.console").Console()
    for report in reports:
        console.print(report)


def allow_any_encoding() -> None:
    """Let standard output print `?` for a character such as ∂ that its encoding lacks."""
    stdout: TextIO = sys.stdout
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(errors="replace")
