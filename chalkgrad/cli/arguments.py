"""A parser of options whose errors fit the terminal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import NoReturn

from .console import report


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
