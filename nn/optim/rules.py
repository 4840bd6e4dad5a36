"""The optimisers, one class for each rule: SGD, RMSProp, Adam, AdamW.

>>> w = Value(3.0)
>>> (w * w).backward()
>>> SGD([w], learning_rate=0.1).step()
>>> w.data
2.4
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autodiff import OptionError, ShapeError, Value
from autodiff.extend import numpy, sequence
from nn.model.module import Module
from nn.validation import fraction, positive

from .base import Optimiser
from .schedules import Schedule

if TYPE_CHECKING:
    from autodiff.extend import Array


class SGD(Optimiser):
    """Gradient descent: w <- w - rate * g, with g = dC/dw (Cauchy 1847).

    It is stochastic where g is the gradient of a mini-batch (Robbins, Monro 1951). With momentum
    it follows a velocity v <- momentum * v + g in place of g (Polyak 1964); with Nesterov's, it
    follows g + momentum * v (Nesterov 1983, as in Sutskever and others 2013).

    Args:
        parameters: the network to train; or the Values to change, at least one.
        learning_rate: a positive number, or a schedule (`nn.schedules`).
        momentum: the part of the velocity that is kept in each step, in [0, 1); 0 by default.
        nesterov: whether to look ahead along the velocity; needs a momentum above 0.
        weight_decay: lambda >= 0 of the penalty lambda/2 * sum w**2, whose derivative lambda * w
            is added to the gradient; 0 by default.
        decayed: the Values that decay, at least one of the parameters; by default the parameters
            of the network but its biases.
        max_norm: the largest Euclidean norm of the gradient of all parameters, positive; a longer
            gradient is shortened to it. None, the default, takes it as it is. Kept as an attribute.

    Attributes:
        parameters: the Values that are changed, in order.
        learning_rate: the rate or the schedule; may be replaced between steps.
        steps: the number of steps taken.
        memory: what the rule remembers from step to step, arrays by name.

    Raises:
        WrongTypeError: if a parameter is not a Value.
        ShapeError: if there are no parameters.
        OptionError: if a setting is out of range, a decayed Value is not a parameter, or
            `weight_decay` is set for a plain list of parameters without `decayed`.
    """

    def __init__(  # noqa: PLR0913 each is a setting of its own, by keyword
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        decayed: Iterable[Value] | None = None,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(
            parameters,
            learning_rate,
            weight_decay=weight_decay,
            decayed=decayed,
            max_norm=max_norm,
        )
        self.momentum: float = fraction(momentum, "the momentum")
        self.nesterov: bool = nesterov
        if nesterov and not self.momentum:
            raise OptionError("a momentum above 0 with nesterov", "0", "write momentum=0.9")

    @property
    def is_plain(self) -> bool:
        """Whether a step is w <- w - rate * g: nothing added, remembered, shortened or frozen."""
        is_changed = self.momentum or self._has_decay or self.max_norm is not None
        return type(self) is SGD and not is_changed and self.frozen is None

    def direction(self, gradient: Array) -> Array:
        """Return the gradient, or the velocity."""
        if not self.momentum:
            return gradient
        velocity = self._remembered("velocity", gradient)
        velocity *= self.momentum
        velocity += gradient
        if not self.nesterov:
            return velocity
        ahead = numpy().multiply(velocity, self.momentum, out=self._scratch)
        ahead += gradient
        return ahead


class RMSProp(Optimiser):
    """The gradient divided by its own recent size: w <- w - rate * g / (sqrt(s) + epsilon).

    s <- smoothing * s + (1 - smoothing) * g**2, from 0 (Tieleman, Hinton 2012, lecture 6e).

    Args:
        parameters: the network to train; or the Values to change, at least one.
        learning_rate: a positive number, or a schedule (`nn.schedules`); 0.01 by default.
        smoothing: the part of s that is kept in each step, in [0, 1); 0.99 by default.
        epsilon: keeps the quotient finite; positive, 1e-8 by default.
        weight_decay: lambda >= 0 of the penalty lambda/2 * sum w**2, whose derivative lambda * w
            is added to the gradient; 0 by default.
        decayed: the Values that decay, at least one of the parameters; by default the parameters
            of the network but its biases.
        max_norm: the largest Euclidean norm of the gradient of all parameters, positive; a longer
            gradient is shortened to it. None, the default, takes it as it is. Kept as an attribute.

    Attributes:
        parameters: the Values that are changed, in order.
        learning_rate: the rate or the schedule; may be replaced between steps.
        steps: the number of steps taken.
        memory: what the rule remembers from step to step, arrays by name.

    Raises:
        WrongTypeError: if a parameter is not a Value.
        ShapeError: if there are no parameters.
        OptionError: if a setting is out of range, a decayed Value is not a parameter, or
            `weight_decay` is set for a plain list of parameters without `decayed`.
    """

    def __init__(  # noqa: PLR0913 each is a setting of its own, by keyword
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule = 0.01,
        *,
        smoothing: float = 0.99,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        decayed: Iterable[Value] | None = None,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(
            parameters,
            learning_rate,
            weight_decay=weight_decay,
            decayed=decayed,
            max_norm=max_norm,
        )
        self.smoothing: float = fraction(smoothing, "the smoothing")
        self.epsilon: float = positive(epsilon, "epsilon")

    def direction(self, gradient: Array) -> Array:
        """Return g / (sqrt(s) + epsilon)."""
        square = self._remembered("square", gradient)
        _follow_square(square, gradient, self.smoothing, self._scratch)
        size = numpy().sqrt(square, out=self._scratch)
        size += self.epsilon
        return numpy().divide(gradient, size, out=size)


class Adam(Optimiser):
    """A running mean of the gradient divided by its size: w <- w - rate * m / (sqrt(s) + epsilon).

    m <- beta1 * m + (1 - beta1) * g and s <- beta2 * s + (1 - beta2) * g**2, both from 0 and
    therefore divided by 1 - beta**t at step t (Kingma, Ba 2015, algorithm 1).

    Args:
        parameters: the network to train; or the Values to change, at least one.
        learning_rate: a positive number, or a schedule (`nn.schedules`); 0.001 by default.
        betas: the parts of m and of s that are kept in each step, both in [0, 1); (0.9, 0.999) by
            default.
        epsilon: keeps the quotient finite; positive, 1e-8 by default.
        weight_decay: lambda >= 0 of the penalty lambda/2 * sum w**2, whose derivative lambda * w
            is added to the gradient; 0 by default.
        decayed: the Values that decay, at least one of the parameters; by default the parameters
            of the network but its biases.
        max_norm: the largest Euclidean norm of the gradient of all parameters, positive; a longer
            gradient is shortened to it. None, the default, takes it as it is. Kept as an attribute.

    Attributes:
        parameters: the Values that are changed, in order.
        learning_rate: the rate or the schedule; may be replaced between steps.
        steps: the number of steps taken.
        memory: what the rule remembers from step to step, arrays by name.

    Raises:
        WrongTypeError: if a parameter is not a Value, or the betas are not a sequence.
        ShapeError: if there are no parameters, or not two betas.
        OptionError: if a setting is out of range, a decayed Value is not a parameter, or
            `weight_decay` is set for a plain list of parameters without `decayed`.
    """

    def __init__(  # noqa: PLR0913 each is a setting of its own, by keyword
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        decayed: Iterable[Value] | None = None,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(
            parameters,
            learning_rate,
            weight_decay=weight_decay,
            decayed=decayed,
            max_norm=max_norm,
        )
        pair = sequence(betas, "two numbers as betas")
        if len(pair) != 2:
            raise ShapeError("two numbers as betas", f"{len(pair)}", "write betas=(0.9, 0.999)")
        self.betas: tuple[float, float] = fraction(pair[0], "beta1"), fraction(pair[1], "beta2")
        self.epsilon: float = positive(epsilon, "epsilon")

    def direction(self, gradient: Array) -> Array:
        """Return m / (sqrt(s) + epsilon), both means corrected for their start at 0."""
        mean, square = self._remembered("mean", gradient), self._remembered("square", gradient)
        first, second = self.betas
        time = self.steps + 1
        mean *= first
        mean += numpy().multiply(gradient, 1 - first, out=self._scratch)
        _follow_square(square, gradient, second, self._scratch)
        size = numpy().sqrt(square, out=self._scratch)
        size *= (1 - first**time) / numpy().sqrt(1 - second**time)
        size += (1 - first**time) * self.epsilon
        return numpy().divide(mean, size, out=size)


class AdamW(Adam):
    """Adam with decoupled weight decay: w <- w - rate * lambda * w, then Adam's step.

    As part of the gradient, a penalty would be divided by its size, and so count for less where
    gradients are large (Loshchilov, Hutter 2019, algorithm 2).

    Args:
        parameters: the network to train; or the Values to change, at least one.
        learning_rate: a positive number, or a schedule (`nn.schedules`); 0.001 by default.
        betas: the parts of m and of s that are kept in each step, both in [0, 1); (0.9, 0.999) by
            default.
        epsilon: keeps the quotient finite; positive, 1e-8 by default.
        weight_decay: lambda >= 0; 0 by default.
        decayed: the Values that decay, at least one of the parameters; by default the parameters
            of the network but its biases.
        max_norm: the largest Euclidean norm of the gradient of all parameters, positive; a longer
            gradient is shortened to it. None, the default, takes it as it is. Kept as an attribute.

    Attributes:
        parameters: the Values that are changed, in order.
        learning_rate: the rate or the schedule; may be replaced between steps.
        steps: the number of steps taken.
        memory: what the rule remembers from step to step, arrays by name.

    Raises:
        WrongTypeError: if a parameter is not a Value, or the betas are not a sequence.
        ShapeError: if there are no parameters, or not two betas.
        OptionError: if a setting is out of range, a decayed Value is not a parameter, or
            `weight_decay` is set for a plain list of parameters without `decayed`.
    """

    def decay(self, vector: Array, gradient: Array, rate: float) -> Array:
        """Let the weights decay, and return the gradient as it is.

        Args:
            vector: the parameters; changed in place.
            gradient: of the cost alone.
            rate: the learning rate of this step.
        """
        part = numpy().multiply(self._strengths, vector, out=self._scratch)
        part *= rate
        vector -= part
        return gradient


def _follow_square(mean: Array, gradient: Array, kept: float, scratch: Array) -> None:
    """Update a running mean of g**2: s <- kept * s + (1 - kept) * g**2."""
    mean *= kept
    square = numpy().multiply(gradient, gradient, out=scratch)
    square *= 1 - kept
    mean += square
