"""The fifth pass, layout: every stack becomes an array equation, and every scalar gets its slot.

A stack is sorted by the slots of its operands, so that most reads are views of memory instead of
gathers.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> from autodiff.compiler.lowering.scalar_equations import to_scalar_equations
>>> from autodiff.compiler.lowering.batching import stack
>>> recording = record(lambda x: [a.exp() for a in x], [], ([1.0, 2.0, 3.0],))
>>> scalars = to_scalar_equations(recording)
>>> lay_out(recording, scalars, stack(scalars)).equations[0].block
Block(name='v1', is_batched=True, start=3, size=3, step=0)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autodiff.compiler.ir.access import Positions, common_view_shape
from autodiff.compiler.ir.equations import Elementwise, Equation, Equations, GuardGroup
from autodiff.compiler.tracing.record import Guard, Operand, Recording

from .scalar_equations import ScalarEquation, ScalarProgram
from .slots import Slots, access_to_codes
from .sums import sum_equations


def lay_out(
    recording: Recording, scalars: ScalarProgram, stacks: Sequence[Sequence[ScalarEquation]]
) -> Equations:
    """Turn stacks into array equations.

    Args:
        recording: has the arguments and parameters.
        scalars: has the outputs and guards.
        stacks: of scalar equations, the static ones first, each after those that it reads.
    """
    slots = Slots(recording)
    equations: list[Equation] = []
    passive: list[str] = []
    for stack in stacks:
        before = len(equations)
        if stack[0].operation is None:
            equations += sum_equations(stack, slots, len(equations) + 1)
        elif len(stack) == 1 and not stack[0].operation.starred:
            equations.append(_single(stack[0], slots, f"v{len(equations) + 1}"))
        else:
            equations.append(_elementwise(stack, slots, f"v{len(equations) + 1}"))
        if stack[0].node not in scalars.differentiated:
            passive += [each.block.name for each in equations[before:]]
    return Equations(
        tuple(equations),
        slots.access(scalars.outputs),
        tuple(_guard_groups(scalars.guards, slots)),
        slots.arguments,
        len(recording.parameters),
        slots.constants,
        slots.batched_size,
        slots.static_size,
        slots.zero,
        slots.zero_constant,
        frozenset(passive),
    )


def _single(scalar: ScalarEquation, slots: Slots, name: str) -> Elementwise:
    """Turn a stack of one scalar equation into an array equation: most of a long chain is that."""
    assert scalar.operation is not None
    operands = tuple([x if isinstance(x, float) else slots.access((x,)) for x in scalar.operands])
    block = slots.new(name, (scalar.node,), is_batched=scalar.is_batched)
    return Elementwise(block, (1,), scalar.operation, operands)


def _elementwise(stack: Sequence[ScalarEquation], slots: Slots, name: str) -> Elementwise:
    operation, is_batched = stack[0].operation, stack[0].is_batched
    assert operation is not None
    columns = list(zip(*(scalar.operands for scalar in stack), strict=True))
    numbers = [None if operation.starred else _common_number(column) for column in columns]
    codes = [
        slots.codes(column) if number is None else None
        for column, number in zip(columns, numbers, strict=True)
    ]
    order = _order([code for code in codes if code is not None], stack)
    codes = [None if code is None else code[order] for code in codes]
    block = slots.new(name, [stack[i].node for i in order], is_batched=is_batched)
    present = [code for code in codes if code is not None]
    if operation.starred:
        groups = (np.array(group) for group in operation.group(present))
        shape = (block.size,)
        return Elementwise(block, shape, operation, tuple(map(access_to_codes, groups)))
    shape = common_view_shape(present) or (block.size,)
    operands = tuple(
        access_to_codes(code.reshape(shape)) if code is not None else number
        for code, number in zip(codes, numbers, strict=True)
    )
    return Elementwise(block, shape, operation, operands)  # pyright: ignore[reportArgumentType] a number where there is no code


def _common_number(column: Sequence[Operand]) -> float | None:
    """Return the number that a whole column consists of, or None."""
    first = column[0]
    if not isinstance(first, float):
        return None
    return first if all(isinstance(x, float) and repr(x) == repr(first) for x in column) else None


def _order(codes: Sequence[Positions], stack: Sequence[ScalarEquation]) -> list[int]:
    """Return the order of a stack by the slots of its operands."""
    is_batched = stack[0].is_batched
    keys = [code for code in codes if (code[0] >= 0) == is_batched]
    ordered = [key if is_batched else -1 - key for key in keys]
    return np.lexsort(ordered[::-1]).tolist() if ordered else list(range(len(stack)))


def _guard_groups(guards: Sequence[Guard], slots: Slots) -> list[GuardGroup]:
    by_relation: dict[str, list[Guard]] = {}
    for guard in guards:
        by_relation.setdefault(guard.relation, []).append(guard)
    return [
        GuardGroup(
            relation,
            slots.access([guard.x for guard in group]),
            slots.access([guard.y for guard in group]),
            tuple(guard.outcome for guard in group),
            tuple((guard.text, guard.line) for guard in group),
        )
        for relation, group in by_relation.items()
    ]
