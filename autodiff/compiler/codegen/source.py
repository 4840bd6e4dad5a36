r"""The seventh pass, codegen: array equations become one Python source over NumPy.

It has four functions: `prepare` computes the static values, `forward` the batched ones, `reverse`
the batched adjoints, `finish` the static ones.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.operations import TABLE
>>> from autodiff.compiler.ir.equations import Block, Elementwise
>>> x = access_to([0], is_batched=True)
>>> y = Elementwise(Block("y", True, 1, 1), (1,), TABLE["exp"], (x,))
>>> program = Equations((y,), access_to([1], is_batched=True), (), (Block("x", True, 0, 1),),
...                     0, {}, 2, 0, None)
>>> print(write_source(Writer(program)).text.split("\n\n")[1])
def forward(x):
    exp(x, out=y)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from autodiff.compiler.ir.equations import Equations
from autodiff.compiler.ir.view import View

from .accumulation import Adjoints
from .forward import read, write_forward
from .kernels import (
    BY_ELEMENT,
    look_up,
    outer_products,
    power,
    prod_of_others,
    row_sums,
    segment_sums,
)
from .names import CALLS, OTHER_CALLS
from .reverse import write_reverse
from .scatter import Scatter
from .writer import Writer

_LONGEST_FUNCTION = 1_000  # lines
_KERNELS = (look_up, outer_products, power, prod_of_others, row_sums, segment_sums)


class Source(NamedTuple):
    """A program as text, and what its names stand for.

    Attributes:
        text: the source.
        code: the source, compiled, function by function.
        views: of memory, by name.
        patterns: positions and plans, by name.
        numbers: constants in formulas, by name.
        sizes: of the memories, by name and whether they have a batch axis.
        first: the first position that a memory holds: arguments read in place are left out.
        results: the names of the outputs, and of the left and right sides of the guards.
        loops: by name, the names that stand for something else in each step.
    """

    text: str
    code: tuple[CodeType, ...]
    views: Mapping[str, View]
    patterns: Mapping[str, Any]
    numbers: Mapping[str, float]
    sizes: Mapping[tuple[str, bool], int]
    first: Mapping[str, int]
    results: tuple[str, ...]
    loops: Mapping[str, tuple[str, ...]]

    def namespace(self, batch: int, kind: Any) -> dict[str, Any]:
        """Return what the names other than views stand for, for a size of batch and a dtype."""
        words = {*CALLS.values(), *OTHER_CALLS}
        numpy = {name: getattr(np, name) for name in words if hasattr(np, name)}
        kernels = {kernel.__name__: kernel for kernel in _KERNELS}
        numbers = {name: np.array(number, kind) for name, number in self.numbers.items()}
        patterns = {
            name: plan.bound(batch if name.startswith("to_b") else None, kind)
            if isinstance(plan, Scatter)
            else plan
            for name, plan in self.patterns.items()
        }
        return {**numpy, **BY_ELEMENT, **kernels, **numbers, **patterns}


def write_source(writer: Writer) -> Source:
    """Write the source of a program."""
    program = writer.program
    prepare = _written(writer, lambda: write_forward(writer, is_batched=False))
    forward = _written(writer, lambda: write_forward(writer, is_batched=True))
    results: list[str] = []
    forward += _written(writer, lambda: results.extend(_results(writer)))
    reverse, finish, lowest = [], [], 0
    if program.outputs.positions.size == 1:
        reverse, finish, lowest = _sweep(writer)
    in_place = _in_place(writer, results)
    given, copies = _arguments(writer, in_place)
    functions = [
        *_functions("prepare", [], prepare),
        *_functions("forward", given, [*copies, *forward]),
        *_functions("reverse", ["seed", *given], reverse),
        *_functions("finish", [], finish),
    ]
    first = {"values": _front(program, in_place), "adjoints": lowest}
    size = program.batched_size
    return Source(
        "\n".join(functions),
        tuple([compile(text, "<compiled program>", "exec") for text in functions]),
        writer.views,
        _moved(writer.patterns, first),
        writer.numbers,
        {**writer.sizes, ("values", True): size, ("adjoints", True): size},
        first,
        tuple(results),
        writer.loops,
    )


def _sweep(writer: Writer) -> tuple[list[str], list[str], int]:
    """Return the batched and the static lines of the sweep, and the first batched adjoint."""
    adjoints = Adjoints(writer)
    seed = adjoints.seed(writer.program.outputs)
    sweep = _written(writer, lambda: write_reverse(writer, adjoints, is_batched=True))
    finish = _written(writer, lambda: write_reverse(writer, adjoints, is_batched=False))
    clear = [f"{memory}[{start}:{end}] = 0.0" for memory, start, end in adjoints.cleared()]
    return [*clear, f"{seed}.fill(seed)", *sweep], finish, adjoints.lowest()


def _written(writer: Writer, write: Callable[[], None]) -> list[str]:
    """Return the lines that a function writes."""
    before = len(writer.lines)
    write()
    return writer.lines[before:]


def _results(writer: Writer) -> list[str]:
    """Write the lines that gather outputs and operands of guards; return their names."""
    sides = [side for group in writer.program.guards for side in (group.left, group.right)]
    return [read(writer, each, is_batched=True) for each in (writer.program.outputs, *sides)]


def _arguments(writer: Writer, in_place: Sequence[bool]) -> tuple[list[str], list[str]]:
    """Return the names of the arguments, and the lines that copy those not read in place."""
    given: list[str] = []
    copies: list[str] = []
    for block, is_read_in_place in zip(writer.program.arguments, in_place, strict=True):
        given.append(block.name if is_read_in_place else f"{block.name}_given")
        if not is_read_in_place:
            copies.append(f"copyto({writer.block(block, (block.size,))}, {given[-1]})")
    return given, copies


def _functions(name: str, arguments: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Return the text of a function; of a long one its pieces, and a function that calls them.

    Python takes more than twice as long, and twenty times the memory, to compile a function of
    100,000 lines than one hundred functions.
    """
    if len(lines) <= _LONGEST_FUNCTION:
        return [_function(name, arguments, lines)]
    pieces: list[list[str]] = [[]]
    for line in lines:
        if len(pieces[-1]) >= _LONGEST_FUNCTION and not line.startswith(" "):
            pieces.append([])
        pieces[-1].append(line)
    names = [f"{name}_{number}" for number in range(1, len(pieces) + 1)]
    calls = [f"{each}({', '.join(arguments)})" for each in names]
    parts = [_function(each, arguments, piece) for each, piece in zip(names, pieces, strict=True)]
    return [*parts, _function(name, arguments, calls)]


