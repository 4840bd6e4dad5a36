"""Functions that generated source calls besides those of NumPy; each writes into given memory.

>>> out = np.empty(3)
>>> segment_sums(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), ((1, 1), (2, 2)), out)
>>> out  # 1, then the sums 2 + 4 and 3 + 5
array([1., 6., 8.])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.ir.access import Positions
from autodiff.formula.ieee import FAST
from autodiff.formula.words import WITHOUT_NUMPY

Array: TypeAlias = NDArray[Any]

# Runs are summed by `reduceat` for at most this many examples and at least this many different
# lengths; for larger batches it is forty times slower than sums over rows.
SMALL_BATCH = 4
MANY_CLASSES = 3

# Rows of a table up to which a product with rows of 0 and 1 is faster than a count.
_FEW_ROWS = 64


def segment_sums(elements: Array, classes: Sequence[tuple[int, int]], out: Array) -> None:
    """Compute a segmented sum.

    Args:
        elements: class by class; in each class the first elements of all sums, then the second.
        classes: (length, count) of consecutive sums of equal length.
        out: receives the sums.
    """
    is_small = len(classes) >= MANY_CLASSES and elements.size <= len(elements) * SMALL_BATCH
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
