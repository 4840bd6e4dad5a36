"""The loop that trains a network: mini-batches, gradients, steps, and what they were like.

What is not here: the rule of a step (`optimisers`), how a gradient is computed (`engines`).

>>> from nn import MLP
>>> line = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
>>> net = MLP(1, [1], seed=0)
>>> history = fit(net, line, epochs=30, batch_size=2, learning_rate=0.3)
>>> history[0].loss > 0.1, history[-1].loss < 1e-6
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from autodiff import OptionError
from autodiff.extend import described, numpy
from nn.data import Data, Examples, examples_of
from nn.data.batches import Batches
from nn.engines.protocols import Engine, Loss, Network
from nn.engines.registry import engine_by_name
from nn.errors import DivergenceError
from nn.evaluation.accuracy import Judge
from nn.losses import mean_squared_error
from nn.optim.rules import SGD, Optimiser
from nn.optim.schedules import Schedule

from .divergence import diagnose
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
    """Train a network by stochastic gradient descent over mini-batches.

    Each epoch goes through all examples in a new order. The gradient of a mini-batch is the mean
    of its examples' gradients (Nielsen 2015, equation 19). With a batch size of 1 this is online
    learning, with None it is gradient descent by all examples at once.

    Ctrl-C ends the run after the step that is under way, and the history so far is returned.

    Args:
        net: its parameters are changed in place.
        data: Examples; or pairs of inputs and targets; or two arrays. At least one example.
        epochs: how often to go through all examples, at least 1.
        batch_size: examples per step, at least 1, or None for all; the last step of an epoch may
            have fewer.
        loss: of one example, from outputs and targets.
        optimizer: the rule of a step, made for this network: `nn.Adam(net)`.
        learning_rate: in place of an optimizer: that of plain gradient descent.
        seed: of the order of the examples.
        engine: how gradients are computed. "compiled" records network and loss once, and runs
            whole mini-batches as arrays; "eager" builds every graph, scalar by scalar. Their
            losses are equal up to rounding.
        validation: examples that are looked at after each epoch and never learnt from.
        early_stopping: when to end before the last epoch; needs `validation`. At the end the
            network has the parameters of the best epoch.
        callbacks: called with its record after each step; one that returns True ends the run.
            With the compiled engine, the Values of the network follow at the end of each epoch,
            before the callbacks are called.
        progress: whether to show a bar, if there is a terminal.

    Returns:
        One record for each step, in order.

    Raises:
        ShapeError: if there are no examples, or a number is not a whole one of at least 1.
        OptionError: if a setting is out of range, or two of them contradict each other.
        DivergenceError: if the loss or the gradient is no finite number any more; the network
            has the parameters of the last finished step.
    """
    examples = examples_of(data)
    batches = Batches(len(examples), epochs, batch_size, seed)
    made = engine_by_name(engine)(net, loss, examples)
    run = _Run(
        made,
        _optimiser(net, optimizer, learning_rate),
        Judge(examples.target_array()),
        None if validation is None else made.prepared(examples_of(validation)),
        _watch(early_stopping, validation),
        tuple(callbacks),
        History(),
        [],
        numpy().ones_like(made.parameters),
    )
    bar = progress_bar(batches.steps, batches.epochs, wanted=progress)
    try:
        with run.engine.running(), deferred_interrupt() as interrupt, bar:
            run.go(made.prepared(examples), batches, interrupt, bar)
    except _NotFiniteError as error:
        run.engine.store()
        raise _explained(net, loss, error, run.history) from None
    except KeyboardInterrupt:
        run.history.ending = "interrupted"
    finally:
        run.finish()
    return run.history


class _NotFiniteError(Exception):
    """A loss or gradient that is no finite number, at a mini-batch."""

    def __init__(self, what: str, record: Record, batch: Examples) -> None:
        super().__init__(what)
        self.what: str = what
        self.record: Record = record
        self.batch: Examples = batch


class _Run(NamedTuple):
    """What a run works with."""

    engine: Engine
    optimiser: Optimiser
    judge: Judge
    validation: Examples | None
    watch: Watch | None
    callbacks: tuple[Callback, ...]
    history: History
    best: list[Array]
    ones: Array

    def go(self, examples: Examples, batches: Batches, interrupt: Interrupt, bar: Bar) -> None:
        """Take all steps, or end earlier."""
        for step, (epoch, is_last, indices) in enumerate(batches, 1):
            place = Record(epoch, step, batches.steps, 0.0, None, self.optimiser.rate)
            is_looked_at = self.judge.counts and (is_last or batches.is_looked_at(step))
            record = self._step(examples.take(indices), place, with_outputs=is_looked_at)
            if is_last:
                if not numpy().isfinite(self.engine.parameters).all():
                    raise _NotFiniteError("a parameter that is not", record, examples.take(indices))
                record = self._validated(record)
                if self.callbacks:
                    self.engine.store()
            self.history.append(record)
            bar.show(record)
            self.history.ending = self._ending(record, is_last=is_last, interrupt=interrupt)
            if self.history.ending != "finished":
                return

    def finish(self) -> None:
        """Give the network its parameters: those of the best epoch, if that was asked for."""
        if self.best and self.history.ending in {"finished", "stopped early"}:
            self.engine.parameters[:] = self.best[-1]
        self.engine.store()

    def _step(self, batch: Examples, place: Record, *, with_outputs: bool) -> Record:
        loss, gradient, outputs = self.engine.gradient(batch, with_outputs=with_outputs)
        share = None if outputs is None else self.judge.share(outputs, batch.target_array())
        record = place._replace(loss=loss, accuracy=share)
        if not isfinite(loss):
            raise _NotFiniteError(f"a loss of {loss}", record, batch)
        # a sum tells at once, in a tenth of the time; not of squares, which may be denormal: slow
        is_finite = isfinite(numpy().vdot(gradient, self.ones))
        if not is_finite and not numpy().isfinite(gradient).all():
            raise _NotFiniteError("a gradient that is not", record, batch)
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
        answers = [callback(record) for callback in self.callbacks]
        if any(answer is True for answer in answers):
            return "ended by a callback"
        if is_last and self.watch is not None:
            is_over = self.watch.is_over(record)
            if self.watch.is_best:
                self.best[:] = [self.engine.parameters.copy()]
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
        raise OptionError("an optimizer", described(optimizer), "write optimizer=nn.Adam(net)")
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


def _explained(
    net: Network, loss: Loss, error: _NotFiniteError, history: History
) -> DivergenceError:
    fault = diagnose(net, loss, error.batch)
    record = error.record
    return DivergenceError(
        f"a finite loss and gradient at step {record.step} (epoch {record.epoch})",
        f"{error.what}; first of all, {fault.text}",
        "take a smaller learning rate, or look at the inputs and the first weights",
        (record.step, fault.node, history),
    )
