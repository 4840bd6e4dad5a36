"""The protocol of runners: array equations, the traced graph itself, or one program per branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.saving.encode import Encoded


class Runner(Protocol):
    """Runs a traced function on batches.

    Arguments are arrays of shape (numbers of one example, batch).

    Attributes:
        static: begins with the parameters.
        gradient: begins with the gradient by the parameters.
    """

    static: Array
    gradient: Array

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example, of shape (outputs, batch).

        Raises:
            BranchError: if a guard fails.
        """
        ...

    def encoded(self) -> list[Encoded]:
        """Return the equations of every way through the comparisons, as plain data.

        Raises:
            OptionError: if the traced graph itself runs, or the function.
        """
        ...

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all guards hold."""
        ...

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the only output over the examples, divided by `batch`.

        Args:
            arguments: of the examples.
            out: receives the gradient, divided by `batch` too; None to leave it in `gradient`.
            batch: the divisor.

        Raises:
            BranchError: if a guard fails; `out` is as it was.
        """
        ...
