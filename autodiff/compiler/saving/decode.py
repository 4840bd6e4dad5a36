"""Decoding: plain data from a file become array equations again, or an error.

Nothing is taken on trust: a forged file cannot name what is not in the table, read or write
outside the vectors of its program, or put a text of its own into the generated source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from autodiff.compiler.ir.access import Access, Positions
from autodiff.compiler.ir.equations import (
    Block,
    Elementwise,
    Equation,
    Equations,
    GuardGroup,
    Lookup,
    Loop,
    MatrixProduct,
    Part,
    SegmentedSum,
    Statement,
    Sum,
    Term,
)
from autodiff.graph.hooks import RELATIONS
from autodiff.table.operation import Operation

from .checks import (
    MOST_POSITIONS,
    argument_name,
    block_name,
    demand,
    entries,
    loop_name,
    shape,
    size,
    text,
    truth,
    wrong,
)
from .reads import Reads


def decoded(
    words: Any, numbers: Sequence[float], positions: Positions, rows: Mapping[str, Operation]
) -> Equations:
    """Return the equations that plain data stand for.

    Args:
        words: as in `Encoded`.
        numbers: as in `Encoded`.
        positions: those of `Encoded`, one after the other.
        rows: the operations that may occur, by name.

    Raises:
        FileError: if a part is missing, of a wrong type, or out of bounds.
    """
    return _Decoder(words, numbers, positions, rows).program()


class _Decoder:
    def __init__(
        self, words: Any, numbers: Sequence[float], positions: Positions, rows: Mapping[str, Any]
    ) -> None:
        demand(type(words) is dict, "equations", words)
        self._words: dict[str, Any] = words
        self._rows: Mapping[str, Operation] = rows
        batched, static = entries(self._of("sizes"), 2)
        self._sizes: dict[bool, int] = {True: size(batched), False: size(static)}
        self._reads: Reads = Reads(self._sizes, numbers, positions)
        self._names: set[str] = set()

    def _of(self, key: str) -> Any:
        demand(key in self._words, f"an entry {key!r}", list(self._words))
        return self._words[key]

    def program(self) -> Equations:
        """Return the equations."""
        arguments = self._arguments()
        parameters = size(self._of("parameters"), self._sizes[False])
        equations = tuple([self._statement(each) for each in entries(self._of("equations"))])
        guards = tuple([self._guards(each) for each in entries(self._of("guards"))])
        outputs = self._reads.access(self._of("outputs"))
        demand(len(outputs.shape) == 1, "outputs in a line", outputs.shape)
        places = [size(x, self._sizes[False] - 1) for x in entries(self._of("constants"))]
        demand(len({*places}) == len(places), "constants at different positions", places)
        constants = {place: self._reads.number() for place in places}
        zero, zero_constant = entries(self._of("zeros"), 2)
        passive = frozenset(map(block_name, entries(self._of("passive"))))
        self._reads.end()
        return Equations(
            equations,
            outputs,
            guards,
            arguments,
            parameters,
            constants,
            self._sizes[True],
            self._sizes[False],
            None if zero is None else size(zero, self._sizes[True] - 1),
            None if zero_constant is None else size(zero_constant, self._sizes[False] - 1),
            passive,
        )

    def _arguments(self) -> tuple[Block, ...]:
        found: list[Block] = []
        end = 0
        for each in entries(self._of("arguments")):
            name, is_batched, start, count, step = entries(each, 5)
            demand((is_batched, start, step) == (True, end, 0), "arguments at the front", each)
            end += size(count)
            demand(end <= self._sizes[True], "arguments inside the batched vector", each)
            found.append(Block(argument_name(name), is_batched=True, start=start, size=count))
        demand(bool(found), "at least one argument", found)
        names = [block.name for block in found]
        demand(len({*names}) == len(names), "arguments of different names", names)
        return tuple(found)

    # -- equations ----------------------------------------------------------------------------

    def _statement(self, form: Any) -> Statement:
        if not entries(form) or form[0] != "loop":
            return self._equation(form)
        _, name, steps, body = entries(form, 4)
        self._reads.steps = size(steps, least=1)
        equations = tuple([self._equation(each) for each in entries(body)])
        self._reads.steps = 1
        demand(bool(equations), "equations in a loop", body)
        demand(name not in self._names, "loops of different names", name)
        self._names.add(name)
        blocks = [each.block for each in equations]
        first, last = blocks[0], blocks[-1]
        follow = [a.start + a.size == b.start for a, b in pairwise(blocks)]
        alike = {(block.is_batched, block.step) for block in blocks}
        together = all(follow) and len(alike) == 1
        demand(together, "the blocks of a loop one after the other", blocks)
        demand(first.step >= last.start + last.size - first.start, "steps apart", first.step)
        return Loop(loop_name(name), steps, equations)

    def _equation(self, form: Any) -> Equation:
        kind, rest = _head(form)
        if kind == "apply":
            return self._elementwise(*entries(rest, 4))
        demand(kind == "sum", "'apply', 'sum' or 'loop'", kind)
        block_form, axes, parts = entries(rest, 3)
        block, found = self._block(block_form, axes)
        read = tuple([self._part(each, block, found) for each in entries(parts)])
        demand(bool(read), "parts of a sum", parts)
        return Sum(block, found, read)

    def _block(self, form: Any, axes: Any) -> tuple[Block, tuple[int, ...]]:
        name, is_batched, start, count, step = entries(form, 5)
        end = self._sizes[truth(is_batched)]
        own = shape(axes)
        demand(prod(own) == size(count, end, 1), "a block of the size of its shape", form)
        last = size(start, end - count) + (self._reads.steps - 1) * size(step, end)
        demand(last + count <= end, "a block inside its vector", form)
        demand(self._reads.steps > 1 or step == 0, "a block that stays outside loops", form)
        demand(name not in self._names, "blocks of different names", name)
        self._names.add(block_name(name))
        return Block(name, is_batched, start, count, step), own

    def _elementwise(self, block_form: Any, axes: Any, name: Any, operands: Any) -> Elementwise:
        block, own = self._block(block_form, axes)
        row = self._rows.get(text(name))
        if row is None:
            raise wrong("an operation that the file lists", name)
        found = tuple([self._operand(each) for each in entries(operands, len(row.operands))])
        for operand_name, operand in zip(row.operands, found, strict=True):
            starred = operand_name in row.starred
            if not isinstance(operand, Access):
                demand(not starred, f"numbers to read as {operand_name}", operand)
                continue
            self._of_kind(operand, block)
            fits = operand.shape[1:] == own if starred else operand.shape == own
            demand(fits, f"an operand of shape {own}", operand.shape)
        lengths = {x.shape[:1] for n, x in zip(row.operands, found, strict=True)
                   if n in row.starred and isinstance(x, Access)}  # fmt: skip
        demand(len(lengths) <= 1, "starred operands of one length", lengths)
        return Elementwise(block, own, row, found)

    def _operand(self, form: Any) -> Access | float:
        return self._reads.number() if form is None else self._reads.access(form)

    def _part(self, form: Any, block: Block, own: tuple[int, ...]) -> Part:
        kind, rest = _head(form)
        if kind == "term":
            (term,) = entries(rest, 1)
            access = self._of_kind(self._reads.access(term), block)
            demand(access.shape == own, f"a term of shape {own}", access.shape)
            return Term(access)
        if kind == "product":
            left, right = entries(rest, 2)
            return self._product(left, right, block, own)
        if kind == "rows":
            table, indices = entries(rest, 2)
            return self._lookup(table, indices, block, own)
        demand(kind == "segments", "'term', 'product', 'rows' or 'segments'", kind)
        classes, left, right = entries(rest, 3)
        return self._segments(classes, left, right, block)

    def _product(self, left: Any, right: Any, block: Block, own: tuple[int, ...]) -> MatrixProduct:
        first, second = self._reads.access(left), self._reads.access(right)
        is_fit = not first.is_batched and second.is_batched == block.is_batched
        demand(is_fit, "static left factors, and right ones like the result", form_of(second))
        fits = (
            len(first.shape) == 2
            and len(second.shape) in {1, 2}
            and first.shape[1] == second.shape[-1]
            and own == (*second.shape[:-1], first.shape[0])
        )
        demand(fits, f"factors of a product of shape {own}", (first.shape, second.shape))
        return MatrixProduct(first, second)

    def _lookup(self, table: Any, indices: Any, block: Block, own: tuple[int, ...]) -> Lookup:
        rows, places = self._reads.access(table), self._reads.access(indices)
        is_fit = not rows.is_batched and places.is_batched and block.is_batched
        demand(is_fit, "a static table and batched indices", form_of(places))
        fits = len(rows.shape) == 2 and own == (*places.shape, *rows.shape[1:])
        demand(fits and len(own) == 2, f"rows of shape {own}", (rows.shape, places.shape))
        return Lookup(rows, places)

    def _segments(self, classes: Any, left: Any, right: Any, block: Block) -> SegmentedSum:
        pairs = tuple([self._class(each) for each in entries(classes)])
        total, count = sum(a * b for a, b in pairs), sum(b for _, b in pairs)
        demand(count == block.size, f"{block.size} sums", classes)
        first = None if left is None else self._of_kind(self._reads.access(left), block)
        second = self._of_kind(self._reads.access(right), block)
        wanted = pairs[0] if len(pairs) == 1 else (total,)
        demand(second.shape == wanted, f"elements of shape {wanted}", second.shape)
        fits = first is None or first.shape == wanted
        demand(fits, f"left factors of shape {wanted}", first and first.shape)
        ends = np.cumsum([0, *(b for _, b in pairs)]).tolist()
        owners: list[Positions] = [
            np.tile(np.arange(start, start + b, dtype=np.intp), a)
            for start, (a, b) in zip(ends, pairs, strict=False)
        ]
        return SegmentedSum(pairs, first, second, np.concatenate(owners))

    @staticmethod
    def _class(form: Any) -> tuple[int, int]:
        length, count = entries(form, 2)
        demand(size(length, least=1) * size(count, least=1) <= MOST_POSITIONS, "fewer", form)
        return length, count

    def _guards(self, form: Any) -> GuardGroup:
        relation, left, right, outcomes, texts = entries(form, 5)
        demand(text(relation) in RELATIONS, f"one of {', '.join(RELATIONS)}", relation)
        sides = self._reads.access(left), self._reads.access(right)
        found = tuple(map(truth, entries(outcomes)))
        demand(sides[0].shape == sides[1].shape == (len(found),), "a guard for each", outcomes)
        named = [tuple(map(text, entries(each, 2))) for each in entries(texts, len(found))]
        return GuardGroup(relation, *sides, found, tuple([(a, b) for a, b in named]))

    @staticmethod
    def _of_kind(access: Access, block: Block) -> Access:
        demand(block.is_batched or not access.is_batched, "static reads", form_of(access))
        return access


def _head(form: Any) -> tuple[Any, list[Any]]:
    """Return the kind of a part, and the rest."""
    found = entries(form)
    demand(bool(found), "a kind", form)
    return found[0], found[1:]


def form_of(access: Access) -> str:
    """Return what an error says of a read: its vector and its shape."""
    return f"{'batched' if access.is_batched else 'static'} numbers of shape {access.shape}"
