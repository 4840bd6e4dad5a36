"""Instructions of formulas: elementwise equations and sums of terms, both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import prod

import numpy as np

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Block, Elementwise
from autodiff.formula.tree import Expression, Number
from autodiff.table.operation import Operation

from .code import Code, Words, memory_of, moves_of, number_of
from .formulas import Form, Key, Op, form_of_derivatives, form_of_value

Forms = dict[object, Form]  # those that were made for this program


def write_value(code: Code, equation: Elementwise, forms: Forms) -> None:
    """Write the instruction that computes an elementwise equation."""
    operation, known, counts = _parts(equation)
    key = operation, repr(known), tuple(counts.values())
    if key not in forms:
        forms[key] = form_of_value(operation, known, counts)
    write_form(code, forms[key], equation.block, equation.shape, _named(equation))


def write_sweep(code: Code, equation: Elementwise, wanted: Sequence[str], forms: Forms) -> None:
    """Write the instruction that adds to the adjoints of some operands."""
    operation, known, counts = _parts(equation)
    key = operation, repr(known), tuple(counts.values()), tuple(wanted)
    if key not in forms:
        forms[key] = form_of_derivatives(operation, known, counts, wanted)
    write_form(code, forms[key], equation.block, equation.shape, _named(equation))


def write_form(
    code: Code,
    form: Form,
    block: Block,
    shape: tuple[int, ...],
    accesses: Mapping[str, Access],
) -> None:
    """Write the instruction of a form.

    Args:
        code: receives it.
        form: of a formula.
        block: of the equation.
        shape: of its results.
        accesses: its operands, by name.
    """
    readers = len(form.readers)
    columns = np.zeros((2, readers, prod(shape)), np.int32)
    memories = np.empty(readers, np.int32)
    for place, key in enumerate(form.readers):
        _fill(code, key, block, shape, accesses, columns[:, place].reshape(2, *shape))
        memories[place] = _memory(key, block, accesses)
    ops = _words(form.ops)
    count, runs = code.runs(columns)
    head = [int(block.is_batched), readers, form.temporaries, len(form.ops), count]
    code.write("RUN_FORMULA", head, memories, ops, runs)


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


def _fill(  # noqa: PLR0913 what positions depend on
    code: Code,
    key: Key,
    block: Block,
    shape: tuple[int, ...],
    accesses: Mapping[str, Access],
    column: Words,
) -> None:
    """Write the positions of a reader, and how they move."""
    if key.role == "constant":
        column[0] = code.constant(float(key.number))
    elif key.role in {"result", "outer"}:
        column[0] = np.arange(block.start, block.start + prod(shape)).reshape(shape)
        column[1] = block.step
    else:
        access = accesses[key.name]
        is_starred = access.positions.ndim > len(shape)
        column[0] = access.positions[key.element] if is_starred else access.positions
        if access.shifts is not None:
            column[1] = access.shifts[key.element] if is_starred else moves_of(access)


def _memory(key: Key, block: Block, accesses: Mapping[str, Access]) -> int:
    if key.role == "constant":
        return number_of("MEMORIES", "CONSTANTS")
    if key.role in {"result", "outer"}:
        return memory_of(is_batched=block.is_batched, is_adjoint=key.role == "outer")
    is_batched = accesses[key.name].is_batched
    return memory_of(is_batched=is_batched, is_adjoint=key.role == "adjoint")


@cache
def _words(ops: tuple[Op, ...]) -> bytes:
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
    return np.array(rows, np.int32).tobytes()
