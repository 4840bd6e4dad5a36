"""Rolling: stacks that repeat in equal steps become a loop while they are laid out.

The steps of a recurrent network, a filter or an integrator give the same equations again and
again, at positions that move by the same amount from one step to the next. The first two steps are
laid out and show how everything moves. The others are not: where they would lie follows, and so
whether they read what they should.

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

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import count

import numpy as np

from autodiff.compiler.ir.access import Positions
from autodiff.compiler.ir.equations import Equation, Loop, Statement
from autodiff.compiler.tracing.record import Operand

from .moving import are_alike, loop_body
from .slots import Slots, Stack, common_number
from .trial import Repeat, Trial

_FEWEST_STEPS = 8  # of a loop
_FEWEST_SAVED = 64  # equations that a loop saves; fewer stay as they are
_WINDOW = 16  # stacks whose repetition suggests a period
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # of a hash, odd and without a pattern


def roll(
    stacks: Sequence[Stack],
    lay_out: Callable[[Stack], Sequence[Equation]],
    slots: Slots,
    differentiated: AbstractSet[Operand],
) -> tuple[list[Statement], dict[str, str]]:
    """Lay out stacks, those that repeat as loops.

    Args:
        stacks: each after those that it reads.
        lay_out: turns the next stack into equations.
        slots: where every scalar is.
        differentiated: what has an adjoint.

    Returns:
        Loops, and equations between them, numbered in their order; the new name of each block
        that was laid out and is left.
    """
    names: dict[str, str] = {}
    found = _Roller(stacks, lay_out, slots, differentiated).statements()
    return list(_numbered(found, names)), names


def _numbered(statements: Iterable[Statement], names: dict[str, str]) -> Iterator[Statement]:
    """Number the blocks again, in the order of the listing."""
    numbers = count(1)

    def named(equation: Equation) -> Equation:
        name = names[equation.block.name] = f"v{next(numbers)}"
        return equation._replace(block=equation.block._replace(name=name))

    for statement in statements:
        if isinstance(statement, Loop):
            yield statement._replace(body=tuple(map(named, statement.body)))
        else:
            yield named(statement)


class _Roller:
    """Lays out stacks and finds loops, from the first stack to the last.

    Args:
        stacks: each after those that it reads.
        lay_out: turns the next stack into equations.
        slots: where every scalar is.
        differentiated: what has an adjoint.
    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        lay_out: Callable[[Stack], Sequence[Equation]],
        slots: Slots,
        differentiated: AbstractSet[Operand],
    ) -> None:
        self._stacks: list[Stack] = list(stacks)  # sorted by slots, as far as they are laid out
        self._lay_out: Callable[[Stack], Sequence[Equation]] = lay_out
        self._slots: Slots = slots
        self._laid: list[Sequence[Equation]] = []
        self._orders: dict[int, list[int]] = {}  # of laid out stacks that were not sorted before
        forms: dict[Hashable, int] = {}
        self._forms: Positions = np.array(
            [
                forms.setdefault((_form(each), each[0].node in differentiated), len(forms))
                for each in stacks
            ],
            dtype=np.intp,
        )
        self._next: list[int] = self._repetitions()
        self._changes: dict[int, Positions] = {}  # by period: where a form does not come again

    def statements(self) -> Iterator[Statement]:
        """Yield loops, and equations as they are between them."""
        start = loops = 0
        while start < len(self._stacks):
            loop, end = self._loop(start, f"loop{loops + 1}")
            if loop is not None:
                loops += 1
                yield loop
            else:
                for place in range(start, end):
                    yield from self._equations(place)
            start = end

    def _equations(self, place: int) -> Sequence[Equation]:
        while len(self._laid) <= place:
            number = len(self._laid)
            stack = self._stacks[number]
            self._laid.append(self._lay_out(stack))
            if len(stack) > 1:
                order = self._slots.order_of(stack)
                if order is not None:
                    self._orders[number] = order
                    self._stacks[number] = [stack[i] for i in order]
        return self._laid[place]

    def _repetitions(self) -> list[int]:
        """Return for each stack where the same forms begin again, or 0."""
        found = np.zeros(len(self._forms), dtype=np.intp)
        count = len(found) - _WINDOW + 1
        if count > 1:
            forms = self._forms.astype(np.uint64)
            hashes = np.zeros(count, dtype=np.uint64)
            for place in range(_WINDOW):
                hashes = hashes * _MULTIPLIER + forms[place : place + count]
            order = np.argsort(hashes, kind="stable")
            is_same = hashes[order[:-1]] == hashes[order[1:]]
            found[order[:-1][is_same]] = order[1:][is_same]
        return found.tolist()

    def _loop(self, start: int, name: str) -> tuple[Loop | None, int]:
        """Return the loop that begins with a stack or None, and the next stack to look at."""
        period = self._next[start] - start
        if period <= 0:
            return None, start + 1
        loop, end = self._loop_of(start, period, name)
        if loop is None:  # a layout may alternate
            loop, other = self._loop_of(start, 2 * period, name)
            end = other if loop is not None else min(end, other)
        return loop, end

    def _loop_of(self, start: int, period: int, name: str) -> tuple[Loop | None, int]:
        steps = self._steps(start, period)
        if steps < _FEWEST_STEPS:
            return None, start + 1
        first, second = (
            [x for place in range(begin, begin + period) for x in self._equations(place)]
            for begin in (start, start + period)
        )
        repeat = self._repeat(start, period)
        if repeat is None or not _is_worthwhile(steps, len(first)) or not are_alike(first, second):
            return None, start + 1
        trial = Trial(self._stacks, self._slots, repeat, len(self._laid))
        steps, last = trial.regular_steps(steps)
        if not _is_worthwhile(steps, len(first)):
            trial.take_back(0)
            return None, start + last + 1
        body = loop_body(first, second, steps)
        if body is None or not trial.keep(steps):
            trial.take_back(0)
            return None, start + 1
        end = start + steps * period
        self._laid += [()] * (end - len(self._laid))
        return Loop(name, steps, body), end

    def _steps(self, start: int, period: int) -> int:
        """Return how often the forms of a period come one after the other."""
        if period not in self._changes:
            self._changes[period] = np.flatnonzero(self._forms[:-period] != self._forms[period:])
        changes = self._changes[period]
        place = int(np.searchsorted(changes, start))
        same = (int(changes[place]) if place < changes.size else len(self._forms) - period) - start
        return 1 + same // period

    def _repeat(self, start: int, period: int) -> Repeat | None:
        """Return how the results of two steps lie, if the second ones are moved as a whole."""
        codes, moved = (
            [
                self._slots.known([x.node for x in stack])
                for stack in self._stacks[begin : begin + period]
            ]
            for begin in (start, start + period)
        )
        moves = np.concatenate(moved) - np.concatenate(codes)
        if (moves != moves[0]).any():
            return None
        orders, others = (
            [self._orders.get(place) for place in range(begin, begin + period)]
            for begin in (start, start + period)
        )
        is_batched = self._stacks[start][0].is_batched
        return Repeat(
            start, period, int(moves[0]), codes, is_batched, orders if orders == others else None
        )


def _is_worthwhile(steps: int, period: int) -> bool:
    return steps >= _FEWEST_STEPS and (steps - 1) * period >= _FEWEST_SAVED


def _form(stack: Stack) -> Hashable:
    """Return all of a stack but the slots that it reads."""
    first = stack[0]
    operation = first.operation
    if operation is None:
        lengths = [(len(x.mixed), len(x.products), len(x.terms), x.offset is None) for x in stack]
        return first.is_batched, *lengths
    if len(stack) == 1:
        numbers = [x if x.__class__ is float else None for x in first.operands]
    else:
        numbers = map(common_number, zip(*[x.operands for x in stack], strict=True))
    return first.is_batched, operation, len(stack), *[x or repr(x) for x in numbers]
