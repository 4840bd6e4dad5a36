"""The runner of branches: one trace and one program for every branch that an example takes.

An example whose comparisons agree with a trace is run by its program; any other example is traced
itself. The results are merged.

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
from autodiff.compiler.tracing.record import Recording
from autodiff.errors import BranchError, ShapeError

from .runner import Runner
from .scalar_runner import ScalarRunner

_MOST_BRANCHES = 1_000  # each is a program with memory of its own


class BranchingRunner:
    """Runs each example by the trace that it agrees with.

    Args:
        first: the first recording.
        runner: of the first recording.
        make: makes the runner of another recording.
        retrace: traces the function on another example, given its numbers, argument by argument,
            and the present parameters.
        is_exact: whether gradients are added up example by example, in their order.

    Attributes:
        static: the static vector of the first runner; it begins with the parameters.
        gradient: its adjoint.
    """

    def __init__(
        self,
        first: Recording,
        runner: Runner,
        make: Callable[[Recording], Runner],
        retrace: Callable[[Sequence[Array], Array], Recording],
        *,
        is_exact: bool,
    ) -> None:
        self._count: int = len(first.parameters)
        self._outputs: int = len(first.outputs)
        self._shape: tuple[int, ...] = first.shape
        self._make: Callable[[Recording], Runner] = make
        self._retrace: Callable[[Sequence[Array], Array], Recording] = retrace
        self._is_exact: bool = is_exact
        self._runners: list[Runner] = [runner]
        self.static: Array = self._runners[0].static
        self.gradient: Array = self._runners[0].gradient

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        outputs = np.empty((self._outputs, arguments[0].shape[1]), self.static.dtype)
        for runner, examples in self._divided(arguments):
            outputs[:, examples] = runner.run([x[:, examples] for x in arguments])
        return outputs

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell that every example can be run."""
        return np.array([True] * arguments[0].shape[1])

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the output and compute its gradient; see `Runner.differentiate`."""
        sums = np.zeros(self._count, self.static.dtype)
        part = np.empty_like(sums)
        total = 0.0
        divided = list(self._divided(arguments))
        if self._is_exact:
            one_by_one = {i: runner for runner, examples in divided for i in examples.tolist()}
            divided = [(one_by_one[i], np.array([i])) for i in sorted(one_by_one)]
        divisor = 1 if self._is_exact else batch
        for runner, examples in divided:
            total += runner.differentiate([x[:, examples] for x in arguments], part, divisor)
            sums += part
        if self._is_exact:
            sums, total = sums / batch, total / batch
        target = self.gradient if out is None else out
        target[: self._count] = sums
        return total

    def _divided(self, arguments: Sequence[Array]) -> Iterator[tuple[Runner, NDArray[np.intp]]]:
        """Yield every runner with the numbers of its examples; trace examples that have none."""
        rest: NDArray[np.intp] = np.arange(arguments[0].shape[1], dtype=np.intp)
        place = 0
        while rest.size:
            if place == len(self._runners):
                self._runners.append(self._traced([x[:, rest[:1]] for x in arguments]))
            runner = self._runners[place]
            runner.static[: self._count] = self.static[: self._count]
            agreed = runner.agrees([x[:, rest] for x in arguments])
            if agreed.any():
                yield runner, rest[agreed]
            rest = rest[~agreed]
            place += 1

    def _traced(self, example: Sequence[Array]) -> Runner:
        """Trace an example, given as a batch of one, and return its runner."""
        if len(self._runners) == _MOST_BRANCHES:
            raise BranchError(
                f"at most {_MOST_BRANCHES} branches through the comparisons of a function",
                "an example that takes another",
                "write choices with autodiff.where, or with operations such as relu or maximum",
            )
        recording = self._retrace([x[:, 0] for x in example], self.static[: self._count])
        if recording.shape != self._shape:
            raise ShapeError(
                f"a result of shape {self._shape}, as for the first example",
                f"shape {recording.shape} for another",
                "return as many Values on every branch",
            )
        runner = self._make(recording)
        runner.static[: self._count] = self.static[: self._count]
        # If rounding changes an outcome, the traced graph itself runs: its comparisons are the
        # traced ones, to the bit.
        return runner if runner.agrees(example).all() else ScalarRunner(recording)
