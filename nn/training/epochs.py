"""The steps of a run on an engine that takes those of a whole epoch at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from nn.data import Examples
from nn.data.batches import Batches
from nn.data.examples import rows_at
from nn.engines.protocols import EpochEngine
from nn.optim.base import Optimiser

from .divergence import RunDiverged
from .history import Record

if TYPE_CHECKING:
    from autodiff.extend import Array


class Taken(NamedTuple):
    """A step that was taken.

    Attributes:
        record: of the step.
        indices: of the examples that it learnt from.
        ends_epoch: whether it is the last of its epoch.
        is_settled: whether the parameters are those after it, not after a later step.
    """

    record: Record
    indices: Array
    ends_epoch: bool
    is_settled: bool = True


def epoch_steps(  # noqa: PLR0913 of two callers
    engine: EpochEngine,
    optimiser: Optimiser,
    examples: Examples,
    batches: Batches,
    share: Callable[[Array, Examples], float | None] | None,
    is_cut: Callable[[int], bool],
) -> Iterator[Taken]:
    """Take the steps of each epoch at once; then yield them one after the other.

    Args:
        engine: takes them.
        optimiser: of the run.
        examples: all.
        batches: those that are to be taken.
        share: judges outputs; None if they are not to be judged.
        is_cut: whether the steps after a step, counted from 1, are to be taken later.

    Yields:
        The steps.

    Raises:
        RunDiverged: at a step whose loss or gradient is not finite, which is not taken.
    """
    for first, epoch, steps, ends_epoch in _stretches(batches, is_cut):
        before = optimiser.steps
        result = engine.epoch(examples, steps, optimiser, with_outputs=share is not None)
        for place, loss in enumerate(result.losses):
            step, indices = first + place, steps[place]
            is_settled = place == len(steps) - 1
            is_last = is_settled and ends_epoch
            outputs = result.outputs
            accuracy = None
            if share and outputs is not None and (is_last or batches.is_measured(step)):
                accuracy = share(outputs[place], rows_at(examples, indices))
            rate = optimiser.rate_at(before + place)
            record = Record(epoch, step, batches.steps, loss, accuracy, rate)
            if result.fault and place == len(result.losses) - 1:
                raise RunDiverged(result.fault, record, rows_at(examples, indices))
            yield Taken(record, indices, is_last, is_settled)


def _stretches(
    batches: Batches, is_cut: Callable[[int], bool]
) -> Iterator[tuple[int, int, list[Array], bool]]:
    """Yield first step, epoch and mini-batches of stretches, and whether they end an epoch."""
    steps: list[Array] = []
    for step, (epoch, is_last, indices) in enumerate(batches, batches.done + 1):
        steps.append(indices)
        if is_last or is_cut(step):
            yield step - len(steps) + 1, epoch, steps, is_last
            steps = []
