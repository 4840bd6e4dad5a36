"""What the runners of array equations have in common: numbers, guards and the equations.

The equations are kept as plain data, which is far smaller.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.equations import Equations, GuardGroup
from autodiff.compiler.saving.decode import decoded
from autodiff.compiler.saving.encode import Encoded, encoded


class EquationRunner:
    """Keeps what a program of array equations begins with.

    Args:
        program: the equations.
        dtype: of the numbers.

    Attributes:
        static: the static vector; it begins with the parameters.
        gradient: its adjoint.
        guards: what must hold for every example.
    """

    def __init__(self, program: Equations, dtype: Any) -> None:
        self._encoded: Encoded = encoded(program)
        self._outputs: int = program.outputs.positions.size
        self.guards: tuple[GuardGroup, ...] = program.guards
        self.static: Array = np.zeros(program.static_size, dtype)
        self.gradient: Array = np.zeros(program.static_size, dtype)
        with np.errstate(all="ignore"):  # a number too large for float32 becomes inf
            for position, number in program.constants.items():
                self.static[position] = number

    def encoded(self) -> list[Encoded]:
        """Return the equations as plain data."""
        return [self._encoded]

    def equations(self) -> Equations:
        """Return the equations."""
        words, numbers, positions, rows = self._encoded
        flat = np.concatenate([np.empty(0, np.int64), *(each.ravel() for each in positions)])
        return decoded(words, numbers, flat, {**rows})
