"""The equations of a program, kept by its runner as plain data: far smaller than the equations."""

from __future__ import annotations

import numpy as np

from autodiff.compiler.ir.equations import Equations
from autodiff.compiler.saving.decode import decoded
from autodiff.compiler.saving.encode import Encoded, encoded


class KeptEquations:
    """What the runners of one way of array equations have in common.

    Args:
        program: the equations.
    """

    def __init__(self, program: Equations) -> None:
        self._encoded: Encoded = encoded(program)

    def encoded(self) -> list[Encoded]:
        """Return the equations as plain data."""
        return [self._encoded]

    def equations(self) -> Equations:
        """Return the equations."""
        words, numbers, positions, rows = self._encoded
        flat = np.concatenate([np.empty(0, np.int64), *(each.ravel() for each in positions)])
        return decoded(words, numbers, flat, {**rows})
