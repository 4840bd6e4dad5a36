"""`fit`: the loop that trains a network, mini-batch by mini-batch.

>>> from nn import MLP
>>> line = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
>>> net = MLP(1, [1], seed=0)
>>> history = fit(net, line, epochs=30, batch_size=2, learning_rate=0.3)
>>> history[0].loss > 0.1, history[-1].loss < 1e-6
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from autodiff import OptionError, WrongTypeError
from autodiff.extend import described, numpy
from nn.data import Data, Examples, examples_of
from nn.data.batches import Batches
from nn.engines.protocols import Loss, Network, TrainingEngine
from nn.engines.registry import make_engine
from nn.evaluation.accuracy import Judge
from nn.losses import mean_squared_error
from nn.optim.base import Optimiser
from nn.optim.rules import SGD
from nn.optim.schedules import Schedule

from .divergence import NotFiniteError, explained
from .early_stopping import EarlyStopping, Watch
from .history import History, Record
from .interrupt import Interrupt, deferred_interrupt
from .progress_bar import Bar, progress_bar

if TYPE_CHECKING:
    from autodiff.extend import Array

Callback: TypeAlias = Callable[[Record], object]


def fit(  # noqa: PLR0913 each is a setting of its own, by keyword
    net: Network,
    data: Data,
    *,
    epochs: int,
    batch_size: int | None,
    loss: Loss = mean_squared_error,
    optimizer: Optimiser | None = None,
    learning_rate: float | Schedule | None = None,
    seed: int | Random = 0,
    engine: str = "compiled",
    validation: Data | None = None,
    early_stopping: EarlyStopping | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
) -> History:
    """Train a network by gradient descent on mini-batches.

    Each epoch goes through all examples in a new order. The gradient of a mini-batch is the mean of
    its examples' gradients (Nielsen 2015, equation 19). Ctrl-C ends the run after the current step;
    the history so far is returned.

    Args:
        net: the network; its parameters are changed in place.
        data: at least one example: Examples, pairs (inputs, targets), or two arrays with a row for
            each example.
        epochs: the number of passes over all examples, at least 1.
        batch_size: the number of examples for each step, at least 1: 1 is online learning, None
            takes all at once. The last step of an epoch may have fewer.
        loss: the loss of one example, from outputs and targets; `mean_squared_error` by default.
        optimizer: the rule of a step, made for this network, as `nn.Adam(net)`.
        learning_rate: in place of an optimizer, the rate of plain gradient descent: a positive
            number, or a schedule (`nn.schedules`).
        seed: of the order of the examples, an int or a `random.Random`; 0 by default.
        engine: "compiled", the default, traces network and loss once and runs whole mini-batches
            as arrays; "eager" builds the graph of every mini-batch, scalar by scalar. Their
            numbers agree up to rounding.
        validation: examples that are evaluated after each epoch and never learnt from.
        early_stopping: when to end before the last epoch; needs `validation`. At the end the
            network has the parameters of the best epoch.
        callbacks: functions that are called with the record of each step; one that returns True
            ends the run. With the compiled engine, the Values of the network are up to date only
            at the end of each epoch.
        progress: whether to show a bar where there is a terminal or notebook; True by default.

    Returns:
        The history: a record for each step, in order.

    Raises:
        ShapeError: if there are no examples, or they do not fit the network.
        OptionError: if a setting is out of range, two of them contradict each other, or network
            and loss cannot be compiled.
        WrongTypeError: if the data, the seed, the optimizer or a number is of another type.
        DataError: if the loss refuses a target.
        DivergenceError: if the loss or the gradient is not finite any more; the network keeps the
            parameters of the last finished step.
        MissingPackageError: if a bar is shown and rich is not installed.
    """
    examples = examples_of(data)
    batches = Batches(len(examples), epochs, batch_size, seed)
    made = make_engine(engine, net, loss, examples)
    run = _Run(
        made,
        _optimiser(net, optimizer, learning_rate),
        Judge(examples.target_array()),
        None if validation is None else made.prepared(examples_of(validation)),
        _watch(early_stopping, validation),
        tuple(callbacks),
    )
    bar = progress_bar(batches.steps, batches.epochs, wanted=progress)
    try:
        with made.running(), deferred_interrupt() as interrupt, bar:
            run.go(made.prepared(examples), batches, interrupt, bar)
    except NotFiniteError as error:
        made.store()
        raise explained(net, loss, error, run.history) from None
    except KeyboardInterrupt:
        run.history.ending = "interrupted"
    finally:
        run.finish()
    return run.history


@dataclass
class _Run:
    """A run: what it needs, its steps, and why it ends."""

    engine: TrainingEngine
    optimiser: Optimiser
    judge: Judge
    validation: Examples | None
    watch: Watch | None
    callbacks: tuple[Callback, ...]
    history: History = field(default_factory=History)
    best: Array | None = None  # the parameters of the best epoch

    def __post_init__(self) -> None:
        self._ones: Array = numpy().ones_like(self.engine.parameters)

    def go(self, examples: Examples, batches: Batches, interrupt: Interrupt, bar: Bar) -> None:
        """Take all steps, unless the run ends before."""
        for step, (epoch, is_last, indices) in enumerate(batches, 1):
            place = Record(epoch, step, batches.steps, 0.0, None, self.optimiser.rate)
            is_measured = self.judge.counts and (is_last or batches.is_measured(step))
            record = self._step(examples.take(indices), place, with_outputs=is_measured)
            if is_last:
                if not numpy().isfinite(self.engine.parameters).all():
                    raise NotFiniteError("a parameter that is not", record, examples.take(indices))
                record = self._validated(record)
                if self.callbacks:
                    self.engine.store()
            self.history.append(record)
            bar.show(record)
            self.history.ending = self._ending(record, is_last=is_last, interrupt=interrupt)
            if self.history.ending != "finished":
                return

    def finish(self) -> None:
        """Give the network its last parameters, or with early stopping those of the best epoch."""
        if self.best is not None and self.history.ending in {"finished", "stopped early"}:
            self.engine.parameters[:] = self.best
        self.engine.store()

    def _step(self, batch: Examples, place: Record, *, with_outputs: bool) -> Record:
        loss, gradient, outputs = self.engine.gradient(batch, with_outputs=with_outputs)
        share = None if outputs is None else self.judge.share(outputs, batch.target_array())
        record = place._replace(loss=loss, accuracy=share)
        if not isfinite(loss):
            raise NotFiniteError(f"a loss of {loss}", record, batch)
        # the sum takes a tenth of the time; a sum of squares would be slow with denormal numbers
        is_finite = isfinite(numpy().vdot(gradient, self._ones))
        if not is_finite and not numpy().isfinite(gradient).all():
            raise NotFiniteError("a gradient that is not", record, batch)
        self.optimiser.update(self.engine.parameters, gradient)
        self.engine.stepped()
        return record

    def _validated(self, record: Record) -> Record:
        if self.validation is None:
            return record
        loss, outputs = self.engine.evaluate(self.validation)
        share = self.judge.share(outputs, self.validation.target_array())
        return record._replace(validation_loss=loss, validation_accuracy=share)

    def _ending(self, record: Record, *, is_last: bool, interrupt: Interrupt) -> str:
        results = [callback(record) for callback in self.callbacks]
        if any(result is True for result in results):
            return "ended by a callback"
        if is_last and self.watch is not None:
            is_over = self.watch.is_over(record)
            if self.watch.is_best:
                self.best = self.engine.parameters.copy()
                self.history.best_epoch = self.watch.best_epoch
            if is_over:
                return "stopped early"
        return "interrupted" if interrupt.is_wanted else "finished"


def _optimiser(
    net: Network, optimizer: Optimiser | None, learning_rate: float | Schedule | None
) -> Optimiser:
    if optimizer is None and learning_rate is not None:
        return SGD(net.parameters(), learning_rate)
    if optimizer is None or learning_rate is not None:
        both = "neither" if optimizer is None else "both"
        remedy = "write learning_rate=0.1, or optimizer=nn.Adam(net)"
        raise OptionError("an optimizer or a learning rate", both, remedy)
    if not isinstance(optimizer, Optimiser):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("an optimizer", described(optimizer), "write optimizer=nn.Adam(net)")
    if optimizer.parameters != net.parameters():
        raise OptionError(
            "an optimizer of all parameters of this network",
            f"one of {len(optimizer.parameters)} others",
            "make it for this one: nn.Adam(net)",
        )
    return optimizer


def _watch(early_stopping: EarlyStopping | None, validation: object) -> Watch | None:
    if early_stopping is None:
        return None
    if validation is None:
        remedy = "hold some out: train, held_out = data.split(100)"
        raise OptionError("validation examples with early stopping", "none", remedy)
    return early_stopping.watch()
