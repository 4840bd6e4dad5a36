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

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from autodiff.table.operation import Operation

from .access import Access, Positions


class Block(NamedTuple):
    """Neighbouring positions of one vector.

    Attributes:
        name: its name in source and listing.
        is_batched: whether it lies in the batched vector, else in the static one.
        start: the first position.
        size: the number of positions.
    """

    name: str
    is_batched: bool
    start: int
    size: int

    @property
    def positions(self) -> Positions:
        """Every position."""
        return np.arange(self.start, self.start + self.size)


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


class Term(NamedTuple):
    """One term of every sum."""

    term: Access


Part: TypeAlias = MatrixProduct | SegmentedSum | Term


class Sum(NamedTuple):
    """An equation whose right side is a sum of parts.

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


class GuardGroup(NamedTuple):
    """The guards of one relation, compared at once.

    Attributes:
        relation: "<", "<=", ">", ">=" or "!=".
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
        equations: the static ones first, each after those that it reads.
        outputs: the read of the results.
        guards: what must hold for every example.
        arguments: their blocks at the front of the batched vector.
        parameters: their number, at the front of the static vector.
        constants: further numbers of the static vector, by position.
        batched_size: the length of the batched vector.
        static_size: the length of the static vector.
        zero: the position of a batched 0 that pads sums, or None.
    """

    equations: tuple[Equation, ...]
    outputs: Access
    guards: tuple[GuardGroup, ...]
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
