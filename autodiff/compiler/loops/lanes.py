"""The writer of C for a block of examples at once: the innermost loop runs over the examples.

A position of v or a holds the numbers of all examples of a block side by side, S apart from the
next position. What examples add to a static adjoint is added up over the block first.

>>> writer = LanesWriter(native_dialect("float64"))
>>> with writer.examples():
...     writer.nest((4,), lambda index: writer.put(Reader(True, 3, (1,)), index, "0.5"))
>>> print(*writer.lines, sep=chr(10))
for (int i = 0; i < 4; i++) {
    LANES {
        v[(3 + i) * S + e] = 0.5;
    }
}
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager

from autodiff.formula.dialects import C, Dialect
from autodiff.formula.emit_statements import Elements, Written
from autodiff.formula.runtime_text import functions_of as runtime_of
from autodiff.formula.tree import Expression

from .places import Affine, Reader
from .writer import Writer

_REMEMBERED = "if (!which[e]) which[e] = {0};"  # the first comparison that fails


class _Single(Dialect):
    """C in single precision."""

    def number(self, value: float) -> str:
        """Spell a number."""
        text = super().number(value)
        return f"{text}f" if text[-1].isdigit() else text


def native_dialect(dtype: str) -> Dialect:
    """Return C over a type `number`, which is double or float.

    Args:
        dtype: "float64" or "float32".
    """
    dialect = C._replace(
        let_text="const number {0} = {1};", sum_text="number {0} = 0;", fail_text=_REMEMBERED
    )
    if dtype == "float64":
        return dialect
    calls = {
        word: name if runtime_of("special.c", f"{name}(") else f"{name}f"
        for word, name in dialect.calls.items()
    }
    return _Single._make(dialect._replace(calls=calls))


class LanesWriter(Writer):
    """Writes statements of C that compute a block of examples.

    Args:
        dialect: C over numbers.

    Attributes:
        is_batched: whether the statements are for examples.
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.is_batched: bool = False
        self._inside: int = 0  # the depth of the lines inside the loop over examples
        self._sums: list[tuple[str, str]] = []
        self._is_apart: bool = False

    @contextmanager
    def examples(self) -> Generator[None]:
        """Write statements for every example, not those of the static equations."""
        self.is_batched = True
        yield
        self.is_batched = False

    # -- loops --------------------------------------------------------------------------------

    def nest(self, shape: Sequence[int], body: Callable[[list[Affine]], None]) -> None:
        """Write a nest of loops over a shape, and inside it the loop over examples."""
        if self.is_batched and not self._inside:
            super().nest(shape, lambda indices: self._lanes(lambda: body(indices)))
        else:
            super().nest(shape, body)

    def nest_of_vectors(self, shape: Sequence[int], body: Callable[[list[Affine]], None]) -> None:
        """Write a nest of loops over a shape only; the body writes its loops over vectors."""
        super().nest(shape, body)

    def _lanes(self, body: Callable[[], None]) -> None:
        outside, self.lines = self.lines, []
        self._sums, self._is_apart = [], False
        self._depth += 1
        self._inside = self._depth
        body()
        self._depth -= 1
        self._inside = 0
        inside, self.lines = self.lines, outside
        names = ", ".join(name for name, _ in self._sums)
        for name, _ in self._sums:
            self.line(f"number {name} = 0;")
        if names and not self._is_apart:
            self.line(f"#pragma omp simd reduction(+ : {names})")
        with self.block("EACH {" if names or self._is_apart else "LANES {"):
            self.lines += inside
        for name, target in self._sums:
            self.line(f"{target} += {name};")

    def elements(self, reader: Reader, indices: Sequence[Affine], count: int) -> Elements:
        """Return the elements of a starred operand."""
        self._is_apart = True
        return super().elements(reader, indices, count)

    def formulas(
        self,
        trees: Sequence[Expression],
        operands: Mapping[str, str],
        sequences: Mapping[str, Elements],
    ) -> Written:
        """Write the lines that formulas need; return their texts."""
        self._is_apart = self._is_apart or bool(sequences)
        return super().formulas(trees, operands, sequences)

    # -- the flat arrays ----------------------------------------------------------------------

    def get(self, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the text of a value, of one example."""
        place = self.place(reader, indices)
        return f"v[{_scaled(place)} + e]" if reader.is_batched else f"s[{place}]"

    def adjoint(self, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the text of an adjoint, of one example."""
        place = self.place(reader, indices)
        return f"a[{_scaled(place)} + e]" if reader.is_batched else f"g[{place}]"

    def contribute(self, reader: Reader, indices: Sequence[Affine], text: str) -> None:
        """Write the addition of a contribution to an adjoint."""
        target = self.adjoint(reader, indices)
        if not self._inside or reader.is_batched:
            self.line(self.dialect.add(target, text))
        elif self._depth == self._inside and "row" not in target:
            name = self.name("r")
            self._sums.append((name, target))
            self.line(self.dialect.add(name, text))
        else:  # a place that differs from line to line, or from example to example
            self._is_apart = True
            self.line(self.dialect.add(target, text))

    def vector(self, memory: str, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the text of a vector of neighbouring examples; of a static place the number.

        Args:
            memory: "v" for values, "a" for adjoints.
            reader: of the place.
            indices: of the element.
        """
        place = self.place(reader, indices)
        if reader.is_batched:
            return f"V({memory} + {_scaled(place)} + f)"
        return f"{'s' if memory == 'v' else 'g'}[{place}]"


def _scaled(place: str) -> str:
    """Return the text of a place times S."""
    return f"{place} * S" if place.isalnum() else f"({place}) * S"
