"""The command line of networks: `python -m nn train digits` learns to read handwritten digits.

A program: it prints, and shows progress. What is not here: the training itself (`training`).

>>> main(["train", "letters"])  # and says on the error stream what it knows
2
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import deque
from collections.abc import Sequence
from statistics import fmean
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from autodiff.errors import ChalkgradError

from .data import Example, digits
from .judging import accuracy
from .losses import cross_entropy
from .perceptron import MLP
from .records import Record
from .training import fit

__all__ = ["main"]

_DESCRIPTION = (
    "Train a network, neuron by neuron, on 1,437 images of handwritten digits (8 x 8 pixels, "
    "bundled with scikit-learn), then let it read the 360 images it has not seen. "
    "The loss is the cross-entropy of the softmax of ten linear outputs."
)
_EXAMPLE = "example: python -m nn train digits --layers 32 16 --activation relu --learning-rate 0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after `python -m nn`; those of the process by default.

    Returns:
        The exit code: 0; 2 for what cannot be done as asked; 130 when interrupted.
    """
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said why, or has shown its help
        return 2 if stop.code else 0
    try:
        _train(options)
    except ChalkgradError as error:
        print(f"python -m nn: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("python -m nn: stopped before the end, nothing is kept", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m nn",
        description="Networks of single neurons.",
        epilog="start with: python -m nn train digits",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    train = commands.add_parser(
        "train",
        help="train a network on real data and show how well it does",
        description=_DESCRIPTION,
        epilog=_EXAMPLE,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    train.add_argument("dataset", choices=["digits"], help="what to learn")
    add = train.add_argument
    add(
        "--layers",
        type=int,
        nargs="*",
        default=[16],
        metavar="N",
        help="neurons of each inner layer",
    )
    add("--activation", default="tanh", metavar="NAME", help="tanh, relu, sigmoid, gelu, ...")
    add("--epochs", type=int, default=10, metavar="N", help="how often to go through all images")
    add("--batch-size", type=int, default=10, metavar="N", help="images for each step")
    add("--learning-rate", type=float, default=0.3, metavar="RATE", help="how far each step goes")
    add("--seed", type=int, default=0, help="of the first weights and of the order of the images")
    return parser


def _train(options: argparse.Namespace) -> None:
    """Train on the digits, and say how many of the held-out images are read rightly."""
    start = time.perf_counter()
    console = Console(highlight=False)
    net = MLP(64, [*options.layers, 10], activation=options.activation, seed=options.seed)
    train, held_out = digits()
    console.print(f"{net}")
    with _Report(console, options.epochs) as report:
        fit(
            net,
            train,
            epochs=options.epochs,
            batch_size=options.batch_size,
            learning_rate=options.learning_rate,
            seed=options.seed,
            loss=cross_entropy,
            callbacks=[report],
            progress=False,
        )
    console.print(_verdict(net, held_out, time.perf_counter() - start))


def _verdict(net: MLP, examples: Sequence[Example], seconds: float) -> str:
    share = accuracy(net, examples)
    right = round(share * len(examples))
    return (
        f"{right} of {len(examples)} held-out images read rightly: "
        f"accuracy {share:.1%} after {seconds:.0f} s"
    )


class _Report:
    """Shows progress: a bar on a terminal; elsewhere (a file, a pipe) one line for each epoch.

    Loss and accuracy are means over the last epoch's worth of mini-batches.
    """

    def __init__(self, console: Console, epochs: int) -> None:
        self._console = console
        self._epochs = epochs
        self._recent: deque[Record] = deque()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, record: Record) -> None:
        length = record.steps // self._epochs
        self._recent.append(record)
        if len(self._recent) > length:
            self._recent.popleft()
        text = (
            f"epoch {record.epoch:{len(str(self._epochs))}}/{self._epochs}"
            f"  loss {fmean(past.loss for past in self._recent):<#8.3g}"
            f" accuracy {fmean(past.accuracy or 0.0 for past in self._recent):6.1%}"
        )
        self._bar.update(self._task, description=text, completed=record.step, total=record.steps)
        if self._bar.disable and record.step % length == 0:
            self._console.print(text)


if __name__ == "__main__":
    sys.exit(main())
