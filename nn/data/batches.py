"""Which examples each step of a run takes: mini-batches in a new order for each epoch.

What is not here: the examples themselves (`data`).

>>> [indices.tolist() for _, _, indices in Batches(5, epochs=1, batch_size=2, seed=1)]
[[2, 3], [4, 0], [1]]
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from autodiff.extend import numpy
from nn.validation import generator_of, whole

if TYPE_CHECKING:
    from autodiff.extend import Array

_LOOKED_AT = 200


class Batches:
    """The indices of the examples of every step.

    Args:
        count: of examples, at least 1.
        epochs: how often to go through all of them, at least 1.
        batch_size: of them for each step, or None for all.
        seed: of their order.

    Attributes:
        epochs: as given.
        steps: how many there are.

    Raises:
        ShapeError: if a number is not a whole one of at least 1.
    """

    def __init__(self, count: int, epochs: int, batch_size: int | None, seed: int | Random) -> None:
        self._count = count
        size = count if batch_size is None else whole(batch_size, 1, "the batch size")
        self._slices: list[slice] = [slice(at, at + size) for at in range(0, count, size)]
        self.epochs: int = whole(epochs, 1, "the number of epochs")
        self._generator: Random = generator_of(seed)
        self.steps: int = self.epochs * len(self._slices)
        self._every: int = -(-len(self._slices) // _LOOKED_AT)

    def is_looked_at(self, step: int) -> bool:
        """Tell whether the outputs of a step, counted from 1, are worth a second look.

        So it is with two hundred mini-batches of each epoch: their accuracy is that of all, at a
        fraction of the cost.
        """
        return (step - 1) % len(self._slices) % self._every == 0

    def __iter__(self) -> Iterator[tuple[int, bool, Array]]:
        """Yield the epoch from 1, whether the step is its last, and the indices of the examples."""
        indices = list(range(self._count))
        for epoch in range(1, self.epochs + 1):
            self._generator.shuffle(indices)
            order = numpy().array(indices)
            for part in self._slices:
                yield epoch, part is self._slices[-1], order[part]
