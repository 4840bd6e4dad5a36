"""The fourth pass, batching: scalar equations of one role, computed together, become a stack.

The role of a scalar equation is its operation, and which operands are batched, static or numbers.
Sums of any length have one role.

>>> from autodiff import Value, dot
>>> from autodiff.compiler.tracing.record import record
>>> from autodiff.compiler.lowering.scalar_equations import to_scalar_equations
>>> w = [Value(float(i)) for i in range(6)]
>>> def layer(x):
...     return [dot(w[:2], x).tanh(), dot(w[2:4], x, w[5]).tanh(), (w[4] * x[0] + 1).tanh()]
>>> stacks = stack(to_scalar_equations(record(layer, w, ([1.0, 2.0],))))
>>> [len(each) for each in stacks]
[1, 2, 3]
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import chain

from autodiff.compiler.tracing.record import Operand

from .scalar_equations import ScalarEquation, ScalarProgram


def stack(scalars: ScalarProgram) -> list[list[ScalarEquation]]:
    """Return the stacks: static ones first, then batched ones, each after those that it reads."""
    static = [each for each in scalars.equations if not each.is_batched]
    batched = [each for each in scalars.equations if each.is_batched]
    return [
        [part[i] for i in members]
        for part in (static, batched)
        for members in _Schedule(part, scalars).stacks()
    ]


class _Schedule:
    """Decides which scalar equations are computed together: batching by agenda.

    The level of an equation is counted from the outputs: as late as it must be computed. Counted
    from the start, the first position of a sequence model, which has nothing to add up, would run
    ahead of the others. Equations of one role and level are a class, and wait for each other. When
    a class is ready, all ready classes of its role join it: so the values of an attention join its
    queries and keys, though they are needed later. (Neubig, Goldberg, Dyer: On-the-fly Operation
    Batching in Dynamic Computation Graphs, 2017.)

    Args:
        equations: each after those that it reads, all batched or all static.
        scalars: the program that they are from.
    """

    def __init__(self, equations: Sequence[ScalarEquation], scalars: ScalarProgram) -> None:
        count = len(equations)
        numbers_of: dict[Operand, int] = {each.node: i for i, each in enumerate(equations)}
        find = numbers_of.get
        self._users: list[list[int]] = [[] for _ in equations]
        self._waits: list[int] = []
        used: list[set[int]] = []
        for number, equation in enumerate(equations):
            reads: set[int] = set(map(find, equation.reads()))  # pyright: ignore[reportAssignmentType] None too
            reads.discard(None)
            used.append(reads)
            self._waits.append(len(reads))
            for other in reads:
                self._users[other].append(number)
        levels = [0] * count
        for number in range(count - 1, -1, -1):
            below = levels[number] - 1
            for other in used[number]:
                levels[other] = min(levels[other], below)
        numbers: dict[Hashable, int] = {}
        roles = [numbers.setdefault(_role(each, scalars), len(numbers)) for each in equations]
        self._roles: int = len(numbers)
        # A class is a number: by level, then by role.
        self._class_of: list[int] = [
            level * self._roles + role for level, role in zip(levels, roles, strict=True)
        ]
        self._members: dict[int, list[int]] = {}
        for number, its_class in enumerate(self._class_of):
            self._members.setdefault(its_class, []).append(number)
        self._missing: dict[int, int] = {key: len(each) for key, each in self._members.items()}
        self._ready: list[int] = []
        self._ready_by_role: dict[int, list[int]] = {}

    def stacks(self) -> Iterator[list[int]]:
        """Yield the numbers of the equations of every stack, in their order."""
        waits, users, ready = self._waits, self._users, self._ready
        self._arrive([number for number, count in enumerate(waits) if not count])
        while ready:
            together = self._ready_by_role.pop(heappop(ready) % self._roles, None)
            if together is None:
                continue  # they joined another class
            members = self._members[together[0]]
            if len(together) > 1:
                members = sorted(chain.from_iterable([self._members[each] for each in together]))
            yield members
            arrived: list[int] = []
            for number in members:
                for user in users[number]:
                    waits[user] -= 1
                    if not waits[user]:
                        arrived.append(user)
            self._arrive(arrived)

    def _arrive(self, numbers: Sequence[int]) -> None:
        """Note that everything that some equations read is computed."""
        class_of, missing = self._class_of, self._missing
        for number in numbers:
            its_class = class_of[number]
            missing[its_class] -= 1
            if not missing[its_class]:
                heappush(self._ready, its_class)
                self._ready_by_role.setdefault(its_class % self._roles, []).append(its_class)


def _role(equation: ScalarEquation, scalars: ScalarProgram) -> Hashable:
    """Return what the equations of one stack have in common.

    What only a guard or a detached value needs is kept apart: its adjoint is 0, and 0 times an
    infinite derivative would be nan.
    """
    operation, has_adjoint = equation.operation, equation.node in scalars.differentiated
    if operation is None:
        has = bool(equation.mixed), bool(equation.products), bool(equation.terms)
        return has_adjoint, equation.offset is None, *has
    batched = scalars.batched
    return (
        has_adjoint,
        operation,
        *[float if x.__class__ is float else x in batched for x in equation.operands],
    )
