"""The values of equations as loops over flat arrays.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.compiler.ir.equations import Block
>>> from autodiff.formula.dialects import JAVASCRIPT
>>> from autodiff.operations import TABLE
>>> x = access_to([0, 1, 2], is_batched=True)
>>> writer = Writer(JAVASCRIPT)
>>> write_value(writer, Elementwise(Block("y", True, 3, 3), (3,), TABLE["exp"], (x,)))
>>> print(*writer.lines, sep=chr(10))
for (let i = 0; i < 3; i++) {
    v[3 + i] = Math.exp(v[i]);
}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import prod
from typing import NamedTuple

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Elementwise, Equation, Equations, Lookup, Loop, Part, Sum
from autodiff.formula.emit_statements import Elements
from autodiff.formula.simplify import reduced
from autodiff.formula.tree import Expression, Number

from .parts import Products, products_of
from .places import Affine, Reader, index_of, joined, reader_of, reader_of_block
from .writer import Writer


def write_values(writer: Writer, program: Equations, *, is_batched: bool) -> None:
    """Write the static or the batched equations."""
    for statement in program.equations:
        if statement.block.is_batched != is_batched:
            continue
        if isinstance(statement, Loop):
            with writer.chain(statement, is_back=False):
                for equation in statement.body:
                    write_value(writer, equation)
        else:
            write_value(writer, statement)


def write_value(writer: Writer, equation: Equation) -> None:
    """Write the loops of one equation."""
    if isinstance(equation, Elementwise):
        _elementwise(writer, equation)
    else:
        _sum(writer, equation)


class Applied(NamedTuple):
    """An operation over loops.

    Attributes:
        shape: of the loops.
        result: where the results go.
        operands: where each operand lies, by name; numbers left out.
        known: the numbers among them.
        elements: the number of elements of starred operands.
    """

    shape: tuple[int, ...]
    result: Reader
    operands: dict[str, Reader]
    known: dict[str, Expression]
    elements: int

    def texts(
        self, writer: Writer, indices: Sequence[Affine], starred: frozenset[str]
    ) -> tuple[dict[str, str], dict[str, Elements]]:
        """Return the texts of the operands: single ones, and starred ones."""
        single: dict[str, str] = {}
        sequences: dict[str, Elements] = {}
        for name, reader in self.operands.items():
            if name in starred:
                sequences[name] = writer.elements(reader, indices, self.elements)
            else:
                single[name] = writer.get(reader, indices)
        return single, sequences


def applied(equation: Elementwise) -> Applied:
    """Return an elementwise equation over as few loops as possible."""
    operation = equation.operation
    given = dict(zip(operation.operands, equation.operands, strict=True))
    accesses = {name: x for name, x in given.items() if isinstance(x, Access)}
    known = {name: Number(x) for name, x in given.items() if isinstance(x, float | int)}
    readers = [reader_of_block(equation.block, equation.shape), *map(reader_of, accesses.values())]
    shape, changed = joined(equation.shape, readers)
    counts = [accesses[name].shape[0] for name in accesses if name in operation.starred]
    operands = dict(zip(accesses, changed[1:], strict=True))
    return Applied(shape, changed[0], operands, dict(known), counts[0] if counts else 1)


def formulas(
    equation: Elementwise, known: Mapping[str, Expression], wanted: Sequence[str]
) -> list[Expression]:
    """Return formulas of an operation; "" is the value, a name the derivative by it."""
    value, derivatives = equation.operation.expanded()
    return [reduced(derivatives[name] if name else value, known) for name in wanted]


def _elementwise(writer: Writer, equation: Elementwise) -> None:
    each = applied(equation)
    trees = formulas(equation, each.known, [""])

    def body(indices: list[Affine]) -> None:
        single, sequences = each.texts(writer, indices, equation.operation.starred)
        (text,) = writer.formulas(trees, single, sequences).results
        writer.put(each.result, indices, text)

    writer.nest(each.shape, body)


def _sum(writer: Writer, equation: Sum) -> None:
    if isinstance(equation.parts[0], Lookup):
        _lookup(writer, equation.parts[0], equation)
        return
    if writer.writes_sum(equation):
        return
    for number, group in enumerate(by_shape(equation.parts, equation)):

        def body(
            indices: list[Affine], group: list[Products] = group, number: int = number
        ) -> None:
            target = reader_of_block(equation.block, group[0].shape)
            texts = [] if not number else [writer.get(target, indices)]
            for products in group:
                texts += _terms(writer, products, indices)
            writer.put(target, indices, " + ".join(texts))

        writer.nest(group[0].shape, body)


def by_shape(parts: Sequence[Part], equation: Sum) -> list[list[Products]]:
    """Return the parts of a sum as products; neighbours over the same loops together."""
    every = [products_of(part, equation.shape) for part in parts if not isinstance(part, Lookup)]
    assert all(prod(each.shape) == equation.block.size for each in every)
    return [list(group) for _, group in groupby(every, lambda each: each.shape)]


def _terms(writer: Writer, products: Products, indices: Sequence[Affine]) -> list[str]:
    """Return texts whose sum is one result; write the loop over many terms before."""
    listed = terms_of(writer, products, indices)
    if listed is not None:
        texts = [" * ".join(_factors(writer, products, indices, term)) for term in listed]
        return texts or [writer.dialect.number(0.0)]
    total = writer.name("sum")
    writer.line(writer.dialect.summing(total))
    count, element = walk(writer, products, indices)
    with writer.block(writer.dialect.loop("k", count)):
        text = " * ".join(_factors(writer, products, indices, element))
        writer.line(writer.dialect.add(total, text))
    return [total]


def terms_of(writer: Writer, products: Products, indices: Sequence[Affine]) -> list[Affine] | None:
    """Return the indices of the terms of a result that are written one by one; None for a loop."""
    if products.segments is None:
        count = products.terms
        return [Affine(k) for k in range(count)] if writer.unrolls(count) else None
    if indices[0].terms:
        return None
    length, first, gap = (each[indices[0].constant] for each in products.segments)
    return [Affine(first + k * gap) for k in range(length)] if writer.unrolls(length) else None


def walk(writer: Writer, products: Products, indices: Sequence[Affine]) -> tuple[str, Affine]:
    """Return how many terms a result has, and the index of the term k."""
    if products.segments is None:
        return str(products.terms), index_of("k")
    lengths, firsts, gaps = (f"{writer.table(each)}[{indices[0]}]" for each in products.segments)
    return lengths, index_of(f"({firsts} + k * {gaps})")


def _factors(
    writer: Writer, products: Products, indices: Sequence[Affine], term: Affine
) -> list[str]:
    places = products.at(indices, term)
    pairs = zip(products.factors, places, strict=False)
    return [writer.get(factor, place) for factor, place in pairs]


def row_of(writer: Writer, part: Lookup, index: Affine) -> Affine:
    """Write the line that names the row of a look-up; return its index."""
    name = writer.name("row")
    number = writer.get(reader_of(part.indices), [index])
    writer.line(writer.dialect.row(name, number, part.table.shape[0]))
    return index_of(name)


def _lookup(writer: Writer, part: Lookup, equation: Sum) -> None:
    table, target = reader_of(part.table), reader_of_block(equation.block, equation.shape)

    def body(outer: list[Affine]) -> None:
        row = row_of(writer, part, outer[0])
        writer.nest(
            equation.shape[1:],
            lambda inner: writer.put(target, [*outer, *inner], writer.get(table, [row, *inner])),
        )

    writer.nest(equation.shape[:1], body)
