"""The words of the command line, with help for newcomers. What is not here: their meaning.

>>> options = parser("chalkgrad").parse_args(["train", "mnist", "--layers", "16,16"])
>>> options.dataset, options.layers, options.epochs
('mnist', [[16, 16]], 10)
"""

from __future__ import annotations

from argparse import (
    Action,
    ArgumentDefaultsHelpFormatter,
    ArgumentParser,
    ArgumentTypeError,
    RawDescriptionHelpFormatter,
)
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nn import INITIALISERS
from nn.extend import ENGINES

from .choices import DATASETS, LOSSES, OPTIMISERS, SCHEDULES

_TRAIN = """Train a network, neuron by neuron, and see how well it does on examples that it has
not seen.

data sets:
  digits   1,797 images of handwritten digits, 8 x 8 pixels, bundled with scikit-learn
  mnist    70,000 images of handwritten digits, 28 x 28 pixels, downloaded once
  handwriting   mnist if its files are on this machine, else digits
  moons, circles, spirals, xor   points in the plane, of two classes"""
_TRAIN_EXAMPLES = """examples:
  {program} train digits
  {program} train digits --layers 32,16 --activation relu --optimizer adam --learning-rate 0.01
  {program} train moons --layers 16,16 --plot curves.png
  {program} train mnist --layers 16,16 --limit 2000 --save digits.safetensors

--limit keeps the first tries short. A loss that does not fall wants a smaller learning rate."""
_EVALUATE = "Let a saved network answer for examples that it has not seen, and count its mistakes."
_PREDICT = """Let a saved network read images: PNG, JPEG and whatever else Pillow opens. A picture
of another size than the network's is cut to its ink, and centred as the images of MNIST are; dark
ink on light paper is turned around."""


class _Formatter(ArgumentDefaultsHelpFormatter, RawDescriptionHelpFormatter):
    """Shows defaults that say something, and leaves the lines of a description as they are."""

    def _get_help_string(self, action: Action) -> str | None:
        says_something = isinstance(action.default, str | int | float)
        return super()._get_help_string(action) if says_something else action.help


def parser(program: str) -> ArgumentParser:
    """Return the parser of the command line.

    Args:
        program: what help and errors call it.
    """
    result = ArgumentParser(
        program,
        description="Networks of single neurons.",
        epilog=f"start with: {program} train digits",
    )
    commands = result.add_subparsers(
        title="commands", required=True, metavar="COMMAND", dest="command"
    )
    _add_train(commands, program)
    evaluate = commands.add_parser(
        "evaluate", help="count the mistakes of a saved network", description=_EVALUATE
    )
    evaluate.add_argument("network", type=Path, help="a file that train --save wrote")
    _add_dataset(evaluate)
    predict = commands.add_parser(
        "predict", help="read images with a saved network", description=_PREDICT
    )
    predict.add_argument("network", type=Path, help="a file that train --save wrote")
    predict.add_argument("images", type=Path, nargs="+", metavar="image", help="a file to read")
    return result


def _add_train(commands: Any, program: str) -> None:
    train = commands.add_parser(
        "train",
        usage=f"{program} train dataset [options]",
        help="train a network and show how well it does",
        description=_TRAIN,
        epilog=_TRAIN_EXAMPLES.format(program=program),
        formatter_class=_Formatter,
    )
    _add_dataset(train)
    add = train.add_argument_group("the network").add_argument
    help_of_layers = "neurons of each inner layer, such as 16,16 (default: 16)"
    add("--layers", type=_sizes, nargs="*", default=[[16]], metavar="N,N", help=help_of_layers)
    add("--activation", default="tanh", metavar="NAME", help="tanh, relu, sigmoid, gelu, ...")
    help_of_output = "of the last layer (default: what the loss asks for)"
    add("--output-activation", metavar="NAME", help=help_of_output)
    _add_choice(add, "--initialiser", "xavier_uniform", INITIALISERS, "of the first weights")
    add("--seed", type=int, default=0, help="of the first weights and of the order of the examples")
    add = train.add_argument_group("the training").add_argument
    _add_choice(add, "--loss", "cross_entropy", LOSSES, "what to make small")
    _add_choice(add, "--optimizer", "sgd", OPTIMISERS, "the rule of a step")
    add("--learning-rate", type=float, default=0.3, metavar="RATE", help="how far each step goes")
    _add_choice(add, "--schedule", "constant", SCHEDULES, "how the learning rate changes")
    add("--weight-decay", type=float, default=0.0, metavar="LAMBDA", help="pulls weights to 0")
    add("--epochs", type=int, default=10, metavar="N", help="how often to go through all examples")
    add("--batch-size", type=_count, default=10, metavar="N", help="examples for each step, or all")
    help_of_validation = "examples taken from the training ones to watch it by"
    add("--validation", type=int, default=0, metavar="N", help=help_of_validation)
    help_of_patience = "stop after so many epochs without a better validation loss"
    add("--patience", type=int, metavar="N", help=help_of_patience)
    _add_choice(add, "--engine", "compiled", ENGINES, "how gradients are computed")
    add = train.add_argument_group("input and output").add_argument
    add("--limit", type=int, metavar="N", help="take only the first N training examples")
    add("--save", type=Path, metavar="FILE", help="write the network as .safetensors")
    add("--plot", type=Path, metavar="FILE", help="draw loss and accuracy as .png, .svg or .pdf")
    help_of_pictures = "draw training.png, weights.png and network.svg, and .png, into a folder"
    add("--pictures", type=Path, metavar="FOLDER", help=help_of_pictures)


def _add_choice(add: Any, flag: str, default: str, names: Iterable[str], what: str) -> None:
    known = list(names)
    text = f"{what}: {', '.join(known)}"
    add(flag, default=default, choices=known, metavar="NAME", help=text)


def _add_dataset(command: Any) -> None:
    command.add_argument("dataset", choices=DATASETS, metavar="dataset", help=", ".join(DATASETS))
    command.add_argument(
        "--data", type=Path, metavar="FOLDER", help="where the four files of mnist are"
    )


def _sizes(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no list of whole numbers such as 16,16") from None


def _count(text: str) -> int | None:
    if text == "all":
        return None
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is neither a whole number nor 'all'") from None
