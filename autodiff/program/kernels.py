"""What generated programs call beside NumPy's own functions, each writing into given memory.

What is not here: anything that knows a formula.

>>> out = np.empty(3)
>>> segment_sums(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), ((1, 1), (2, 2)), out)
>>> out  # 1, then the sums of pairs that stand elements first
array([1., 6., 8.])
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .access import Positions

__all__ = ["Array", "Scatter", "erf", "erfc", "outer_products", "prod_of_others", "segment_sums"]

Array: TypeAlias = NDArray[Any]


def segment_sums(elements: Array, classes: Sequence[tuple[int, int]], out: Array) -> None:
    """Add elements up that stand class by class: (length, count), elements first."""
    start = first = 0
    for length, count in classes:
        end = start + length * count
        last = first + count
        block = elements[start:end].reshape(length, count, *elements.shape[1:])
        np.add.reduce(block, 0, out=out[first:last])
        start, first = end, last


class Scatter:
    """Adds numbers to positions that may occur several times.

    The numbers are sorted by position once, when the program is made; adding them up is then a
    gather and a few sums over rows, which is several times faster than `np.add.at`.

    Args:
        positions: where each number goes, flat.
        skipped: a position that stands for nothing, or None.
    """

    def __init__(self, positions: Positions, skipped: int | None = None) -> None:
        kept = np.arange(positions.size)
        if skipped is not None:
            kept = np.flatnonzero(positions != skipped)
        order = kept[np.argsort(positions[kept], kind="stable")]
        targets, starts, counts = np.unique(positions[order], return_index=True, return_counts=True)
        by_count = np.argsort(counts, kind="stable")
        self.targets: Positions = targets[by_count]
        lengths = counts[by_count]
        pieces: list[Positions] = []
        self.classes: list[tuple[int, int]] = []
        for length in sorted(set(lengths.tolist())):
            begins = starts[by_count][lengths == length]
            steps: Positions = np.arange(length, dtype=np.intp).repeat(begins.size)
            pieces.append(np.tile(begins, length) + steps)
            self.classes.append((length, begins.size))
        self.order: Positions = order[np.concatenate(pieces)] if pieces else order
        self.is_identity: bool = np.array_equal(self.order, np.arange(positions.size))
        self.all_differ: bool = len(self.classes) == 1 and self.classes[0][0] == 1

    def moved(self, first: int) -> Scatter:
        """Return the same for memory that begins at position `first`."""
        other = copy(self)
        other.targets = self.targets - first
        return other

    def add(self, numbers: Array, to: Array) -> None:
        """Add numbers, flat along the first axis, to rows of `to`."""
        to[self.targets] += self._sums(numbers)

    def put(self, numbers: Array, to: Array) -> None:
        """Write what belongs to each position into rows of `to`."""
        to[self.targets] = self._sums(numbers)

    def _sums(self, numbers: Array) -> Array:
        if not self.is_identity:
            numbers = numbers.take(self.order, axis=0, mode="clip")
        if self.all_differ:
            return numbers
        sums = np.empty((self.targets.size, *numbers.shape[1:]), numbers.dtype)
        segment_sums(numbers, self.classes, sums)
        return sums


def outer_products(outer: Array, right: Array, out: Array) -> None:
    """Compute out[i, k] = sum over j and the batch of outer[j, i] * right[j, k].

    Args:
        outer: (positions, rows, batch).
        right: (positions, columns, batch).
        out: (rows, columns).
    """
    rows = outer.transpose(1, 0, 2).reshape(out.shape[0], -1)
    np.matmul(rows, right.transpose(0, 2, 1).reshape(-1, out.shape[1]), out=out)


def erf(x: Array, out: Array) -> None:
    """Compute the error function of every element."""
    _each(math.erf, x, out)


def erfc(x: Array, out: Array) -> None:
    """Compute 1 minus the error function of every element, without cancellation."""
    _each(math.erfc, x, out)


def _each(function: Callable[[float], float], x: Any, out: Array) -> None:
    whole = np.broadcast_to(x, out.shape)
    out[...] = np.reshape([function(number) for number in whole.ravel().tolist()], out.shape)


def prod_of_others(x: Array, out: Array) -> None:
    """For each element along the first axis, compute the product of the others."""
    out[...] = 1.0
    running = np.ones_like(out[0])
    for index in range(len(out)):
        out[index] *= running
        running = running * x[index]
    running = np.ones_like(out[0])
    for index in range(len(out) - 1, -1, -1):
        out[index] *= running
        running = running * x[index]
