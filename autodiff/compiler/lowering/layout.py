"""Fourth pass: every stack becomes an array equation, and every scalar gets its place.

The rows of a stack are put in the order in which what they use is kept already; so most reads
are views. Sums whose products form a full grid, every row of weights with every row of inputs,
are one product of matrices. What is not here: NumPy (`forward`, `reverse`).

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> from autodiff.compiler.lowering.scalar_equations import normalise
>>> from autodiff.compiler.lowering.batching import stack
>>> recording = record(lambda x: [a.exp() for a in x], [], ([1.0, 2.0, 3.0],))
>>> normal = normalise(recording)
>>> lay_out(recording, normal, stack(normal)).equations[0].block
Block(name='v1', is_batched=True, start=3, size=3)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autodiff.compiler.ir.access import Access, Positions, common_shape, natural_shape
from autodiff.compiler.ir.equations import Apply, Check, Equation, Equations
from autodiff.compiler.tracing.record import Guard, Operand, Recording

from .scalar_equations import Row, Rows
from .slots import Places
from .sums import totals


def lay_out(recording: Recording, normal: Rows, stacks: Sequence[Sequence[Row]]) -> Equations:
    """Turn stacks into equations.

    Args:
        recording: where the arguments and parameters stand.
        normal: what is returned and checked.
        stacks: rows of one role, static ones first, each after those it uses.
    """
    places = Places(recording)
    equations: list[Equation] = []
    for rows in stacks:
        if rows[0].operation is None:
            equations += totals(rows, places, len(equations) + 1)
        else:
            equations.append(_applied(rows, places, f"v{len(equations) + 1}"))
    return Equations(
        tuple(equations),
        places.access(normal.outputs),
        tuple(_checks(normal.guards, places)),
        places.arguments,
        len(recording.parameters),
        places.constants,
        places.batched_size,
        places.static_size,
        places.zero,
    )


def _applied(rows: Sequence[Row], places: Places, name: str) -> Apply:
    operation = rows[0].operation
    assert operation is not None
    flat = list(zip(*(row.operands for row in rows), strict=True))
    columns = [_number(column) for column in flat]
    codes = [
        places.codes(column) if number is None else None
        for column, number in zip(flat, columns, strict=True)
    ]
    order = _order([code for code in codes if code is not None], rows)
    codes = [None if code is None else code[order] for code in codes]
    block = places.new(name, [rows[i].node for i in order], is_batched=rows[0].is_batched)
    if operation.starred:
        filled = [
            places.codes(column)[order] if code is None else code
            for code, column in zip(codes, flat, strict=True)
        ]
        return Apply(block, (block.size,), operation, _starred(operation.group(filled)))
    natural = [natural_shape(code) for code in codes if code is not None]
    found = [each for each in natural if each is not None]
    shape = (common_shape(found) if found else None) or (block.size,)
    operands = tuple(
        places.access_to_codes(code).split(shape) if code is not None else number
        for code, number in zip(codes, columns, strict=True)
    )
    return Apply(block, shape, operation, operands)  # pyright: ignore[reportArgumentType] a number where there is no code


def _starred(groups: Sequence[Positions | list[Positions]]) -> tuple[Access, ...]:
    return tuple(
        Places.access_to_codes(np.array(group) if isinstance(group, list) else group)
        for group in groups
    )


def _number(column: Sequence[Operand]) -> float | None:
    """Return the number that a whole column consists of, if there is one."""
    first = column[0]
    if not isinstance(first, float):
        return None
    return first if all(isinstance(x, float) and repr(x) == repr(first) for x in column) else None


def _order(codes: Sequence[Positions], rows: Sequence[Row]) -> list[int]:
    """Return the order of rows that follows the places of what they use."""
    is_batched = rows[0].is_batched
    keys = [code for code in codes if (code[0] >= 0) == is_batched]
    ordered = [key if is_batched else -1 - key for key in keys]
    return np.lexsort(ordered[::-1]).tolist() if ordered else list(range(len(rows)))


def _checks(guards: Sequence[Guard], places: Places) -> list[Check]:
    by_relation: dict[str, list[Guard]] = {}
    for guard in guards:
        by_relation.setdefault(guard.relation, []).append(guard)
    return [
        Check(
            relation,
            places.access([guard.x for guard in alike]),
            places.access([guard.y for guard in alike]),
            tuple(guard.outcome for guard in alike),
            tuple((guard.text, guard.line) for guard in alike),
        )
        for relation, alike in by_relation.items()
    ]
