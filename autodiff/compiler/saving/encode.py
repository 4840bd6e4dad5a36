"""Encoding: array equations as nested lists for JSON, and the numbers that JSON cannot hold.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.operations import TABLE
>>> x = access_to([0, 1, 2], is_batched=True)
>>> y = Elementwise(Block("v1", True, 3, 3), (3,), TABLE["pow"], (x, 2.0))
>>> form = encoded(Equations((y,), x, (), (Block("x", True, 0, 3),), 0, {}, 6, 0, None))
>>> form.words["equations"]
[['apply', ['v1', True, 3, 3, 0], [3], 'pow', [['view', True, 0, [3], [1], None], None]]]
>>> form.numbers
[2.0]
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autodiff.compiler.ir.access import Access, Positions
from autodiff.compiler.ir.equations import (
    Block,
    Elementwise,
    Equation,
    Equations,
    Lookup,
    Loop,
    MatrixProduct,
    Part,
    SegmentedSum,
    Statement,
    Term,
)
from autodiff.compiler.ir.operations import BROADCAST, DETACH
from autodiff.table.operation import Operation

# Rows of compiled programs only; no name of the table has parentheses.
INTERNAL = {f"({row.name})": row for row in (BROADCAST, DETACH)}
_NAMES = {row: name for name, row in INTERNAL.items()}


class Encoded(NamedTuple):
    """Array equations as plain data.

    Attributes:
        words: lists, ints, booleans and texts; None stands for a number or for positions, which
            are taken from the other two in the order in which they occur.
        numbers: constants in formulas, then those of the static vector.
        positions: of gathers, and how they move in loops.
        rows: the operations that occur.
    """

    words: dict[str, Any]
    numbers: list[float]
    positions: list[Positions]
    rows: dict[str, Operation]


def encoded(program: Equations) -> Encoded:
    """Return equations as plain data."""
    return _Encoder().encoded(program)


class _Encoder:
    def __init__(self) -> None:
        self._numbers: list[float] = []
        self._positions: list[Positions] = []
        self._rows: dict[str, Operation] = {}

    def encoded(self, program: Equations) -> Encoded:
        """Return equations as plain data."""
        equations = [self._statement(each) for each in program.equations]
        guards = [
            [
                group.relation,
                self._access(group.left),
                self._access(group.right),
                [*group.outcomes],
                [[*texts] for texts in group.texts],
            ]
            for group in program.guards
        ]
        self._numbers += program.constants.values()
        words = {
            "arguments": [[*block] for block in program.arguments],
            "equations": equations,
            "guards": guards,
            "outputs": self._access(program.outputs),
            "constants": [*program.constants],
            "parameters": program.parameters,
            "sizes": [program.batched_size, program.static_size],
            "zeros": [program.zero, program.zero_constant],
            "passive": sorted(program.passive),
        }
        return Encoded(words, self._numbers, self._positions, self._rows)

    def _statement(self, statement: Statement) -> list[Any]:
        if isinstance(statement, Loop):
            body = [self._equation(each) for each in statement.body]
            return ["loop", statement.name, statement.steps, body]
        return self._equation(statement)

    def _equation(self, equation: Equation) -> list[Any]:
        block: Block = equation.block
        if isinstance(equation, Elementwise):
            row = equation.operation
            name = _NAMES.get(row, row.name)
            self._rows[name] = row
            operands = [self._operand(x) for x in equation.operands]
            return ["apply", [*block], [*equation.shape], name, operands]
        return ["sum", [*block], [*equation.shape], [self._part(x) for x in equation.parts]]

    def _operand(self, x: Access | float) -> list[Any] | None:
        if isinstance(x, Access):
            return self._access(x)
        self._numbers.append(x)
        return None

    def _part(self, part: Part) -> list[Any]:
        if isinstance(part, Term):
            return ["term", self._access(part.term)]
        if isinstance(part, MatrixProduct):
            return ["product", self._access(part.left), self._access(part.right)]
        if isinstance(part, Lookup):
            return ["rows", self._access(part.table), self._access(part.indices)]
        assert isinstance(part, SegmentedSum)
        left = None if part.left is None else self._access(part.left)
        return ["segments", [[*each] for each in part.classes], left, self._access(part.right)]

    def _access(self, access: Access) -> list[Any]:
        is_moving = access.shifts is not None
        if access.strides is not None:
            step = access.step if is_moving else None
            strides = [*access.strides]
            return ["view", access.is_batched, access.offset, [*access.shape], strides, step]
        self._positions.append(access.positions)
        if access.shifts is not None:
            self._positions.append(access.shifts)
        return ["gather", access.is_batched, [*access.shape], is_moving]
