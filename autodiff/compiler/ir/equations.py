"""Array equations: elementwise operations and sums over two vectors of numbers.

The batched vector has one number for every example at each position; it begins with the
arguments. The static vector has one number at each position; it begins with the parameters. An
equation computes a block of neighbouring positions.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.operations import TABLE
>>> x = access_to([0, 1, 2], is_batched=True)
>>> equation = Elementwise(Block("y", True, 3, 3), (3,), TABLE["square"], (x,))
>>> equation.block.positions
array([3, 4, 5])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autodiff.table.operation import Operation

from .access import Access, Positions, access_to


class Block(NamedTuple):
    """Neighbouring positions of one vector.

    Attributes:
        name: its name in source and listing.
        is_batched: whether it lies in the batched vector, else in the static one.
        start: the first position.
        size: the number of positions.
        step: how far it moves from one step of a loop to the next.
    """

    name: str
    is_batched: bool
    start: int
    size: int
    step: int = 0

    @property
    def positions(self) -> Positions:
        """Every position."""
        return np.arange(self.start, self.start + self.size)

    def over(self, steps: int) -> Positions:
        """Return the positions in every step of a loop, along a first axis."""
        return self.positions + self.step * np.arange(steps)[:, None]


class Elementwise(NamedTuple):
    """An operation applied to many operands at once.

    Attributes:
        block: where the results go.
        shape: of results and operands.
        operation: the row of the table.
        operands: each an array of `shape` or one number; a starred operand has one axis more, in
            front, over its elements.
    """

    block: Block
    shape: tuple[int, ...]
    operation: Operation
    operands: tuple[Access | float, ...]

    def accesses(self) -> Iterator[Access]:
        """Return the reads."""
        return (operand for operand in self.operands if isinstance(operand, Access))


class MatrixProduct(NamedTuple):
    """A product of matrices: result[j, i] = sum over k of left[i, k] * right[j, k].

    A right factor of a single row has the one axis k, and the result the one axis i.
    """

    left: Access
    right: Access


class SegmentedSum(NamedTuple):
    """A segmented sum: many sums, of several lengths, of left * right or of right alone.

    Attributes:
        classes: (length, count) of consecutive sums of equal length, padding included.
        left: the left factors, or None.
        right: the right factors or the terms, class by class; in each class first the first
            element of every sum, then the second. A single class has shape (length, count).
        owners: for every element the number of its sum.
    """

    classes: tuple[tuple[int, int], ...]
    left: Access | None
    right: Access
    owners: Positions


class Lookup(NamedTuple):
    """Rows of a table: result[j, i] = table[indices[j], i].

    Attributes:
        table: static, of shape (rows, columns).
        indices: batched, of one axis: whole numbers from 0 to rows - 1.
    """

    table: Access
    indices: Access


class Term(NamedTuple):
    """One term of every sum."""

    term: Access


Part: TypeAlias = MatrixProduct | SegmentedSum | Lookup | Term


class Sum(NamedTuple):
    """An equation whose right side is a sum of parts; a look-up is the only part.

    Attributes:
        block: where the results go.
        shape: of the results; with a matrix product among the parts, that of the product.
        parts: what is added up.
    """

    block: Block
    shape: tuple[int, ...]
    parts: tuple[Part, ...]

    def accesses(self) -> Iterator[Access]:
        """Return the reads."""
        for part in self.parts:
            yield from (each for each in part if isinstance(each, Access))


Equation: TypeAlias = Elementwise | Sum


class Loop(NamedTuple):
    """Equations that are computed many times, with blocks and reads that move in equal steps.

    Attributes:
        name: of the loop in source.
        steps: how often they are computed.
        body: the equations, as they are in the first step.
    """

    name: str
    steps: int
    body: tuple[Equation, ...]

    @property
    def block(self) -> Block:
        """The positions that the loop computes in all its steps."""
        first, last = self.body[0].block, self.body[-1].block
        end = last.start + last.size + (self.steps - 1) * first.step
        return Block(self.name, first.is_batched, first.start, end - first.start, first.step)


Statement: TypeAlias = Equation | Loop


class GuardGroup(NamedTuple):
    """The guards of one relation, compared at once.

    Attributes:
        relation: "<", "<=", ">", ">=", "!=" or "in range".
        left: the left operands.
        right: the right operands.
        outcomes: the traced outcome of each guard.
        texts: each comparison and its source line, for messages.
    """

    relation: str
    left: Access
    right: Access
    outcomes: tuple[bool, ...]
    texts: tuple[tuple[str, str], ...]


class Equations(NamedTuple):
    """A whole program as array equations.

    Attributes:
        equations: the static ones first, each after those that it reads; some of them in loops.
        outputs: the read of the results.
        guards: what must hold for every example.
        arguments: their blocks at the front of the batched vector.
        parameters: their number, at the front of the static vector.
        constants: further numbers of the static vector, by position.
        batched_size: the length of the batched vector.
        static_size: the length of the static vector.
        zero: the position of a batched 0 that pads sums, or None.
        zero_constant: the position of a static 0 that pads sums, or None.
        passive: the names of blocks that the outputs do not depend on, or not differentiably.
    """

    equations: tuple[Statement, ...]
    outputs: Access
    guards: tuple[GuardGroup, ...]
    arguments: tuple[Block, ...]
    parameters: int
    constants: dict[int, float]
    batched_size: int
    static_size: int
    zero: int | None
    zero_constant: int | None = None
    passive: frozenset[str] = frozenset()

    def unrolled(self) -> Iterator[Equation]:
        """Yield every equation, those of a loop once for every step."""
        for statement in self.equations:
            if isinstance(statement, Loop):
                for step in range(statement.steps):
                    yield from (_at(equation, step) for equation in statement.body)
            else:
                yield statement


def with_reads(equation: Equation, change: Callable[[Access], Access]) -> Equation:
    """Return an equation with its reads changed, in their order."""

    def changed(x: Any) -> Any:
        if isinstance(x, Access):
            return change(x)
        if isinstance(x, MatrixProduct | SegmentedSum | Lookup | Term):
            return type(x)(*map(changed, x))
        return x

    if isinstance(equation, Elementwise):
        return equation._replace(operands=tuple(map(changed, equation.operands)))
    return equation._replace(parts=tuple(map(changed, equation.parts)))


def _at(equation: Equation, step: int) -> Equation:
    """Return an equation of a loop as it is in one of its steps."""

    def moved(x: Access) -> Access:
        return access_to(x.over(step + 1)[-1], is_batched=x.is_batched)

    start = equation.block.start + step * equation.block.step
    block = equation.block._replace(start=start, step=0)
    return with_reads(equation._replace(block=block), moved)
