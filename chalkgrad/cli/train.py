"""`train`: a network for a data set, trained, judged, and saved if that is asked for.

What is not here: the training itself (`nn.training`).

>>> from rich.console import Console
>>> from chalkgrad.cli.parser import parser
>>> words = ["train", "xor", "--layers", "4", "--epochs", "1", "--limit", "8"]
>>> outcome = train(parser("chalkgrad").parse_args(words), Console(quiet=True))
>>> len(outcome.history), outcome.net
(1, MLP of 2 -> 4 tanh -> 2 linear, 22 parameters)
"""

from __future__ import annotations

import time
from argparse import Namespace
from itertools import chain
from statistics import fmean
from typing import Any, NamedTuple

from autodiff import OptionError
from nn import MLP, EarlyStopping, History, Record, confusion, fit
from nn.extend import Examples, Split

from .choices import LOSSES, Recipe, load_data, optimiser, schedule
from .output_paths import demand_writable


class Outcome(NamedTuple):
    """What a training came to, for pictures of it.

    Attributes:
        net: the trained network.
        history: its records.
        held_out: the examples that it was judged by.
    """

    net: MLP
    history: History
    held_out: Examples


def train(options: Namespace, console: Any) -> Outcome:
    """Train a network as the options say, and print how well it does.

    Args:
        options: the parsed words.
        console: of rich, to print on.

    Raises:
        ChalkgradError: if something cannot be done as asked.
    """
    start = time.perf_counter()
    demand_writable(options.save, options.plot, options.pictures)
    recipe = LOSSES[options.loss]
    data, held_out = load_data(options.dataset, options.data, is_one_sided=recipe.is_one_sided)
    examples, validation = _parts(data, options)
    net = _network(examples, options, recipe)
    console.print(f"{net}")
    history = _fitted(net, examples, validation, options, console)
    seconds = time.perf_counter() - start
    if options.save is not None:
        net.save(options.save)
        console.print(f"wrote {options.save}")
    if history.ending != "finished":
        console.print(f"{history.ending} after step {len(history)} of {history[-1].steps}")
    table = confusion(net, held_out)
    console.print(f"{table}")
    verdict = f"{table.right} of {table.total} held-out examples answered rightly"
    console.print(f"{verdict}: accuracy {table.accuracy:.1%} after {seconds:.0f} s")
    return Outcome(net, history, held_out)


def _parts(data: Examples, options: Namespace) -> tuple[Examples, Examples | None]:
    """Return the examples to learn from, and those to watch the training by."""
    examples = data if options.limit is None else data[: max(options.limit, 0)]
    if options.patience is not None and not options.validation:
        remedy = "write for example --validation 100"
        raise OptionError("--validation with --patience", "none", remedy)
    if not options.validation:
        return examples, None
    split: Split = examples.split(options.validation, options.seed)
    return split.train, split.held_out


def _network(examples: Examples, options: Namespace, recipe: Recipe) -> MLP:
    inputs, targets = examples[0] if len(examples) else ([0.0], [0.0])
    return MLP(
        len(list(inputs)),
        [*chain.from_iterable(options.layers), len(list(targets))],
        activation=options.activation,
        output_activation=options.output_activation or recipe.output_activation,
        initialiser=options.initialiser,
        seed=options.seed,
    )


def _fitted(
    net: MLP, examples: Examples, validation: Examples | None, options: Namespace, console: Any
) -> History:
    size = options.batch_size or len(examples)
    steps = options.epochs * -(-len(examples) // max(size, 1))
    rate = schedule(options.schedule, options.learning_rate, max(steps, 1))
    patience = options.patience
    return fit(
        net,
        examples,
        epochs=options.epochs,
        batch_size=options.batch_size,
        loss=LOSSES[options.loss].loss,
        optimizer=optimiser(options.optimizer, net, rate, options.weight_decay),
        seed=options.seed,
        engine=options.engine,
        validation=validation,
        early_stopping=None if patience is None else EarlyStopping(patience),
        callbacks=[] if console.is_terminal else [_Lines(console, options.epochs)],
    )


class _Lines:
    """Prints one line for each epoch, where there is no terminal for a bar."""

    def __init__(self, console: Any, epochs: int) -> None:
        self._console = console
        self._epochs = epochs
        self._epoch: list[Record] = []

    def __call__(self, record: Record) -> None:
        """Take note of a step; print at the end of an epoch."""
        self._epoch.append(record)
        if record.step % (record.steps // self._epochs):
            return
        shares = [past.accuracy for past in self._epoch if past.accuracy is not None]
        parts = [
            f"epoch {record.epoch:{len(str(self._epochs))}}/{self._epochs}",
            f"loss {fmean(past.loss for past in self._epoch):<#8.3g}",
        ]
        parts += [f"accuracy {fmean(shares):6.1%}"] if shares else []
        if record.validation_loss is not None:
            parts.append(f"validation loss {record.validation_loss:<#8.3g}")
        if record.validation_accuracy is not None:
            parts.append(f"accuracy {record.validation_accuracy:6.1%}")
        self._console.print("  ".join(parts).rstrip())
        self._epoch.clear()
