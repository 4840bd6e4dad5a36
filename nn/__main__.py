"""The command line of networks: `python -m nn train digits` learns to read handwritten digits.

A program: it prints, and shows progress. What is not here: what the commands do (`commands`).

>>> main(["train", "letters"])  # and says on the error stream what it knows
2
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from rich.console import Console

from autodiff.errors import ChalkgradError

from .commands import evaluate, parser, predict, train
from .errors import DataError
from .records import History

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, program: str = "python -m nn") -> int:
    """Run the command line.

    Args:
        arguments: the words after `python -m nn`; those of the process by default.
        program: what help and errors call it.

    Returns:
        The exit code: 0; 2 for what cannot be done as asked; 130 when interrupted.
    """
    try:
        options = parser(program).parse_args(arguments)
    except SystemExit as stop:  # argparse has said why, or has shown its help
        return 2 if stop.code else 0
    try:
        return _run(options)
    except (ChalkgradError, OSError) as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{program}: stopped before the end, nothing is kept", file=sys.stderr)
        return 130


def _run(options: Namespace) -> int:
    console = Console(highlight=False, soft_wrap=True)
    match options.command:
        case "train":
            history = train(options, console)
            if options.plot is not None:
                _plot(history, options.plot)
                console.print(f"wrote {options.plot}")
            return 130 if history.ending == "interrupted" else 0
        case "evaluate":
            evaluate(options, console)
        case _:
            predict(options, console)
    return 0


def _plot(history: History, path: Path) -> None:
    """Draw loss and accuracy into a file; `viz` and matplotlib are imported only now."""
    axes = import_module("viz").training_curves(history)
    try:
        axes.figure.savefig(path)
    except (OSError, ValueError) as error:  # ValueError for an ending that matplotlib has not
        raise DataError(f"to draw into {path}", f"{error}", "name a .png, .svg or .pdf") from error


if __name__ == "__main__":
    sys.exit(main())