def _function(name: str, arguments: Sequence[str], lines: Sequence[str]) -> str:
    body = "\n".join([f"    {line}" for line in lines or ["pass"]])
    return f"def {name}({', '.join(arguments)}):\n{body}\n"


def _in_place(writer: Writer, results: Sequence[str]) -> list[bool]:
    """Tell for each argument whether it is only read as a whole, and is not a result."""
    blocks = writer.program.arguments
    if not blocks:
        return []
    end = blocks[-1].start + blocks[-1].size
    is_read = np.zeros(end, bool)  # as a part, or by a gather
    wholes = {
        writer.normal(View("values", block.start, (block.size,), (1,), is_batched=True))
        for block in blocks
    }
    for name, view in writer.views.items():
        if view.memory == "values" and (view not in wholes or name in results):
            low, high = view.range()
            is_read[low : high + 1] = True
    for name, pattern in writer.patterns.items():
        if name.startswith("at_b"):
            is_read[pattern[pattern < end]] = True
    return [not is_read[block.start : block.start + block.size].any() for block in blocks]


def _front(program: Equations, in_place: Sequence[bool]) -> int:
    """Return the number of values at the front that are read in place."""
    front = 0
    for block, is_read_in_place in zip(program.arguments, in_place, strict=True):
        if not is_read_in_place:
            break
        front = block.start + block.size
    return front


def _moved(patterns: Mapping[str, Any], first: Mapping[str, int]) -> dict[str, Any]:
    """Count batched positions from the first one that memory holds."""
    moved = dict(patterns)
    for name, pattern in patterns.items():
        if name.startswith("at_b"):
            moved[name] = pattern - first["values"]
        elif name.startswith("to_b"):
            moved[name] = pattern.moved(first["adjoints"])
    return moved
