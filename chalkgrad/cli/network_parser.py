"""The options of `chalkgrad train`, `evaluate`, `predict` and `play`, with help for newcomers.

>>> options = parsed(["train", "--layers", "16,16", "mnist"])
>>> options.dataset, options.layers, options.epochs
('mnist', [[16, 16]], 10)
"""

from __future__ import annotations

import re
from argparse import (
    Action,
    ArgumentDefaultsHelpFormatter,
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
)
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from chalkgrad import INITIALISERS  # says so if a user's nn.py hides our nn
from nn.extend import ENGINES

from .arguments import FittedHelp, FittedParser
from .choices import DATASETS, LOSSES, OPTIMISERS, SCHEDULES
from .evaluate import evaluate
from .play import play
from .predict import predict
from .suggestions import meant
from .train import train

_TRAIN = """Train a network and count its mistakes on examples that it has not seen.

data sets:
  digits        1,797 images of handwritten digits, 8 x 8 pixels
  mnist         70,000 images of handwritten digits, 28 x 28, downloaded once
  handwriting   mnist if its files are on this machine, else digits
  moons, circles, spirals, xor   points in the plane, of two classes"""
_TRAIN_EXAMPLES = """examples:
  chalkgrad train digits
  chalkgrad train digits --layers 32,16 --activation relu --optimizer adam \\
      --learning-rate 0.01
  chalkgrad train moons --layers 16,16 --plot curves.png
  chalkgrad train mnist --layers 16,16 --limit 2000 --save digits.safetensors

--limit keeps first tries short. If the loss does not fall, lower the rate."""
_EVALUATE = "Count the mistakes of a saved network on examples that it has not seen."
_PREDICT = """Read images with a saved network: PNG, JPEG and whatever else Pillow opens. An
image of another size than the network's is cropped to its ink and centred as
those of MNIST are. Paper may be grey or unevenly lit, ink darker or lighter."""
_PLAY = """Open a page that trains a network before your eyes: its decision region or a
field to draw a digit on, the loss curve, and every weight to change. Networks
for images are trained first, so that they read what you draw."""
_PLAY_EXAMPLES = """examples:
  chalkgrad play moons
  chalkgrad play digits
  chalkgrad play moons.safetensors      # a network that train --save wrote
  chalkgrad play spirals --layers 8,8,8 --save spirals.html"""


class _Formatter(ArgumentDefaultsHelpFormatter, FittedHelp):
    """Shows defaults that are a number or a text, and keeps the lines of a description."""

    def _get_help_string(self, action: Action) -> str | None:
        is_plain = isinstance(action.default, str | int | float)
        return super()._get_help_string(action) if is_plain else action.help


def parsed(words: Sequence[str]) -> Namespace:
    """Return the options in the words of a command; options may stand anywhere.

    Args:
        words: those of the command line, the command first.

    Returns:
        The options, with their command as `run` and the words as `words`.

    Raises:
        SystemExit: after a message or a help text.
    """
    known = parser()
    options, unknown = known.parse_known_args(_after_layers(words))
    if unknown:
        near = meant(unknown[0].partition("=")[0], re.findall(r"--[a-z-]+", options.help()))
        known.error(f"unrecognized arguments: {' '.join(unknown)}{near}")
    options.words = list(words)
    return options


def _after_layers(words: Sequence[str]) -> list[str]:
    """Move a data set that follows the sizes of --layers, and would be taken for one, ahead."""
    result = list(words)
    if "--layers" in result:
        place = result.index("--layers") + 1
        while place < len(result) and re.fullmatch(r"[\d,]*", result[place]):
            place += 1
        if place < len(result) and result[place] in DATASETS:
            result.insert(1, result.pop(place))
    return result


def parser() -> ArgumentParser:
    """Return the parser; the options that it parses carry their command as `run`."""
    result = FittedParser(
        prog="chalkgrad",
        description="Networks of scalar neurons.",
        epilog="start with: chalkgrad train digits",
    )
    commands = result.add_subparsers(
        title="commands", required=True, metavar="COMMAND", dest="command"
    )
    _add_train(commands)
    judge = commands.add_parser(
        "evaluate", help="count the mistakes of a saved network", description=_EVALUATE
    )
    judge.set_defaults(run=evaluate, help=judge.format_help)
    judge.add_argument("network", type=Path, help="a file that train --save wrote")
    _add_dataset(judge)
    reader = commands.add_parser(
        "predict", help="read images with a saved network", description=_PREDICT
    )
    reader.set_defaults(run=predict, help=reader.format_help)
    reader.add_argument("network", type=Path, help="a file that train --save wrote")
    reader.add_argument("images", type=Path, nargs="+", metavar="image", help="a file to read")
    _add_play(commands)
    return result


