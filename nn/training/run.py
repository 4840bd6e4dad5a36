"""The steps of one run of `fit`, its callbacks and its ending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff import OptionError, Value
from autodiff.extend import number, numpy
from nn.data import Examples
from nn.data.batches import Batches
from nn.data.examples import rows_at
from nn.engines.protocols import EpochEngine, TrainingEngine
from nn.evaluation.accuracy import Judge
from nn.optim.base import Optimiser

from .callbacks import Callback, EachEpoch
from .checkpoint import State
from .divergence import RunDiverged
from .early_stopping import Watch
from .epochs import Taken, epoch_steps
from .history import History, Record
from .interrupt import Interrupt
from .progress_bar import Bar
from .saving import Saver

if TYPE_CHECKING:
    from autodiff.extend import Array

_TOGETHER = 100  # steps at most between two looks at Ctrl-C


class _Step(NamedTuple):
    """A step to take: where it stands, and the examples of its mini-batch."""

    epoch: int
    number: int
    indices: Array
    is_measured: bool


class _Together(NamedTuple):
    """Steps that are being taken together, and the numbers of steps before them.

    A loss is nan before its step is taken.
    """

    before: int  # of the run
    steps_before: int  # of the optimiser
    steps: Sequence[_Step]
    rates: Sequence[float]
    losses: Array
    total: int


@dataclass
class Run:
    """A run: what it needs, its steps, and why it ends.

    Attributes:
        engine: computes losses and gradients.
        values: the parameters of the network.
        is_live: whether the engine writes the parameters into the values after every step.
        optimiser: takes the steps.
        judge: tells right outputs from wrong ones.
        target_count: the number of targets of an example, without its weight.
        validation: the examples that are evaluated after each epoch, if any.
        watch: ends the run early, if wanted.
        callbacks: called with the record of each step.
        saver: writes checkpoints, if wanted.
        history: the records so far.
        best: the parameters of the best epoch, with early stopping.
    """

    engine: TrainingEngine
    values: Sequence[Value]
    is_live: bool
    optimiser: Optimiser
    judge: Judge
    target_count: int
    validation: Examples | None
    watch: Watch | None
    callbacks: tuple[Callback, ...]
    saver: Saver | None
    history: History = field(default_factory=History)
    best: Array | None = None
    _pending: Record | None = None  # the record of the step that is being taken
    _steps_before: int = 0
    _together: _Together | None = None

    def __post_init__(self) -> None:
        self._ones: Array = numpy().ones_like(self.engine.parameters)
        self._stored: list[float] = self._numbers()
        # whether nobody looks at a step within an epoch
        self._is_free: bool = all(isinstance(callback, EachEpoch) for callback in self.callbacks)
        engine = self.engine
        self._by_epochs: EpochEngine | None = None
        if isinstance(engine, EpochEngine) and self._is_free:
            self._by_epochs = engine

    def go(self, examples: Examples, batches: Batches, interrupt: Interrupt, bar: Bar) -> None:
        """Take all steps that are not done, unless the run ends before."""
        if self.watch is not None and self.watch.has_ended:
            self.history.ending = "stopped early"
            return
        if isinstance(self.engine, EpochEngine):
            self.engine.demand_alike(self._facts(batches))
        for taken in self._taken(examples, batches, bar):
            record = taken.record
            if taken.ends_epoch:
                if not numpy().isfinite(self.engine.parameters).all():
                    batch = rows_at(examples, taken.indices)
                    raise RunDiverged("a parameter that is not finite", record, batch)
                record = self._validated(record)
            self.history.append(record)
            self._pending = None
            bar.show(record)
            self.history.ending = self._ending(taken._replace(record=record), interrupt)
            has_ended = self.history.ending != "finished"
            if taken.is_settled:
                self._save(batches, record, is_last=taken.ends_epoch, has_ended=has_ended)
            if has_ended:
                return

    def _taken(self, examples: Examples, batches: Batches, bar: Bar) -> Iterator[Taken]:
        """Take the steps, and yield them.

        Steps of plain descent that were taken together are not yielded: only the bar sees them.
        """
        if self._by_epochs is not None:
            share = self._share if self.judge.counts else None
            parts = self._by_epochs, self.optimiser, examples, batches
            yield from epoch_steps(*parts, share, self._is_saved)
            return
        most = _TOGETHER if self._is_free and self.optimiser.is_plain else 1
        waiting: list[_Step] = []
        for step, (epoch, is_last, indices) in enumerate(batches, batches.done + 1):
            is_measured = self.judge.counts and (is_last or batches.is_measured(step))
            waiting.append(_Step(epoch, step, indices, is_measured))
            if len(waiting) < most and not (is_last or is_measured or self._is_saved(step)):
                continue
            for each in waiting[self._descend(examples, waiting[:-1], batches.steps, bar) :]:
                rate = self.optimiser.rate
                place = Record(each.epoch, each.number, batches.steps, 0.0, None, rate)
                batch = rows_at(examples, each.indices)
                is_end = is_last and each is waiting[-1]
                record = self._step(batch, place, with_outputs=each.is_measured)
                yield Taken(record, each.indices, is_end)
            waiting.clear()

    def _is_saved(self, step: int) -> bool:
        return self.saver is not None and self.saver.is_counted(step)

    def _descend(self, examples: Examples, steps: Sequence[_Step], total: int, bar: Bar) -> int:
        """Take steps of plain gradient descent together; return how many were taken."""
        if not steps:
            return 0
        rule = self.optimiser
        rates = [rule.rate_at(rule.steps + ahead) for ahead in range(len(steps))]
        losses = numpy().full(len(steps), numpy().nan)
        self._together = _Together(len(self.history), rule.steps, steps, rates, losses, total)
        batches = numpy().stack([step.indices for step in steps])
        self.engine.descend(examples, batches, rates, losses)
        taken = self._noted()
        self._together = None
        for record in taken:
            bar.show(record)
        return len(taken)

    def _noted(self) -> list[Record]:
        """Take note of the steps that were taken together, also if Ctrl-C has ended them."""
        if self._together is None:
            return []
        before, steps_before, steps, rates, losses, total = self._together
        taken = [
            Record(step.epoch, step.number, total, loss, None, rate)
            for step, rate, loss in zip(steps, rates, losses.tolist(), strict=True)
            if not isnan(loss)
        ]
        self.optimiser.steps = steps_before + len(taken)
        self.history[before:] = taken
        return taken

    def settle(self) -> None:
        """Take note of a Ctrl-C within a step, which counts if it has changed the parameters."""
        self.history.ending = "interrupted"
        self._noted()
        if self._pending is not None and self.optimiser.steps > self._steps_before:
            self.history.append(self._pending)
            self._pending = None

    def finish(self) -> None:
        """Give the network its last parameters, or with early stopping those of the best epoch."""
        if self.best is not None:
            self.engine.parameters[:] = self.best
        self.engine.store()

    def restore(self, state: State, batches: Batches) -> None:
        """Continue where another run has ended.

        Raises:
            OptionError: if that run has taken more steps than this one has.
        """
        batches.done = len(state.history)
        if batches.done > batches.steps:
            raise OptionError(
                "as many epochs as the checkpoint has finished, or more",
                f"{batches.epochs}, which are {batches.steps} of its {batches.done} steps",
                "give the number of all epochs, those of the checkpoint included",
            )
        batches.order = state.order
        batches.generator.setstate(state.generator)
        self.engine.parameters[:] = state.parameters
        self.engine.store()
        self._stored = self._numbers()
        self.optimiser.memory, self.optimiser.steps = dict(state.memory), state.steps
        self.history.extend(record._replace(steps=batches.steps) for record in state.history)
        if self.saver is not None:
            self.saver.last_step = batches.done
        if self.watch is not None and state.watched is not None:
            self.watch.state, self.best = state.watched, state.best
            self.history.best_epoch = self.watch.best_epoch

    def _save(self, batches: Batches, record: Record, *, is_last: bool, has_ended: bool) -> None:
        """Write a checkpoint after a step if it is due."""
        ends_run = has_ended or record.step == record.steps
        engine = self.engine
        is_leader = not isinstance(engine, EpochEngine) or engine.is_leader
        if (
            is_leader
            and self.saver is not None
            and self.saver.is_due(record.step, ends_epoch=is_last, ends_run=ends_run)
        ):
            self.saver.write(self._state(batches))

    def _state(self, batches: Batches) -> State:
        return State(
            parameters=self.engine.parameters,
            best=self.best,
            memory=self.optimiser.memory,
            steps=self.optimiser.steps,
            order=batches.order,
            generator=batches.generator.getstate(),
            watched=None if self.watch is None else self.watch.state,
            history=self.history,
        )

    def _step(self, batch: Examples, place: Record, *, with_outputs: bool) -> Record:
        loss, gradient, outputs = self.engine.gradient(batch, with_outputs=with_outputs)
        share = None if outputs is None else self._share(outputs, batch)
        record = place._replace(loss=loss, accuracy=share)
        if not isfinite(loss):
            raise RunDiverged(f"a loss of {loss}", record, batch)
        # the sum takes a tenth of the time; a sum of squares would be slow with denormal numbers
        is_finite = isfinite(numpy().vdot(gradient, self._ones))
        if not is_finite and not numpy().isfinite(gradient).all():
            raise RunDiverged("a gradient that is not finite", record, batch)
        self._pending, self._steps_before = record, self.optimiser.steps
        self.optimiser.update(self.engine.parameters, gradient)
        self.engine.stepped()
        return record

    def _share(self, outputs: Any, examples: Examples) -> float | None:
        return self.judge.share(outputs, examples.target_array()[:, : self.target_count])

    def _validated(self, record: Record) -> Record:
        if self.validation is None:
            return record
        loss, outputs = self.engine.evaluate(self.validation)
        share = self._share(outputs, self.validation)
        return record._replace(validation_loss=loss, validation_accuracy=share)

    def _ending(self, taken: Taken, interrupt: Interrupt) -> str:
        """Let early stopping, then the callbacks see a record; return how the run ends, if so."""
        record, is_last = taken.record, taken.ends_epoch
        if is_last and self.watch is not None:
            self.watch.is_over(record)
            if self.watch.is_best:
                self.best = self.engine.parameters.copy()
                self.history.best_epoch = self.watch.best_epoch
        is_wanted = self._called(record, is_last=is_last)
        is_over = is_last and self.watch is not None and self.watch.has_ended
        ending = "interrupted" if interrupt.is_wanted else "finished"
        ending = "ended by a callback" if is_wanted else ending
        ending = "stopped early" if is_over else ending
        if self._by_epochs is not None:  # steps taken at once end at once, in all processes
            if not taken.is_settled:
                return "finished"
            is_agreed = self._by_epochs.agreed(wanted=ending != "finished")
            return "interrupted" if is_agreed and ending == "finished" else ending
        if ending != "finished" and not is_last:
            self._demand_unwritten()
        return ending

    def _facts(self, batches: Batches) -> bytes:
        """Return what all processes that train together must begin with."""
        numbers = [self.engine.parameters, *self.optimiser.memory.values()]
        counts = batches.done, batches.steps, self.optimiser.steps, self._is_free, self.target_count
        order = batches.order, batches.generator.getstate()
        texts = repr((counts, order, type(self.optimiser).__name__, self.optimiser.rate))
        return b"".join([*(array.tobytes() for array in numbers), texts.encode()])

    def _called(self, record: Record, *, is_last: bool) -> bool:
        """Call the callbacks; what they write into the Values goes into the parameters."""
        callbacks = [
            callback
            for callback in self.callbacks
            if is_last or not isinstance(callback, EachEpoch)
        ]
        if not callbacks:
            return False
        is_live = self.is_live or is_last
        if is_live:
            self._demand_unwritten()
            self.engine.store()
            self._stored = self._numbers()
        try:
            results = [callback(record) for callback in callbacks]
        finally:
            if is_live:
                self._take_over()
        return any(result is True for result in results)

    def _take_over(self) -> None:
        written = self._numbers()
        for index, (now, before) in enumerate(zip(written, self._stored, strict=True)):
            if now is not before:
                self.engine.parameters[index] = number(now)
        self._stored = written

    def _demand_unwritten(self) -> None:
        """Refuse what a callback wrote in the middle of an epoch that ran compiled."""
        if self.callbacks and not self.is_live and self._numbers() != self._stored:
            raise OptionError(
                "callbacks that change parameters at the last step of an epoch only",
                "one that changed them before, where the Values are not up to date",
                "wait for the last step of the epoch, or write engine='eager'",
            )

    def _numbers(self) -> list[float]:
        return [value.data for value in self.values]
