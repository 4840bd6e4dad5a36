"""A program as the lines of its functions, in a dialect: what a printer of files puts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from autodiff.compiler.ir.equations import Equations

from .forward import write_values
from .guards import write_guards
from .places import Affine, reader_of
from .reverse import write_sweep
from .writer import Writer


class Functions(NamedTuple):
    """The lines of the functions of a program.

    Attributes:
        prepare: computes the static values, in s.
        forward: computes the values of an example, in v.
        check: checks its guards.
        outputs: the texts of its outputs.
        sweep: adds to the adjoints of an example, in a and g.
        finish: sweeps the static equations.
        tables: whole numbers that the lines read, by name.
    """

    prepare: list[str]
    forward: list[str]
    check: list[str]
    outputs: list[str]
    sweep: list[str]
    finish: list[str]
    tables: Mapping[str, list[int]]

    @property
    def text(self) -> str:
        """All lines, to look for what they call."""
        lines = (self.prepare, self.forward, self.check, self.sweep, self.finish)
        return "\n".join(line for each in lines for line in each)


def functions_of(program: Equations, writer: Writer) -> Functions:
    """Return the lines of the functions of a program.

    Args:
        program: with one output or several; those of several have no sweep.
        writer: of the dialect.
    """

    def written(write: Callable[[], None]) -> list[str]:
        writer.start()
        write()
        return writer.lines

    prepare = written(lambda: write_values(writer, program, is_batched=False))
    forward = written(lambda: write_values(writer, program, is_batched=True))
    check = written(lambda: write_guards(writer, program.guards))
    reader, count = reader_of(program.outputs), program.outputs.positions.size
    outputs = [writer.get(reader, [Affine(place)]) for place in range(count)]
    sweep: list[str] = []
    finish: list[str] = []
    if len(outputs) == 1:
        sweep = written(lambda: write_sweep(writer, program, is_batched=True))
        finish = written(lambda: write_sweep(writer, program, is_batched=False))
        seed = writer.adjoint(reader, [Affine()])
        sweep.insert(0, writer.dialect.assign(seed, "seed"))
    return Functions(prepare, forward, check, outputs, sweep, finish, writer.tables)
