"""A view: which numbers of a memory an equation reads or writes, by shape and strides.

>>> contiguous((2, 3, 4))
(12, 4, 1)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class View(NamedTuple):
    """A view of memory.

    Attributes:
        memory: "values", "static", "adjoints", "gradient", "gathered", "scratch0", "mask0", ...
        offset: the first position.
        shape: without the axis of the batch.
        strides: in positions.
        is_batched: whether it has an axis of the batch, the last one.
        is_column: whether it has an axis of length 1 there.
    """

    memory: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    is_batched: bool
    is_column: bool = False

    def range(self) -> tuple[int, int]:
        """Return the lowest and the highest position."""
        ways = [(n - 1) * s for n, s in zip(self.shape, self.strides, strict=True)]
        low = self.offset + sum(way for way in ways if way < 0)
        return low, self.offset + sum(way for way in ways if way > 0)


def contiguous(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of a shape whose numbers are neighbours.

    >>> contiguous((2, 3, 4))
    (12, 4, 1)
    """
    strides: list[int] = []
    size = 1
    for length in reversed(shape):
        strides.insert(0, size)
        size *= length
    return tuple(strides)
