"""The writer of loops: lines, nests of loops, reads and writes of the flat arrays, tables.

>>> from autodiff.formula.dialects import C
>>> writer = Writer(C)
>>> target = Reader(True, 3, (1,))
>>> writer.nest((4,), lambda index: writer.put(target, index, "0.0"))
>>> print(*writer.lines, sep=chr(10))
for (int i = 0; i < 4; i++) {
    v[3 + i] = 0.0;
}
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager

from autodiff.compiler.ir.equations import Loop, Part, Sum
from autodiff.formula.dialects import Dialect
from autodiff.formula.emit_statements import Elements, Written, write
from autodiff.formula.tree import Expression

from .places import STEP, Affine, Reader, index_of

_UNROLLED = 3  # terms of a sum
_INDICES = "ijlmpqxyzw"  # by depth; k counts the elements of starred operands


class Writer:
    """Writes statements of a dialect.

    Args:
        dialect: of the text.

    Attributes:
        lines: written so far.
        tables: whole numbers that the lines read, by name.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect: Dialect = dialect
        self.lines: list[str] = []
        self.tables: dict[str, list[int]] = {}
        self._names: dict[tuple[int, ...], str] = {}
        self._depth: int = 0
        self._used: int = 0
        self._given: int = 0

    # -- lines --------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, opening: str) -> Generator[None]:
        """Write the lines inside a loop or a condition."""
        self.line(opening)
        self._depth += 1
        yield
        self._depth -= 1
        if self.dialect.end:
            self.line(self.dialect.end)

    def start(self) -> None:
        """Begin another function."""
        self.lines = []

    def name(self, stem: str) -> str:
        """Return a new name."""
        self._given += 1
        return f"{stem}{self._given}"

    def let(self, stem: str, text: str) -> str:
        """Write the line that names a number; return the name."""
        name = self.name(stem)
        self.line(self.dialect.let(name, text))
        return name

    def formulas(
        self,
        trees: Sequence[Expression],
        operands: Mapping[str, str],
        sequences: Mapping[str, Elements],
    ) -> Written:
        """Write the lines that formulas need; return their texts."""
        self._given += 1
        written = write(self.dialect, trees, operands, sequences, prefix=f"t{self._given}_")
        for line in written.lines:
            self.line(line)
        return written

    def unrolls(self, count: int) -> bool:
        """Tell whether so many terms are written one by one."""
        return count <= _UNROLLED

    def table(self, numbers: Sequence[int]) -> str:
        """Return the name of a table of whole numbers."""
        key = tuple(numbers)
        if key not in self._names:
            self._names[key] = f"T{len(self._names) + 1}"
            self.tables[self._names[key]] = list(numbers)
        return self._names[key]

    # -- loops --------------------------------------------------------------------------------

    def nest(self, shape: Sequence[int], body: Callable[[list[Affine]], None]) -> None:
        """Write a nest of loops over a shape.

        Args:
            shape: the lengths.
            body: writes what is inside, given the indices.
        """
        self._nest(tuple(shape), [], body)

    def _nest(
        self, rest: tuple[int, ...], indices: list[Affine], body: Callable[[list[Affine]], None]
    ) -> None:
        if not rest:
            body(indices)
        elif rest[0] == 1:
            self._nest(rest[1:], [*indices, Affine()], body)
        else:
            index = _INDICES[self._used]
            self._used += 1
            with self.block(self.dialect.loop(index, str(rest[0]))):
                self._nest(rest[1:], [*indices, index_of(index)], body)
            self._used -= 1

    def elements(self, reader: Reader, indices: Sequence[Affine], count: int) -> Elements:
        """Return the elements of a starred operand, which are read in place."""
        return Elements(self.get(reader, [index_of("{}"), *indices]), None, str(count))

    @contextmanager
    def chain(self, loop: Loop, *, is_back: bool) -> Generator[None]:
        """Write the lines inside a loop over the steps of a chain."""
        opening = self.dialect.back if is_back else self.dialect.loop
        with self.block(opening(STEP, str(loop.steps))):
            yield

    def writes_sum(self, equation: Sum) -> bool:  # noqa: ARG002 for writers of batches
        """Tell whether this writer has a form of its own for a sum, and write it."""
        return False

    def writes_back(self, equation: Sum, part: Part, wanted: Sequence[bool]) -> bool:  # noqa: ARG002 for writers of batches
        """Tell whether this writer has a form of its own for the sweep of a part; write it.

        Args:
            equation: the sum.
            part: of the sum, no look-up.
            wanted: for each factor whether its adjoint is needed.
        """
        return False

    # -- the flat arrays ----------------------------------------------------------------------

    def place(self, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the place of an element."""
        at = reader.at(indices)
        if reader.positions is None:
            return str(at)
        place = f"{self.table(reader.positions.tolist())}[{at}]"
        if reader.shifts is not None:
            return f"{place} + {self.table(reader.shifts.tolist())}[{at}] * {STEP}"
        return f"{place} + {reader.step} * {STEP}" if reader.step else place

    def get(self, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the text of a value."""
        return f"{'v' if reader.is_batched else 's'}[{self.place(reader, indices)}]"

    def put(self, reader: Reader, indices: Sequence[Affine], text: str) -> None:
        """Write the assignment of a value."""
        self.line(self.dialect.assign(self.get(reader, indices), text))

    def adjoint(self, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the text of an adjoint."""
        return f"{'a' if reader.is_batched else 'g'}[{self.place(reader, indices)}]"

    def contribute(self, reader: Reader, indices: Sequence[Affine], text: str) -> None:
        """Write the addition of a contribution to an adjoint."""
        self.line(self.dialect.add(self.adjoint(reader, indices), text))
