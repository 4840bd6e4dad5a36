"""Engines: how the loss and the gradient of a mini-batch are computed.

An engine holds all parameters side by side in one array, which an optimiser changes in place. The
eager one builds the graph of every example, scalar by scalar, so that it can be looked at. What is
not here: the steps (`optimisers`), their order (`training`).

>>> from nn.losses import squared_error
>>> from nn.perceptron import MLP
>>> engine = EagerEngine(MLP(1, [1], seed=1), squared_error)
>>> loss, gradient, outputs = engine.gradient(Examples([[2.0]], [[0.0]]))
>>> gradient.tolist() == [2 * outputs[0, 0] * 2.0, 2 * outputs[0, 0]]
True
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from autodiff import Value, mean, no_grad
from autodiff.errors import described
from autodiff.functions import Operand

from .data import Examples
from .errors import SettingError
from .packages import numpy

if TYPE_CHECKING:
    from .packages import Array

__all__ = ["ENGINES", "EagerEngine", "Engine", "Loss", "Network", "Pull", "engine_by_name"]

Loss: TypeAlias = Callable[[list[Value], Iterable[float]], Value]


class Network(Protocol):
    """What can be trained: something with parameters that turns inputs into outputs."""

    def parameters(self) -> list[Value]:
        """Return the leaves to change."""
        ...

    def __call__(self, inputs: Iterable[Operand], /) -> list[Value]:
        """Return the outputs for one example."""
        ...


class Pull(NamedTuple):
    """What a mini-batch says.

    Attributes:
        loss: its mean loss.
        gradient: the derivative of that by each parameter.
        outputs: the network's, one row for each example; None if the engine does not keep them.
    """

    loss: float
    gradient: Array
    outputs: Array | None


class Engine(Protocol):
    """What `fit` asks of an engine. It is made of a network, a loss, and an example."""

    parameters: Array
    """All parameters, float64 and contiguous, in the order of `net.parameters()`."""

    def running(self) -> AbstractContextManager[object]:
        """Return a context in which a run takes place."""
        ...

    def prepared(self, examples: Examples) -> Examples:
        """Return examples in the form from which the engine takes mini-batches best."""
        ...

    def load(self) -> None:
        """Read the parameters from the network's Values."""
        ...

    def store(self) -> None:
        """Write the parameters into the network's Values."""
        ...

    def stepped(self) -> None:
        """Take note that the parameters have been changed by a step."""
        ...

    def gradient(self, batch: Examples) -> Pull:
        """Return mean loss, gradient and outputs of a mini-batch."""
        ...

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return mean loss and outputs of examples."""
        ...


class EagerEngine:
    """One graph of Values for each mini-batch, and one sweep back through it.

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
        self.parameters: Array = numpy().empty(len(self._values))
        self.load()

    def running(self) -> AbstractContextManager[object]:
        """Return a context without garbage collection."""
        return collector_paused()

    def prepared(self, examples: Examples) -> Examples:
        """Return the examples as they are."""
        return examples

    def load(self) -> None:
        """Read the parameters from the Values."""
        self.parameters[:] = [value.data for value in self._values]

    def store(self) -> None:
        """Write the parameters into the Values."""
        for value, data in zip(self._values, self.parameters.tolist(), strict=True):
            value.data = data

    def stepped(self) -> None:
        """Write the parameters into the Values."""
        self.store()

    def gradient(self, batch: Examples) -> Pull:
        """Return mean loss, gradient and outputs of a mini-batch.

        The batch is one graph with one sweep: a sweep for each example would write the gradients
        of all parameters each time, a sixth of the whole cost of the digit network.
        """
        for value in self._values:
            value.grad = 0.0
        outputs = [self._net(inputs) for inputs, _ in batch]
        cost = mean([self._loss(out, y) for out, (_, y) in zip(outputs, batch, strict=True)])
        cost.backward()
        gradient = numpy().array([value.grad for value in self._values])
        return Pull(cost.data, gradient, _numbers(outputs))

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return mean loss and outputs of examples; no graph is kept."""
        with no_grad():
            outputs = [self._net(inputs) for inputs, _ in examples]
            costs = [self._loss(out, y) for out, (_, y) in zip(outputs, examples, strict=True)]
        return fmean(cost.data for cost in costs), _numbers(outputs)


# each by its name, made of a network, a loss and the examples
ENGINES: dict[str, Callable[[Network, Loss, Examples], Engine]] = {
    "eager": lambda net, loss, _: EagerEngine(net, loss),
}


def engine_by_name(name: str) -> Callable[[Network, Loss, Examples], Engine]:
    """Find how to make an engine.

    Raises:
        SettingError: if there is none of that name.
    """
    if name not in ENGINES:
        known = " or ".join(map(repr, ENGINES))
        raise SettingError("the name of an engine", described(name), f"write {known}")
    return ENGINES[name]


@contextmanager
def collector_paused() -> Generator[None]:
    """Pause the garbage collector, and set it as it was at the end.

    A dropped graph is freed at once without it. Going through the graph of a large batch again and
    again, to find nothing, would cost a quarter of the time: measured with 500 digits at once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _numbers(outputs: list[list[Value]]) -> Any:
    return numpy().array([[value.data for value in row] for row in outputs])
