"""What a program consists of: equations over arrays.

Values live in two vectors: the batched one, where each position holds one number for every
example, and the static one, which begins with the parameters. An equation computes a block of
neighbouring positions. What is not here: how equations are found (`layout`) and run (`forward`,
`reverse`); how they are written for people (`listing`).

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.operations import TABLE
>>> x = access_to([0, 1, 2], is_batched=True)
>>> equation = Apply(Block("y", True, 3, 3), (3,), TABLE["square"], (x,))
>>> equation.block.positions
array([3, 4, 5])
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from autodiff.table.operation import Operation

from .access import Access, Positions


class Block(NamedTuple):
    """Neighbouring positions of one vector.

    Attributes:
        name: what people read.
        is_batched: in which vector.
        start: the first position.
        size: how many.
    """

    name: str
    is_batched: bool
    start: int
    size: int

    @property
    def positions(self) -> Positions:
        """Every position."""
        return np.arange(self.start, self.start + self.size)


class Apply(NamedTuple):
    """An operation of the table, applied to many operands at once.

    Attributes:
        block: where the results go.
        shape: how block and operands are divided into axes.
        operation: the row of the table.
        operands: in the given shape, or a number for all; a starred one has one axis more, in
            front, over its elements.
    """

    block: Block
    shape: tuple[int, ...]
    operation: Operation
    operands: tuple[Access | float, ...]

    def accesses(self) -> Iterator[Access]:
        """Return what is read."""
        return (operand for operand in self.operands if isinstance(operand, Access))


class Product(NamedTuple):
    """A product of matrices: result[j, i] = sum over k of left[i, k] * right[j, k].

    A right factor of one row has one axis, over k, and so has the result, over i.
    """

    left: Access
    right: Access


class Segments(NamedTuple):
    """Sums of several lengths: of the products left * right, or of right alone.

    Attributes:
        classes: (length, count) of the sums that follow each other, as they are padded.
        left: one factor, or None.
        right: the terms, or the other factor, one class after the other, in each class the first
            element of every sum, then the second; of a single class, in shape (length, count).
        owners: for every element, which sum it belongs to.
    """

    classes: tuple[tuple[int, int], ...]
    left: Access | None
    right: Access
    owners: Positions


class Plain(NamedTuple):
    """One term of every row."""

    term: Access


Part: TypeAlias = Product | Segments | Plain


class Total(NamedTuple):
    """A sum of parts.

    Attributes:
        block: where the results go.
        shape: (positions, rows) of a product that is one of the parts; else (size,).
        parts: what is added.
    """

    block: Block
    shape: tuple[int, ...]
    parts: tuple[Part, ...]

    def accesses(self) -> Iterator[Access]:
        """Return what is read."""
        for part in self.parts:
            yield from (each for each in part if isinstance(each, Access))


Equation: TypeAlias = Apply | Total


class Check(NamedTuple):
    """Comparisons of one relation that must go as they went when the program was recorded.

    Attributes:
        relation: "<", "<=", ">", ">=" or "!=".
        left: one side.
        right: the other.
        outcomes: how each went.
        texts: each comparison and the line it stands in, for people.
    """

    relation: str
    left: Access
    right: Access
    outcomes: tuple[bool, ...]
    texts: tuple[tuple[str, str], ...]


class Equations(NamedTuple):
    """A whole program.

    Attributes:
        equations: static ones first, each after those that it uses.
        outputs: what is returned.
        checks: what must hold of every example.
        arguments: a block of the batched vector for each.
        parameters: how many numbers the static vector begins with.
        constants: the numbers that follow them, by position.
        batched_size: of the vector of batched values.
        static_size: of the vector of static values.
        zero: the position of a batched 0 that pads sums, or None.
    """

    equations: tuple[Equation, ...]
    outputs: Access
    checks: tuple[Check, ...]
    arguments: tuple[Block, ...]
    parameters: int
    constants: dict[int, float]
    batched_size: int
    static_size: int
    zero: int | None

    @property
    def zero_constant(self) -> int | None:
        """The position of a static 0 that pads sums, or None."""
        return next((at for at, number in self.constants.items() if repr(number) == "0.0"), None)
