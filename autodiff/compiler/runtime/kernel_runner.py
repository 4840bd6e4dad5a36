"""The runner on the engine in C, which walks array equations as data, on batches of any size.

The memory of blocks of examples is the engine's; static numbers and their adjoints are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.instructions.code import UncoveredError
from autodiff.compiler.instructions.program import to_instructions
from autodiff.compiler.ir.equations import Equations
from autodiff.native.choice import engine

from .descent import Descent
from .equation_runner import EquationRunner
from .guards import guard_at, guard_error

_WORKING_SET = 1 << 22  # bytes of values and adjoints at a time: what a cache holds
_LEAST, _MOST = 16, 512  # examples of a block
_TOGETHER = 256  # steps of gradient descent between two looks at Python
_STEP = 16  # a multiple of the numbers in any vector


class KernelRunner(EquationRunner):
    """Runs a program on the engine in C.

    Args:
        program: the equations.
        dtype: of the numbers.

    Raises:
        UncoveredError: if the engine has no form for an equation.
    """

    def __init__(self, program: Equations, dtype: str) -> None:
        super().__init__(program, dtype)
        instructions = to_instructions(program)
        with np.errstate(all="ignore"):  # a number too large for float32 becomes inf
            constants = np.array(instructions.constants, dtype)
        unread = sum(size for _, size, is_loaded in instructions.arguments if not is_loaded)
        used = max(1, program.batched_size - unread)
        most = _WORKING_SET // (2 * used * self.static.itemsize)
        widest = min(max(most // _STEP * _STEP, _LEAST), _MOST)
        self._kernels: Any = engine.Kernels(
            dtype,
            instructions.code,
            instructions.ends,
            constants,
            self.static,
            self.gradient,
            program.batched_size,
            instructions.arguments,
            program.outputs.positions.ravel().astype(np.int32),
            0 if program.outputs.is_batched else 2,
            -1 if program.zero is None else program.zero,
            widest,
        )

    @staticmethod
    def of(program: Equations, dtype: str) -> KernelRunner | None:
        """Return the runner of a program; None without the engine, or if it lacks a form."""
        if engine is None:
            return None
        try:
            return KernelRunner(program, dtype)
        except UncoveredError:
            return None

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        batch = arguments[0].shape[1]
        outputs = np.empty((self._outputs, batch), self.static.dtype)
        failed = self._called(self._kernels.run, arguments, batch, outputs)
        if failed is not None:
            self._fail(*failed)
        return outputs

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all guards hold."""
        batch = arguments[0].shape[1]
        agreed = np.empty(batch, bool)
        self._called(self._kernels.agrees, arguments, batch, agreed)
        return agreed

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the output and compute its gradient; see `Runner.differentiate`."""
        count = arguments[0].shape[1]
        found = self._called(self._kernels.differentiate, arguments, count, 1.0 / batch)
        if found.__class__ is tuple:
            self._fail(*found)
        if out is not None:
            np.copyto(out, self.gradient[: out.size])
        return found / batch

    def descend(self, descent: Descent, parameters: int) -> int:
        """Take steps, with a look at Python for Ctrl-C now and then; see `stepwise`."""
        columns, divisors, examples, rates, losses = descent
        for start in range(0, len(rates), _TOGETHER):
            part = slice(start, start + _TOGETHER)
            steps = examples[part], rates[part], losses[part]
            taken = self._kernels.descend(columns, divisors, *steps, parameters)
            if taken < len(steps[1]):
                return start + taken
        return len(rates)

    def _called(self, method: Any, arguments: Sequence[Array], batch: int, last: Any) -> Any:
        """Call the engine; it takes arguments whose examples lie in rows, in one piece."""
        try:
            return method(arguments, batch, last)
        except (BufferError, ValueError):  # NumPy raises either
            return method([np.asfortranarray(x) for x in arguments], batch, last)

    def _fail(self, which: int, example: int, left: float, right: float) -> None:
        """Raise the error of a comparison, counted from 1."""
        raise guard_error(*guard_at(self.guards, which - 1), (left, right), example)
