"""The sixth pass, rolling: equations that repeat in equal steps become a loop.

The steps of a recurrent network, a filter or an integrator give the same equations again and
again, at positions that move by the same amount from one step to the next.

>>> from autodiff import Value, tanh
>>> from autodiff.compiler.pipeline import lower
>>> from autodiff.compiler.tracing.record import record
>>> w = Value(0.9)
>>> def chain(x):
...     for _ in range(200):
...         x = tanh(w * x)
...     return x
>>> loop, = lower(record(chain, [w], (1.0,)), []).equations
>>> loop.steps, len(loop.body)
(200, 2)
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np

from autodiff.compiler.ir.access import Access, Positions
from autodiff.compiler.ir.equations import (
    Elementwise,
    Equation,
    Equations,
    Lookup,
    Loop,
    MatrixProduct,
    SegmentedSum,
    Statement,
    Term,
)

_FEWEST_STEPS = 8  # of a loop
_FEWEST_SAVED = 64  # equations that a loop saves; fewer stay as they are
_WINDOW = 16  # equations whose repetition suggests a period


def roll(program: Equations) -> Equations:
    """Return the program with loops for the equations that repeat."""
    flat = list(program.unrolled())
    if len(flat) < _FEWEST_SAVED:
        return program
    roller = _Roller(flat, program.passive)
    return program._replace(equations=tuple(_numbered(roller.statements())))


def _numbered(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Number the blocks again, in the order of the listing."""
    numbers = count(1)

    def named(equation: Equation) -> Equation:
        return equation._replace(block=equation.block._replace(name=f"v{next(numbers)}"))

    for statement in statements:
        if isinstance(statement, Loop):
            yield statement._replace(body=tuple(map(named, statement.body)))
        else:
            yield named(statement)


class _Roller:
    """Finds loops, from the first equation to the last.

    Args:
        equations: without loops.
        passive: see `Equations`.
    """

    def __init__(self, equations: Sequence[Equation], passive: frozenset[str]) -> None:
        self._equations: Sequence[Equation] = equations
        forms: dict[Hashable, int] = {}
        self._forms: Positions = np.array(
            [
                forms.setdefault((_form(each), each.block.name in passive), len(forms))
                for each in equations
            ]
        )
        self._next: list[int] = self._repetitions()

    def statements(self) -> Iterator[Statement]:
        """Yield loops, and equations as they are between them."""
        start = loops = 0
        while start < len(self._equations):
            loop, skipped = self._loop(start, f"loop{loops + 1}")
            if loop is not None:
                yield loop
                loops += 1
                skipped = loop.steps * len(loop.body)
            else:
                yield from self._equations[start : start + skipped]
            start += skipped

    def _repetitions(self) -> list[int]:
        """Return for each equation where the same forms begin again, or 0."""
        forms = self._forms.tolist()
        later: dict[tuple[int, ...], int] = {}
        found = [0] * len(forms)
        for start in range(len(forms) - _WINDOW, -1, -1):
            window = tuple(forms[start : start + _WINDOW])
            found[start] = later.get(window, 0)
            later[window] = start
        return found

    def _loop(self, start: int, name: str) -> tuple[Loop | None, int]:
        """Return the loop that begins with an equation, or how many begin none."""
        period = self._next[start] - start
        if period <= 0:
            return None, 1
        differ = np.flatnonzero(self._forms[start:-period] != self._forms[start + period :])
        same = int(differ[0]) if differ.size else len(self._forms) - start - period
        steps = 1 + same // period
        if not _is_worthwhile(steps, period):
            return None, 1
        found = self._moves(start, period, min(steps, _FEWEST_STEPS))
        if found[0] == _FEWEST_STEPS:
            found = self._moves(start, period, steps)
        steps, last, moves = found
        if not _is_worthwhile(steps, period):
            return None, last + 1
        return self._made(start, steps, moves, name), 1

    def _moves(self, start: int, period: int, steps: int) -> tuple[int, int, list[Positions]]:
        """Return how many steps are regular, which equation ends them, and how each one moves."""
        moves: list[Positions] = []
        last = 0
        for place in range(period):
            members = self._equations[start + place : start + steps * period : period]
            differences = np.diff(np.array([_positions(each) for each in members]), axis=0)
            irregular = np.flatnonzero((differences != differences[0]).any(axis=1))
            if irregular.size:
                steps, last = max(2, int(irregular[0]) + 1), place
            moves.append(differences[0])
        return steps, last, moves

    def _made(self, start: int, steps: int, moves: Sequence[Positions], name: str) -> Loop | None:
        if len({int(each[0]) for each in moves}) > 1:
            return None  # the blocks of a step lie together and move together
        body: list[Equation] = []
        for equation, shifts in zip(self._equations[start:], moves, strict=False):
            moving = _moving(equation, shifts)
            if not all(_is_steady(access, steps) for access in moving.accesses()):
                return None
            body.append(moving)
        return Loop(name, steps, tuple(body))


def _is_worthwhile(steps: int, period: int) -> bool:
    return steps >= _FEWEST_STEPS and (steps - 1) * period >= _FEWEST_SAVED


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

    def moved(x: Any) -> Any:
        nonlocal rest
        if isinstance(x, MatrixProduct | SegmentedSum | Lookup | Term):
            return type(x)(*map(moved, x))
        if not isinstance(x, Access):
            return x
        own, rest = rest[: x.positions.size].reshape(x.shape), rest[x.positions.size :]
        if not own.any():
            return x
        return x._replace(shifts=own, strides=x.strides if (own == own.flat[0]).all() else None)

    block = equation.block._replace(step=int(shifts[0]))
    if isinstance(equation, Elementwise):
        return equation._replace(block=block, operands=tuple(map(moved, equation.operands)))
    return equation._replace(block=block, parts=tuple(map(moved, equation.parts)))


def _is_steady(access: Access, steps: int) -> bool:
    """Tell whether the same positions of a read are equal in every step."""
    if access.shifts is None or access.strides is not None:
        return True
    positions = access.over(steps).reshape(steps, -1)
    firsts: dict[int, int] = {}
    places = [firsts.setdefault(x, place) for place, x in enumerate(positions[0].tolist())]
    distinct = (np.diff(np.sort(positions, axis=1), axis=1) != 0).sum(axis=1)
    return np.array_equal(positions, positions[:, places]) and bool((distinct == distinct[0]).all())
