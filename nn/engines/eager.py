"""The eager engine: it builds the graph of Values of each mini-batch.

>>> from nn.losses import squared_error
>>> from nn.model.mlp import MLP
>>> engine = EagerEngine(MLP(1, [1], seed=1), squared_error)
>>> loss, gradient, outputs = engine.gradient(Examples([[2.0]], [[0.0]]))
>>> gradient.tolist() == [2 * outputs[0, 0] * 2.0, 2 * outputs[0, 0]]
True
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from statistics import fmean
from typing import TYPE_CHECKING, Any

from autodiff import Value, mean, no_grad
from autodiff.extend import numpy, paused_collector
from nn.data import Examples

from .protocols import BatchResult, Loss, Network

if TYPE_CHECKING:
    from autodiff.extend import Array


class EagerEngine:
    """One graph of Values for each mini-batch, and one reverse sweep through it.

    Args:
        net: the network.
        loss: of one example, from outputs and targets.

    Attributes:
        parameters: all parameters in one array; the Values follow after each step.
    """

    def __init__(self, net: Network, loss: Loss) -> None:
        self._net = net
        self._loss = loss
        self._values: list[Value] = net.parameters()
        self.parameters: Array = numpy().array([value.data for value in self._values], float)

    def running(self) -> AbstractContextManager[object]:
        """Return a context without garbage collection."""
        return paused_collector()

    def prepared(self, examples: Examples) -> Examples:
        """Return the examples as they are."""
        return examples

    def store(self) -> None:
        """Write the parameters into the Values."""
        for value, data in zip(self._values, self.parameters.tolist(), strict=True):
            value.data = data

    def stepped(self) -> None:
        """Write the parameters into the Values."""
        self.store()

    def gradient(self, batch: Examples, *, with_outputs: bool = True) -> BatchResult:  # noqa: ARG002 they are there anyway
        """Return the mean loss, the gradient and the outputs of a mini-batch.

        The batch is one graph with one sweep. A sweep for each example would write the gradients of
        all parameters each time, a sixth of the whole cost with the digit network.
        """
        for value in self._values:
            value.grad = 0.0
        outputs = [self._net(inputs) for inputs, _ in batch]
        cost = mean([self._loss(out, y) for out, (_, y) in zip(outputs, batch, strict=True)])
        cost.backward()
        gradient = numpy().array([value.grad for value in self._values])
        return BatchResult(cost.data, gradient, numbers_of(outputs))

    def descend(
        self, examples: Examples, batches: Array, rates: Sequence[float], out: Array
    ) -> None:
        """Take no step: they cost the same one by one."""

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return the mean loss and the outputs of examples; no graph is kept."""
        with no_grad():
            outputs = [self._net(inputs) for inputs, _ in examples]
            costs = [self._loss(out, y) for out, (_, y) in zip(outputs, examples, strict=True)]
        return fmean(cost.data for cost in costs), numbers_of(outputs)


def numbers_of(outputs: list[list[Value]]) -> Any:
    """Return the numbers in rows of Values as an array."""
    return numpy().array([[value.data for value in row] for row in outputs])
