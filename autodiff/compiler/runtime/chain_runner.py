"""The runner of chains for one example: Python over floats, where a step has a few numbers only.

A call of NumPy takes a microsecond on three numbers as on a thousand. The source is generated and
compiled at the first call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, nan
from typing import Any

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.equations import Equations
from autodiff.compiler.loops.python import is_cheaper, to_python
from autodiff.formula.ieee import FAST


class ChainRunner:
    """Runs a program on one example.

    Args:
        program: the equations.
    """

    def __init__(self, program: Equations) -> None:
        self._positions: list[int] = program.outputs.positions.tolist()
        self._is_batched: bool = program.outputs.is_batched
        self._parameters: int = program.parameters
        self._given: int = sum(block.size for block in program.arguments)
        self._v: list[float] = [0.0] * program.batched_size
        self._s: list[float] = [0.0] * program.static_size
        for position, number in program.constants.items():
            self._s[position] = number
        names: dict[str, Any] = {**FAST, **_REDUCTIONS, "inf": inf, "nan": nan}
        exec(compile(to_python(program), "<compiled chain>", "exec"), names)  # noqa: S102 our own source
        self._functions: dict[str, Callable[..., Any]] = names

    @staticmethod
    def of(program: Equations) -> ChainRunner | None:
        """Return the runner of a program; None where NumPy is cheaper, by counted work."""
        return ChainRunner(program) if is_cheaper(program) else None

    def outputs(self, arguments: Sequence[Array], parameters: Array) -> list[float] | None:
        """Return the outputs; None where NumPy has to answer.

        That is where a guard fails, and where Python raises and IEEE arithmetic does not.

        Args:
            arguments: of one example, of shape (numbers, 1).
            parameters: of the program.
        """
        self._s[: self._parameters] = parameters.tolist()
        self._v[: self._given] = [x for each in arguments for x in each[:, 0].tolist()]
        try:
            self._functions["prepare"](self._s)
            if not self._functions["forward"](self._v, self._s):
                return None
        except (ArithmeticError, ValueError):
            return None
        found = self._v if self._is_batched else self._s
        return [found[position] for position in self._positions]

    def differentiate(
        self, arguments: Sequence[Array], parameters: Array, gradient: Array, seed: float
    ) -> float | None:
        """Return the only output, and write its gradient; None where NumPy has to answer.

        Args:
            arguments: of one example, of shape (numbers, 1).
            parameters: of the program.
            gradient: receives the gradient by the parameters, times the seed.
            seed: the adjoint of the output.
        """
        outputs = self.outputs(arguments, parameters)
        if outputs is None:
            return None
        a, g = [0.0] * len(self._v), [0.0] * len(self._s)
        try:
            self._functions["sweep"](self._v, self._s, a, g, seed)
            self._functions["finish"](self._s, g)
        except (ArithmeticError, ValueError):
            return None
        gradient[:] = g[: self._parameters]
        return outputs[0]


def _maximum_of_all(xs: Sequence[float]) -> float:
    return FAST["maximum"](*xs)


def _minimum_of_all(xs: Sequence[float]) -> float:
    return FAST["minimum"](*xs)


def _prod_of_others_into(xs: Sequence[float], _: int, target: list[float]) -> None:
    target[:] = FAST["prod_of_others"](xs)


def _maximum(x: float, y: float) -> float:
    return y if y > x else x if x == x and y == y else nan  # noqa: PLR0124 nan


def _minimum(x: float, y: float) -> float:
    return y if y < x else x if x == x and y == y else nan  # noqa: PLR0124 nan


_REDUCTIONS = {
    "maximum": _maximum,
    "minimum": _minimum,
    "maximum_of_all": _maximum_of_all,
    "minimum_of_all": _minimum_of_all,
    "prod_of_others_into": _prod_of_others_into,
}
