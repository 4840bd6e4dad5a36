"""The steps of a run on an engine that takes those of a whole epoch at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from nn.data import Examples
from nn.data.batches import Batches
from nn.data.examples import rows_at
from nn.engines.protocols import EpochEngine
from nn.optim.base import Optimiser

from .divergence import RunDiverged
from .history import Record

if TYPE_CHECKING:
    from autodiff.extend import Array


def epoch_steps(
    engine: EpochEngine,
    optimiser: Optimiser,
    examples: Examples,
    batches: Batches,
    share: Callable[[Array, Examples], float | None] | None,
) -> Iterator[tuple[Record, bool, Array]]:
    """Take the steps of each epoch at once; then yield them one after the other.

    Args:
        engine: takes them.
        optimiser: of the run.
        examples: all.
        batches: those that are to be taken.
        share: judges outputs; None if they are not to be judged.

    Yields:
        The record of a step, whether it is the last of its epoch, and the indices of its examples.

    Raises:
        RunDiverged: at a step whose loss or gradient is not finite, which is not taken.
    """
    for first, epoch, steps in _epochs(batches):
        before = optimiser.steps
        result = engine.epoch(examples, steps, optimiser, with_outputs=share is not None)
        for place, loss in enumerate(result.losses):
            step, indices = first + place, steps[place]
            is_last = place == len(steps) - 1
            outputs = result.outputs
            accuracy = None
            if share and outputs is not None and (is_last or batches.is_measured(step)):
                accuracy = share(outputs[place], rows_at(examples, indices))
            rate = optimiser.rate_at(before + place)
            record = Record(epoch, step, batches.steps, loss, accuracy, rate)
            if result.fault and place == len(result.losses) - 1:
                raise RunDiverged(result.fault, record, rows_at(examples, indices))
            yield record, is_last, indices


def _epochs(batches: Batches) -> Iterator[tuple[int, int, list[Array]]]:
    """Yield the first step of each epoch, its number, and the indices of its mini-batches."""
    steps: list[Array] = []
    for step, (epoch, is_last, indices) in enumerate(batches, batches.done + 1):
        steps.append(indices)
        if is_last:
            yield step - len(steps) + 1, epoch, steps
            steps = []
