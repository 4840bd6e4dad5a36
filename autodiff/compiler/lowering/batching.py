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

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from heapq import heappop, heappush

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
        numbers: dict[Operand, int] = {each.node: i for i, each in enumerate(equations)}
        find = numbers.get
        self._users: list[list[int]] = [[] for _ in equations]
        self._waits: list[int] = [0] * len(equations)
        used: list[set[int]] = []
        for number, equation in enumerate(equations):
            reads = {found for found in map(find, equation.reads()) if found is not None}
            used.append(reads)
            self._waits[number] = len(reads)
            for other in reads:
                self._users[other].append(number)
        levels = [0] * len(equations)
        for number in range(len(equations) - 1, -1, -1):
            below = levels[number] - 1
            for other in used[number]:
                levels[other] = min(levels[other], below)
        roles: dict[Hashable, int] = {}
        self._class_of: list[tuple[int, int]] = [
            (level, roles.setdefault(_role(each, scalars), len(roles)))
            for each, level in zip(equations, levels, strict=True)
        ]
        self._members: dict[tuple[int, int], list[int]] = {}
        for number, its_class in enumerate(self._class_of):
            self._members.setdefault(its_class, []).append(number)
        self._missing: Counter[tuple[int, int]] = Counter(self._class_of)
        self._ready: list[tuple[int, int]] = []
        self._ready_by_role: dict[int, list[tuple[int, int]]] = {}

    def stacks(self) -> Iterator[list[int]]:
        """Yield the numbers of the equations of every stack, in their order."""
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
        """Note that everything that an equation reads is computed."""
        its_class = self._class_of[number]
        self._missing[its_class] -= 1
        if not self._missing[its_class]:
            heappush(self._ready, its_class)
            self._ready_by_role.setdefault(its_class[1], []).append(its_class)


def _role(equation: ScalarEquation, scalars: ScalarProgram) -> Hashable:
    """Return what the equations of one stack have in common.

    What only a guard or a detached value needs is kept apart: its adjoint is 0, and 0 times an
    infinite derivative would be nan.
    """
    operation, has_adjoint = equation.operation, equation.node in scalars.differentiated
    if operation is None:
        has = bool(equation.mixed), bool(equation.products), bool(equation.terms)
        return has_adjoint, has, equation.offset is not None
    batched = scalars.batched
    kinds = tuple(
        [x.__class__ if x.__class__ is float else x in batched for x in equation.operands]
    )
    return has_adjoint, operation, kinds
