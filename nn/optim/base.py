"""The base class of optimisers; to write a rule, subclass it with a `direction`.

A step goes against the direction, in proportion to the learning rate:

    w <- w - rate * direction(dC/dw)

All parameters lie in one NumPy array, so that a rule reads as in its paper and serves both engines.

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
from collections.abc import Iterable, Sequence
from copy import copy
from math import inf
from typing import TYPE_CHECKING, Any

from autodiff import OptionError, ShapeError, Value, WrongTypeError
from autodiff.extend import described, not_negative, numpy, sequence
from nn.model.module import Module
from nn.validation import positive

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
        decayed: the Values that decay, at least one of the parameters; by default the parameters
            of the network but its biases.
        max_norm: the largest Euclidean norm of the gradient of all parameters, positive; a longer
            gradient is shortened to it before anything else (Pascanu and others 2013). None, the
            default, takes it as it is. Kept as an attribute.

    Attributes:
        parameters: the Values that are changed, in order.
        learning_rate: the rate or the schedule; may be replaced between steps.
        steps: the number of steps taken.
        decays: lambda of each parameter, 0 where it does not decay.
        frozen: the indices of the parameters that are left as they are; None for none.
        memory: what the rule remembers from step to step, arrays by name. An interrupted step
            leaves it as it was, and `fit` writes it into checkpoints.

    Raises:
        WrongTypeError: if a parameter is not a Value.
        ShapeError: if there are no parameters.
        OptionError: if a setting is out of range, a decayed Value is not a parameter, or
            `weight_decay` is set for a plain list of parameters without `decayed`.
    """

    def __init__(
        self,
        parameters: Module | Iterable[Value],
        learning_rate: float | Schedule,
        *,
        weight_decay: float = 0.0,
        decayed: Iterable[Value] | None = None,
        max_norm: float | None = None,
    ) -> None:
        self.parameters: list[Value] = _leaves(parameters)
        self.learning_rate: float | Schedule = (
            learning_rate
            if callable(learning_rate)
            else positive(learning_rate, "the learning rate")
        )
        self.max_norm: float | None = (
            None if max_norm is None else positive(max_norm, "the largest norm of the gradient")
        )
        self.steps: int = 0
        self.memory: dict[str, Array] = {}
        strength = not_negative(weight_decay, "the strength of weight decay")
        chosen = _decayed(parameters, self.parameters, decayed, needed=strength > 0)
        self.decays: list[float] = [strength * (leaf in chosen) for leaf in self.parameters]
        self._has_decay: bool = strength > 0 and bool(chosen)
        self._network: Module | None = parameters if isinstance(parameters, Module) else None
        self.frozen: Any = None
        self._strengths: Any = None
        self._penalised: Any = None
        self._scratch: Any = None
        self._before: Any = None

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.rate_at(self.steps)

    def rate_at(self, steps: int) -> float:
        """Return the learning rate of the step after some steps.

        Args:
            steps: their number, at least 0.
        """
        return rate_at(self.learning_rate, steps)

    @property
    def is_plain(self) -> bool:
        """Whether a step is w <- w - rate * g: nothing added, remembered, shortened or frozen."""
        return False

    def step(self) -> None:
        """Change every parameter that is not frozen by its gradient; if interrupted, none.

        Parameters are frozen by `Module.freeze` on the network that the optimiser was made for.
        """
        if self._network is not None:
            self._hold(self._network.frozen_parameters())
        before = [parameter.data for parameter in self.parameters]
        memory, steps = self._copied_memory(), self.steps
        try:
            vector = numpy().array(before, float)
            self.update(vector, numpy().array([leaf.grad for leaf in self.parameters], float))
            _write(self.parameters, vector.tolist())
        except BaseException:  # such as Ctrl-C
            self.memory, self.steps = memory, steps
            _write(self.parameters, before)
            raise

    def hold(self, frozen: Iterable[Value]) -> None:
        """Leave some parameters as they are from now on, and change all others.

        Args:
            frozen: the Values to leave; others than the parameters are ignored.

        Raises:
            WrongTypeError: if it is not a list of Values.
        """
        self._hold(_values(frozen, "frozen", "write for example layer.parameters()"))

    def _hold(self, frozen: Iterable[Value]) -> None:
        kept = set(frozen)
        indices = [index for index, leaf in enumerate(self.parameters) if kept and leaf in kept]
        self.frozen = numpy().array(indices) if indices else None

    def update(self, vector: Array, gradient: Array) -> None:
        """Take one step with all parameters side by side; if it is interrupted, take none.

        Args:
            vector: the parameters in order, float64; changed in place.
            gradient: the derivative of the cost by each, float64; not changed.
        """
        rate, steps = self.rate, self.steps
        self._prepare(vector)
        memory = self._copied_memory()
        try:
            with numpy().errstate(all="ignore"):  # `fit` finds and names what is not finite
                self._step(vector, self._shortened(gradient), rate)
            self.steps = steps + 1
        except BaseException:
            vector[:], self.memory, self.steps = self._before, memory, steps
            raise

    def taken(
        self, vector: Any, gradient: Any, *, rate: Any, steps: Any, memory: dict[str, Any]
    ) -> dict[str, Any]:
        """Take one step as `update` does, on arrays that behave as NumPy's; stay as it is.

        Args:
            vector: the parameters in order; changed in place.
            gradient: the derivative of the cost by each; not changed.
            rate: the learning rate.
            steps: the number of steps taken before.
            memory: what the rule remembers from them; changed in place.

        Returns:
            What the rule remembers now.
        """
        rule = copy(self)
        vars(rule).update(steps=steps, memory=memory, _before=None, _penalised=None)
        rule.advance(vector, gradient, rate)
        return rule.memory

    def advance(self, vector: Any, gradient: Any, rate: Any) -> None:
        """Take the step itself, whatever the schedule says; it cannot be interrupted.

        Args:
            vector: the parameters in order; changed in place.
            gradient: the derivative of the cost by each; not changed.
            rate: the learning rate.
        """
        self._prepare(vector)
        self._step(vector, self._shortened(gradient), rate)

    def _prepare(self, vector: Array) -> None:
        if self._before is None:
            self._strengths = numpy().array(self.decays)
            self._scratch, self._before = (numpy().empty_like(vector) for _ in range(2))
        numpy().copyto(self._before, vector)

    def _copied_memory(self) -> dict[str, Array]:
        return {name: array.copy() for name, array in self.memory.items()}

    def _step(self, vector: Array, gradient: Array, rate: float) -> None:
        if self._has_decay:
            gradient = self.decay(vector, gradient, rate)
        step = numpy().multiply(self.direction(gradient), rate, out=self._scratch)
        vector -= step
        if self.frozen is not None:
            vector[self.frozen] = self._before[self.frozen]

    def _shortened(self, gradient: Array) -> Array:
        """Return the gradient, 0 for frozen parameters and not longer than the largest norm."""
        if self.frozen is not None:
            gradient = gradient.copy()
            gradient[self.frozen] = 0.0
        if self.max_norm is None:
            return gradient
        largest = numpy().abs(gradient).max()
        is_usual = (largest > 0) & (largest < inf)
        size = numpy().where(is_usual, largest, 1.0)
        norm = size * numpy().linalg.norm(gradient / size)  # no square overflows
        is_longer = is_usual & (norm > self.max_norm)
        return gradient * (self.max_norm / numpy().where(is_longer, norm, self.max_norm))

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

    def _remembered(self, name: str, gradient: Array) -> Array:
        """Return an array of the memory, to be changed in place; 0 before the first step."""
        if name not in self.memory:
            self.memory[name] = numpy().zeros_like(gradient)
        return self.memory[name]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


