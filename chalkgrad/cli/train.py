"""`chalkgrad train`: train a network on a data set, judge it, save and draw it.

>>> from chalkgrad.cli.network_parser import parser
>>> train(parser().parse_args(["train", "xor", "--layers", "4", "--epochs", "1", "--limit", "8"]))
... # doctest: +ELLIPSIS
MLP of 2 -> 4 tanh -> 2 linear, 22 parameters
epoch 1/1  loss ...
"""

from __future__ import annotations

import contextlib
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from statistics import fmean
from tempfile import mkdtemp
from typing import Any

import chalkgrad
from autodiff import FileError, OptionError
from autodiff.extend import whole, write_whole
from nn import MLP, EarlyStopping, History, Record, confusion, fit
from nn.extend import Examples, Split

from .choices import LOSSES, Recipe, load_data, optimiser, schedule
from .console import has_escapes, say, show, unless_closed
from .paths import demand_writable
from .processes import join, processes_of, run_together


def train(options: Namespace) -> int:
    """Train a network as the options say, and print how well it does.

    Args:
        options: those of `network_parser`, as parsed.

    Returns:
        0; 130 if Ctrl-C ended the training early, in which case the network is judged and saved
        all the same.

    Raises:
        ChalkgradError: if an option, the data or a file to write is wrong. A file that cannot be
            written is reported last, after all results have been shown and all other files
            written; a network is then kept in a temporary file, which the error names.
    """
    count = processes_of(options)
    if count > 1:
        return run_together(options.words, count, options.checkpoint)
    join(options)
    start = time.perf_counter()
    demand_writable(options.save, options.plot, options.pictures)
    recipe = LOSSES[options.loss]
    data, held_out = load_data(options.dataset, options.data, is_one_sided=recipe.is_one_sided)
    examples, validation = _parts(data, options)
    net = _network(examples, options, recipe)
    settings = _settings(net, len(examples), options)
    with _printing(options):
        say(f"{net}")
    history = fit(net, examples, validation=validation, **settings)
    seconds = time.perf_counter() - start
    failures = [] if options.save is None else _written(lambda: _saved(net, options.save))
    with _printing(options):
        _show_verdict(net, history, held_out, seconds, options)
    for draw in _pictures(net, history, held_out, options):
        failures += _written(draw)
    if failures:
        raise failures[0]
    return 130 if history.ending == "interrupted" else 0


def _printing(options: Namespace) -> contextlib.AbstractContextManager[None]:
    """Return the context of what is printed: with files to write, a closed pipe does not end it."""
    is_writing = any((options.save, options.plot, options.pictures))
    return unless_closed() if is_writing else contextlib.nullcontext()


def _show_verdict(
    net: MLP, history: History, held_out: Examples, seconds: float, options: Namespace
) -> None:
    if options.engine == "jax" and not has_escapes():  # a line for each epoch would need its steps
        show(history)
    if history.ending != "finished":
        say(f"{history.ending} after step {len(history)} of {history[-1].steps}")
    table = confusion(net, held_out)
    show(table)
    verdict = f"{table.right} of {table.total} held-out examples classified correctly"
    say(f"{verdict}: accuracy {table.accuracy:.1%} after {seconds:.0f} s")


def _parts(data: Examples, options: Namespace) -> tuple[Examples, Examples | None]:
    """Return the training examples, and the validation examples if there are any."""
    examples = data if options.limit is None else data[: options.limit]
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


def _settings(net: MLP, count: int, options: Namespace) -> dict[str, Any]:
    """Return the settings of `fit`, checked."""
    epochs = whole(options.epochs, 1, "the number of epochs")
    size = options.batch_size
    every = count if size is None else whole(size, 1, "the batch size")
    steps = epochs * -(-count // max(every, 1))
    rate = schedule(options.schedule, options.learning_rate, max(steps, 1))
    patience = options.patience
    return {
        "epochs": epochs,
        "batch_size": size,
        "loss": LOSSES[options.loss].loss,
        "optimizer": optimiser(options.optimizer, net, rate, options.weight_decay),
        "seed": options.seed,
        "engine": options.engine,
        "early_stopping": (
            None if patience is None else EarlyStopping(whole(patience, 1, "the patience"))
        ),
        "callbacks": [] if has_escapes() or options.engine == "jax" else [_Lines(options)],
        "checkpoint": options.checkpoint,
        "resume": options.resume,
        "progress": has_escapes(),
    }


class _Lines:
    """Prints a line for each epoch, where a progress bar would be out of place."""

    def __init__(self, options: Namespace) -> None:
        self._options = options
        self._epochs: int = options.epochs
        self._epoch: list[Record] = []

    def __call__(self, record: Record) -> None:
        """Record a step; print at the end of an epoch."""
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
        with _printing(self._options):
            say("  ".join(parts).rstrip())
        self._epoch.clear()


def _pictures(
    net: MLP, history: History, held_out: Examples, options: Namespace
) -> Iterator[Callable[[], Path]]:
    """Yield what draws each picture of `--plot` and `--pictures`, and returns its path."""
    if options.plot is None and options.pictures is None:
        return
    curves: Any = chalkgrad.training_curves(history).figure
    if options.plot is not None:
        yield lambda: _plotted(curves, options.plot)
    folder: Path | None = options.pictures
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    weights: Any = chalkgrad.weights(net.layers[0]).figure
    yield lambda: _plotted(curves, folder / "training.png")
    yield lambda: _plotted(weights, folder / "weights.png")
    inputs, targets = held_out[0]
    names = [f"{label}" for label in range(len(list(targets)))]
    drawing = chalkgrad.network(net, inputs, output_names=names)
    yield lambda: drawing.save(folder / "network.svg")
    yield lambda: drawing.save(folder / "network.png")


def _plotted(figure: Any, path: Path) -> Path:
    """Save a figure of matplotlib, all of it or nothing."""
    content = BytesIO()
    figure.savefig(content, format=path.suffix.lower().removeprefix("."))
    return write_whole(path, content.getvalue())


def _written(write: Callable[[], Path]) -> list[FileError]:
    """Write a file, print its path, and return the error if there is one."""
    try:
        path = write()
    except FileError as error:
        return [error]
    with unless_closed():
        print(f"wrote {path}")
    return []


def _saved(net: MLP, path: Path) -> Path:
    """Save a network; if that fails, keep it in a temporary file, which the error names."""
    try:
        net.save(path)
    except FileError as error:
        with contextlib.suppress(OSError):
            kept = Path(mkdtemp(prefix="chalkgrad-")) / "network.safetensors"
            net.save(kept)
            error.add_note(f"The network is kept in {kept}.")
        raise
    return path
