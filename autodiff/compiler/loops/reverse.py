"""The reverse sweep as loops over flat arrays: adjoints that are cleared before are added to.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.compiler.ir.equations import Block
>>> from autodiff.formula.dialects import C
>>> from autodiff.operations import TABLE
>>> x, out = access_to([0], is_batched=False), access_to([1], is_batched=False)
>>> y = Elementwise(Block("y", False, 1, 1), (1,), TABLE["square"], (x,))
>>> writer = Writer(C)
>>> write_sweep(writer, Equations((y,), out, (), (), 1, {}, 0, 2, None), is_batched=False)
>>> writer.lines
['const double d1 = g[1];', 'g[0] += d1 * (2.0 * s[0]);']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Elementwise, Equation, Equations, Lookup, Loop, Sum
from autodiff.compiler.ir.reach import needed_positions, reached_blocks
from autodiff.formula.dialects import Dialect

from .forward import Applied, applied, formulas, row_of, terms_of, walk
from .parts import Products, products_of
from .places import Affine, reader_of, reader_of_block
from .writer import Writer


def write_sweep(writer: Writer, program: Equations, *, is_batched: bool) -> None:
    """Write the reverse sweep of the batched or of the static equations of a program."""
    needed = needed_positions(program)
    reached = reached_blocks(program, needed)
    for statement in reversed(program.equations):
        body = statement.body if isinstance(statement, Loop) else (statement,)
        steps = statement.steps if isinstance(statement, Loop) else 1

        def is_needed(access: Access, steps: int = steps) -> bool:
            return bool(needed[access.is_batched][access.over(steps)].any())

        kept = [each for each in reversed(body) if each.block.name in reached]
        if not kept or statement.block.is_batched != is_batched:
            continue
        if isinstance(statement, Loop):
            with writer.chain(statement, is_back=True):
                for equation in kept:
                    _equation(writer, equation, is_needed)
        else:
            _equation(writer, kept[0], is_needed)


Needed = Callable[[Access], bool]


def _equation(writer: Writer, equation: Equation, is_needed: Needed) -> None:
    if isinstance(equation, Elementwise):
        _elementwise(writer, equation, is_needed)
    else:
        _sum(writer, equation, is_needed)


def _elementwise(writer: Writer, equation: Elementwise, is_needed: Needed) -> None:
    each, names = applied(equation), equation.operation.operands
    pairs = zip(names, equation.operands, strict=True)
    wanted = [name for name, x in pairs if isinstance(x, Access) and is_needed(x)]
    trees = formulas(equation, each.known, wanted)

    def body(indices: list[Affine]) -> None:
        starred = equation.operation.starred
        single, sequences = each.texts(writer, indices, starred)
        single["out"] = writer.get(each.result, indices)
        outer = writer.let("d", writer.adjoint(each.result, indices))
        found = writer.formulas(trees, single, sequences)
        for name, text in zip(wanted, found.results, strict=True):
            if name in starred:
                _to_elements(writer, each, name, indices, times(writer.dialect, outer, text))
            else:
                contribution = times(writer.dialect, outer, text)
                writer.contribute(each.operands[name], indices, contribution)

    writer.nest(each.shape, body)


def _to_elements(
    writer: Writer, each: Applied, name: str, indices: Sequence[Affine], text: str
) -> None:
    reader = each.operands[name]

    def body(place: list[Affine]) -> None:
        writer.contribute(reader, [*place, *indices], text.replace("{}", str(place[0])))

    writer.nest((each.elements,), body)


def times(dialect: Dialect, outer: str, derivative: str) -> str:
    """Return the text of an adjoint times a local derivative."""
    if derivative == dialect.number(1.0):
        return outer
    if derivative == dialect.number(-1.0):
        return f"-{outer}"
    is_atom = derivative.replace("_", "").replace(".", "").isalnum()
    return f"{outer} * {derivative if is_atom else f'({derivative})'}"


def _sum(writer: Writer, equation: Sum, is_needed: Needed) -> None:
    for part in equation.parts:
        if isinstance(part, Lookup):
            _lookup(writer, part, equation)
            continue
        accesses = [x for x in part if isinstance(x, Access)]
        wanted = [is_needed(x) for x in accesses]
        if any(wanted) and not writer.writes_back(equation, part, wanted):
            _products(writer, products_of(part, equation.shape), equation, wanted)


def _products(writer: Writer, products: Products, equation: Sum, wanted: Sequence[bool]) -> None:
    target = reader_of_block(equation.block, products.shape)

    def terms(indices: Sequence[Affine], outer: str, term: Affine) -> None:
        places = products.at(indices, term)
        for number, is_wanted in enumerate(wanted):
            if is_wanted:
                others = [
                    writer.get(products.factors[other], places[other])
                    for other in range(len(products.factors))
                    if other != number
                ]
                text = " * ".join([outer, *others])
                writer.contribute(products.factors[number], places[number], text)

    def body(indices: list[Affine]) -> None:
        outer = writer.let("d", writer.adjoint(target, indices))
        listed = terms_of(writer, products, indices)
        if listed is not None:
            for term in listed:
                terms(indices, outer, term)
            return
        count, element = walk(writer, products, indices)
        with writer.block(writer.dialect.loop("k", count)):
            terms(indices, outer, element)

    writer.nest(products.shape, body)


def _lookup(writer: Writer, part: Lookup, equation: Sum) -> None:
    table, target = reader_of(part.table), reader_of_block(equation.block, equation.shape)

    def body(outer: list[Affine]) -> None:
        row = row_of(writer, part, outer[0])

        def each(inner: list[Affine]) -> None:
            text = writer.adjoint(target, [*outer, *inner])
            writer.contribute(table, [row, *inner], text)

        writer.nest(equation.shape[1:], each)

    writer.nest(equation.shape[:1], body)
