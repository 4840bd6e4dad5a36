"""The runner of the function itself, on Values, example by example: nothing is compiled.

It is slow, but takes every way through the comparisons of a function.

>>> from autodiff import Value
>>> w = Value(3.0)
>>> function = lambda x: w * x if x > 0 else -x
>>> runner = EagerRunner(function, [w], (1.0,), (), np.array([5.0]))
>>> runner.run([np.array([[1.0, -2.0]])])
array([[5., 2.]])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Never

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.tracing.calling import holding, values_of
from autodiff.compiler.tracing.structures import Operand, flat_result
from autodiff.errors import ShapeError
from autodiff.graph.backprop import adjoints
from autodiff.graph.grad_mode import recording
from autodiff.graph.node import Node, data_of

from .guards import unsaved


class EagerRunner:
    """Runs the function itself, example by example.

    Args:
        function: of one example.
        parameters: the leaves to differentiate by.
        example: the structure of the arguments.
        shape: of the result.
        static: begins with the parameters.

    Attributes:
        static: as given.
        gradient: by the parameters.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        parameters: Sequence[Node],
        example: tuple[Any, ...],
        shape: tuple[int, ...],
        static: Array,
    ) -> None:
        self._function: Callable[..., Any] = function
        self._parameters: Sequence[Node] = parameters
        self._example: tuple[Any, ...] = example
        self._shape: tuple[int, ...] = shape
        self.static: Array = static
        self.gradient: Array = np.zeros(len(parameters), static.dtype)

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        rows = [[data_of(x) for x in outputs] for outputs in self._results(arguments)]
        return np.array(rows, self.static.dtype).T

    def encoded(self) -> Never:
        """Refuse: see `Runner.encoded`."""
        raise unsaved()

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell that every example can be run."""
        return np.array([True] * arguments[0].shape[1], bool)

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the output and compute its gradient; see `Runner.differentiate`."""
        gradient = [0.0] * len(self._parameters)
        total = 0.0
        for (root,) in self._results(arguments):
            total += data_of(root)
            adjoint = adjoints([root], [1.0]) if isinstance(root, Node) else {}
            for place, leaf in enumerate(self._parameters):
                gradient[place] += adjoint.get(leaf, 0.0)
        self.gradient[...] = gradient
        self.gradient /= batch
        if out is not None:
            out[...] = self.gradient
        return total / batch

    def _results(self, arguments: Sequence[Array]) -> Iterator[tuple[Operand, ...]]:
        data = self.static[: len(self._parameters)].tolist()
        with recording(), holding(self._parameters, data):
            for numbers in np.concatenate(arguments).T.tolist():
                result = self._function(*values_of(self._example, numbers))
                outputs, shape = flat_result(result)
                if shape != self._shape:
                    raise shape_error(self._shape, shape)
                yield outputs


def shape_error(expected: tuple[int, ...], arrived: tuple[int, ...]) -> ShapeError:
    """Return the error for a function whose results differ in shape."""
    return ShapeError(
        f"a result of shape {expected}, as for the first example",
        f"shape {arrived} for another",
        "return as many Values on every branch",
    )
