"""The rules by which parameters follow their gradients, the same for scalars and compiled training.

Every rule is a direction; a step goes against it, in proportion to the learning rate:

    w <- w - rate * direction(dC/dw)

All parameters stand side by side in one NumPy array, so that each rule is written as in its paper.
What is not here: the loop (`training`), rates that change (`schedules`).

>>> w = Value(3.0)
>>> (w * w).backward()
>>> SGD([w], learning_rate=0.1).step()
>>> w.data
2.4
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from math import sqrt
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from autodiff import OptionError, Value
from autodiff.extend import numpy
from nn.model.module import Module
from nn.validation import fraction, not_negative, positive

from .base import decayed_of, leaves_of
from .schedules import Schedule, rate_at

if TYPE_CHECKING:
    from autodiff.extend import Array


class Decay(TypedDict, total=False):
    """The settings of weight decay, which all rules share: see `Optimiser`."""

    weight_decay: float
    decayed: Iterable[Value] | None


class Optimiser(ABC):
    """What all rules have in common.

    Args:
        parameters: the network to train; or the leaves to change, at least one.
        learning_rate: positive, or a schedule (`nn.schedules`).
        weight_decay: lambda of the penalty lambda/2 * sum w**2, whose derivative lambda * w is
            added to the gradient; at least 0.
        decayed: the leaves that decay; by default all parameters of the network but its biases.

    Attributes:
        parameters: the leaves, in order.
        learning_rate: how far to go in proportion to the slope; may be changed between steps.
        steps: how many have been taken.

    Raises:
        WrongTypeError: if a parameter is no Value.
        ShapeError: if there are none.
        OptionError: if a setting is out of range, or it is not known which parameters decay.
    """

    def __init__(
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule,
        **decay: Unpack[Decay],
    ) -> None:
        self.parameters: list[Value] = leaves_of(parameters)
        self.learning_rate: float | Schedule = (
            learning_rate
            if callable(learning_rate)
            else positive(learning_rate, "the learning rate")
        )
        self.steps: int = 0
        unknown = sorted(set(decay) - {"weight_decay", "decayed"})
        if unknown:
            raise OptionError(
                "the settings that the rule has, weight_decay or decayed",
                ", ".join(unknown),
                f"see help(nn.{type(self).__name__})",
            )
        strength = not_negative(decay.get("weight_decay", 0.0), "the strength of weight decay")
        chosen = decayed_of(parameters, decay.get("decayed")) if strength else set[Value]()
        self._decays: list[float] = [strength * (leaf in chosen) for leaf in self.parameters]
        self._has_decay: bool = bool(chosen)
        self._decay: Any = None
        self._scratch: Any = None
        self._penalised: Any = None

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
            vector: the parameters, float64, in order; changed in place.
            gradient: the derivative of the cost by each; left as it is.
        """
        if self._scratch is None:
            self._scratch = numpy().empty_like(vector)
        rate = self.rate
        with numpy().errstate(all="ignore"):  # what is not finite is found and named by `fit`
            if self._has_decay:
                gradient = self._decayed(vector, gradient, rate)
            step = numpy().multiply(self.direction(gradient), rate, out=self._scratch)
            vector -= step
        self.steps += 1

    @abstractmethod
    def direction(self, gradient: Array) -> Array:
        """Return where to go from, by this rule, for a learning rate of 1.

        It may be written into the scratch memory: a new array of 13,002 numbers in each step would
        cost as much as the rule itself.
        """

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def _decayed(self, vector: Array, gradient: Array, _rate: float) -> Array:
        """Return the gradient of the cost with the penalty."""
        penalised = numpy().multiply(self._strengths(), vector, out=self._penalised)
        penalised += gradient
        self._penalised = penalised
        return penalised

    def _strengths(self) -> Array:
        if self._decay is None:
            self._decay = numpy().array(self._decays)
        return self._decay


