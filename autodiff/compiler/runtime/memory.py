"""The memory of a program for one size of batch, and its functions bound to it.

What is not here: the text of the functions (`source`), checks of what users pass (`program`).

>>> memory = Memory(4, np.zeros(3), np.zeros(3), {("values", True): 5}, {})
>>> memory.view(View("values", 1, (2,), (2,), is_batched=True)).shape
(2, 4)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.view import View


class Memory:
    """Everything that the functions of a program write to.

    Args:
        batch: the number of examples.
        static: the static vector, shared by all sizes of batch.
        sizes: of the batched memory, by name; of scratch memory by name and whether it has
            an axis of the batch.
        first: where the batched memory begins: arguments read in place are left out.
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
        self._arrays: dict[str, Array] = {"static": static, "gradient": gradient}
        for (name, is_batched), size in sizes.items():
            length = max(0, size - first.get(name, 0)) * (batch if is_batched else 1)
            kind = bool if name.startswith("mask") else static.dtype
            self._arrays[f"{name}{'' if is_batched else ' static'}"] = np.zeros(length, kind)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return sum(array.nbytes for array in self._arrays.values())

    def whole(self, name: str, size: int) -> Array:
        """Return batched memory as rows of one number for each example.

        Rows that are left out are there by address only, and never used.
        """
        first = self._first.get(name, 0)
        array = self._arrays[name]
        return array.reshape(size - first, self._batch)

    def view(self, view: View) -> Array:
        """Return a view of the memory."""
        array: Any = self._arrays.get(view.memory)
        if array is None or (not view.is_batched and f"{view.memory} static" in self._arrays):
            array = self._arrays[f"{view.memory} static"]
        size = array.itemsize
        batch = self._batch if view.is_batched else 1
        start = (view.offset - self._first.get(view.memory, 0)) * batch
        shape: tuple[int, ...] = view.shape
        strides = tuple(stride * batch * size for stride in view.strides)
        if view.is_batched:
            shape, strides = (*shape, batch), (*strides, size)
        elif view.is_column:
            shape, strides = (*shape, 1), (*strides, 0)
        return as_strided(array[start:], shape, strides)
