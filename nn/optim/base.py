"""`Optimiser`: what every rule shares; a rule of your own is a subclass with a `direction`.

A step goes against the direction, in proportion to the learning rate:

    w <- w - rate * direction(dC/dw)

All parameters lie side by side in one NumPy array, so that a rule reads as in its paper and serves
both engines.

>>> class Sign(Optimiser):
...     def direction(self, gradient):
...         return numpy().sign(gradient)
>>> w = Value(3.0)
>>> (w * w).backward()
>>> Sign([w], learning_rate=0.5).step()
>>> w.data
2.5
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autodiff import OptionError, ShapeError, Value, WrongTypeError
from autodiff.extend import described, numpy, sequence
from nn.model.module import Module
from nn.validation import not_negative, positive

from .schedules import Schedule, rate_at

if TYPE_CHECKING:
    from autodiff.extend import Array


class Optimiser(ABC):
    """Changes parameters by their gradients: w <- w - rate * direction(dC/dw).

    Args:
        parameters: the network to train; or the Values to change, at least one.
        learning_rate: a positive number, or a schedule (`nn.schedules`).
        weight_decay: lambda >= 0 of the penalty lambda/2 * sum w**2, whose derivative lambda * w
            is added to the gradient; 0 by default.
        decayed: the Values that decay; by default the parameters of the network but its biases.

    Attributes:
        parameters: the Values that are changed, in order.
        learning_rate: as given; may be replaced between steps.
        steps: the number of steps taken.

    Raises:
        WrongTypeError: if a parameter is not a Value.
        ShapeError: if there are no parameters.
        OptionError: if a setting is out of range, or weights shall decay and a plain list of
            parameters does not tell which.
    """

    def __init__(
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule,
        *,
        weight_decay: float = 0.0,
        decayed: Iterable[Value] | None = None,
    ) -> None:
        self.parameters: list[Value] = _leaves(parameters)
        self.learning_rate: float | Schedule = (
            learning_rate
            if callable(learning_rate)
            else positive(learning_rate, "the learning rate")
        )
        self.steps: int = 0
        strength = not_negative(weight_decay, "the strength of weight decay")
        chosen = _decayed(parameters, decayed) if strength else set[Value]()
        self._decays: list[float] = [strength * (leaf in chosen) for leaf in self.parameters]
        self._has_decay: bool = bool(chosen)
        self._strengths: Any = None
        self._penalised: Any = None
        self._scratch: Any = None

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return rate_at(self.learning_rate, self.steps)

    def step(self) -> None:
        """Change every parameter in place by its gradient."""
        vector = numpy().array([parameter.data for parameter in self.parameters], float)
        gradient = numpy().array([parameter.grad for parameter in self.parameters], float)
        self.update(vector, gradient)
        for parameter, data in zip(self.parameters, vector.tolist(), strict=True):
            parameter.data = data

    def update(self, vector: Array, gradient: Array) -> None:
        """Take one step with all parameters side by side.

        Args:
            vector: the parameters in order, float64; changed in place.
            gradient: the derivative of the cost by each, float64; not changed.
        """
        if self._scratch is None:
            self._scratch = numpy().empty_like(vector)
            self._strengths = numpy().array(self._decays)
        rate = self.rate
        with numpy().errstate(all="ignore"):  # `fit` finds and names what is not finite
            if self._has_decay:
                gradient = self.decay(vector, gradient, rate)
            step = numpy().multiply(self.direction(gradient), rate, out=self._scratch)
            vector -= step
        self.steps += 1

    @abstractmethod
    def direction(self, gradient: Array) -> Array:
        """Return the direction that a step goes against, before the learning rate.

        Args:
            gradient: of the cost, with the penalty of weight decay; not to be changed.

        Returns:
            An array of the same shape. It may be `self._scratch`: a new array of 13,002 numbers
            in each step would cost as much as the rule itself.
        """

    def decay(self, vector: Array, gradient: Array, rate: float) -> Array:  # noqa: ARG002 AdamW needs the rate
        """Return the gradient of the cost with the penalty.

        Args:
            vector: the parameters.
            gradient: of the cost alone; not changed.
            rate: the learning rate of this step.
        """
        self._penalised = numpy().multiply(self._strengths, vector, out=self._penalised)
        self._penalised += gradient
        return self._penalised

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


def _leaves(parameters: Module | Iterable[Value]) -> list[Value]:
    """Return the parameters of a network, or those that are given."""
    is_network = isinstance(parameters, Module)
    given = parameters.parameters() if is_network else parameters
    leaves = list(sequence(given, "a network or a list of Values as parameters"))
    remedy = "pass the network, or net.parameters()"
    if not leaves:
        raise ShapeError("at least one parameter", "none", remedy)
    for leaf in leaves:
        if not isinstance(leaf, Value):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
            raise WrongTypeError("Values as parameters", described(leaf), remedy)
    return leaves


def _decayed(parameters: Module | Iterable[Value], decayed: Iterable[Value] | None) -> set[Value]:
    """Return the parameters that decay: those that are given, or a network's but its biases."""
    if decayed is not None:
        return set(decayed)
    if isinstance(parameters, Module):
        return set(parameters.decayed_parameters())
    remedy = "pass the network itself in place of its parameters, or decayed=[...]"
    raise OptionError("to know which parameters decay", "a plain list of them", remedy)
