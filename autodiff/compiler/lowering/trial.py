"""The trial of a loop: whether the steps after the first two read what the loop would read.

Their results get the codes that they would have in a loop. Then everything that they read must
have codes that move by the same amount from one step to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from autodiff.compiler.ir.access import Positions
from autodiff.compiler.tracing.record import Operand

from .slots import UNKNOWN, Slots, Stack

_FIRST_STEPS = 3  # that are tried; then twice as many, and so on


class Repeat(NamedTuple):
    """Stacks that may be the steps of a loop.

    Attributes:
        start: the first stack.
        period: the number of stacks of a step.
        moves: how far the results of a step move, as codes.
        codes: for each stack of the first step, the codes of its results.
        is_batched: whether the results are batched.
        orders: for each stack of a step, how the layout sorts it, None if it leaves it as it is;
            None if the first two steps differ.
    """

    start: int
    period: int
    moves: int
    codes: list[Positions]
    is_batched: bool
    orders: list[list[int] | None] | None


class Trial:
    """Gives the results of further steps the codes that they would have.

    Args:
        stacks: all.
        slots: where every scalar is.
        repeat: the steps.
        laid: the number of stacks that are laid out.
    """

    def __init__(self, stacks: Sequence[Stack], slots: Slots, repeat: Repeat, laid: int) -> None:
        self._stacks: Sequence[Stack] = stacks
        self._slots: Slots = slots
        self._repeat: Repeat = repeat
        self._laid: int = laid
        self._end: int = laid  # of the stacks with codes
        self._moved: dict[int, Stack] = {}  # stacks in another order: that of the first step
        self._rows: dict[int, tuple[Positions, Positions]] = {}  # by place: see `_aligned`
        self._firsts: list[Positions] = []
        self._shifts: list[Positions] = []
        self._constants: dict[int, tuple[int, float]] = {}  # by position: step, number
        self._positions: dict[str, int] = {}  # of the constants

    def regular_steps(self, most: int) -> tuple[int, int]:
        """Return how many steps are regular, and which stack of a step ends them."""
        start, period = self._repeat.start, self._repeat.period
        done = last = 0
        while done < most:
            until = end = min(most, max(_FIRST_STEPS, 2 * done))
            self._assign(start + end * period)
            for place in range(period):
                regular = self._regular(place, done, end)
                if regular < end:
                    end, last = regular, place
            done = end
            if end < until:
                break
        return done, last

    def keep(self, steps: int) -> bool:
        """Keep the codes of some steps, if they follow what is laid out without a gap."""
        start, period, moves, codes, is_batched, _ = self._repeat
        self.take_back(steps)
        slots = self._slots
        constants = {at: number for at, (step, number) in self._constants.items() if step < steps}
        static = list(constants)
        step, place = divmod(self._laid - start, period)
        batched: list[int] = []
        if step < steps:
            rest = np.concatenate(codes[place:]) + step * moves
            full = np.concatenate(codes) + moves * np.arange(step + 1, steps)[:, None]
            taken = np.append(rest, full)
            if is_batched:
                batched = taken.tolist()
            else:
                static += (-1 - taken).tolist()
        if not _follow(batched, slots.batched_size) or not _follow(static, slots.static_size):
            return False
        slots.extend(constants, batched=len(batched), static=len(static))
        return True

    def take_back(self, steps: int) -> None:
        """Take back the codes after some steps."""
        first = max(self._laid, self._repeat.start + steps * self._repeat.period)
        for stack in self._stacks[first : self._end]:
            self._slots.forget([each.node for each in stack])
        self._end = min(self._end, first)

    def _assign(self, end: int) -> None:
        start, period, moves, codes, _, orders = self._repeat
        if self._end >= end:
            return
        if orders is None:
            self._assign_aligned(end)
            return
        for place, order in enumerate(orders):
            if order is not None:
                first = self._end + (start + place - self._end) % period
                for number in range(first, end, period):
                    stack = self._stacks[number]
                    self._moved[number] = [stack[i] for i in order]
        new: Iterable[Stack] = self._stacks[self._end : end]
        if self._moved:
            new = map(self._moved.get, range(self._end, end), new)
        nodes = [each.node for stack in new for each in stack]
        step, place = divmod(self._end - start, period)
        steps = np.arange(step, (end - start) // period)
        found = (np.concatenate(codes) + moves * steps[:, None]).ravel()
        self._slots.assign(nodes, found[sum(map(len, codes[:place])) :].tolist())
        self._end = end

    def _assign_aligned(self, end: int) -> None:
        start, period, moves, codes = self._repeat[:4]
        for number in range(self._end, end):
            step, place = divmod(number - start, period)
            stack = self._moved[number] = self._aligned(self._stacks[number], place, step)
            nodes = [each.node for each in stack]
            self._slots.assign(nodes, (codes[place] + step * moves).tolist())
        self._end = end

    def _aligned(self, members: Stack, place: int, step: int) -> Stack:
        """Return the members of a stack in the order in which they read what moves along.

        The layout sorts by what is read, so that members may change places from step to step.
        """
        if len(members) == 1:
            return members
        if place not in self._rows:
            start = self._repeat.start + place
            first = self._columns(self._stacks[start])
            second = self._columns(self._stacks[start + self._repeat.period])
            if first.shape != second.shape:
                return members
            self._rows[place] = first, second - first
        first, shift = self._rows[place]
        expected, found = first + step * shift, self._columns(members)
        if expected.shape != found.shape or np.array_equal(expected, found):
            return members
        order = np.empty(len(members), dtype=np.intp)
        order[np.lexsort(expected)] = np.lexsort(found)
        return [members[i] for i in order.tolist()]

    def _columns(self, members: Stack) -> Positions:
        """Return the codes of the first, second, ... operand of every member of a stack."""
        rows = [each.reads() for each in members]
        length = max(map(len, rows))
        if min(map(len, rows)) < length:
            rows = [row + row[-1:] * (length - len(row)) for row in rows]
        return self._slots.known(chain.from_iterable(rows)).reshape(-1, length).T

    def _regular(self, place: int, begin: int, end: int) -> int:
        """Return the step from `begin` to `end` that is the first irregular one, or `end`."""
        start, period = self._repeat[:2]
        numbers = range(start + place + begin * period, start + end * period, period)
        stacks = self._stacks[numbers.start : numbers.stop : period]
        if self._moved:
            stacks = map(self._moved.get, numbers, stacks)
        operands = list(chain.from_iterable(map(_scalars, stacks)))
        codes = self._slots.known(operands).reshape(end - begin, -1)
        if not begin:
            self._firsts.append(codes[0])
            self._shifts.append(codes[1] - codes[0])
        first = self._firsts[place]
        expected = first + self._shifts[place] * np.arange(begin, end)[:, None]
        is_wrong = (codes != expected) | ((codes ^ first) < 0)  # batched here and static there
        for row, column in np.argwhere(is_wrong).tolist():
            number: Any = operands[row * len(first) + column]
            position = -1 - int(expected[row, column])
            is_new = codes[row, column] == UNKNOWN and position >= self._slots.static_size
            if not is_new or not self._note(number, position, begin + row):
                return begin + row
        return end

    def _note(self, number: float, position: int, step: int) -> bool:
        """Note a constant that a step would add, and tell whether nothing else is there."""
        key = repr(number)
        is_free = self._positions.setdefault(key, position) == position
        return is_free and repr(self._constants.setdefault(position, (step, number))[1]) == key


def _scalars(stack: Stack) -> Iterable[Operand]:
    """Return what a stack computes, and everything that it reads."""
    if len(stack) == 1:
        return stack[0].node, *stack[0].reads()
    nodes = [each.node for each in stack]
    return chain(nodes, *[each.reads() for each in stack])


def _follow(positions: list[int], size: int) -> bool:
    """Tell whether positions are the next ones of a vector, each once."""
    return sorted(positions) == list(range(size, size + len(positions)))
