"""The vectors of a program as tensors: where each position lies, and reads of many positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autodiff.compiler.ir.access import Positions

from .model import OnnxModel

if TYPE_CHECKING:
    from autodiff.system import Array


class Memory:
    """One vector of a program, in tensors of which each holds a part.

    A tensor has the positions along its last axis; before it the batch, if the vector is batched.

    Args:
        model: receives nodes.
        size: the number of positions.
        is_batched: whether it is the batched vector.
    """

    def __init__(self, model: OnnxModel, size: int, *, is_batched: bool) -> None:
        self._model: OnnxModel = model
        self._lead: list[int] = [0] if is_batched else []  # of a shape: the batch stays
        self._names: list[str] = []
        self._sizes: list[int] = []
        self._owner: Positions = np.full(size, -1, np.intp)
        self._place: Positions = np.zeros(size, np.intp)
        self._numbers: dict[int, Array] = {}  # of constant tensors

    def write(self, positions: Positions, name: str, *, is_flat: bool = False) -> None:
        """Take a tensor as the numbers at some positions, in their order.

        Args:
            positions: in the shape of the tensor.
            name: of the tensor.
            is_flat: whether it has the positions along one axis already.
        """
        if not is_flat:
            name = self._model.reshaped(name, [*self._lead, -1])
        self._owner[positions.ravel()] = len(self._names)
        self._place[positions.ravel()] = np.arange(positions.size)
        self._names.append(name)
        self._sizes.append(positions.size)

    def write_numbers(self, positions: Positions, numbers: Array) -> None:
        """Take constants as the numbers at some positions of the static vector."""
        self._numbers[len(self._names)] = numbers
        self.write(positions, "", is_flat=True)

    def read(self, positions: Positions) -> str:
        """Return the name of a tensor of the numbers at some positions, in their shape."""
        owners, places = self._owner[positions], self._place[positions]
        assert (owners >= 0).all()
        names: list[str] = []
        end, found = 0, sorted({int(x) for x in owners.flat})
        for owner in found:
            own = owners == owner
            if owner in self._numbers:
                name, places, size = self._constants(owner, own, places, end)
            else:
                name, size = self._names[owner], self._sizes[owner]
                places = np.where(own, places + end, places)
            names.append(name)
            end += size
        whole = names[0]
        if len(names) > 1:
            whole = self._model.node("Concat", names, axis=len(self._lead))
        return self._picked(whole, places, end)

    def _constants(
        self, owner: int, own: Positions, places: Positions, end: int
    ) -> tuple[str, Positions, int]:
        """Return a constant of the numbers that are read, new places in it, and its size."""
        wanted, inverse = np.unique(places[own], return_inverse=True)
        firsts = np.full(wanted.size, inverse.size)
        np.minimum.at(firsts, inverse, np.arange(inverse.size))
        order = np.argsort(firsts)  # as they are read, so that nothing is gathered
        rank = np.argsort(order)
        moved = places.copy()
        moved[own] = rank[inverse] + end
        return self._model.constant(self._numbers[owner][wanted[order]]), moved, wanted.size

    def _picked(self, name: str, places: Positions, size: int) -> str:
        """Return the numbers at some places of a tensor, in their shape."""
        axis, first = len(self._lead), int(places.flat[0])
        count = places.size
        if not np.array_equal(places.ravel(), first + np.arange(count)):
            return self._model.node("Gather", [name, self._model.constant(places)], axis=axis)
        if count < size:
            ends = [self._model.constant([x]) for x in (first, first + count, axis)]
            name = self._model.node("Slice", [name, *ends])
        return (
            name if places.ndim == 1 else self._model.reshaped(name, [*self._lead, *places.shape])
        )
