"""A parser of options whose errors fit the terminal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from textwrap import wrap
from typing import NoReturn

from .console import fitted, report


class FittedHelp(RawDescriptionHelpFormatter):
    """Keeps the lines of descriptions and examples that fit the terminal, and breaks no word."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return fitted(super()._fill_text(text, width, indent), width + 2)  # argparse leaves 2

    def _split_lines(self, text: str, width: int) -> list[str]:
        plain = " ".join(text.split())
        return wrap(plain, width, break_long_words=False, break_on_hyphens=False)


class FittedParser(ArgumentParser):
    """An ArgumentParser that breaks no word or number of an error at the edge of a terminal."""

    def error(self, message: str) -> NoReturn:
        """Show the usage and an error, and end the command.

        Args:
            message: what is wrong.

        Raises:
            SystemExit: with the code 2, in every case.
        """
        self.print_usage(sys.stderr)
        report(f"{self.prog}: error: {message}")
        raise SystemExit(2)
