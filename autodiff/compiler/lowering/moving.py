"""Equations that move: two steps of the same equations as the body of a loop.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.compiler.ir.equations import Block
>>> from autodiff.operations import TABLE
>>> def step(start):
...     read = access_to([start - 2], is_batched=True)
...     return [Elementwise(Block("y", True, start, 1), (1,), TABLE["exp"], (read,))]
>>> body = loop_body(step(5), step(6), steps=10)
>>> body[0].block.step, body[0].operands[0].step
(1, 1)
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from autodiff.compiler.ir.access import Access, Positions
from autodiff.compiler.ir.equations import Elementwise, Equation, SegmentedSum, with_reads


def are_alike(first: Sequence[Equation], second: Sequence[Equation]) -> bool:
    """Tell whether two lists of equations differ in their positions only."""
    return len(first) == len(second) and all(map(_is_alike, first, second))


def loop_body(
    first: Sequence[Equation], second: Sequence[Equation], steps: int
) -> tuple[Equation, ...] | None:
    """Return the body of a loop, or None if there is none.

    Args:
        first: the equations of the first step.
        second: those of the second step, alike, which show how everything moves.
        steps: how often they are computed.
    """
    body: list[Equation] = []
    for one, other in zip(first, second, strict=True):
        moving = _moving(one, np.array(_positions(other)) - np.array(_positions(one)))
        if not all(_is_steady(access, steps) for access in moving.accesses()):
            return None
        body.append(moving)
    return tuple(body)


def _is_alike(one: Equation, other: Equation) -> bool:
    return _form(one) == _form(other)


def _form(equation: Equation) -> Hashable:
    """Return all of an equation but its positions."""
    reads = tuple([(access.is_batched, access.shape) for access in equation.accesses()])
    block = equation.block
    if isinstance(equation, Elementwise):
        numbers = [repr(x) for x in equation.operands if isinstance(x, float)]
        return equation.operation, tuple(numbers), equation.shape, block.is_batched, reads
    kinds = [(type(x), x.classes if isinstance(x, SegmentedSum) else ()) for x in equation.parts]
    return tuple(kinds), equation.shape, block.is_batched, reads


def _positions(equation: Equation) -> list[int]:
    """Return the position of the block, and of everything that an equation reads."""
    found = [equation.block.start]
    for access in equation.accesses():
        found += access.positions.ravel().tolist()
    return found


def _moving(equation: Equation, shifts: Positions) -> Equation:
    """Return the equation of a loop whose positions move by some shifts in each step."""
    rest = shifts[1:]

    def moved(x: Access) -> Access:
        nonlocal rest
        own, rest = rest[: x.positions.size].reshape(x.shape), rest[x.positions.size :]
        if not own.any():
            return x
        return x._replace(shifts=own, strides=x.strides if (own == own.flat[0]).all() else None)

    block = equation.block._replace(step=int(shifts[0]))
    return with_reads(equation._replace(block=block), moved)


def _is_steady(access: Access, steps: int) -> bool:
    """Tell whether the same positions of a read are equal in every step."""
    if access.shifts is None or access.strides is not None:
        return True
    positions = access.over(steps).reshape(steps, -1)
    firsts: dict[int, int] = {}
    places = [firsts.setdefault(x, place) for place, x in enumerate(positions[0].tolist())]
    distinct = (np.diff(np.sort(positions, axis=1), axis=1) != 0).sum(axis=1)
    return np.array_equal(positions, positions[:, places]) and bool((distinct == distinct[0]).all())
