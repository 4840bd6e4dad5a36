"""Sums of products for a block of examples, both ways, as loops over vectors of examples.

Several neighbouring results are computed at a time, so that what they share is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from autodiff.compiler.ir.equations import Lookup, MatrixProduct, Part, Sum
from autodiff.formula.dialects import Dialect

from .forward import by_shape, terms_of, walk
from .lanes import LanesWriter
from .parts import Products, products_of
from .places import Affine, Reader, index_of, reader_of, reader_of_block

_MASKED = "MASKED({}, mask + f)"  # nothing of the places behind the last example
_TILE = 8  # results at a time: as many sums as keep two adders busy


class BatchWriter(LanesWriter):
    """Writes equations for a block of examples.

    Args:
        dialect: C over numbers.
        in_rows: by the `id` of a product with an argument, the text of the first row of the
            argument, and of the distance to the next one.
    """

    def __init__(self, dialect: Dialect, in_rows: Mapping[int, str]) -> None:
        super().__init__(dialect)
        self._in_rows: Mapping[int, str] = in_rows

    def writes_sum(self, equation: Sum) -> bool:
        """Write the value of a sum, unless it is the same for all examples."""
        if not self.is_batched:
            return False
        rows = [part for part in equation.parts if id(part) in self._in_rows]
        for part in rows:  # at most one, which sets the results; the others are added
            self.line(_row_call("products", part, equation, self._in_rows[id(part)]))
        others = [part for part in equation.parts if id(part) not in self._in_rows]
        for number, group in enumerate(by_shape(others, equation)):
            _write_group(self, group, equation, is_first=not rows and not number)
        return True

    def writes_back(self, equation: Sum, part: Part, wanted: Sequence[bool]) -> bool:
        """Write what a part of a sum adds to adjoints, unless it is the same for all examples."""
        if not self.is_batched:
            return False
        if id(part) in self._in_rows:
            self.line(_row_call("gradients", part, equation, self._in_rows[id(part)]))
        else:
            _write_back(self, equation, part, wanted)
        return True


def _row_call(kind: str, part: Part, equation: Sum, rows: str) -> str:
    """Return the call of a kernel that reads the rows of an argument."""
    assert isinstance(part, MatrixProduct)
    left, start = reader_of(part.left), equation.block.start
    static, batched = ("s", "v") if kind == "products" else ("g", "a")
    count, length = part.left.shape
    weights = f"{static} + {left.offset}, {left.strides[0]}"
    return f"row_{kind}({count}, {weights}, {rows}, {length}, n, {batched} + {start} * S, S);"


def _tiled(
    writer: LanesWriter, shape: Sequence[int], body: Callable[[list[list[Affine]]], None]
) -> None:
    """Write loops over a shape; the body gets the indices of several results at a time."""
    *outer, last = shape or (1,)
    whole, rest = divmod(last, _TILE)

    def full(indices: list[Affine]) -> None:
        start = indices[-1].times(_TILE)
        body([[*indices[:-1], start.plus(Affine(u))] for u in range(_TILE)])

    def remaining(indices: list[Affine]) -> None:
        body([[*indices, Affine(whole * _TILE + u)] for u in range(rest)])

    if whole:
        writer.nest_of_vectors((*outer, whole), full)
    if rest:
        writer.nest_of_vectors(outer, remaining)


def _write_group(
    writer: LanesWriter, group: Sequence[Products], equation: Sum, *, is_first: bool
) -> None:
    target = reader_of_block(equation.block, group[0].shape)

    def body(results: list[list[Affine]]) -> None:
        texts = [[] if is_first else [writer.vector("v", target, each)] for each in results]
        with writer.block("VECTORS {"):
            for products in group:
                for found, terms in zip(texts, _terms(writer, products, results), strict=True):
                    found.extend(terms)
            for each, found in zip(results, texts, strict=True):
                place = writer.vector("v", target, each)
                writer.line(f"{place} = {_vector(' + '.join(found))};")

    if all(products.segments is None for products in group):
        _tiled(writer, group[0].shape, body)
    else:
        writer.nest_of_vectors(group[0].shape, lambda indices: body([indices]))


def _vector(text: str) -> str:
    """Return a text that stands for a vector, where it may stand for a number."""
    return text if "V(" in text or "sum" in text else f"(vec){{0}} + ({text})"


def _terms(
    writer: LanesWriter, products: Products, results: Sequence[Sequence[Affine]]
) -> list[list[str]]:
    """Return texts whose sum is each result; write the loop over many terms before."""
    listed = terms_of(writer, products, results[0])
    if listed is not None:
        zero = writer.dialect.number(0.0)
        return [
            [_product(writer, products, each, term) for term in listed] or [zero]
            for each in results
        ]
    names = _zeros(writer, len(results))
    count, element = walk(writer, products, results[0])
    with writer.block(writer.dialect.loop("k", count)):
        for name, each in zip(names, results, strict=True):
            writer.line(f"{name} += {_product(writer, products, each, element)};")
    return [[name] for name in names]


def _product(
    writer: LanesWriter, products: Products, result: Sequence[Affine], term: Affine
) -> str:
    pairs = zip(products.factors, products.at(result, term), strict=False)
    return " * ".join(writer.vector("v", factor, place) for factor, place in pairs)


# -- back ---------------------------------------------------------------------------------------


def _write_back(writer: LanesWriter, equation: Sum, part: Part, wanted: Sequence[bool]) -> None:
    assert not isinstance(part, Lookup)
    products = products_of(part, equation.shape)
    target = reader_of_block(equation.block, products.shape)
    for number, is_wanted in enumerate(wanted):
        if is_wanted and isinstance(part, MatrixProduct):
            _matrix_factor(writer, _factor_of(part, number, target))
        elif is_wanted:
            _factor(writer, products, target, number)


class _Factor(NamedTuple):
    """A factor of a matrix product: what is added to its element (row, k).

    Attributes:
        reader: of the factor, along its row and k.
        shape: its rows, and the length of them.
        terms: the number of terms that are added to each element.
        outer, other: the indices of the adjoint and of the other factor, by row, k and term.
        target: of the adjoint.
        partner: the other factor.
    """

    reader: Reader
    shape: tuple[int, int]
    terms: int
    outer: Callable[[Affine, Affine], list[Affine]]
    other: Callable[[Affine, Affine], list[Affine]]
    target: Reader
    partner: Reader


def _factor_of(part: MatrixProduct, number: int, target: Reader) -> _Factor:
    rows, length = part.left.shape
    left, right = reader_of(part.left), reader_of(part.right)
    is_vector = len(part.right.shape) == 1
    columns = 1 if is_vector else part.right.shape[0]
    if is_vector:  # an axis of one column before
        right = right._replace(strides=(0, *right.strides))
        target = target._replace(strides=(0, *target.strides))
    if number == 0:
        return _Factor(left, (rows, length), columns, _swapped, _swapped, target, right)
    return _Factor(right, (columns, length), rows, _paired, _swapped, target, left)


def _paired(x: Affine, y: Affine) -> list[Affine]:
    return [x, y]


def _swapped(x: Affine, y: Affine) -> list[Affine]:
    return [y, x]


def _matrix_factor(writer: LanesWriter, factor: _Factor) -> None:
    def batched(elements: list[list[Affine]]) -> None:
        with writer.block("VECTORS {"):
            names = _zeros(writer, len(elements))
            _add_terms(writer, factor, elements, names, "{}")
            for name, each in zip(names, elements, strict=True):
                writer.line(f"{writer.vector('a', factor.reader, each)} += {name};")

    def static(elements: list[list[Affine]]) -> None:
        names = _zeros(writer, len(elements))
        with writer.block("WHOLE_VECTORS {"):
            _add_terms(writer, factor, elements, names, "{}")
        with writer.block("LAST_VECTOR {"):
            _add_terms(writer, factor, elements, names, _MASKED)
        for name, each in zip(names, elements, strict=True):
            writer.line(f"{writer.vector('a', factor.reader, each)} += total({name});")

    _tiled(writer, factor.shape, batched if factor.reader.is_batched else static)


def _zeros(writer: LanesWriter, count: int) -> list[str]:
    names = [writer.name("sum") for _ in range(count)]
    for name in names:
        writer.line(f"vec {name} = {{0}};")
    return names


def _add_terms(
    writer: LanesWriter,
    factor: _Factor,
    elements: list[list[Affine]],
    names: Sequence[str],
    form: str,
) -> None:
    def lines(term: Affine) -> None:
        for name, (row, k) in zip(names, elements, strict=True):
            outer = writer.vector("a", factor.target, factor.outer(row, term))
            other = writer.vector("v", factor.partner, factor.other(k, term))
            writer.line(f"{name} += {form.format(f'{outer} * {other}')};")

    if factor.terms == 1:
        lines(Affine())
        return
    with writer.block(writer.dialect.loop("k", str(factor.terms))):
        lines(index_of("k"))


def _factor(writer: LanesWriter, products: Products, target: Reader, number: int) -> None:
    """Write what is added to the adjoint of a factor, term by term."""
    reader = products.factors[number]

    def add(indices: Sequence[Affine], term: Affine) -> None:
        places = products.at(indices, term)
        outer = writer.vector("a", target, indices)
        others = [
            writer.vector("v", factor, places[place])
            for place, factor in enumerate(products.factors)
            if place != number
        ]
        text = " * ".join([outer, *others])
        goal = writer.vector("a", reader, places[number])
        if reader.is_batched:
            writer.line(f"VECTORS {goal} += {text};")
            return
        name = writer.name("sum")
        writer.line(f"vec {name} = {{0}};")
        writer.line(f"VECTORS {name} += {_MASKED.format(text)};")
        writer.line(f"{goal} += total({name});")

    def body(indices: list[Affine]) -> None:
        listed = terms_of(writer, products, indices)
        if listed is not None:
            for term in listed:
                add(indices, term)
            return
        count, element = walk(writer, products, indices)
        with writer.block(writer.dialect.loop("k", count)):
            add(indices, element)

    writer.nest_of_vectors(products.shape, body)
