"""The rules by which parameters follow their gradients. What is not here: the loop (`training`).

>>> w = Value(3.0)
>>> (w * w).backward()
>>> SGD([w], learning_rate=0.1).step()
>>> w.data
2.4
"""

from __future__ import annotations

from collections.abc import Iterable

from autodiff import Value
from autodiff.errors import described

from .checks import positive, sequence
from .errors import NetworkTypeError, SizeError

__all__ = ["SGD"]


class SGD:
    """Gradient descent: w <- w - learning_rate * dC/dw (Cauchy 1847).

    It is stochastic when the gradients are those of a mini-batch (Robbins, Monro 1951).

    Args:
        parameters: the leaves to change, at least one: `net.parameters()`.
        learning_rate: positive; the attribute may be changed between steps.

    Attributes:
        parameters: the leaves, in order.
        learning_rate: how far to go in proportion to the slope.

    Raises:
        NetworkTypeError: if a parameter is no Value.
        SizeError: if there are none.
        SettingError: if the learning rate is not positive and finite.
    """

    def __init__(self, parameters: Iterable[Value], learning_rate: float) -> None:
        self.parameters: list[Value] = list(sequence(parameters, "a list of Values as parameters"))
        self.learning_rate: float = positive(learning_rate, "the learning rate")
        if not self.parameters:
            raise SizeError("at least one parameter", "none", "pass net.parameters()")
        for parameter in self.parameters:
            if not isinstance(parameter, Value):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
                raise NetworkTypeError(
                    "Values as parameters", described(parameter), "pass net.parameters()"
                )

    def step(self) -> None:
        """Change every parameter in place by its gradient."""
        rate = self.learning_rate
        for parameter in self.parameters:
            parameter.data -= rate * parameter.grad

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0
