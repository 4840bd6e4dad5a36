"""Instructions of sums: products of matrices, segmented sums, rows of tables, terms, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import numpy as np

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import (
    Block,
    Lookup,
    MatrixProduct,
    Part,
    SegmentedSum,
    Sum,
    Term,
)
from autodiff.compiler.loops.rows import Row

from .code import Code, UncoveredError, Words, even_move, memory_of, where_block
from .elementwise import Forms, write_form
from .formulas import form_of_term_adjoints, form_of_terms

Needed = Callable[[Access], bool]
Rows = Mapping[int, Row]  # by the id of a product that reads rows of an argument
BY_RIGHT, BY_LEFT = 1, 2  # the factors whose adjoints an instruction adds to


def write_value(code: Code, equation: Sum, rows: Rows, sizes: Sequence[int], forms: Forms) -> None:
    """Write the instructions that compute a sum.

    Args:
        code: receives them.
        equation: the sum.
        rows: the products that read rows of arguments.
        sizes: of the arguments.
        forms: those that were made for this program.
    """
    in_order = sorted(equation.parts, key=lambda part: id(part) not in rows)  # these only assign
    is_first = True
    for is_term, group in groupby(in_order, lambda part: isinstance(part, Term)):
        parts = list(group)
        if is_term:
            _terms(code, equation, parts, is_first=is_first, forms=forms)
            is_first = False
            continue
        for part in parts:
            if isinstance(part, Lookup):
                _lookup(code, "RUN_LOOKUP", part, equation.block)
            else:
                _products(code, "RUN", part, equation, int(not is_first), rows, sizes)
            is_first = False


def write_sweep(  # noqa: PLR0913 as above
    code: Code, equation: Sum, rows: Rows, sizes: Sequence[int], forms: Forms, is_needed: Needed
) -> None:
    """Write the instructions that add to the adjoints of what a sum reads."""
    terms = [part.term for part in equation.parts if isinstance(part, Term)]
    wanted = [place for place, term in enumerate(terms) if is_needed(term)]
    if wanted:
        made = forms.get(("adjoints of terms", *wanted), lambda: form_of_term_adjoints(wanted))
        accesses = {str(place): _shaped(terms[place], equation.shape) for place in wanted}
        write_form(code, made, equation.block, equation.shape, accesses)
    for part in equation.parts:
        if isinstance(part, Lookup):
            if is_needed(part.table):
                _lookup(code, "SWEEP_LOOKUP", part, equation.block)
        elif not isinstance(part, Term):
            left = part.left is not None and is_needed(part.left)
            factors = BY_RIGHT * is_needed(part.right) + BY_LEFT * left
            if factors:
                _products(code, "SWEEP", part, equation, factors, rows, sizes)


def _shaped(access: Access, shape: tuple[int, ...]) -> Access:
    """Return a read in the shape of the results."""
    if access.shape == shape:
        return access
    shifts = None if access.shifts is None else access.shifts.reshape(shape)
    return Access(access.is_batched, access.positions.reshape(shape), None, shifts)


def _terms(
    code: Code, equation: Sum, parts: Sequence[Part], *, is_first: bool, forms: Forms
) -> None:
    accesses = {
        str(place): _shaped(part.term, equation.shape)
        for place, part in enumerate(parts)
        if isinstance(part, Term)
    }
    key = "terms", len(parts), is_first
    made = forms.get(key, lambda: form_of_terms(len(parts), adds=not is_first))
    write_form(code, made, equation.block, equation.shape, accesses)


def _products(  # noqa: PLR0913 as above
    code: Code,
    way: str,
    part: MatrixProduct | SegmentedSum | Lookup | Term,
    equation: Sum,
    flags: int,
    rows: Rows,
    sizes: Sequence[int],
) -> None:
    """Write a product of matrices, or the sums of products that it consists of."""
    block = equation.block
    if isinstance(part, SegmentedSum):
        _segments(code, way, block, flags, part.right, part.left, _segmented(part))
        return
    assert isinstance(part, MatrixProduct)
    left, right = part.left, part.right
    moves = even_move(left), even_move(right)
    is_plain = left.strides is not None and None not in moves
    if not is_plain or left.is_batched or right.is_batched != block.is_batched:
        _segments(code, way, block, flags, right, left, _multiplied(part))
        return
    assert left.strides is not None
    assert moves[0] is not None
    assert moves[1] is not None
    row = rows.get(id(part))
    (count, length), sources = left.shape, right.positions.astype(np.int32)
    columns = right.positions.size // length
    is_unit = left.strides[1] == 1 and bool((np.diff(sources.reshape(columns, length)) == 1).all())
    at = (
        [-1, int(is_unit), 0, 0]
        if row is None
        else [row.argument, 1, row.start, sizes[row.argument]]
    )
    head = [
        *(int(block.is_batched), flags, count, length, columns),
        *(left.offset, *left.strides, moves[0]),
        *(*where_block(block), moves[1], *at),
    ]
    code.write(f"{way}_PRODUCT", head, *([sources] if row is None else []))


def _segments(  # noqa: PLR0913 what the instruction consists of
    code: Code,
    way: str,
    block: Block,
    flags: int,
    right: Access,
    left: Access | None,
    elements: Words,
) -> None:
    """Write sums of several lengths."""
    both = [right] if left is None else [right, left]
    memories = [memory_of(each.is_batched) for each in both]
    has_moves = any(each.shifts is not None for each in both)
    head = [
        *(int(block.is_batched), flags, memories[0], memories[1] if left is not None else -1),
        *(block.size, int(has_moves), *where_block(block)),
    ]
    code.write(f"{way}_SEGMENTS", head, elements)


def _segmented(part: SegmentedSum) -> Words:
    """Return the words of every sum: its length, and the positions of each element."""
    columns = _columns(part.right, part.left, None)
    pieces: list[Words] = []
    start = 0
    for length, count in part.classes:
        end = start + length * count
        elements = columns[:, start:end].reshape(-1, length, count).transpose(2, 1, 0)
        pieces.append(_with_lengths(elements))
        start = end
    return np.concatenate(pieces)


def _multiplied(part: MatrixProduct) -> Words:
    """Return the same of a product of matrices, result by result."""
    (rows, length), columns = part.left.shape, part.right.positions.size // part.left.shape[1]
    shape = columns, rows, length
    elements = _columns(part.right, part.left, shape).reshape(-1, columns * rows, length)
    return _with_lengths(elements.transpose(1, 2, 0))


def _columns(right: Access, left: Access | None, shape: tuple[int, ...] | None) -> Words:
    """Return the positions of all elements, and how they move if any do; right ones first."""
    both = [right] if left is None else [right, left]
    arrays = [each.positions for each in both]
    if any(each.shifts is not None for each in both):
        arrays += [
            np.zeros_like(each.positions) if each.shifts is None else each.shifts for each in both
        ]
    if shape is not None:
        columns, _, length = shape
        rows = [
            np.broadcast_to(
                array.reshape(columns, 1, length) if place % 2 == 0 else array[None], shape
            )
            for place, array in enumerate(arrays)
        ]
        return np.array(rows, np.int32)
    return np.array([array.ravel() for array in arrays], np.int32)


def _with_lengths(elements: Words) -> Words:
    """Return the words of sums of one length, of shape (sums, length, words of an element)."""
    count, length, width = elements.shape
    words = np.empty((count, 1 + length * width), np.int32)
    words[:, 0] = length
    words[:, 1:] = elements.reshape(count, length * width)
    return words.ravel()


def _lookup(code: Code, name: str, part: Lookup, block: Block) -> None:
    table, indices = part.table, part.indices
    move = even_move(indices)
    if move is None or even_move(table) != 0 or table.is_batched or not indices.is_batched:
        raise UncoveredError
    head = [*table.shape, indices.positions.size, *where_block(block), move]
    words = [each.positions.astype(np.int32).ravel() for each in (table, indices)]
    code.write(name, head, *words)
