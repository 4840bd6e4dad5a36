"""A vector of a program in pieces: where each position lies, and reads of many positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff.compiler.ir.access import Access, Positions, access_to
from autodiff.system import package

from .functions import Traced


class Vector:
    """The numbers of one vector, in arrays that were computed one after the other.

    Args:
        size: the number of positions.

    Attributes:
        size: the number of positions.
    """

    def __init__(self, size: int) -> None:
        self.size: int = size
        self._jax: Any = package("jax")
        self._arrays: list[Traced] = []
        self._owner: Positions = np.full(size, -1, np.intp)
        self._place: Positions = np.zeros(size, np.intp)

    def write(self, positions: Positions, numbers: Traced) -> None:
        """Take the numbers of an array as those at some positions, both row by row."""
        flat = positions.ravel()
        self._owner[flat] = len(self._arrays)
        self._place[flat] = np.arange(flat.size)
        self._arrays.append(numbers.reshape(-1))

    def read(self, positions: Positions) -> Traced:
        """Return the numbers at some positions, in their shape."""
        if not positions.size:
            return self._jax.numpy.zeros(positions.shape)
        owners, places = self._owner[positions], self._place[positions]
        pieces: list[Traced] = []
        end = 0
        for owner in np.unique(owners).tolist():
            own = owners == owner
            first, last = places[own].min(), places[own].max() + 1
            pieces.append(self._jax.lax.slice_in_dim(self._arrays[owner], first, last))
            places = np.where(own, places + (end - first), places)
            end += last - first
        whole = pieces[0] if len(pieces) == 1 else self._jax.lax.concatenate(pieces, 0)
        access = access_to(places, is_batched=True)
        axes = access.nested_axes()
        if axes is None:
            return whole.at[places].get(mode="promise_in_bounds")
        return self._view(whole, access, axes)

    def _view(self, array: Traced, access: Access, axes: Sequence[int]) -> Traced:
        """Read by slices and reshapes: XLA computes the derivative of a gather one by one."""
        jax, (shape, strides) = self._jax, (access.shape, access.strides or ())
        view = jax.lax.slice_in_dim(array, access.offset, None)
        for axis in axes:
            count, stride = shape[axis], strides[axis]
            missing = max(0, count * stride - view.shape[-1])
            if missing:
                view = jax.numpy.pad(view, [(0, 0)] * (view.ndim - 1) + [(0, missing)])
            view = jax.lax.slice_in_dim(view, 0, count * stride, axis=-1)
            view = view.reshape(*view.shape[:-1], count, stride)
        view = jax.lax.index_in_dim(view, 0, axis=-1, keepdims=False)
        view = view.transpose(np.argsort(axes).tolist())
        return jax.numpy.broadcast_to(
            view.reshape([n if s else 1 for n, s in zip(shape, strides, strict=True)]), shape
        )
