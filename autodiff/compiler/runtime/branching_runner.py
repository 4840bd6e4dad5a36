"""Programs whose comparisons go different ways: one recording for every way that occurs.

Examples that agree with a recording are run by its program, the others recorded anew, and the
results merged. What is not here: how one program is run (`engine`).

>>> from autodiff import Value, compile
>>> size = lambda x: x if x > 0 else -x
>>> program = compile(size, parameters=[], example=(1.0,), on_branch="split")
>>> program([3.0, -2.0, 1.0])
array([3., 2., 1.])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.runtime.runner import Runner
from autodiff.compiler.tracing.record import Recording
from autodiff.errors import BranchError, ShapeError

from .scalar_runner import ExactEngine

_MOST_WAYS = 1_000  # each is a program with memory of its own


class Branches:
    """Runs each example by the recording that it agrees with.

    Args:
        first: the first recording.
        runner: runs it.
        make: makes what runs another recording.
        again: records the function on another example, given its numbers argument by argument
            and the present parameters.
        is_exact: whether results are added up example by example, in their order.

    Attributes:
        static: the parameters, and what else the first program keeps beside them.
        gradient: of the same length.
    """

    def __init__(
        self,
        first: Recording,
        runner: Runner,
        make: Callable[[Recording], Runner],
        again: Callable[[Sequence[Array], Array], Recording],
        *,
        is_exact: bool,
    ) -> None:
        self._count: int = len(first.parameters)
        self._outputs: int = len(first.outputs)
        self._shape: tuple[int, ...] = first.shape
        self._make: Callable[[Recording], Runner] = make
        self._again: Callable[[Sequence[Array], Array], Recording] = again
        self._is_exact: bool = is_exact
        self._runners: list[Runner] = [runner]
        self.static: Array = self._runners[0].static
        self.gradient: Array = self._runners[0].gradient

    def run(self, arguments: Sequence[Array]) -> Array:
        """Compute the outputs of every example, of shape (outputs, batch)."""
        shape = (self._outputs, len(arguments[0].T))
        outputs = np.empty(shape, self.static.dtype)
        for runner, rows in self._divided(arguments):
            outputs[:, rows] = runner.run([x[:, rows] for x in arguments])
        return outputs

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell that every example can be run."""
        return np.array([True] * arguments[0].shape[1])

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Compute the sum of the only output and its gradient, both over `batch`."""
        sums = np.zeros(self._count, self.static.dtype)
        part = np.empty_like(sums)
        total = 0.0
        divided = list(self._divided(arguments))
        if self._is_exact:
            by_row = {row: runner for runner, rows in divided for row in rows.tolist()}
            divided = [(by_row[row], np.array([row])) for row in sorted(by_row)]
        for runner, rows in divided:
            own = 1 if self._is_exact else batch
            total += runner.differentiate([x[:, rows] for x in arguments], part, own)
            sums += part
        if self._is_exact:
            sums, total = sums / batch, total / batch
        target = self.gradient if out is None else out
        target[: self._count] = sums
        return total

    def _divided(self, arguments: Sequence[Array]) -> Iterator[tuple[Runner, NDArray[np.intp]]]:
        """Divide the examples among the recordings; record those that agree with none."""
        rows: NDArray[np.intp] = np.arange(arguments[0].shape[1], dtype=np.intp)
        place = 0
        while rows.size:
            if place == len(self._runners):
                example = [x[:, rows[0]] for x in arguments]
                self._runners += self._made(example, [x[:, rows[:1]] for x in arguments])
            runner = self._runners[place]
            runner.static[: self._count] = self.static[: self._count]
            agreed = runner.agrees([x[:, rows] for x in arguments])
            if agreed.any():
                yield runner, rows[agreed]
            rows = rows[~agreed]
            place += 1

    def _made(self, example: Sequence[Array], batch: Sequence[Array]) -> list[Runner]:
        """Record an example; return what runs it, and what runs it if rounding is in the way."""
        if len(self._runners) == _MOST_WAYS:
            raise BranchError(
                f"at most {_MOST_WAYS} ways through the comparisons of a function",
                "an example that goes another",
                "write choices with autodiff.where, or the operations of the table",
            )
        recording = self._again(example, self.static[: self._count])
        if recording.shape != self._shape:
            raise ShapeError(
                f"a result of shape {self._shape}, as for the first example",
                f"shape {recording.shape} for another",
                "return as many Values whichever way comparisons go",
            )
        runner = self._make(recording)
        runner.static[: self._count] = self.static[: self._count]
        if runner.agrees(batch).all():
            return [runner]
        return [ExactEngine(recording)]  # whose comparisons are the recorded ones, to the bit
