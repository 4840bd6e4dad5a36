"""A program as instructions: sections of code, the constants, and what the runner has to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Elementwise, Equation, Equations, GuardGroup, Loop
from autodiff.compiler.ir.reach import needed_positions, reached_blocks
from autodiff.compiler.loops.rows import loaded_arguments, products_in_rows
from autodiff.graph.hooks import IN_RANGE

from . import elementwise, sums
from .code import Code, Words, memory_of, number_of
from .elementwise import Forms

_LIMIT = 2**31  # of whole numbers in the code
_RELATIONS = {
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "unequal",
    IN_RANGE: "in_range",
}


Needed = Mapping[bool, NDArray[np.bool_]]  # the positions that depend on a parameter


class Instructions(NamedTuple):
    """A program as the engine in C takes it.

    Attributes:
        code: all sections, one after the other.
        ends: of the sections: static values, those of a block of examples, comparisons, the sweep
            of a block, that of the static equations.
        constants: the numbers that formulas read.
        arguments: for each its first position, its size, and whether it is loaded.
    """

    code: Words
    ends: tuple[int, ...]
    constants: list[float]
    arguments: tuple[tuple[int, int, bool], ...]


def to_instructions(program: Equations) -> Instructions:
    """Return a program as instructions.

    Args:
        program: the equations; those of several outputs have no sweep.

    Raises:
        UncoveredError: if there is no instruction for an equation.
    """
    return _Writer(program).written()


class _Writer:
    def __init__(self, program: Equations) -> None:
        self._program: Equations = program
        self._code: Code = Code()
        self._forms: Forms = Forms()
        self._rows = products_in_rows(program)
        self._sizes: list[int] = [block.size for block in program.arguments]

    def written(self) -> Instructions:
        """Return the instructions."""
        program, code = self._program, self._code
        ends: list[int] = []
        for is_batched in (False, True):
            self._values(is_batched=is_batched)
            ends.append(len(code))
        self._guards()
        ends.append(len(code))
        if program.outputs.positions.size == 1:
            needed = needed_positions(program)
            reached = reached_blocks(program, needed)
            for is_batched in (True, False):
                self._sweep(needed, reached, is_batched=is_batched)
                ends.append(len(code))
        ends += [len(code)] * (5 - len(ends))
        loaded = loaded_arguments(program, self._rows)
        arguments = [
            (block.start, block.size, number in loaded)
            for number, block in enumerate(program.arguments)
        ]
        return Instructions(code.finished(), tuple(ends), code.constants, tuple(arguments))

    def _values(self, *, is_batched: bool) -> None:
        for statement in self._program.equations:
            if statement.block.is_batched != is_batched:
                continue
            if isinstance(statement, Loop):
                with self._code.loop(statement.steps, is_back=False):
                    for equation in statement.body:
                        self._value(equation)
            else:
                self._value(statement)

    def _value(self, equation: Equation) -> None:
        if isinstance(equation, Elementwise):
            elementwise.write_value(self._code, equation, self._forms)
        else:
            sums.write_value(self._code, equation, self._rows, self._sizes, self._forms)

    def _sweep(self, needed: Needed, reached: frozenset[str], *, is_batched: bool) -> None:
        for statement in reversed(self._program.equations):
            if statement.block.is_batched != is_batched:
                continue
            is_loop = isinstance(statement, Loop)
            body = statement.body if is_loop else (statement,)
            steps = statement.steps if is_loop else 1

            def is_needed(access: Access, steps: int = steps) -> bool:
                places = access.positions if access.shifts is None else access.over(steps)
                return bool(needed[access.is_batched][places].any())

            kept = [each for each in reversed(body) if each.block.name in reached]
            if is_loop:
                with self._code.loop(steps, is_back=True):
                    for equation in kept:
                        self._back(equation, is_needed)
            else:
                for equation in kept:
                    self._back(equation, is_needed)

    def _back(self, equation: Equation, is_needed: Callable[[Access], bool]) -> None:
        if not isinstance(equation, Elementwise):
            sums.write_sweep(self._code, equation, self._rows, self._sizes, self._forms, is_needed)
            return
        pairs = zip(equation.operation.operands, equation.operands, strict=True)
        wanted = [name for name, x in pairs if isinstance(x, Access) and is_needed(x)]
        if wanted:
            elementwise.write_sweep(self._code, equation, wanted, self._forms)

    def _guards(self) -> None:
        first = 1
        for group in self._program.guards:
            self._group(group, first)
            first += len(group.outcomes)

    def _group(self, group: GuardGroup, first: int) -> None:
        sides = group.left, group.right
        count = len(group.outcomes)
        columns = [np.broadcast_to(side.positions.ravel(), count) for side in sides]
        words = np.array([*columns, group.outcomes], np.int32).T
        memories = [memory_of(side.is_batched) for side in sides]
        relation = number_of("RELATIONS", _RELATIONS[group.relation])
        self._code.write("RUN_GUARDS", [relation, first, *memories, count], words)
