"""Reads of array equations: positions in a vector, and whether they form an affine pattern.

A pattern is *affine* if element (i, j, ...) has position `offset + i * stride0 + j * stride1 +
...`. Such a read is a view of the vector; any other is a gather.

>>> access_to([4, 5, 6, 4, 5, 6], is_batched=True).strides is None
True
>>> access_to([4, 5, 6, 4, 5, 6], is_batched=True).split((2, 3)).strides
(0, 1)
>>> natural_shape(np.array([4, 5, 6, 4, 5, 6]))
(2, 3)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Positions: TypeAlias = NDArray[np.intp]

_MOST_AXES = 4
_FEW = 16  # positions that are compared one by one, faster than as an array


class Access(NamedTuple):
    """A read of many numbers.

    Attributes:
        is_batched: whether the positions are in the batched vector, else in the static one.
        positions: of the numbers, in the shape in which they are used.
        strides: one for each axis of an affine pattern; None for a gather.
        shifts: in a loop, how far each position moves from one step to the next, in the shape of
            the positions; a view moves as a whole. None outside loops, and if nothing moves.
    """

    is_batched: bool
    positions: Positions
    strides: tuple[int, ...] | None
    shifts: Positions | None = None

    @property
    def step(self) -> int:
        """How far a view moves from one step of a loop to the next."""
        return 0 if self.shifts is None else int(self.shifts.flat[0])

    def over(self, steps: int) -> Positions:
        """Return the positions in every step of a loop, along a first axis."""
        if self.shifts is None:
            return self.positions[None]
        numbers = np.arange(steps, dtype=np.intp).reshape(-1, *(1 for _ in self.shape))
        return self.positions + numbers * self.shifts

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape in which the numbers are used, without the batch axis."""
        return self.positions.shape

    @property
    def offset(self) -> int:
        """The first position."""
        return self.positions.item(0)

    @property
    def is_distinct(self) -> bool:
        """Whether no position occurs twice."""
        if self.positions.size == 1:
            return True
        if self.strides is not None:
            return all(n == 1 or s for n, s in zip(self.shape, self.strides, strict=True)) and (
                len(self.shape) == 1 or _all_differ(self.positions)
            )
        return _all_differ(self.positions)

    def nested_axes(self) -> list[int] | None:
        """Return the axes that move, from the longest stride to the shortest.

        None if the pattern is not affine, runs backwards, or an axis reaches beyond one step of
        the next longer stride: else slices and reshapes read it.

        >>> access_to([[0, 1], [3, 4]], is_batched=True).nested_axes()
        [0, 1]
        >>> access_to([[0, 2], [1, 3], [2, 4]], is_batched=True).nested_axes() is None
        True
        """
        strides = self.strides
        if strides is None or min(strides, default=0) < 0:
            return None
        axes = sorted((a for a, stride in enumerate(strides) if stride), key=lambda a: -strides[a])
        inside = 0
        for axis in reversed(axes):
            if inside >= strides[axis]:
                return None
            inside += (self.shape[axis] - 1) * strides[axis]
        return axes

    def split(self, shape: tuple[int, ...]) -> Access:
        """Return the same read in another shape."""
        return access_to(self.positions.reshape(shape), is_batched=self.is_batched)

    def same_as(self, other: Access) -> bool:
        """Tell whether both read the same numbers in the same order."""
        return (
            self.is_batched == other.is_batched
            and np.array_equal(self.positions, other.positions)
            and np.array_equal(self.over(2), other.over(2))
        )


def _all_differ(positions: Positions) -> bool:
    # not np.unique: it imports numpy.ma, which takes a tenth of a second and a megabyte
    return bool(np.diff(np.sort(positions, axis=None)).all())


def access_to(positions: Sequence[int] | Positions, *, is_batched: bool) -> Access:
    """Describe a read of the numbers at some positions."""
    array = np.asarray(positions, dtype=np.intp)
    if array.size == 1:
        return Access(is_batched, array, (0,) * array.ndim)
    if array.ndim == 1 and array.size <= _FEW:
        return access_in_line(array.tolist(), is_batched=is_batched)
    return Access(is_batched, array, _strides(array))


def access_in_line(positions: Sequence[int], *, is_batched: bool) -> Access:
    """Describe a read along one axis; for a few positions faster than `access_to`.

    >>> access_in_line([4, 6, 8], is_batched=True).strides
    (2,)
    """
    count = len(positions)
    stride = positions[1] - positions[0] if count > 1 else 0
    first = positions[0]
    is_affine = count <= 2 or [*positions] == [first + stride * i for i in range(count)]
    array = np.array(positions, dtype=np.intp)
    return Access(is_batched, array, (stride,) if is_affine else None)


def _strides(positions: Positions) -> tuple[int, ...] | None:
    """Return the stride of every axis, or None if the pattern is not affine."""
    if positions.ndim == 1:
        steps = np.diff(positions)
        stride = int(steps[0]) if steps.size else 0
        return (stride,) if (steps == stride).all() else None
    first = positions.flat[0]
    strides: list[int] = []
    expected: Positions = np.zeros_like(positions)
    for axis, length in enumerate(positions.shape):
        index = [0] * positions.ndim
        index[axis] = min(1, length - 1)
        stride = int(positions[tuple(index)] - first)
        strides.append(stride)
        shape = [-1 if other == axis else 1 for other in range(positions.ndim)]
        expected += stride * np.arange(length, dtype=np.intp).reshape(shape)
    return tuple(strides) if np.array_equal(expected + first, positions) else None


def natural_shape(positions: Positions) -> tuple[int, ...] | None:
    """Return the shape in which a flat list of positions is affine, or None.

    The innermost axis is the longest run of equal steps; the starts of the runs are divided in
    the same way, up to four axes.
    """
    if positions.size == 1:
        return (1,)
    if positions.size <= _FEW and access_in_line(positions.tolist(), is_batched=True).strides:
        return (positions.size,)
    shape: list[int] = []
    starts = positions
    while starts.size > 1:
        steps = np.diff(starts)
        changes = np.flatnonzero(steps != steps[0])
        run = int(changes[0]) + 1 if changes.size else starts.size
        if starts.size % run or len(shape) == _MOST_AXES:
            return None
        shape.insert(0, run)
        starts = starts[::run]
    found = tuple(shape)
    return found if _strides(positions.reshape(found)) is not None else None


def common_view_shape(reads: Sequence[Positions]) -> tuple[int, ...] | None:
    """Return the coarsest shape in which all affine ones among flat reads are views, or None."""
    found = [shape for shape in map(natural_shape, reads) if shape is not None]
    return common_shape(found) if found else None


def common_shape(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Return the coarsest shape whose axes refine those of all shapes of one size, or None.

    >>> common_shape([(256,), (16, 16), (4, 64)])
    (4, 4, 16)
    >>> common_shape([(6,), (2, 3), (3, 2)]) is None
    True
    """
    inner = {1}
    for shape in shapes:
        size = 1
        for length in reversed(shape):
            size *= length
            inner.add(size)
    sizes = sorted(inner)
    if any(b % a for a, b in pairwise(sizes)) or len(sizes) > _MOST_AXES + 1:
        return None
    return tuple(b // a for a, b in pairwise(sizes))[::-1] or (1,)
