"""The memory of a program for one size of batch.

>>> memory = Memory(4, np.zeros(3), np.zeros(3), {("values", True): 5}, {})
>>> memory.view(View("values", 1, (2,), (2,), is_batched=True)).shape
(2, 4)
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.view import View


class Memory:
    """The arrays that the functions of a program read and write.

    Args:
        batch: the number of examples.
        static: the static vector, shared by all sizes of batch.
        gradient: its adjoint, shared too.
        sizes: of all other memories, by name and whether they have a batch axis.
        first: the first position that a memory holds: arguments read in place are left out.
    """

    def __init__(
        self,
        batch: int,
        static: Array,
        gradient: Array,
        sizes: Mapping[tuple[str, bool], int],
        first: Mapping[str, int],
    ) -> None:
        self._batch: int = batch
        self._first: Mapping[str, int] = first
        self._arrays: dict[tuple[str, bool], Array] = {
            ("static", False): static,
            ("gradient", False): gradient,
        }
        for (name, is_batched), size in sizes.items():
            length = max(0, size - first.get(name, 0)) * (batch if is_batched else 1)
            kind = bool if name.startswith("mask") else static.dtype
            self._arrays[name, is_batched] = np.zeros(length, kind)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return sum(array.nbytes for array in self._arrays.values())

    def whole(self, name: str, size: int) -> Array:
        """Return the batched memory of `size` positions, in shape (positions held, batch)."""
        return self._arrays[name, True].reshape(size - self._first.get(name, 0), self._batch)

    def view(self, view: View) -> Array:
        """Return a view of the memory; of one that moves in a loop, with an axis over the steps."""
        array = self._arrays[view.memory, view.is_batched]
        size = array.itemsize
        unit = size * (self._batch if view.is_batched else 1)
        shape, strides = view.shape, tuple([stride * unit for stride in view.strides])
        if view.is_batched:
            shape, strides = (*shape, self._batch), (*strides, size)
        elif view.is_column:
            shape, strides = (*shape, 1), (*strides, 0)
        if view.moves is not None:
            shape, strides = (view.moves[1], *shape), (view.moves[2] * unit, *strides)
        start = (view.offset - self._first.get(view.memory, 0)) * unit
        return np.ndarray(shape, array.dtype, array, start, strides)
