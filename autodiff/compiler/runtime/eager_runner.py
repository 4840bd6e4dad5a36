"""The runner of the function itself: it is traced for every example, and nothing is compiled.

It is slow, but takes every way through the comparisons of a function.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.retrace import retrace
>>> w = Value(3.0)
>>> def again(numbers, data):
...     return retrace(lambda x: w * x if x > 0 else -x, [w], (1.0,), numbers, data)
>>> runner = EagerRunner(again, [w], 1, np.array([5.0]))
>>> runner.run([np.array([[1.0, -2.0]])])
array([[5., 2.]])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.tracing.record import Recording
from autodiff.graph.backprop import adjoints
from autodiff.graph.node import Node, data_of

Retrace = Callable[[Sequence[float], Sequence[float]], Recording]


class EagerRunner:
    """Runs the function itself, example by example.

    Args:
        retrace: traces the function, given the numbers of an example and the parameters.
        parameters: the leaves to differentiate by.
        outputs: how many numbers the function returns.
        static: begins with the parameters.

    Attributes:
        static: as given.
        gradient: by the parameters.
    """

    def __init__(
        self, retrace: Retrace, parameters: Sequence[Node], outputs: int, static: Array
    ) -> None:
        self._retrace: Retrace = retrace
        self._parameters: Sequence[Node] = parameters
        self._outputs: int = outputs
        self.static: Array = static
        self.gradient: Array = np.zeros(len(parameters), static.dtype)

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        rows = [[data_of(x) for x in each.outputs] for each in self._traced(arguments)]
        return np.array(rows, self.static.dtype).reshape(-1, self._outputs).T

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell that every example can be run."""
        return np.ones(arguments[0].shape[1], bool)

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the output and compute its gradient; see `Runner.differentiate`."""
        gradient = [0.0] * len(self._parameters)
        total = 0.0
        for recording in self._traced(arguments):
            (root,) = recording.outputs
            total += data_of(root)
            adjoint = adjoints([root], [1.0]) if isinstance(root, Node) else {}
            for place, leaf in enumerate(self._parameters):
                gradient[place] += adjoint.get(leaf, 0.0)
        self.gradient[...] = gradient
        self.gradient /= batch
        if out is not None:
            out[...] = self.gradient
        return total / batch

    def _traced(self, arguments: Sequence[Array]) -> Iterator[Recording]:
        data = self.static[: len(self._parameters)].tolist()
        for numbers in np.concatenate(arguments).T.tolist():
            yield self._retrace(numbers, data)