def _add_play(commands: Any) -> None:
    command = commands.add_parser(
        "play",
        usage="chalkgrad play dataset [options]",
        help="open a page that trains a network",
        description=_PLAY,
        epilog=_PLAY_EXAMPLES,
        formatter_class=_Formatter,
    )
    command.set_defaults(run=play, help=command.format_help)
    add = command.add_argument
    help_of_what = f"{', '.join(DATASETS)}, or a file that train --save wrote"
    add("what", metavar="dataset", help=help_of_what)
    add("--on", choices=DATASETS, metavar="NAME", help="the data set of a file (default: by name)")
    add("--data", type=Path, metavar="FOLDER", help="with the four files of mnist")
    add("--layers", type=_sizes, nargs="*", metavar="N,N", help="neurons of each hidden layer")
    add("--activation", default="tanh", metavar="NAME", help="tanh, relu, sigmoid, gelu, ...")
    add("--learning-rate", type=float, default=0.1, metavar="RATE", help="the size of a step")
    add("--batch-size", type=_count, default=10, metavar="N", help="examples per step, or all")
    add("--seed", type=int, default=0, help="of the initial weights and of the order of examples")
    help_of_epochs = "passes over all examples before the page opens (default: 0, of images 5)"
    add("--epochs", type=int, metavar="N", help=help_of_epochs)
    add("--limit", type=_positive, default=500, metavar="N", help="examples in the page")
    add("--save", type=Path, metavar="FILE", help="write the page as .html, and do not open it")


def _add_train(commands: Any) -> None:
    command = commands.add_parser(
        "train",
        usage="chalkgrad train dataset [options]",
        help="train a network and show how well it does",
        description=_TRAIN,
        epilog=_TRAIN_EXAMPLES,
        formatter_class=_Formatter,
    )
    command.set_defaults(run=train, help=command.format_help)
    _add_dataset(command)
    _add_network(command.add_argument_group("the network").add_argument)
    _add_training(command.add_argument_group("the training").add_argument)
    _add_files(command.add_argument_group("input and output").add_argument)


def _add_network(add: Any) -> None:
    help_of_layers = "neurons of each hidden layer, such as 16,16 (default: 16)"
    add("--layers", type=_sizes, nargs="*", default=[[16]], metavar="N,N", help=help_of_layers)
    add("--activation", default="tanh", metavar="NAME", help="tanh, relu, sigmoid, gelu, ...")
    help_of_output = "of the last layer (default: what the loss asks for)"
    add("--output-activation", metavar="NAME", help=help_of_output)
    _add_choice(add, "--initialiser", "xavier_uniform", INITIALISERS, "of the initial weights")
    add("--seed", type=int, default=0, help="of the initial weights and of the order of examples")


def _add_training(add: Any) -> None:
    _add_choice(add, "--loss", "cross_entropy", LOSSES, "what to minimise")
    _add_choice(add, "--optimizer", "sgd", OPTIMISERS, "the update rule")
    add("--learning-rate", type=float, default=0.3, metavar="RATE", help="the size of a step")
    _add_choice(add, "--schedule", "constant", SCHEDULES, "of the learning rate")
    add(
        "--weight-decay",
        type=float,
        default=0.0,
        metavar="LAMBDA",
        help="pulls weights to 0",
    )
    add("--epochs", type=int, default=10, metavar="N", help="passes over all examples")
    add("--batch-size", type=_count, default=10, metavar="N", help="examples per step, or all")
    help_of_validation = "training examples held out to measure the loss on"
    add("--validation", type=int, default=0, metavar="N", help=help_of_validation)
    help_of_patience = "stop after N epochs without a better validation loss"
    add("--patience", type=int, metavar="N", help=help_of_patience)
    _add_choice(add, "--engine", "compiled", ENGINES, "how gradients are computed")
    help_of_processes = "on this machine, between which the engine jax divides each step"
    add("--processes", type=int, default=1, metavar="N", help=help_of_processes)


def _add_files(add: Any) -> None:
    add("--limit", type=_positive, metavar="N", help="use only the first N training examples")
    add("--save", type=Path, metavar="FILE", help="write the network as .safetensors")
    add("--checkpoint", type=Path, metavar="FILE", help="write the training after each epoch")
    add("--resume", type=Path, metavar="FILE", help="continue from a checkpoint")
    add("--plot", type=Path, metavar="FILE", help="draw loss and accuracy as .png, .svg or .pdf")
    help_of_pictures = "draw training.png, weights.png, network.svg and network.png there"
    add("--pictures", type=Path, metavar="FOLDER", help=help_of_pictures)


def _add_choice(add: Any, flag: str, default: str, names: Iterable[str], what: str) -> None:
    known = list(names)
    text = f"{what}: {', '.join(known)}"
    add(flag, default=default, choices=known, metavar="NAME", help=text)


def _add_dataset(command: Any) -> None:
    command.add_argument("dataset", choices=DATASETS, metavar="dataset", help=", ".join(DATASETS))
    command.add_argument("--data", type=Path, metavar="FOLDER", help="with the four files of mnist")


def _sizes(text: str) -> list[int]:
    try:
        return [int(part) for part in text.removesuffix(",").split(",")] if text else []
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a list of whole numbers such as 16,16") from None


def _positive(text: str) -> int:
    with suppress(ValueError):
        if (number := int(text)) > 0:
            return number
    raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1")


def _count(text: str) -> int | None:
    if text == "all":
        return None
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is neither a whole number nor 'all'") from None
