"""Sums of products and terms as array equations: products of matrices where there is a grid.

What is not here: operations of the table (`layout`).

>>> [_padded(length) for length in (1, 2, 3, 5, 7, 9, 13, 17)]
[1, 2, 3, 6, 8, 12, 16, 24]
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from typing import NamedTuple

import numpy as np

from autodiff.compiler.ir.access import Positions, common_shape, natural_shape
from autodiff.compiler.ir.equations import Part, Plain, Product, Segments, Total
from autodiff.compiler.tracing.record import Operand

from .scalar_equations import Product as Pair
from .scalar_equations import Row
from .slots import Places

_FEW_TERMS = 3  # are added one by one, more are summed
_FEW_LENGTHS = 8  # more are padded, so that they become fewer


class _Grid(NamedTuple):
    """Rows whose products combine every left row with every right row."""

    order: list[int]  # of the rows: by right row, then by left row
    left: Positions
    right: Positions


def totals(rows: Sequence[Row], places: Places, number: int) -> list[Total]:
    """Turn a stack of sums into equations: one for each grid, one for all the rest."""
    by_length: dict[tuple[int, int, int], list[Row]] = {}
    for row in rows:
        by_length.setdefault((len(row.mixed), len(row.products), len(row.terms)), []).append(row)
    equations: list[Total] = []
    rest: list[Row] = []
    for length, alike in by_length.items():
        is_product = length[0] or (length[1] and len(alike) > 1 and not rows[0].is_batched)
        grid = _grid(alike, places) if is_product else None
        if grid is None:
            rest += alike
        else:
            name = f"v{number + len(equations)}"
            equations.append(_total([alike[i] for i in grid.order], places, name, grid))
    if rest:
        lengths = _lengths(rest)
        order = sorted(range(len(rest)), key=lambda i: (lengths[i], _first(rest[i], places)))
        name = f"v{number + len(equations)}"
        equations.append(_total([rest[i] for i in order], places, name, None))
    return equations


def _lengths(rows: Sequence[Row]) -> list[tuple[int, int, int]]:
    """Return the lengths of every row, padded if there are too many different ones."""
    lengths = [(len(row.mixed), len(row.products), len(row.terms)) for row in rows]
    if len(set(lengths)) <= _FEW_LENGTHS:
        return lengths
    return [(_padded(a), _padded(b), _padded(c)) for a, b, c in lengths]


def _padded(length: int) -> int:
    """Return the next of 1, 2, 3, 4, 6, 8, 12, 16, 24, ...: at most a third is padding."""
    size = 1
    while size < length:
        if size * 3 // 2 >= length and size > 1:
            return size * 3 // 2
        size *= 2
    return size if length else 0


def _first(row: Row, places: Places) -> tuple[int, ...]:
    """Return the place of what a row uses first, of each sort."""
    starts: list[Operand] = [part[0][1] for part in (row.mixed, row.products) if part]
    return tuple(abs(int(code)) for code in places.codes([*starts, *row.terms[:1]]))


def _total(rows: Sequence[Row], places: Places, name: str, grid: _Grid | None) -> Total:
    """Make one equation of rows that stand in their order."""
    is_batched = rows[0].is_batched
    lengths = _lengths(rows)
    parts: list[Part] = []
    if grid is not None:
        parts.append(_product(grid, places))
    elif any(row.mixed for row in rows):
        counts = [length[0] for length in lengths]
        parts.append(_products([row.mixed for row in rows], counts, places, (False, is_batched)))
    if any(row.products for row in rows) and (grid is None or is_batched):
        counts = [length[1] for length in lengths]
        both = is_batched, is_batched
        parts.append(_products([row.products for row in rows], counts, places, both))
    terms = [row.terms for row in rows]
    counts = [length[2] for length in lengths]
    single = _single_terms(rows, counts, places)
    if any(terms) and len(single) == (rows[0].offset is not None):
        codes = _elements(terms, counts, places, is_batched)
        classes = _classes(counts)
        parts.append(Segments(classes, None, places.access_to_codes(codes), _owners(classes)))
    shape = _shape(grid, single, len(rows))
    parts += (Plain(places.access_to_codes(codes.reshape(shape))) for codes in single)
    block = places.new(name, [row.node for row in rows], is_batched=is_batched)
    return Total(block, shape, tuple(parts))


def _product(grid: _Grid, places: Places) -> Product:
    right = grid.right[0] if len(grid.right) == 1 else grid.right
    return Product(places.access_to_codes(grid.left), places.access_to_codes(right))


def _single_terms(rows: Sequence[Row], counts: Sequence[int], places: Places) -> list[Positions]:
    """Return the terms that are added one by one: if every row has as many, and few; the offset."""
    found: list[Positions] = []
    if len(set(counts)) == 1 and counts[0] <= _FEW_TERMS:
        found = [places.codes([row.terms[i] for row in rows]) for i in range(counts[0])]
    offsets = [row.offset for row in rows if row.offset is not None]
    return [*found, places.codes(offsets)] if offsets else found


def _shape(grid: _Grid | None, single: Sequence[Positions], size: int) -> tuple[int, ...]:
    """Return the axes of a sum: those of its product, or those in which its terms are views."""
    if grid is not None:
        return (len(grid.left),) if len(grid.right) == 1 else (len(grid.right), len(grid.left))
    natural = [shape for shape in map(natural_shape, single) if shape is not None]
    return (common_shape(natural) if natural else None) or (size,)


def _grid(rows: Sequence[Row], places: Places) -> _Grid | None:
    """Find out whether the products of the rows form a full grid."""
    pairs = [row.mixed or row.products for row in rows]
    left = _codes([[x for x, _ in row] for row in pairs], places)
    right = _codes([[y for _, y in row] for row in pairs], places)
    of_left, left_rows = _distinct(left)
    of_right, right_rows = _distinct(right)
    if len(left_rows) * len(right_rows) != len(rows):
        return None
    if len(set(zip(of_left, of_right, strict=True))) != len(rows):
        return None
    left_order = sorted(range(len(left_rows)), key=lambda i: abs(int(left_rows[i][0])))
    right_order = sorted(range(len(right_rows)), key=lambda j: abs(int(right_rows[j][0])))
    rank_left = {i: rank for rank, i in enumerate(left_order)}
    rank_right = {j: rank for rank, j in enumerate(right_order)}
    order = sorted(range(len(rows)), key=lambda r: (rank_right[of_right[r]], rank_left[of_left[r]]))
    return _Grid(order, left_rows[left_order], right_rows[right_order])


def _codes(operands: Sequence[Sequence[Operand]], places: Places) -> Positions:
    return places.codes(chain.from_iterable(operands)).reshape(len(operands), -1)


def _distinct(codes: Positions) -> tuple[list[int], Positions]:
    """Number the distinct rows of a matrix by first occurrence."""
    numbers: dict[bytes, int] = {}
    firsts: list[int] = []
    of_row: list[int] = []
    for place, row in enumerate(codes):
        number = numbers.setdefault(row.tobytes(), len(numbers))
        if number == len(firsts):
            firsts.append(place)
        of_row.append(number)
    return of_row, codes[firsts]


def _products(
    pairs: Sequence[Sequence[Pair]], lengths: list[int], places: Places, batched: tuple[bool, bool]
) -> Segments:
    left = _elements([[x for x, _ in row] for row in pairs], lengths, places, batched[0])
    right = _elements([[y for _, y in row] for row in pairs], lengths, places, batched[1])
    classes = _classes(lengths)
    return Segments(
        classes,
        places.access_to_codes(left),
        places.access_to_codes(right),
        _owners(classes),
    )


def _classes(lengths: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple((length, len(list(run))) for length, run in groupby(lengths))


def _elements(
    operands: Sequence[Sequence[Operand]],
    lengths: Sequence[int],
    places: Places,
    is_batched: bool,  # noqa: FBT001 passed on
) -> Positions:
    """Return the codes of the elements class by class, in each class elements first."""
    found: list[Positions] = []
    start = 0
    for length, count in _classes(lengths):
        matrix = np.full((count, length), 0, dtype=np.intp)
        for index, row in enumerate(operands[start : start + count]):
            codes = places.codes(row)
            matrix[index, : len(codes)] = codes
            if len(codes) < length:
                matrix[index, len(codes) :] = places.padding(is_batched=is_batched)
        found.append(matrix.T)
        start += count
    return found[0] if len(found) == 1 else np.concatenate([each.ravel() for each in found])


def _owners(classes: Sequence[tuple[int, int]]) -> Positions:
    found: list[Positions] = []
    start = 0
    for length, count in classes:
        found.append(np.tile(np.arange(start, start + count), length))
        start += count
    return np.concatenate(found)
