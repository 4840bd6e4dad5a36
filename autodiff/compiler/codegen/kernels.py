"""Functions that generated source calls besides those of NumPy; each writes into given memory.

>>> out = np.empty(3)
>>> segment_sums(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), ((1, 1), (2, 2)), out)
>>> out  # 1, then the sums 2 + 4 and 3 + 5
array([1., 6., 8.])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from autodiff.compiler.ir.access import Positions, access_to, natural_shape
from autodiff.formula.ieee import FAST
from autodiff.formula.words import WITHOUT_NUMPY

Array: TypeAlias = NDArray[Any]

# Runs are summed by `reduceat` for at most this many examples and at least this many different
# lengths; for larger batches it is forty times slower than sums over rows.
_SMALL_BATCH = 4
_MANY_CLASSES = 3

# Rows of a table up to which a product with rows of 0 and 1 is faster than a count.
_FEW_ROWS = 64


def segment_sums(elements: Array, classes: Sequence[tuple[int, int]], out: Array) -> None:
    """Compute a segmented sum.

    Args:
        elements: class by class; in each class the first elements of all sums, then the second.
        classes: (length, count) of consecutive sums of equal length.
        out: receives the sums.
    """
    is_small = len(classes) >= _MANY_CLASSES and elements.size <= len(elements) * _SMALL_BATCH
    if is_small and all(length for length, _ in classes):
        order, starts = _sum_by_sum(tuple(classes))
        np.add.reduceat(elements.take(order, 0), starts, 0, out=out)
        return
    start = first = 0
    for length, count in classes:
        end = start + length * count
        last = first + count
        block = elements[start:end].reshape(length, count, *elements.shape[1:])
        np.add.reduce(block, 0, out=out[first:last])
        start, first = end, last


@lru_cache(maxsize=64)
def _sum_by_sum(classes: tuple[tuple[int, int], ...]) -> tuple[Positions, Positions]:
    """Return the order in which the elements of each sum follow each other, and their starts."""
    pieces: list[Positions] = []
    lengths: list[Positions] = []
    first = 0
    for length, count in classes:
        numbers = np.arange(first, first + length * count, dtype=np.intp)
        pieces.append(numbers.reshape(length, count).T.ravel())
        lengths.append(np.full(count, length, np.intp))
        first += length * count
    ends = np.cumsum(np.concatenate(lengths))
    return np.concatenate(pieces), np.concatenate([[0], ends[:-1]])


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
        if (batch or 1) <= _SMALL_BATCH and len(self._classes) >= _MANY_CLASSES:
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
        self._memory: Array | None = None
        self._view: Array | None = None

    def at(self, targets: Positions) -> BoundScatter:
        """Return the plan for other targets, with the same memory."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, targets=targets)  # five times faster than `copy`
        return other

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
            self._memory, self._view = to, _view_at(to, self.targets)
        return self._view

    def _sums(self, numbers: Array) -> Array:
        return np.take(numbers, self._order, 0, self._gathered, "clip")


def _view_at(memory: Array, rows: Positions) -> Array | None:
    """Return some rows of an array as a view, or None if they do not lie in equal steps."""
    shape = natural_shape(rows)
    if shape is None:
        return None
    access = access_to(rows.reshape(shape), is_batched=True)
    if access.strides is None:
        return None
    strides = tuple([stride * memory.strides[0] for stride in access.strides])
    rest = memory.shape[1:], memory.strides[1:]
    return as_strided(memory[access.offset :], (*shape, *rest[0]), (*strides, *rest[1]))


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
        """Yield the plans of the steps."""
        return map(self._plan.at, self._targets)

    def __getitem__(self, steps: slice) -> MovingScatter:
        """Return the plans of some steps."""
        return MovingScatter(self._plan, self._targets[steps])


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


def outer_products(outer: Array, right: Array, out: Array) -> None:
    """Compute out[i, k] = sum over j and the batch of outer[j, i] * right[j, k].

    Args:
        outer: of shape (positions, rows, batch).
        right: of shape (positions, columns, batch).
        out: of shape (rows, columns).
    """
    if outer.shape[2] == 1:
        np.matmul(outer[..., 0].T, right[..., 0], out=out)
        return
    rows = outer.transpose(1, 0, 2).reshape(out.shape[0], -1)
    np.matmul(rows, right.transpose(0, 2, 1).reshape(-1, out.shape[1]), out=out)


def look_up(table: Array, index: Array, out: Array) -> None:
    """Compute out[j, i, b] = table[index[j, b], i].

    Args:
        table: of shape (rows, columns).
        index: of shape (indices, batch). What is not an index takes any row: a guard fails later.
        out: of shape (indices, columns, batch).
    """
    np.copyto(out, table.take(index.astype(np.intp), 0, mode="clip").transpose(0, 2, 1))


def row_sums(outer: Array, index: Array, out: Array) -> None:
    """Compute out[r, i] = sum of outer[j, i, b] over all j and b for which index[j, b] is r.

    Args:
        outer: of shape (indices, columns, batch).
        index: of shape (indices, batch).
        out: of shape (rows, columns).
    """
    rows, columns = out.shape
    numbers = outer.transpose(0, 2, 1).reshape(-1, columns)
    if rows <= _FEW_ROWS or not np.isfinite(numbers).all():  # 0 * inf is nan, as in the table
        every: Positions = np.arange(rows, dtype=np.intp)
        is_taken = np.equal(every[:, None], index.reshape(1, -1))
        np.matmul(is_taken.astype(out.dtype), numbers, out=out)
        return
    row: Positions = index.reshape(-1, 1).astype(np.intp)
    places: Positions = row * columns + np.arange(columns, dtype=np.intp)
    np.copyto(out, np.bincount(places.ravel(), numbers.ravel(), out.size).reshape(out.shape))


def power(x: Any, y: Any, out: Array) -> None:
    """Compute x**y as IEEE does.

    For a single exponent 0.5 NumPy takes the square root, which is nan at -inf and -0 at -0.
    """
    np.power(x, y, out=out)
    if np.ndim(y) == 0 and y == 0.5:
        np.copyto(out, np.inf, where=np.equal(x, -np.inf))
        np.add(out, 0.0, out=out)


def _each(function: Callable[..., float]) -> Callable[..., None]:
    """Return a kernel that calls a float function on every element."""

    def kernel(*operands: Any, out: Array) -> None:
        wholes = [np.broadcast_to(x, out.shape).ravel().tolist() for x in operands]
        out[...] = np.reshape(list(map(function, *wholes)), out.shape)

    return kernel


BY_ELEMENT = {name: _each(FAST[name]) for name in WITHOUT_NUMPY}


def prod_of_others(x: Array, out: Array) -> None:
    """Compute for each element along the first axis the product of all others."""
    out[...] = 1.0
    running = np.ones_like(out[0])
    for index in range(len(out)):
        out[index] *= running
        running = running * x[index]
    running = np.ones_like(out[0])
    for index in range(len(out) - 1, -1, -1):
        out[index] *= running
        running = running * x[index]
