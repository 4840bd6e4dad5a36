"""Scatters: numbers added to positions, some of which occur several times.

>>> to = np.zeros(3)
>>> Scatter(np.array([0, 2, 0]), None).bound(None, float).add(np.array([1.0, 2.0, 3.0]), to)
>>> to
array([4., 0., 2.])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any, TypeAlias

import numpy as np

from autodiff.compiler.ir.access import Positions, access_to, natural_shape

from .kernels import MANY_CLASSES, SMALL_BATCH, Array

Ints: TypeAlias = tuple[int, ...]
Form: TypeAlias = tuple[Ints, Ints]  # of rows that are a view: its shape, and its steps in rows


class Scatter:
    """A plan that adds numbers to positions, some of which occur several times.

    It sorts the numbers by position once, when the program is compiled. Adding up is then a gather
    and a few sums over rows, several times faster than `np.add.at`.

    Args:
        positions: of the numbers, flat; in a loop, of shape (steps, numbers).
        skipped: the position of padding, whose numbers are dropped; None if there is none.
    """

    def __init__(self, positions: Positions, skipped: int | None = None) -> None:
        moving = positions if positions.ndim > 1 else None
        positions = positions if moving is None else moving[0]
        kept = np.arange(positions.size)
        if skipped is not None:
            kept = np.flatnonzero(positions != skipped)
        self._sorted: Positions = kept[np.argsort(positions[kept], kind="stable")]
        targets, starts, counts = np.unique(
            positions[self._sorted], return_index=True, return_counts=True
        )
        self._moving: Positions | None = moving
        if moving is not None:
            self._moving = moving[:, self._sorted[starts]]
        by_count = np.argsort(counts, kind="stable")
        self.targets: Positions = targets
        self._starts: Positions = starts
        self._by_count: Positions = by_count
        lengths = counts[by_count]
        self._classes: list[tuple[int, int]] = [
            (length, int((lengths == length).sum())) for length in sorted(set(lengths.tolist()))
        ]

    def moved(self, first: int) -> Scatter:
        """Return the plan for memory that begins at position `first`."""
        other = copy(self)
        other.targets = self.targets - first
        if self._moving is not None:
            other._moving = self._moving - first
        return other

    def bound(self, batch: int | None, kind: Any) -> BoundScatter | MovingScatter:
        """Return the plan with its scratch memory, in a loop one for every step.

        Args:
            batch: the size of the batch; None for no batch axis.
            kind: the dtype.
        """
        plan = self._bound(batch, kind)
        if self._moving is None:
            return plan
        order = self._by_count if isinstance(plan, _ScatterByCount) else slice(None)
        return MovingScatter(plan, self._moving[:, order])

    def _bound(self, batch: int | None, kind: Any) -> BoundScatter:
        axes = () if batch is None else (batch,)
        if len(self._classes) == 1 and self._classes[0][0] == 1:
            return BoundScatter(
                self._sorted, self.targets, np.empty((self._sorted.size, *axes), kind)
            )
        if (batch or 1) == 1:
            counts = np.diff(self._starts, append=self._sorted.size)
            return _ScatterOfOne(self._sorted, self.targets, np.empty((0, *axes), kind), counts)
        if (batch or 1) <= SMALL_BATCH and len(self._classes) >= MANY_CLASSES:
            gathered = np.empty((self._sorted.size, *axes), kind)
            return _ScatterByRuns(self._sorted, self.targets, gathered, self._starts)
        pieces: list[Positions] = []
        first = 0
        for length, count in self._classes:
            begins = self._starts[self._by_count[first : first + count]]
            steps: Positions = np.arange(length, dtype=np.intp).repeat(count)
            pieces.append(np.tile(begins, length) + steps)
            first += count
        order = self._sorted[np.concatenate(pieces)]
        targets = self.targets[self._by_count]
        return _ScatterByCount(order, targets, np.empty((order.size, *axes), kind), self._classes)


class BoundScatter:
    """The plan with its memory, for positions that are all different: nothing has to be added."""

    def __init__(self, order: Positions, targets: Positions, gathered: Array) -> None:
        self._order: Positions = order
        self.targets: Positions = targets
        self._gathered: Array = gathered
        self._form: Form | None = form_of(targets)
        self._memory: Array | None = None
        self._view: Array | None = None

    def add(self, numbers: Array, to: Array) -> None:
        """Add numbers, flat along the first axis, to rows of `to`."""
        view, sums = self._view_of(to), self._sums(numbers)
        if view is None:
            to[self.targets] += sums
        else:
            np.add(view, sums.reshape(view.shape), out=view)

    def put(self, numbers: Array, to: Array) -> None:
        """Write numbers, flat along the first axis, to rows of `to`."""
        view, sums = self._view_of(to), self._sums(numbers)
        if view is None:
            to[self.targets] = sums
        else:
            np.copyto(view, sums.reshape(view.shape))

    def _view_of(self, to: Array) -> Array | None:
        """Return the rows of `to` as a view, if they form one: three times faster than a gather."""
        if self._memory is not to:
            self._memory, self._view = to, None
            if self._form is not None:
                self._view = _view_at(to, int(self.targets[0]), *self._form)
        return self._view

    def _sums(self, numbers: Array) -> Array:
        return np.take(numbers, self._order, 0, self._gathered, "clip")


def form_of(rows: Positions) -> Form | None:
    """Return the shape and the steps of rows that form a view, or None."""
    shape = natural_shape(rows)
    if shape is None:
        return None
    strides = access_to(rows.reshape(shape), is_batched=True).strides
    return None if strides is None else (shape, strides)


def _view_at(memory: Array, first: int, shape: Ints, steps: Ints) -> Array:
    """Return the rows of a whole memory that begin at one of them and have a form, as a view."""
    length, rest = memory.strides[0], memory.shape[1:]
    strides = (*[step * length for step in steps], *memory.strides[1:])
    # ten times faster than `as_strided`
    return np.ndarray((*shape, *rest), memory.dtype, memory, first * length, strides)


class _ScatterOfOne(BoundScatter):
    """Counts, with numbers as weights: fastest for a batch of one.

    Args:
        order: the numbers that are kept, sorted by position.
        targets: the positions.
        gathered: an empty array with the axes of the batch.
        counts: how many numbers there are for each position.
    """

    def __init__(
        self, order: Positions, targets: Positions, gathered: Array, counts: Positions
    ) -> None:
        super().__init__(order, targets, gathered)
        self._shape: tuple[int, ...] = (targets.size, *gathered.shape[1:])
        self._ranks: Positions = np.repeat(np.arange(targets.size), counts)
        is_whole = np.array_equal(np.sort(order), np.arange(order.size))
        self._places: Positions | None = None
        if is_whole:  # nothing is skipped: no need to gather
            self._places = np.empty_like(self._ranks)
            self._places[order] = self._ranks

    def _sums(self, numbers: Array) -> Array:
        flat = numbers.ravel()
        ranks = self._places
        if ranks is None:
            flat, ranks = flat.take(self._order), self._ranks
        return np.bincount(ranks, flat, self.targets.size).reshape(self._shape)


class MovingScatter:
    """A plan with its memory for every step of a loop.

    Args:
        plan: for any step.
        targets: of every step, along the first axis.
    """

    def __init__(self, plan: BoundScatter, targets: Positions) -> None:
        self._plan: BoundScatter = plan
        self._targets: Positions = targets

    def __iter__(self) -> Iterator[BoundScatter]:
        """Yield the plans of the steps, whose rows have one form if all move by the same shift."""
        moved = self._targets - self._targets[:, :1]
        form = form_of(self._targets[0]) if (moved == moved[0]).all() else None
        return (_MovedScatter(self._plan, targets, form) for targets in self._targets)

    def __getitem__(self, steps: slice) -> MovingScatter:
        """Return the plans of some steps."""
        return MovingScatter(self._plan, self._targets[steps])


class _MovedScatter(BoundScatter):
    """The plan for other targets, with the same memory."""

    def __init__(self, plan: BoundScatter, targets: Positions, form: Form | None) -> None:
        # fewer attributes than those of the plan: a loop of many steps makes many
        self._sums = plan._sums
        self.targets, self._form, self._memory = targets, form, None


class _ScatterByRuns(BoundScatter):
    """Adds up the run of each position: fastest for a small batch."""

    def __init__(
        self, order: Positions, targets: Positions, gathered: Array, starts: Positions
    ) -> None:
        super().__init__(order, targets, gathered)
        self._starts: Positions = starts

    def _sums(self, numbers: Array) -> Array:
        return np.add.reduceat(super()._sums(numbers), self._starts, 0)


class _ScatterByCount(BoundScatter):
    """Adds up positions that occur equally often together: fastest for a large batch."""

    def __init__(
        self,
        order: Positions,
        targets: Positions,
        gathered: Array,
        classes: Sequence[tuple[int, int]],
    ) -> None:
        super().__init__(order, targets, gathered)
        self._total: Array = np.empty((targets.size, *gathered.shape[1:]), gathered.dtype)
        self._pairs: list[tuple[Array, Array]] = []
        start = first = 0
        for length, count in classes:
            end, last = start + length * count, first + count
            block = gathered[start:end].reshape(length, count, *gathered.shape[1:])
            self._pairs.append((block, self._total[first:last]))
            start, first = end, last

    def _sums(self, numbers: Array) -> Array:
        super()._sums(numbers)
        for block, out in self._pairs:
            np.add.reduce(block, 0, out=out)
        return self._total
