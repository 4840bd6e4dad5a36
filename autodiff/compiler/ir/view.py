"""Views: the part of a memory that an equation reads or writes, by offset, shape and strides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class View(NamedTuple):
    """A view of memory.

    Attributes:
        memory: "values", "static", "adjoints", "gradient", "gathered", "scratch0", "mask0", ...
        offset: the first position.
        shape: without the batch axis.
        strides: in positions.
        is_batched: whether the last axis is the batch.
        is_column: whether the last axis has length 1, to broadcast against the batch.
        moves: in a loop, its name, how many steps it has, and how far the view moves in each.
    """

    memory: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    is_batched: bool
    is_column: bool = False
    moves: tuple[str, int, int] | None = None

    def range(self) -> tuple[int, int]:
        """Return the lowest and the highest position, in any step of a loop."""
        spans = [(n - 1) * s for n, s in zip(self.shape, self.strides, strict=True)]
        if self.moves is not None:
            spans.append((self.moves[1] - 1) * self.moves[2])
        low = self.offset + sum(span for span in spans if span < 0)
        return low, self.offset + sum(span for span in spans if span > 0)


def contiguous(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of a contiguous array.

    >>> contiguous((2, 3, 4))
    (12, 4, 1)
    """
    strides: list[int] = []
    size = 1
    for length in reversed(shape):
        strides.insert(0, size)
        size *= length
    return tuple(strides)