def _leaves(parameters: Module | Iterable[Value]) -> list[Value]:
    """Return the parameters of a network, or those that are given."""
    is_network = isinstance(parameters, Module)
    given = parameters.parameters() if is_network else parameters
    remedy = "pass the network, or net.parameters()"
    leaves = list(_values(given, "parameters", remedy, "a network or a list of Values"))
    if not leaves:
        raise ShapeError("at least one parameter", "none", remedy)
    return leaves


def _values(
    given: Iterable[Value], what: str, remedy: str, expected: str = "a list of Values"
) -> Sequence[Value]:
    leaves = sequence(given, f"{expected} as {what}")
    for leaf in leaves:
        if not isinstance(leaf, Value):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
            raise WrongTypeError(f"Values as {what}", described(leaf), remedy)
    return leaves


def _decayed(
    given: Module | Iterable[Value],
    leaves: list[Value],
    decayed: Iterable[Value] | None,
    *,
    needed: bool,
) -> set[Value]:
    """Return the parameters that decay: those that are named, or a network's but its biases."""
    if decayed is None:
        if isinstance(given, Module):
            return set(given.decayed_parameters())
        if not needed:
            return set()
        remedy = (
            "pass the network in place of its parameters, or name those that decay: decayed=[...]"
        )
        raise OptionError(
            "a network, or decayed=, with weight_decay", "a plain list of parameters", remedy
        )
    remedy = "write for example decayed=[neuron.weights[0]]"
    chosen = _values(decayed, "decayed", remedy)
    known = set(leaves)
    for leaf in chosen:
        if leaf not in known:
            raise OptionError("parameters of this optimiser as decayed", described(leaf), remedy)
    if needed and not chosen:
        raise OptionError("at least one parameter as decayed", "none", "write weight_decay=0")
    return set(chosen)


def _write(parameters: list[Value], numbers: list[float]) -> None:
    for parameter, data in zip(parameters, numbers, strict=True):
        parameter.data = data
