"""Learning rates that change from step to step; steps are counted from 0.

    Constant     rate
    StepDecay    rate * factor**(step // every)
    Exponential  rate * factor**step
    Cosine       end + (rate - end) / 2 * (1 + cos(pi * step / steps))
    WarmUp       rate * (step + 1) / (steps + 1), then another schedule

An optimiser takes one in place of a number; any function from a step to a rate will do.

>>> schedule = WarmUp(3, then=Cosine(0.4, steps=10))
>>> [round(schedule(step), 3) for step in (0, 1, 2, 3, 8, 13)]
[0.1, 0.2, 0.3, 0.4, 0.2, 0.0]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, inf, pi
from typing import TypeAlias

from autodiff.extend import not_negative, number, whole
from nn.validation import positive

Schedule: TypeAlias = Callable[[int], float]

_MOST = 10**15  # steps, which a float counts exactly


@dataclass(frozen=True)
class Constant:
    """The same rate at every step.

    Args:
        rate: the learning rate, positive.

    Raises:
        OptionError: if the rate is out of range.
    """

    rate: float

    def __post_init__(self) -> None:
        positive(self.rate, "the learning rate")

    def __call__(self, step: int) -> float:  # noqa: ARG002 every schedule takes it
        """Return the rate."""
        return self.rate


@dataclass(frozen=True)
class StepDecay:
    """A rate that drops at regular intervals: rate * factor**(step // every).

    Args:
        rate: the first learning rate, positive.
        every: the number of steps between two rates, at least 1.
        factor: of a rate and the one before, positive; 0.1 by default.

    Raises:
        OptionError: if a setting is out of range.
        WrongTypeError: if `every` is not a whole number.
    """

    rate: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        positive(self.rate, "the learning rate")
        whole(self.every, 1, "the number of steps between two rates")
        positive(self.factor, "the factor of the learning rate")

    def __call__(self, step: int) -> float:
        """Return the rate of a step, counted from 0."""
        return self.rate * _power(self.factor, _checked(step) // self.every)


@dataclass(frozen=True)
class Exponential:
    """A rate that changes by the same factor in each step: rate * factor**step.

    Args:
        rate: the first learning rate, positive.
        factor: of each rate and the one before, positive; a little below 1 for a falling rate.

    Raises:
        OptionError: if a setting is out of range.
    """

    rate: float
    factor: float

    def __post_init__(self) -> None:
        positive(self.rate, "the learning rate")
        positive(self.factor, "the factor of the learning rate")

    def __call__(self, step: int) -> float:
        """Return the rate of a step, counted from 0."""
        return self.rate * _power(self.factor, _checked(step))


@dataclass(frozen=True)
class Cosine:
    """Half a cosine wave down: end + (rate - end) / 2 * (1 + cos(pi * step / steps)).

    After that many steps the rate stays at `end` (Loshchilov, Hutter 2017, equation 5).

    Args:
        rate: the first learning rate, positive.
        steps: the number of steps to the end, at least 1.
        end: the last learning rate, at least 0; 0 by default.

    Raises:
        OptionError: if a setting is out of range.
        WrongTypeError: if `steps` is not a whole number.
    """

    rate: float
    steps: int
    end: float = 0.0

    def __post_init__(self) -> None:
        positive(self.rate, "the learning rate")
        whole(self.steps, 1, "the number of steps to the end")
        not_negative(self.end, "the learning rate at the end")

    def __call__(self, step: int) -> float:
        """Return the rate of a step, counted from 0."""
        part = min(_checked(step), self.steps) / self.steps
        return self.end + (self.rate - self.end) / 2 * (1 + cos(pi * part))


@dataclass(frozen=True)
class WarmUp:
    """A rate that rises in equal parts, and then follows another schedule from its start.

    With the other one's first rate r, the rate is r * (step + 1) / (steps + 1) (Goyal and others
    2017, section 2.2).

    Args:
        steps: the number of steps below the full rate, at least 1.
        then: the schedule that follows, or a constant rate, positive.

    Raises:
        OptionError: if a setting is out of range.
        WrongTypeError: if `steps` is not a whole number.
    """

    steps: int
    then: Schedule | float

    def __post_init__(self) -> None:
        whole(self.steps, 1, "the number of steps to warm up", most=_MOST)
        if not callable(self.then):
            positive(self.then, "the learning rate")

    def __call__(self, step: int) -> float:
        """Return the rate of a step, counted from 0."""
        step = _checked(step)
        if step < self.steps:
            return rate_at(self.then, 0) * (step + 1) / (self.steps + 1)
        return rate_at(self.then, step - self.steps)


def rate_at(schedule: Schedule | float, step: int) -> float:
    """Return the learning rate of a step, counted from 0, of a schedule or a constant rate.

    Raises:
        OperandError: if the schedule returns anything but a real number.
    """
    return number(schedule(step) if callable(schedule) else schedule)


def _checked(step: int) -> int:
    return whole(step, 0, "the step")


def _power(factor: float, exponent: int) -> float:
    """Return a power of a positive number, inf if it overflows."""
    try:
        return factor**exponent
    except OverflowError:
        return 0.0 if factor < 1 else inf if factor > 1 else 1.0
