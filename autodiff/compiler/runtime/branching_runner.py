"""The runner of branches: one trace and one program for each of the ways that examples take.

An example whose comparisons agree with a trace is run by its program; any other example is traced
itself. The results are merged. A function with more than a few ways runs eagerly beyond them.

>>> from autodiff import Value, compile
>>> size = lambda x: x if x > 0 else -x
>>> program = compile(size, parameters=[], example=(1.0,), on_branch="split")
>>> program([3.0, -2.0, 1.0])
array([3., 2., 1.])
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.saving.encode import Encoded
from autodiff.compiler.tracing.record import Recording
from autodiff.errors import TracingWarning

from .eager_runner import shape_error
from .runner import Runner
from .scalar_runner import ScalarRunner

_MOST_WAYS = 16  # each is a program with memory of its own
_ENOUGH = 200  # examples after which a way that few of them take is given up
_FEW = 0.05  # of the examples that a way is tried for
_WARNING = (
    f"a compiled function takes more than {_MOST_WAYS} ways through its comparisons: examples that "
    "take others run eagerly, one by one, at the speed of Values. Write choices with "
    "autodiff.where, or with operations such as relu and maximum"
)

Examples = NDArray[np.intp]


class BranchingRunner:
    """Runs each example by the trace that it agrees with.

    Args:
        first: the first recording.
        runner: of the first recording.
        make: makes the runner of another recording.
        retrace: traces the function on another example, given its numbers and the parameters.
        eager: runs the function itself, with the static vector of `runner`; None if the function
            is not there: then `retrace` raises.
        is_exact: whether gradients are added up example by example, in their order.

    Attributes:
        static: the static vector of the first runner; it begins with the parameters.
        gradient: its adjoint.
        is_full: whether no further ways are traced.
    """

    def __init__(  # noqa: PLR0913 the parts of a branching program
        self,
        first: Recording,
        runner: Runner,
        make: Callable[[Recording], Runner],
        retrace: Callable[[Sequence[float], Sequence[float]], Recording],
        eager: Runner | None,
        *,
        is_exact: bool,
    ) -> None:
        self._count: int = len(first.parameters)
        self._shape: tuple[int, ...] = first.shape
        self._outputs: int = len(first.outputs)
        self._make: Callable[[Recording], Runner] = make
        self._is_exact: bool = is_exact
        self.static: Array = runner.static
        self.gradient: Array = runner.gradient
        self._ways: list[_Way] = [_Way(runner)]
        self.is_full: bool = False
        self._retrace: Callable[[Sequence[float], Sequence[float]], Recording] = retrace
        self._eager: Runner | None = eager

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        outputs = np.empty((self._outputs, arguments[0].shape[1]), self.static.dtype)
        for runner, examples in self._divided(arguments):
            outputs[:, examples] = runner.run([x[:, examples] for x in arguments])
        return outputs

    def add(self, runners: Sequence[Runner]) -> None:
        """Add ways that were traced before."""
        self._ways += map(_Way, runners)

    def encoded(self) -> list[Encoded]:
        """Return the equations of every way as plain data; see `Runner.encoded`."""
        return [each for way in self._ways for each in way.runner.encoded()]

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell that every example can be run."""
        return np.array([True] * arguments[0].shape[1], bool)

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

    def _divided(self, arguments: Sequence[Array]) -> Iterator[tuple[Runner, Examples]]:
        """Yield runners with the numbers of their examples; trace examples that have none."""
        batch = arguments[0].shape[1]
        rest: Examples = np.arange(batch, dtype=np.intp)
        tried = 0
        while rest.size:
            if tried == len(self._ways):
                if self._eager is not None and (self.is_full or tried == _MOST_WAYS):
                    break
                self._ways.append(_Way(self._traced([x[:, rest[:1]] for x in arguments])))
            way = self._ways[tried]
            way.runner.static[: self._count] = self.static[: self._count]
            parts = [
                way.runner.agrees([x[:, part] for x in arguments]) for part in _parts(rest, batch)
            ]
            agreed: NDArray[np.bool_] = np.concatenate(parts)
            way.tried += rest.size
            way.taken += int(agreed.sum())
            for part in _parts(rest[agreed], batch):
                yield way.runner, part
            rest = rest[~agreed]
            tried += 1
        if rest.size and self._eager is not None:
            self._give_up()
            yield self._eager, rest

    def _give_up(self) -> None:
        """Trace no further ways, warn once, and forget the ways that few examples take."""
        if not self.is_full:
            warnings.warn(_WARNING, TracingWarning, stacklevel=2)
        self.is_full = True
        self._ways = [
            way for way in self._ways if way.tried < _ENOUGH or way.taken > _FEW * way.tried
        ]

    def _traced(self, example: Sequence[Array]) -> Runner:
        """Trace an example, given as a batch of one, and return its runner."""
        numbers = [number for x in example for number in x[:, 0].tolist()]
        recording = self._retrace(numbers, self.static[: self._count].tolist())
        if recording.shape != self._shape:
            raise shape_error(self._shape, recording.shape)
        runner = self._make(recording)
        runner.static[: self._count] = self.static[: self._count]
        # If rounding changes an outcome, the traced graph itself runs: its comparisons are the
        # traced ones, to the bit.
        return runner if runner.agrees(example).all() else ScalarRunner(recording)


class _Way:
    """One way through the comparisons, and how many examples were tried and took it."""

    def __init__(self, runner: Runner) -> None:
        self.runner: Runner = runner
        self.tried: int = 0
        self.taken: int = 0


def _parts(examples: Examples, batch: int) -> Iterator[Examples]:
    """Divide some examples of a batch into powers of two; all of them stay together.

    A runner keeps memory for every size, so that there should be few.
    """
    start = 0
    while start < examples.size:
        count = examples.size - start
        if examples.size < batch:
            count = 1 << (count.bit_length() - 1)
        yield examples[start : start + count]
        start += count
