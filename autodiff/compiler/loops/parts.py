"""The parts of a sum as products of single numbers, over loops: the same for both ways.

>>> from autodiff.compiler.ir.access import access_to
>>> left = access_to([0, 1, 2], is_batched=False).split((1, 3))
>>> right = access_to([5, 6, 7], is_batched=True)
>>> products = products_of(MatrixProduct(left, right), (1,))
>>> products.terms, len(products.factors)
(3, 2)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from autodiff.compiler.ir.equations import MatrixProduct, SegmentedSum, Term

from .places import Affine, Reader, reader_of

Indices: TypeAlias = Sequence[Affine]


class Products(NamedTuple):
    """Sums of products: for every result the factors of each term.

    Attributes:
        shape: of the results.
        terms: the number of terms of each result; for sums of several lengths, of each sum.
        factors: one or two of every term.
        at: gives the indices of the factors, of the indices of a result and of a term.
        segments: for sums of several lengths the first element of each, and the distance from
            one element to the next.
    """

    shape: tuple[int, ...]
    terms: int
    factors: list[Reader]
    at: Callable[[Indices, Affine], list[Indices]]
    segments: tuple[list[int], list[int], list[int]] | None = None


def products_of(part: MatrixProduct | SegmentedSum | Term, shape: tuple[int, ...]) -> Products:
    """Return a part of a sum as products.

    Args:
        part: of the sum.
        shape: of its results.
    """
    if isinstance(part, Term):
        return Products(shape, 1, [reader_of(part.term)], _as_result)
    if isinstance(part, MatrixProduct):
        rows, length = part.left.shape
        factors = [reader_of(part.left), reader_of(part.right)]
        if len(part.right.shape) == 1:
            return Products((rows,), length, factors, _row)
        return Products((part.right.shape[0], rows), length, factors, _row_and_column)
    factors = [reader_of(x) for x in (part.left, part.right) if x is not None]
    if len(part.classes) == 1:
        ((length, sums),) = part.classes
        return Products((sums,), length, factors, _column)
    segments = _segments(part.classes)
    return Products((len(segments[0]),), 0, factors, _in_line, segments)


def _as_result(result: Indices, _: Affine) -> list[Indices]:
    return [result]


def _row(result: Indices, term: Affine) -> list[Indices]:
    return [[result[0], term], [term]]


def _row_and_column(result: Indices, term: Affine) -> list[Indices]:
    return [[result[1], term], [result[0], term]]


def _column(result: Indices, term: Affine) -> list[Indices]:
    return [[term, result[0]]] * 2


def _in_line(_: Indices, term: Affine) -> list[Indices]:
    return [[term]] * 2


def _segments(classes: Sequence[tuple[int, int]]) -> tuple[list[int], list[int], list[int]]:
    """Return of every sum its length, its first element, and the distance to the next one."""
    lengths = [length for length, count in classes for _ in range(count)]
    starts = [0, *accumulate(length * count for length, count in classes)]
    firsts = [
        start + number
        for start, (_, count) in zip(starts, classes, strict=False)
        for number in range(count)
    ]
    return lengths, firsts, [count for _, count in classes for _ in range(count)]
