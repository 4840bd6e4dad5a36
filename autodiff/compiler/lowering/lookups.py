"""Layout of look-ups: a stack of elements taken from static tables becomes rows of tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autodiff.compiler.ir.access import access_to
from autodiff.compiler.ir.equations import Lookup, Sum
from autodiff.compiler.tracing.record import Operand
from autodiff.graph.node import Node
from autodiff.operations import TABLE

from .scalar_equations import ScalarEquation, ScalarProgram
from .slots import Slots

_TAKE = TABLE["take"]


def is_lookup(equation: ScalarEquation, scalars: ScalarProgram) -> bool:
    """Tell whether an equation takes an element of a static table by an index of the example."""
    return (
        equation.is_batched
        and equation.operation is _TAKE
        and equation.operands[0] not in scalars.batched
    )


def lookups(stack: Sequence[ScalarEquation], slots: Slots, number: int) -> list[Sum]:
    """Turn a stack of look-ups into equations: one for the indices into the same columns.

    Args:
        stack: of elements taken from static tables with equally many rows.
        slots: where operands are; the results get theirs.
        number: of the first equation, in its name.
    """
    rows = len(stack[0].operands) // 2
    by_index: dict[Operand, dict[tuple[int, ...], Node]] = {}
    for each in stack:
        column = tuple(slots.listed(each.operands[:rows]))
        by_index.setdefault(each.operands[-1], {})[column] = each.node
    tables: dict[tuple[tuple[int, ...], ...], list[Operand]] = {}
    for index, columns in by_index.items():
        in_order = sorted(columns, key=lambda column: [-1 - code for code in column])
        tables.setdefault(tuple(in_order), []).append(index)
    equations: list[Sum] = []
    for columns, indices in tables.items():
        in_order = sorted(indices, key=lambda index: slots.listed([index]))
        nodes = [by_index[index][column] for index in in_order for column in columns]
        table = access_to(-1 - np.array(columns, dtype=np.intp).T, is_batched=False)
        part = Lookup(table, slots.access(in_order))
        block = slots.new(f"v{number + len(equations)}", nodes, is_batched=True)
        equations.append(Sum(block, (len(in_order), len(columns)), (part,)))
    return equations
