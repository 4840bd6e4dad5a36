"""What a program needs of whatever runs it: arrays, scalars, or one of several branches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array


class Runner(Protocol):
    """What runs a traced function: array equations, or the scalar engine."""

    static: Array
    gradient: Array

    def run(self, arguments: Sequence[Array]) -> Array:
        """Compute the outputs, of shape (outputs, batch)."""
        ...

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all comparisons go as they were recorded."""
        ...

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Compute the sum of the only output and its gradient, both over `batch`.

        The gradient goes to `out`, or stays in `gradient`.
        """
        ...