class SGD(Optimiser):
    """Gradient descent: w <- w - learning_rate * dC/dw (Cauchy 1847).

    It is stochastic when the gradients are those of a mini-batch (Robbins, Monro 1951). With
    momentum, the direction is a velocity v <- momentum * v + g (Polyak 1964), with Nesterov's g +
    momentum * v (Nesterov 1983, in the form of Sutskever and others 2013).

    Args:
        momentum: how much of the velocity is kept, in [0, 1).
        nesterov: whether to look ahead along the velocity.

    All other arguments, attributes and errors are those of `Optimiser`.
    """

    def __init__(
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        **decay: Unpack[Decay],
    ) -> None:
        super().__init__(parameters, learning_rate, **decay)
        self.momentum: float = fraction(momentum, "the momentum")
        self.nesterov: bool = nesterov
        self._velocity: Any = None
        if nesterov and not self.momentum:
            raise OptionError("a momentum above 0 with nesterov", "0", "write momentum=0.9")

    def direction(self, gradient: Array) -> Array:
        """Return the gradient, or the velocity."""
        if not self.momentum:
            return gradient
        if self._velocity is None:
            self._velocity = numpy().zeros_like(gradient)
        self._velocity *= self.momentum
        self._velocity += gradient
        if not self.nesterov:
            return self._velocity
        ahead = numpy().multiply(self._velocity, self.momentum, out=self._scratch)
        ahead += gradient
        return ahead


class RMSProp(Optimiser):
    """The gradient in units of its own recent size: g / (sqrt(s) + epsilon).

    s <- smoothing * s + (1 - smoothing) * g**2 (Tieleman, Hinton 2012, lecture 6e).

    Args:
        smoothing: how much of the mean square is kept, in [0, 1).
        epsilon: keeps the quotient finite; positive.

    All other arguments, attributes and errors are those of `Optimiser`.
    """

    def __init__(
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule = 0.01,
        *,
        smoothing: float = 0.99,
        epsilon: float = 1e-8,
        **decay: Unpack[Decay],
    ) -> None:
        super().__init__(parameters, learning_rate, **decay)
        self.smoothing: float = fraction(smoothing, "the smoothing")
        self.epsilon: float = positive(epsilon, "epsilon")
        self._square: Any = None

    def direction(self, gradient: Array) -> Array:
        """Return g / (sqrt(s) + epsilon)."""
        if self._square is None:
            self._square = numpy().zeros_like(gradient)
        _follow_square(self._square, gradient, self.smoothing, self._scratch)
        size = numpy().sqrt(self._square, out=self._scratch)
        size += self.epsilon
        return numpy().divide(gradient, size, out=size)


class Adam(Optimiser):
    """A running mean of the gradient in units of its own size: m / (sqrt(s) + epsilon).

    m <- beta1 * m + (1 - beta1) * g and s <- beta2 * s + (1 - beta2) * g**2, each divided by
    1 - beta**t at step t, because both begin at 0 (Kingma, Ba 2015, algorithm 1).

    Args:
        betas: how much of m and of s is kept, each in [0, 1).
        epsilon: keeps the quotient finite; positive.

    All other arguments, attributes and errors are those of `Optimiser`.
    """

    def __init__(
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        **decay: Unpack[Decay],
    ) -> None:
        super().__init__(parameters, learning_rate, **decay)
        first, second = betas
        self.betas: tuple[float, float] = fraction(first, "beta1"), fraction(second, "beta2")
        self.epsilon: float = positive(epsilon, "epsilon")
        self._mean: Any = None
        self._square: Any = None

    def direction(self, gradient: Array) -> Array:
        """Return m / (sqrt(s) + epsilon), both means corrected for their beginning."""
        if self._mean is None:
            self._mean, self._square = numpy().zeros_like([gradient, gradient])
        first, second = self.betas
        time = self.steps + 1
        self._mean *= first
        self._mean += numpy().multiply(gradient, 1 - first, out=self._scratch)
        _follow_square(self._square, gradient, second, self._scratch)
        size = numpy().sqrt(self._square, out=self._scratch)
        size *= (1 - first**time) / sqrt(1 - second**time)
        size += (1 - first**time) * self.epsilon
        return numpy().divide(self._mean, size, out=size)


class AdamW(Adam):
    """Adam whose weights decay by themselves: w <- w - rate * lambda * w, then Adam's step.

    In Adam's own quotient a penalty would count for less where gradients are large (Loshchilov,
    Hutter 2019, algorithm 2). Arguments, attributes and errors are those of `Adam`.
    """

    def _decayed(self, vector: Array, gradient: Array, _rate: float) -> Array:
        """Let the weights decay; the gradient stays that of the cost alone."""
        decay = numpy().multiply(self._strengths(), vector, out=self._scratch)
        decay *= _rate
        vector -= decay
        return gradient


def _follow_square(mean: Array, gradient: Array, kept: float, scratch: Array) -> None:
    """Update a running mean of g**2: s <- kept * s + (1 - kept) * g**2."""
    mean *= kept
    square = numpy().multiply(gradient, gradient, out=scratch)
    square *= 1 - kept
    mean += square
