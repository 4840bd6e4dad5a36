"""Slots: the position of every scalar in the batched or the static vector.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> slots = Slots(record(lambda x: x[0] * 2, [Value(1.0)], ([1.0, 2.0],)))
>>> slots.arguments
(Block(name='x', is_batched=True, start=0, size=2, step=0),)
>>> slots.codes([0.5, 0.5])  # after the parameter, in the static vector
array([-2, -2])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from autodiff.compiler.ir.access import Access, Positions, access_in_line, access_to
from autodiff.compiler.ir.equations import Block
from autodiff.compiler.tracing.record import Operand, Recording
from autodiff.graph.node import Node

from .scalar_equations import ScalarEquation

Stack: TypeAlias = Sequence[ScalarEquation]

UNKNOWN = -(1 << 48)  # the code of a number that is no constant yet


class Slots:
    """Assigns positions to scalars. A code is a batched position, or -1 - a static position.

    Args:
        recording: its arguments come first in the batched vector, its parameters in the static one.

    Attributes:
        batched_size: the length of the batched vector.
        static_size: the length of the static vector.
        constants: numbers in the static vector, by position.
        zero: the position of a batched 0 that pads sums, or None.
        arguments: their blocks.
    """

    def __init__(self, recording: Recording) -> None:
        self._codes: dict[object, int] = {}
        self.batched_size: int = 0
        self.static_size: int = 0
        self.constants: dict[int, float] = {}
        self.zero: int | None = None
        self.arguments: tuple[Block, ...] = tuple(
            self.new(argument.name, argument.leaves, is_batched=True)
            for argument in recording.arguments
        )
        self.new("parameters", recording.parameters, is_batched=False)

    def new(self, name: str, nodes: Iterable[Node], *, is_batched: bool) -> Block:
        """Give nodes the next positions of a vector."""
        start = self.batched_size if is_batched else self.static_size
        position = start
        for node in nodes:
            self._codes.setdefault(node, position if is_batched else -1 - position)
            position += 1
        if is_batched:
            self.batched_size = position
        else:
            self.static_size = position
        return Block(name, is_batched, start, position - start)

    def codes(self, operands: Iterable[Operand]) -> Positions:
        """Return the code of every operand; a number becomes a constant."""
        return np.array(self.listed(operands), dtype=np.intp)

    def listed(self, operands: Iterable[Operand]) -> list[int]:
        """Return the code of every operand in a list."""
        known = self._codes
        return [known[x] if x.__class__ is not float else self._constant(x) for x in operands]

    def order_of(self, stack: Stack) -> list[int] | None:
        """Return the order of a stack by the slots of its results, or None if it is sorted."""
        codes = np.abs(self.known([each.node for each in stack]))
        return None if (codes[1:] > codes[:-1]).all() else np.argsort(codes).tolist()

    def known(self, operands: Iterable[Operand]) -> Positions:
        """Return the code of every operand, or `UNKNOWN`: of a number that is no constant yet."""
        get = self._codes.get
        return np.array(
            [get(x if x.__class__ is not float or x else _key(x), UNKNOWN) for x in operands],
            dtype=np.intp,
        )

    def assign(self, nodes: Iterable[Node], codes: Iterable[int]) -> None:
        """Give nodes codes beyond the ends of the vectors, until `extend` or `forget`."""
        self._codes.update(zip(nodes, codes, strict=True))

    def forget(self, nodes: Iterable[Node]) -> None:
        """Take back codes that were assigned."""
        for node in nodes:
            del self._codes[node]

    def extend(self, constants: Mapping[int, float], *, batched: int, static: int) -> None:
        """Make the vectors longer by what was assigned, and by numbers at static positions."""
        self.constants.update(constants)
        self._codes.update((_key(number), -1 - at) for at, number in constants.items())
        self.batched_size += batched
        self.static_size += static

    def access(self, operands: Sequence[Operand]) -> Access:
        """Return a read of operands in a line, all batched or all static."""
        return access_to_list(self.listed(operands))

    @property
    def zero_constant(self) -> int | None:
        """The position of a static 0 that pads sums, or None."""
        code = self._codes.get(_key(0.0))
        return None if code is None else -1 - code

    def padding(self, *, is_batched: bool) -> int:
        """Return the code of a number that is always 0."""
        if not is_batched:
            return self._constant(0.0)
        if self.zero is None:
            self.zero = self.batched_size
            self.batched_size += 1
        return self.zero

    def _constant(self, number: Any) -> int:
        key = _key(number)
        if key not in self._codes:
            self.constants[self.static_size] = number
            self._codes[key] = -1 - self.static_size
            self.static_size += 1
        return self._codes[key]


def _key(number: Any) -> object:
    return number or repr(number)  # 0.0 and -0.0 are equal keys


def access_to_list(codes: Sequence[int]) -> Access:
    """Return a read in a line of the scalars with some codes, all batched or all static."""
    if codes[0] >= 0:
        return access_in_line(codes, is_batched=True)
    return access_in_line([-1 - code for code in codes], is_batched=False)


def access_to_codes(codes: Positions) -> Access:
    """Return a read of the scalars with some codes, all batched or all static."""
    is_batched = bool(codes.flat[0] >= 0)
    return access_to(codes if is_batched else -1 - codes, is_batched=is_batched)


def common_number(column: Sequence[Operand]) -> float | None:
    """Return the number that all operands in a column are, or None.

    >>> common_number([2.0, 2.0]), common_number([0.0, -0.0])
    (2.0, None)
    """
    first = column[0]
    if not isinstance(first, float) or column.count(first) < len(column):
        return None
    return first if first or len(set(map(repr, column))) == 1 else None
