"""Third pass: rows that play the same role, and can be computed together, are one equation.

The role of a row is its operation and which of its operands change with the example; sums of
any length are alike. What is not here: in which order the rows of a stack stand, and where
their values are kept (`layout`).

>>> from autodiff import Value, dot
>>> from autodiff.compiler.tracing.record import record
>>> from autodiff.compiler.lowering.scalar_equations import normalise
>>> w = [Value(float(i)) for i in range(6)]
>>> def layer(x):
...     return [dot(w[:2], x).tanh(), dot(w[2:4], x, w[5]).tanh(), (w[4] * x[0] + 1).tanh()]
>>> stacks = stack(normalise(record(layer, w, ([1.0, 2.0],))))
>>> [len(each) for each in stacks]
[1, 2, 3]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from heapq import heappop, heappush

from autodiff.compiler.tracing.record import Operand
from autodiff.graph.node import Node

from .scalar_equations import Row, Rows


def stack(normal: Rows) -> list[list[Row]]:
    """Group rows; static stacks first, then batched ones, each after those that it uses."""
    still = [row for row in normal.rows if not row.is_batched]
    moving = [row for row in normal.rows if row.is_batched]
    return [
        [part[i] for i in members]
        for part in (still, moving)
        for members in _Schedule(part, normal).stacks()
    ]


class _Schedule:
    """Decides which rows are computed together.

    The level of a row is counted from the outputs: as late as it must be computed. Rows of one
    role and level are a class, and wait for each other: in a sequence model the first position
    has nothing to add up, and would run ahead of the others if counted from its start. When a
    class is ready, all ready classes of its role go with it: so the values of an attention go
    with its queries and keys, though they are needed later. (The idea of batching by agenda:
    Neubig, Goldberg, Dyer 2017.)

    Args:
        rows: each after those that it uses, all batched or all static.
        normal: where they come from.
    """

    def __init__(self, rows: Sequence[Row], normal: Rows) -> None:
        self._numbers: dict[Operand, int] = {row.node: i for i, row in enumerate(rows)}
        self._users: list[list[int]] = [[] for _ in rows]
        self._waits: list[int] = [0] * len(rows)
        for number, row in enumerate(rows):
            for used in {self._numbers[x] for x in row.uses() if x in self._numbers}:
                self._users[used].append(number)
                self._waits[number] += 1
        levels = [0] * len(rows)
        for number in range(len(rows) - 1, -1, -1):
            levels[number] = min((levels[user] for user in self._users[number]), default=1) - 1
        roles: dict[Hashable, int] = {}
        self._class_of: list[tuple[int, int]] = [
            (level, roles.setdefault(_role(row, normal), len(roles)))
            for row, level in zip(rows, levels, strict=True)
        ]
        self._members: dict[tuple[int, int], list[int]] = {}
        for number, its_class in enumerate(self._class_of):
            self._members.setdefault(its_class, []).append(number)
        self._missing: Counter[tuple[int, int]] = Counter(self._class_of)
        self._ready: list[tuple[int, int]] = []
        self._ready_by_role: dict[int, list[tuple[int, int]]] = {}

    def stacks(self) -> Iterator[list[int]]:
        """Yield the numbers of the rows of every stack, in the order of rows."""
        for number, count in enumerate(self._waits):
            if not count:
                self._arrive(number)
        while self._ready:
            its_class = heappop(self._ready)
            together = self._ready_by_role.pop(its_class[1], [])
            members = sorted(number for each in together for number in self._members[each])
            if members:
                yield members
            for number in members:
                for user in self._users[number]:
                    self._waits[user] -= 1
                    if not self._waits[user]:
                        self._arrive(user)

    def _arrive(self, number: int) -> None:
        """Note that all that a row uses is computed."""
        its_class = self._class_of[number]
        self._missing[its_class] -= 1
        if not self._missing[its_class]:
            heappush(self._ready, its_class)
            self._ready_by_role.setdefault(its_class[1], []).append(its_class)


def _role(row: Row, normal: Rows) -> Hashable:
    """Return what rows of one stack have in common.

    What only a comparison or a detached value needs is kept apart: its adjoint is 0, and 0 times
    an infinite derivative would be nan.
    """
    operation, has_adjoint = row.operation, row.node in normal.reached
    if operation is None:
        has = bool(row.mixed), bool(row.products), bool(row.terms), row.offset is not None
        return has_adjoint, has
    kinds = tuple(_kind(x, normal.batched) for x in row.operands)
    return has_adjoint, operation, kinds


def _kind(x: Operand, batched: AbstractSet[Operand]) -> str:
    return "number" if not isinstance(x, Node) else "batched" if x in batched else "static"
