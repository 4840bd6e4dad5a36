"""Instructions of formulas: elementwise equations and sums of terms, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

import numpy as np

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Block, Elementwise
from autodiff.formula.tree import Expression, Number
from autodiff.table.operation import Operation

from .code import Code, Words, memory_of, number_of
from .formulas import Form, Op, form_of_derivatives, form_of_value


class Forms:
    """The forms that a program has, each made once, with the words of its ops."""

    def __init__(self) -> None:
        self._made: dict[object, tuple[Form, Words]] = {}

    def get(self, key: object, make: Callable[[], Form]) -> tuple[Form, Words]:
        """Return a form and its words; it is made at the first use of its key."""
        found = self._made.get(key)
        if found is None:
            form = make()
            found = self._made[key] = form, _words(form.ops)
        return found


def write_value(code: Code, equation: Elementwise, forms: Forms) -> None:
    """Write the instruction that computes an elementwise equation."""
    operation, known, counts = _parts(equation)
    key = id(operation), repr(known), *counts.values()
    made = forms.get(key, lambda: form_of_value(operation, known, counts))
    write_form(code, made, equation.block, equation.shape, _named(equation))


def write_sweep(code: Code, equation: Elementwise, wanted: Sequence[str], forms: Forms) -> None:
    """Write the instruction that adds to the adjoints of some operands."""
    operation, known, counts = _parts(equation)
    key = id(operation), repr(known), *counts.values(), *wanted
    made = forms.get(key, lambda: form_of_derivatives(operation, known, counts, wanted))
    write_form(code, made, equation.block, equation.shape, _named(equation))


def write_form(
    code: Code,
    made: tuple[Form, Words],
    block: Block,
    shape: tuple[int, ...],
    accesses: Mapping[str, Access],
) -> None:
    """Write the instruction of a form.

    Args:
        code: receives it.
        made: the form and its words.
        block: of the equation.
        shape: of its results.
        accesses: its operands, by name.
    """
    form, ops = made
    readers, size = len(form.readers), prod(shape)
    columns = np.zeros((2, readers, size), np.int32)
    memories: list[int] = []
    for place, key in enumerate(form.readers):
        role = key.role
        if role == "constant":
            columns[0, place] = code.constant(key.number)
            memories.append(number_of("MEMORIES", "CONSTANTS"))
        elif role in {"result", "outer"}:
            columns[0, place] = np.arange(block.start, block.start + size)
            columns[1, place] = block.step
            memories.append(memory_of(block.is_batched, role == "outer"))
        else:
            access = accesses[key.name]
            positions, shifts = access.positions, access.shifts
            if positions.ndim > len(shape):  # a starred operand
                positions = positions[key.element]
                shifts = None if shifts is None else shifts[key.element]
            columns[0, place] = positions.ravel()
            if shifts is not None:
                columns[1, place] = shifts.ravel()
            memories.append(memory_of(access.is_batched, role == "adjoint"))
    count, runs = code.runs(columns)
    head = [int(block.is_batched), readers, form.temporaries, len(form.ops), count, *memories]
    code.write("RUN_FORMULA", head, ops, runs)


def _parts(equation: Elementwise) -> tuple[Operation, dict[str, Expression], dict[str, int]]:
    """Return the operation, its operands that are numbers, and the lengths of starred ones."""
    operation = equation.operation
    known: dict[str, Expression] = {}
    counts: dict[str, int] = {}
    for name, x in zip(operation.operands, equation.operands, strict=True):
        if not isinstance(x, Access):
            known[name] = Number(x)
        elif name in operation.starred:
            counts[name] = x.shape[0]
    return operation, known, counts


def _named(equation: Elementwise) -> dict[str, Access]:
    pairs = zip(equation.operation.operands, equation.operands, strict=True)
    return {name: x for name, x in pairs if isinstance(x, Access)}


def _words(ops: Sequence[Op]) -> Words:
    """Return the words of ops: word, rows, target, three operands."""
    rows = [
        (
            number_of("WORDS", op.word),
            op.rows,
            op.target,
            *op.operands,
            *[-1] * (3 - len(op.operands)),
        )
        for op in ops
    ]
    return np.array(rows, np.int32)
