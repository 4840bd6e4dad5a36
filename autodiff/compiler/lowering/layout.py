"""The fifth pass, layout: every stack becomes an array equation, and every scalar gets its slot.

A stack is sorted by the slots of its operands, so that most reads are views of memory instead of
gathers. Of stacks that repeat in equal steps only two steps are laid out: see `rolling`.

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
from itertools import chain

import numpy as np

from autodiff.compiler.ir.access import Access, Positions, common_view_shape
from autodiff.compiler.ir.equations import Elementwise, Equation, Equations, GuardGroup
from autodiff.compiler.tracing.record import Guard, Recording

from .lookups import is_lookup, lookups
from .rolling import roll
from .scalar_equations import ScalarEquation, ScalarProgram
from .slots import Slots, access_to_codes, access_to_list, common_number
from .sums import sum_equations

_FEW = 16  # scalars of a stack that is laid out without arrays


def lay_out(
    recording: Recording,
    scalars: ScalarProgram,
    stacks: Sequence[Sequence[ScalarEquation]],
    *,
    is_rolled: bool = False,
) -> Equations:
    """Turn stacks into array equations.

    Args:
        recording: has the arguments and parameters.
        scalars: has the outputs and guards.
        stacks: of scalar equations, the static ones first, each after those that it reads.
        is_rolled: whether equations that repeat in equal steps become loops.
    """
    layout = _Layout(recording, scalars)
    slots, passive = layout.slots, layout.passive
    if is_rolled:
        statements, names = roll(stacks, layout.equations, slots, scalars.differentiated)
        passive = {names[name] for name in passive if name in names}
    else:
        statements = list(chain.from_iterable(map(layout.equations, stacks)))
    return Equations(
        tuple(statements),
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


class _Layout:
    """Lays out one stack after the other.

    Attributes:
        slots: where every scalar is.
        passive: see `Equations`.
    """

    def __init__(self, recording: Recording, scalars: ScalarProgram) -> None:
        self.slots: Slots = Slots(recording)
        self.passive: set[str] = set()
        self._scalars: ScalarProgram = scalars
        self._count: int = 0

    def equations(self, stack: Sequence[ScalarEquation]) -> Sequence[Equation]:
        """Turn the next stack into array equations."""
        found: Sequence[Equation]
        number, first = self._count + 1, stack[0]
        if first.operation is None:
            found = sum_equations(stack, self.slots, number)
        elif is_lookup(first, self._scalars):
            found = lookups(stack, self.slots, number)
        else:
            name = f"v{number}"
            found = [_few(stack, self.slots, name) or _elementwise(stack, self.slots, name)]
        self._count += len(found)
        if first.node not in self._scalars.differentiated:
            self.passive.update(each.block.name for each in found)
        return found


def _few(stack: Sequence[ScalarEquation], slots: Slots, name: str) -> Elementwise | None:
    """Turn a stack of a few into an array equation, if each operand is a line; else return None.

    It is what `_elementwise` does, without arrays: a long chain has many small stacks.
    """
    operation, is_batched = stack[0].operation, stack[0].is_batched
    assert operation is not None
    if len(stack) > _FEW or operation.starred:
        return None
    columns = list(zip(*(scalar.operands for scalar in stack), strict=True))
    numbers = list(map(common_number, columns))
    lists = [
        slots.listed(column) if number is None else []
        for column, number in zip(columns, numbers, strict=True)
    ]
    keys = [codes for codes in lists if codes and (codes[0] >= 0) == is_batched]
    if len(stack) > 1 and keys:
        sign = 1 if is_batched else -1
        order = sorted(range(len(stack)), key=lambda i: [sign * key[i] for key in keys])
        lists = [[codes[i] for i in order] if codes else codes for codes in lists]
        stack = [stack[i] for i in order]
    operands = tuple(
        [
            access_to_list(codes) if number is None else number
            for codes, number in zip(lists, numbers, strict=True)
        ]
    )
    if any(isinstance(x, Access) and x.strides is None for x in operands):
        return None
    block = slots.new(name, [each.node for each in stack], is_batched=is_batched)
    return Elementwise(block, (len(stack),), operation, operands)


def _elementwise(stack: Sequence[ScalarEquation], slots: Slots, name: str) -> Elementwise:
    operation, is_batched = stack[0].operation, stack[0].is_batched
    assert operation is not None
    columns = list(zip(*(scalar.operands for scalar in stack), strict=True))
    numbers = [None if operation.starred else common_number(column) for column in columns]
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
