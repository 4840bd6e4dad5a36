"""Learning rates that change: the rate of each step, steps counted from 0.

    Constant     eta
    StepDecay    eta * factor**(step // every)
    Exponential  eta * factor**step
    Cosine       end + (eta - end) / 2 * (1 + cos(pi * step / steps))
    WarmUp       eta * (step + 1) / (steps + 1), then another schedule

Give one to an optimiser in place of a number. Any function from a step to a rate will do. What is
not here: the steps themselves (`optimisers`).

>>> schedule = WarmUp(3, then=Cosine(0.4, steps=10))
>>> [round(schedule(step), 3) for step in (0, 1, 2, 3, 8, 13)]
[0.1, 0.2, 0.3, 0.4, 0.2, 0.0]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from typing import TypeAlias

from nn.validation import not_negative, positive, whole

Schedule: TypeAlias = Callable[[int], float]


@dataclass(frozen=True)
class Constant:
    """Always the same rate.

    Attributes:
        rate: positive.
    """

    rate: float

    def __post_init__(self) -> None:
        positive(self.rate, "the learning rate")

    def __call__(self, step: int) -> float:  # noqa: ARG002 asked like all schedules
        """Return the rate."""
        return self.rate


@dataclass(frozen=True)
class StepDecay:
    """Multiplied by a factor again and again: rate * factor**(step // every).

    Attributes:
        rate: at first; positive.
        every: after how many steps the factor is applied, at least 1.
        factor: positive.
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
        return self.rate * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Exponential:
    """Multiplied by a factor after each step: rate * factor**step.

    Attributes:
        rate: at first; positive.
        factor: positive, and for a falling rate a little below 1.
    """

    rate: float
    factor: float

    def __post_init__(self) -> None:
        positive(self.rate, "the learning rate")
        positive(self.factor, "the factor of the learning rate")

    def __call__(self, step: int) -> float:
        """Return the rate of a step, counted from 0."""
        return self.rate * self.factor**step


@dataclass(frozen=True)
class Cosine:
    """Half a wave down: end + (rate - end) / 2 * (1 + cos(pi * step / steps)), then end.

    Source: Loshchilov, Hutter 2017, equation 5.

    Attributes:
        rate: at first; positive.
        steps: after how many steps the end is reached, at least 1.
        end: at last, at least 0.
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
        part = min(step / self.steps, 1.0)
        return self.end + (self.rate - self.end) / 2 * (1 + cos(pi * part))


@dataclass(frozen=True)
class WarmUp:
    """Up from nothing in equal parts, then another schedule from its beginning.

    Source: Goyal and others 2017, section 2.2.

    Attributes:
        steps: how many are below the full rate, at least 1.
        then: the schedule that follows, or its constant rate.
    """

    steps: int
    then: Schedule | float

    def __post_init__(self) -> None:
        whole(self.steps, 1, "the number of steps to warm up")
        if not callable(self.then):
            positive(self.then, "the learning rate")

    def __call__(self, step: int) -> float:
        """Return the rate of a step, counted from 0."""
        if step < self.steps:
            return rate_at(self.then, 0) * (step + 1) / (self.steps + 1)
        return rate_at(self.then, step - self.steps)


def rate_at(schedule: Schedule | float, step: int) -> float:
    """Return the learning rate of a step, counted from 0, of a schedule or a constant rate."""
    return schedule(step) if callable(schedule) else schedule
