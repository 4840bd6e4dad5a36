"""Mini-batches: the examples of each step of a run, in a new order for each epoch.

>>> [indices.tolist() for _, _, indices in Batches(5, epochs=1, batch_size=2, seed=1)]
[[2, 3], [4, 0], [1]]
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from autodiff.extend import numpy, whole
from nn.validation import generator_of

if TYPE_CHECKING:
    from autodiff.extend import Array

_MEASURED = 200  # mini-batches of an epoch


class Batches:
    """The indices of the examples of every step.

    Args:
        count: the number of examples, at least 1.
        epochs: the number of passes over all of them, at least 1.
        batch_size: the number of examples for each step, at least 1; None for all.
        seed: of their order, an int or a `random.Random`.

    Attributes:
        epochs: the number of passes over all examples.
        steps: the number of steps.
        done: the number of steps that an earlier run has taken; 0 unless it is set.
        order: the indices of all examples in the order of the present epoch.
        generator: draws the order of the next epoch.

    Raises:
        OptionError: if a number is less than 1.
        WrongTypeError: if a number is not whole, or the seed is of another type.
    """

    def __init__(self, count: int, epochs: int, batch_size: int | None, seed: int | Random) -> None:
        size = count if batch_size is None else whole(batch_size, 1, "the batch size")
        self._slices: list[slice] = [slice(at, at + size) for at in range(0, count, size)]
        self.epochs: int = whole(epochs, 1, "the number of epochs")
        self.generator: Random = generator_of(seed)
        self.order: list[int] = list(range(count))
        self.done: int = 0
        self.steps: int = self.epochs * len(self._slices)
        self._every: int = -(-len(self._slices) // _MEASURED)

    def is_measured(self, step: int) -> bool:
        """Return whether the accuracy of a step, counted from 1, is measured.

        About two hundred mini-batches of each epoch estimate its accuracy at a fraction of the
        cost of all.
        """
        return (step - 1) % len(self._slices) % self._every == 0

    def __iter__(self) -> Iterator[tuple[int, bool, Array]]:
        """Yield the epoch from 1, whether the step is its last, and the indices of the examples.

        The steps that are done are left out.
        """
        finished, begun = divmod(self.done, len(self._slices))
        for epoch in range(finished + 1, self.epochs + 1):
            if not begun:
                self.generator.shuffle(self.order)
            order = numpy().array(self.order)
            for part in self._slices[begun:]:
                yield epoch, part is self._slices[-1], order[part]
            begun = 0
