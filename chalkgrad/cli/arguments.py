"""A parser of options whose errors fit the terminal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from textwrap import wrap
from typing import Any, NoReturn

from .console import fitted, report


class FittedHelp(RawDescriptionHelpFormatter):
    """Keeps the lines of descriptions and examples that fit the terminal, and breaks no word."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return fitted(super()._fill_text(text, width, indent), width + 2)  # argparse leaves 2

    def _format_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any) -> str:
        usage = super()._format_usage(usage, actions, groups, prefix)
        if max(map(len, usage.splitlines())) <= self._width:
            return usage
        lines = wrap(
            " ".join(usage.split()),
            self._width,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return "\n".join([*lines, "", ""])

    def _split_lines(self, text: str, width: int) -> list[str]:
        plain = " ".join(text.split())
        return wrap(plain, width, break_long_words=False, break_on_hyphens=False)


class FittedParser(ArgumentParser):
    """An ArgumentParser that breaks no word or number of an error at the edge of a terminal.

    Args:
        options: those of ArgumentParser.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", FittedHelp)
        super().__init__(**options)

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
