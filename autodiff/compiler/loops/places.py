"""Places in flat arrays: affine expressions of loop indices, and tables where nothing is regular.

>>> index = Affine(17, ((8, "i"), (1, "j")))
>>> str(index), str(index.plus(Affine(3)).times(2))
('17 + 8 * i + j', '40 + 16 * i + 2 * j')
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autodiff.compiler.ir.access import Access, Positions
from autodiff.compiler.ir.equations import Block
from autodiff.compiler.ir.view import contiguous


class Affine(NamedTuple):
    """A whole number plus multiples of loop indices.

    Attributes:
        constant: the number.
        terms: factor and index, no index twice.
    """

    constant: int = 0
    terms: tuple[tuple[int, str], ...] = ()

    def plus(self, other: Affine) -> Affine:
        """Return the sum."""
        factors = {name: factor for factor, name in self.terms}
        for factor, name in other.terms:
            factors[name] = factors.get(name, 0) + factor
        terms = tuple([(factor, name) for name, factor in factors.items() if factor])
        return Affine(self.constant + other.constant, terms)

    def times(self, factor: int) -> Affine:
        """Return a multiple."""
        if not factor:
            return Affine()
        return Affine(self.constant * factor, tuple([(f * factor, x) for f, x in self.terms]))

    def __str__(self) -> str:
        texts = [f"{f} * {x}" if f != 1 else x for f, x in self.terms]
        if self.constant or not texts:
            texts.insert(0, str(self.constant))
        return " + ".join(texts).replace("+ -", "- ")


def index_of(name: str) -> Affine:
    """Return a loop index alone."""
    return Affine(0, ((1, name),))


STEP = "step"  # the index of the loop over the steps of a chain


class Reader(NamedTuple):
    """Where the numbers of an access lie.

    Attributes:
        is_batched: as in `Access`.
        offset: the place of the first one; of a gather its number in the table.
        strides: along each axis, in places; of a gather in the table.
        positions: of a gather, in a line; None for a view.
        step: how far it moves with each step of a chain.
        shifts: of a gather, if not all positions move alike: how far each one does.
    """

    is_batched: bool
    offset: int
    strides: tuple[int, ...]
    positions: Positions | None = None
    step: int = 0
    shifts: Positions | None = None

    def at(self, indices: Sequence[Affine]) -> Affine:
        """Return the place of an element; of a gather its number in the table."""
        place = Affine(self.offset)
        for stride, index in zip(self.strides, indices, strict=True):
            place = place.plus(index.times(stride))
        if self.positions is None and self.step:
            place = place.plus(Affine(0, ((self.step, STEP),)))
        return place


def reader_of(access: Access) -> Reader:
    """Return where the numbers of an access lie, along the axes of its shape."""
    shifts = access.shifts
    is_even = shifts is None or bool((shifts == shifts.flat[0]).all())
    step = 0 if shifts is None or not is_even else int(shifts.flat[0])
    if access.strides is not None:
        return Reader(access.is_batched, access.offset, access.strides, None, step)
    moves = None if is_even or shifts is None else shifts.ravel()
    strides = contiguous(access.shape)
    return Reader(access.is_batched, 0, strides, access.positions.ravel(), step, moves)


def reader_of_block(block: Block, shape: Sequence[int]) -> Reader:
    """Return where the results of an equation lie, along the axes of a shape."""
    return Reader(block.is_batched, block.start, contiguous(shape), None, block.step)


def joined(shape: Sequence[int], readers: Sequence[Reader]) -> tuple[tuple[int, ...], list[Reader]]:
    """Join neighbouring axes along which all readers go on in equal strides; drop axes of length 1.

    Args:
        shape: of what is read.
        readers: each with the axes of the shape last; those before stay.

    Returns:
        The shape, and the readers along its axes.
    """
    count = len(shape)
    axes: list[tuple[int, list[int]]] = []  # length, and the stride of each reader
    for axis, length in enumerate(shape):
        strides = [reader.strides[len(reader.strides) - count + axis] for reader in readers]
        if length == 1:
            continue
        if axes and axes[-1][1] == [stride * length for stride in strides]:
            axes[-1] = axes[-1][0] * length, strides
        else:
            axes.append((length, strides))
    changed = [
        reader._replace(
            strides=(
                *reader.strides[: len(reader.strides) - count],
                *(strides[place] for _, strides in axes),
            )
        )
        for place, reader in enumerate(readers)
    ]
    return tuple(length for length, _ in axes), changed
