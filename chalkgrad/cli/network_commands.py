"""The commands on networks: `chalkgrad train digits` learns to read handwritten digits.

A program: it prints, and shows progress. What is not here: what the commands do (`commands`).

>>> main(["train", "letters"])  # and says on the error stream what it knows
2
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from rich.console import Console

from autodiff import ChalkgradError
from nn import DataError

from .evaluate import evaluate
from .parser import parser
from .predict import predict
from .train import Outcome, train


def main(arguments: Sequence[str] | None = None, program: str = "chalkgrad") -> int:
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
            outcome = train(options, console)
            for path in _pictures(outcome, options.plot, options.pictures):
                console.print(f"wrote {path}")
            return 130 if outcome.history.ending == "interrupted" else 0
        case "evaluate":
            evaluate(options, console)
        case _:
            predict(options, console)
    return 0


def _pictures(outcome: Outcome, plot: Path | None, folder: Path | None) -> Iterator[Path]:
    """Draw what was asked for; `viz` is imported only now, and matplotlib by it.

    Yields:
        Each file that was written.
    """
    if plot is None and folder is None:
        return
    viz = import_module("viz")
    curves = viz.training_curves(outcome.history)
    if plot is not None:
        yield _saved(curves.figure.savefig, plot)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield _saved(curves.figure.savefig, folder / "training.png")
        weights = viz.weights(outcome.net.layers[0])
        yield _saved(weights.figure.savefig, folder / "weights.png")
        inputs, targets = outcome.held_out[0]
        names = [f"{label}" for label in range(len(list(targets)))]
        drawing = viz.network(outcome.net, inputs, output_names=names)
        for name in ("network.svg", "network.png"):
            yield _saved(drawing.save, folder / name)


def _saved(save: Callable[[Path], object], path: Path) -> Path:
    try:
        save(path)
    except OSError as error:
        raise DataError(f"to draw into {path}", f"{error}", "name a file of yours") from error
    return path
