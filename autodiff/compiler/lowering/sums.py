"""Layout of sums: stacks of sums become matrix products, segmented sums and separate terms.

A stack is a matrix product if its products combine every left row with every right row, once.
Other sums become one equation of segmented sums; too many different lengths are padded.

>>> [_padded(length) for length in (1, 2, 3, 5, 7, 9, 13, 17)]
[1, 2, 3, 6, 8, 12, 16, 24]
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from typing import NamedTuple

import numpy as np

from autodiff.compiler.ir.access import Access, Positions, common_view_shape
from autodiff.compiler.ir.equations import MatrixProduct, Part, SegmentedSum, Sum, Term
from autodiff.compiler.tracing.record import Operand

from .scalar_equations import Factors, ScalarEquation
from .slots import Slots, access_to_codes

_FEW_TERMS = 3  # are added one by one; more are a segmented sum
_FEW_LENGTHS = 8  # stay as they are; more are padded, so that they become fewer


class _Grid(NamedTuple):
    """A stack of sums as a matrix product.

    Attributes:
        order: of the sums, by right row, then by left row.
        left: the codes of the left factors, a row for each distinct left side.
        right: the codes of the right factors, likewise.
    """

    order: list[int]
    left: Positions
    right: Positions


def sum_equations(stack: Sequence[ScalarEquation], slots: Slots, number: int) -> list[Sum]:
    """Turn a stack of sums into equations: one for each grid, one for all the rest.

    Args:
        stack: of scalar equations that are sums.
        slots: where operands are; the results get theirs.
        number: of the first equation, in its name.
    """
    if len(stack) == 1:
        return [_single(stack[0], slots, f"v{number}")]
    by_length: dict[tuple[int, int, int], list[ScalarEquation]] = {}
    for each in stack:
        by_length.setdefault(_length(each), []).append(each)
    equations: list[Sum] = []
    rest: list[ScalarEquation] = []
    for (mixed, products, _), group in by_length.items():
        is_product = mixed or (products and len(group) > 1 and not stack[0].is_batched)
        grid = _grid(group, slots) if is_product else None
        if grid is None:
            rest += group
        else:
            name = f"v{number + len(equations)}"
            equations.append(_sum_equation([group[i] for i in grid.order], slots, name, grid))
    if rest:
        lengths = _lengths(rest)
        order = sorted(range(len(rest)), key=lambda i: (lengths[i], _first_slots(rest[i], slots)))
        name = f"v{number + len(equations)}"
        equations.append(_sum_equation([rest[i] for i in order], slots, name, None))
    return equations


def _single(each: ScalarEquation, slots: Slots, name: str) -> Sum:
    """Turn a stack of one sum into an equation: a long chain has many of them."""
    parts: list[Part] = []
    if each.mixed:
        left, right = (slots.access(side) for side in zip(*each.mixed, strict=True))
        parts.append(MatrixProduct(_with_axis(left, 0), right))
    if each.products:
        left, right = (slots.access(side) for side in zip(*each.products, strict=True))
        parts.append(_of_one(_with_axis(left, 1), _with_axis(right, 1)))
    separate = each.terms if len(each.terms) <= _FEW_TERMS else ()
    if each.terms and not separate:
        parts.append(_of_one(None, _with_axis(slots.access(each.terms), 1)))
    if each.offset is not None:
        separate = (*separate, each.offset)
    parts += [Term(slots.access((x,))) for x in separate]
    return Sum(slots.new(name, (each.node,), is_batched=each.is_batched), (1,), tuple(parts))


def _with_axis(access: Access, axis: int) -> Access:
    """Return a read in a line with an axis of length 1 more."""
    positions, strides = access.positions, access.strides
    if axis:
        both = strides and (*strides, 0)
        return access._replace(positions=positions[:, None], strides=both)
    return access._replace(positions=positions[None], strides=strides and (0, *strides))


def _of_one(left: Access | None, right: Access) -> SegmentedSum:
    length = len(right.positions)
    return SegmentedSum(((length, 1),), left, right, np.zeros(length, dtype=np.intp))


def _length(each: ScalarEquation) -> tuple[int, int, int]:
    return len(each.mixed), len(each.products), len(each.terms)


def _lengths(stack: Sequence[ScalarEquation]) -> list[tuple[int, int, int]]:
    """Return the lengths of every sum, padded if too many differ."""
    lengths = [_length(each) for each in stack]
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


def _first_slots(each: ScalarEquation, slots: Slots) -> tuple[int, ...]:
    """Return the slot of the first operand of each part."""
    starts: list[Operand] = [part[0][1] for part in (each.mixed, each.products) if part]
    return tuple(abs(int(code)) for code in slots.codes([*starts, *each.terms[:1]]))


def _sum_equation(
    stack: Sequence[ScalarEquation], slots: Slots, name: str, grid: _Grid | None
) -> Sum:
    """Make one equation of a sorted stack."""
    mixed, products, terms = zip(*_lengths(stack), strict=True)
    parts: list[Part] = []
    if grid is not None:
        right = grid.right[0] if len(grid.right) == 1 else grid.right
        parts.append(MatrixProduct(access_to_codes(grid.left), access_to_codes(right)))
    elif any(mixed):
        parts.append(_segmented_products([each.mixed for each in stack], mixed, slots))
    if any(products) and (grid is None or stack[0].is_batched):
        parts.append(_segmented_products([each.products for each in stack], products, slots))
    separate = _separate_terms(stack, terms, slots)
    if any(terms) and len(separate) == (stack[0].offset is not None):
        parts.append(_segmented_sum([each.terms for each in stack], None, terms, slots))
    if grid is None:
        shape = common_view_shape(separate) or (len(stack),)
    else:
        rows = () if len(grid.right) == 1 else (len(grid.right),)
        shape = (*rows, len(grid.left))
    parts += (Term(access_to_codes(codes.reshape(shape))) for codes in separate)
    block = slots.new(name, [each.node for each in stack], is_batched=stack[0].is_batched)
    return Sum(block, shape, tuple(parts))


def _separate_terms(
    stack: Sequence[ScalarEquation], lengths: Sequence[int], slots: Slots
) -> list[Positions]:
    """Return the terms that are added one by one: those of equally many and few, and the offset."""
    found: list[Positions] = []
    if len(set(lengths)) == 1 and lengths[0] <= _FEW_TERMS:
        found = [slots.codes([each.terms[i] for each in stack]) for i in range(lengths[0])]
    offsets = [each.offset for each in stack if each.offset is not None]
    return [*found, slots.codes(offsets)] if offsets else found


def _grid(stack: Sequence[ScalarEquation], slots: Slots) -> _Grid | None:
    """Return the grid that the products of a stack form, or None."""
    pairs = [each.mixed or each.products for each in stack]
    left = _codes([[x for x, _ in row] for row in pairs], slots)
    right = _codes([[y for _, y in row] for row in pairs], slots)
    of_left, left_rows = _distinct(left)
    of_right, right_rows = _distinct(right)
    if len(left_rows) * len(right_rows) != len(stack):
        return None
    if len(set(zip(of_left, of_right, strict=True))) != len(stack):
        return None
    order = sorted(range(len(stack)), key=lambda i: (of_right[i], of_left[i]))
    return _Grid(order, left_rows, right_rows)


def _codes(operands: Sequence[Sequence[Operand]], slots: Slots) -> Positions:
    return slots.codes(chain.from_iterable(operands)).reshape(len(operands), -1)


def _distinct(codes: Positions) -> tuple[list[int], Positions]:
    """Return the distinct rows, sorted by their first slot, and which of them every row is."""
    numbers: dict[bytes, int] = {}
    firsts: list[int] = []
    of_each: list[int] = []
    for place, row in enumerate(codes):
        number = numbers.setdefault(row.tobytes(), len(numbers))
        if number == len(firsts):
            firsts.append(place)
        of_each.append(number)
    order = sorted(range(len(firsts)), key=lambda i: abs(int(codes[firsts[i], 0])))
    rank = {number: place for place, number in enumerate(order)}
    return [rank[number] for number in of_each], codes[[firsts[number] for number in order]]


def _segmented_products(
    products: Sequence[Sequence[Factors]], lengths: Sequence[int], slots: Slots
) -> SegmentedSum:
    left = [[x for x, _ in row] for row in products]
    return _segmented_sum([[y for _, y in row] for row in products], left, lengths, slots)


def _segmented_sum(
    right: Sequence[Sequence[Operand]],
    left: Sequence[Sequence[Operand]] | None,
    lengths: Sequence[int],
    slots: Slots,
) -> SegmentedSum:
    classes = tuple((length, len(list(run))) for length, run in groupby(lengths))
    factors = None if left is None else access_to_codes(_elements(left, classes, slots))
    owners: list[Positions] = []
    start = 0
    for length, count in classes:
        owners.append(np.tile(np.arange(start, start + count), length))
        start += count
    elements = access_to_codes(_elements(right, classes, slots))
    return SegmentedSum(classes, factors, elements, np.concatenate(owners))


def _elements(
    operands: Sequence[Sequence[Operand]], classes: Sequence[tuple[int, int]], slots: Slots
) -> Positions:
    """Return the codes of all elements, padded, in the order of `SegmentedSum.right`."""
    found: list[Positions] = []
    start = 0
    for length, count in classes:
        matrix = np.zeros((count, length), dtype=np.intp)
        for index, row in enumerate(operands[start : start + count]):
            codes = slots.codes(row)
            matrix[index, : len(codes)] = codes
            if len(codes) < length:
                matrix[index, len(codes) :] = slots.padding(is_batched=bool(codes[0] >= 0))
        found.append(matrix.T)
        start += count
    return found[0] if len(found) == 1 else np.concatenate([each.ravel() for each in found])
