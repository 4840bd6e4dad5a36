"""Programs as a C module for batches of any size: what the native runner compiles and loads.

The module owns no memory. It computes a block of examples at a time, with the numbers of all
examples of a block side by side at each position.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from autodiff.compiler.ir.equations import Equations
from autodiff.formula.dialects import C
from autodiff.formula.runtime_text import functions_of as runtime_of

from .forward import write_values
from .guards import write_guards
from .lane_sums import BatchWriter
from .lanes import native_dialect
from .places import Affine, reader_of
from .reverse import write_sweep
from .rows import Row, loaded_arguments, products_in_rows

_HERE = Path(__file__).parent


class NativeModule(NamedTuple):
    """A program in C.

    Attributes:
        text: of the module.
        rows: the positions that a block of examples occupies.
        used: those of them that it writes to.
    """

    text: str
    rows: int
    used: int


def to_native(program: Equations, dtype: str) -> NativeModule:
    """Return a program as a module of C.

    Args:
        program: the equations.
        dtype: "float64" or "float32".
    """
    in_rows = products_in_rows(program)
    loaded = loaded_arguments(program, in_rows)
    rows = {part: _spelled(program, row) for part, row in in_rows.items()}
    writer = BatchWriter(native_dialect(dtype), rows)
    lines = _Lines(writer, program)
    parts = lines.functions(_loads(program, loaded))
    tables = [C.table(name, numbers) for name, numbers in writer.tables.items()]
    back = _asset("module.c")
    text = "\n".join(
        [
            *_constants(program, dtype),
            _asset("module_head.c"),
            _asset("products.c"),
            *tables,
            runtime_of("special.c", "".join(parts)),
            *parts,
            back if lines.is_single else back.partition(_BACK)[0],
        ]
    )
    arguments = enumerate(program.arguments)
    unread = sum(block.size for number, block in arguments if number not in loaded)
    return NativeModule(text, program.batched_size, program.batched_size - unread)


def _constants(program: Equations, dtype: str) -> list[str]:
    constants = {
        "GIVEN": sum(block.size for block in program.arguments),
        "ROWS": program.batched_size,
        "STATIC": program.static_size,
        "GUARDS": sum(len(group.outcomes) for group in program.guards),
        "PARAMETERS": program.parameters,
        "SINGLE": int(dtype == "float32"),
    }
    return [f"#define {name} {number}" for name, number in constants.items()]


def _spelled(program: Equations, row: Row) -> str:
    """Return where the rows of a product begin, and how far they are apart."""
    size = program.arguments[row.argument].size
    return f"x[{row.argument}] + first * {size} + {row.start}, {size}"


def _loads(program: Equations, loaded: set[int]) -> list[str]:
    """Return the lines that fill a block with arguments, and the place that pads sums."""
    lines = [
        f"load(v + {block.start} * S, S, m, n, x[{number}] + first * {block.size}, {block.size});"
        for number, block in enumerate(program.arguments)
        if number in loaded
    ]
    if program.zero is not None:  # no equation writes it
        lines.append(f"memset(v + {program.zero} * S, 0, sizeof(number) * (size_t)m);")
    return lines


_BLOCK = (
    "const number *restrict s, number *restrict v, long S, int vectors, int n, "
    "const number *const *x, long first"
)
_ADJOINTS = "number *restrict g, number *restrict a, const whole *mask, number seed"
_COUNT = "const int m = vectors * W;"
_BACK = "// The way back."


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _function(head: str, lines: Sequence[str]) -> str:
    return f"static {head} {{\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


class _Lines:
    """The lines of the functions of a module."""

    def __init__(self, writer: BatchWriter, program: Equations) -> None:
        def written(write: Callable[[], None], *, is_batched: bool = True) -> list[str]:
            writer.start()
            if is_batched:
                with writer.examples():
                    write()
            else:
                write()
            return writer.lines

        def values(*, is_batched: bool) -> list[str]:
            write = lambda: write_values(writer, program, is_batched=is_batched)  # noqa: E731
            return written(write, is_batched=is_batched)

        def swept(*, is_batched: bool) -> list[str]:
            write = lambda: write_sweep(writer, program, is_batched=is_batched)  # noqa: E731
            return written(write, is_batched=is_batched) if self.is_single else []

        reader, count = reader_of(program.outputs), program.outputs.positions.size
        self.is_single: bool = count == 1
        self.prepare: list[str] = values(is_batched=False)
        self.forward: list[str] = values(is_batched=True)
        self.check: list[str] = written(lambda: write_guards(writer, program.guards))
        self.outputs: list[str] = [
            f"for (int e = 0; e < n; e++) outputs[{place} * batch + e] = "
            f"{writer.get(reader, [Affine(place)])};"
            for place in range(count)
        ]
        self.sweep: list[str] = []
        if self.is_single:
            seed = writer.adjoint(reader, [Affine()])
            sign = "=" if program.outputs.is_batched else "+="
            seeds = f"for (int e = 0; e < n; e++) {seed} {sign} seed;"
            self.sweep = [_COUNT, seeds, *swept(is_batched=True)]
        self.finish: list[str] = swept(is_batched=False)

    def functions(self, loads: Sequence[str]) -> list[str]:
        """Return the functions, given the lines that load arguments."""
        return [
            _function("void prepare(number *s)", self.prepare),
            _function(f"void forward({_BLOCK})", [_COUNT, *loads, *self.forward]),
            _function(f"void check({_BLOCK}, int *which)", [_COUNT, *self.check]),
            _function(f"void store({_BLOCK}, number *outputs, long batch)", self.outputs),
            _function(f"void sweep({_BLOCK}, {_ADJOINTS})", self.sweep),
            _function("void finish(const number *restrict s, number *restrict g)", self.finish),
        ]
