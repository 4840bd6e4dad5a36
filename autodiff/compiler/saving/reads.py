"""Decoding of reads: positions inside the vectors of a program, and the numbers of its formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from autodiff.compiler.ir.access import Access, Positions

from .checks import MOST_POSITIONS, demand, entries, shape, size, truth, wrong


class Reads:
    """Takes numbers and positions one after the other, and checks that all are used.

    Args:
        sizes: of the batched vector (True) and of the static one (False).
        numbers: of formulas and constants.
        positions: of gathers.

    Attributes:
        steps: of the loop that is read, 1 outside loops.
    """

    def __init__(
        self, sizes: Mapping[bool, int], numbers: Sequence[float], positions: Positions
    ) -> None:
        self._sizes: Mapping[bool, int] = sizes
        self._numbers: Iterator[float] = iter(numbers)
        self._positions: Positions = positions
        self._start: int = 0
        self._room: int = MOST_POSITIONS
        self.steps: int = 1

    def end(self) -> None:
        """Demand that nothing is left over."""
        demand(next(self._numbers, None) is None, "as many numbers as are used", "more")
        demand(self._start == self._positions.size, "as many positions as are used", "more")

    def number(self) -> float:
        """Return the next number."""
        number = next(self._numbers, None)
        if number is None:
            raise wrong("as many numbers as are used", "fewer")
        return number

    def access(self, form: Any) -> Access:
        """Return the read that a form stands for."""
        kind = entries(form)[:1]
        if kind == ["view"]:
            access = self._view(*entries(form[1:], 5))
        else:
            demand(kind == ["gather"], "'view' or 'gather'", form)
            access = self._gather(*entries(form[1:], 3))
        ends = [access.positions]
        if access.shifts is not None:
            demand(self.steps > 1, "reads that stay outside loops", form)
            ends.append(access.positions + (self.steps - 1) * access.shifts)
        last = self._sizes[access.is_batched] - 1
        for each in ends:
            inside = each.min() >= 0 and each.max() <= last
            demand(bool(inside), f"positions from 0 to {last}", form)
        return access

    def _reserve(self, axes: Any) -> tuple[int, ...]:
        own = shape(axes)
        self._room -= prod(own)
        demand(self._room >= 0, f"at most {MOST_POSITIONS:,} numbers read", own)
        return own

    def _view(self, is_batched: Any, offset: Any, axes: Any, steps: Any, move: Any) -> Access:
        own = self._reserve(axes)
        most = self._sizes[truth(is_batched)]
        strides = tuple([size(x, most, -most) for x in entries(steps, len(own))])
        positions = np.full(own, size(offset, most), dtype=np.intp)
        for axis, (length, stride) in enumerate(zip(own, strides, strict=True)):
            index = [-1 if other == axis else 1 for other in range(len(own))]
            positions += stride * np.arange(length, dtype=np.intp).reshape(index)
        shifts = None if move is None else np.full(own, size(move, most, -most), dtype=np.intp)
        return Access(is_batched, positions, strides, shifts)

    def _gather(self, is_batched: Any, axes: Any, is_moving: Any) -> Access:
        own = self._reserve(axes)
        truth(is_batched)
        positions = self._taken(own)
        return Access(is_batched, positions, None, self._taken(own) if truth(is_moving) else None)

    def _taken(self, own: tuple[int, ...]) -> Positions:
        count = prod(own)
        found = self._positions[self._start : self._start + count]
        demand(found.size == count, "as many positions as are used", "fewer")
        most = max(self._sizes.values())
        demand(bool(((found <= most) & (found >= -most)).all()), "positions inside a vector", own)
        self._start += count
        return found.astype(np.intp).reshape(own)
