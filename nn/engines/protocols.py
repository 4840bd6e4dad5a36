"""What training asks of a network, a loss and an engine. What is not here: any of them.

An engine holds all parameters side by side in one array, which an optimiser changes in place, and
computes the loss and the gradient of a mini-batch.

>>> Sweep(0.5, [1.0, -1.0], None).loss
0.5
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from autodiff import Value
from autodiff.extend import Operand
from nn.data import Examples

if TYPE_CHECKING:
    from autodiff.extend import Array

Loss: TypeAlias = Callable[[list[Value], Iterable[float]], Value]


class Network(Protocol):
    """What can be trained: something with parameters that turns inputs into outputs."""

    def parameters(self) -> list[Value]:
        """Return the leaves to change."""
        ...

    def __call__(self, inputs: Iterable[Operand], /) -> list[Value]:
        """Return the outputs for one example."""
        ...


class Sweep(NamedTuple):
    """What a mini-batch says.

    Attributes:
        loss: its mean loss.
        gradient: the derivative of that by each parameter.
        outputs: the network's, one row for each example; None if they were not asked for, and
            would have cost something.
    """

    loss: float
    gradient: Array
    outputs: Array | None


class Engine(Protocol):
    """What `fit` asks of an engine. It is made of a network, a loss, and examples."""

    @property
    def parameters(self) -> Array:
        """All parameters, float64 and contiguous, in the order of `net.parameters()`."""
        ...

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

    def gradient(self, batch: Examples, *, with_outputs: bool) -> Sweep:
        """Return mean loss, gradient and, if they are asked for, outputs of a mini-batch.

        The gradient may be overwritten by the next one.
        """
        ...

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return mean loss and outputs of examples."""
        ...
