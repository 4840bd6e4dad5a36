"""Small problems of two classes in the plane: moons, circles, spirals, exclusive or.

>>> for inputs, targets in xor():
...     print(inputs, targets)
[0.0, 0.0] [1.0, 0.0]
[0.0, 1.0] [0.0, 1.0]
[1.0, 0.0] [0.0, 1.0]
[1.0, 1.0] [1.0, 0.0]
>>> moons(100, noise=0.1, seed=1, sides=True)[0]
([1.1288184753155464, 0.1449445608699771], [-1.0])
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, isfinite, pi, sin
from random import Random
from typing import TypeAlias

from autodiff import OptionError, ShapeError
from autodiff.extend import described, not_negative, number, truth, whole
from nn.validation import generator_of

from .examples import Examples

_MOST = 1_000_000  # points

# from a class, an index in it and the size of the class to the place of a point
_Curve: TypeAlias = Callable[[int, int, int], tuple[float, float]]


def moons(
    count: int = 100, *, noise: float = 0.1, seed: int | Random = 0, sides: bool = False
) -> Examples:
    """Return points on two half circles that reach into each other, as in scikit-learn.

    Args:
        count: the number of points, from 2 to 1,000,000, half of them in each class;
            100 by default.
        noise: the standard deviation of Gaussian noise on both inputs, at least 0; 0.1 by
            default.
        seed: of the noise, an int or a `random.Random`; 0 by default.
        sides: whether each point has a single target, -1 or 1, for `hinge`. By default it has two,
            1 for its class and 0 for the other, for `cross_entropy`.

    Raises:
        ShapeError: if there are too few points.
        OptionError: if there are too many, or the noise is negative or not finite.
        OperandError: if the noise is not a number.
        WrongTypeError: if the count is not a whole number, or seed or sides of another type.
    """

    def place(label: int, index: int, total: int) -> tuple[float, float]:
        angle = pi * index / max(1, total - 1)
        x, y = cos(angle), sin(angle)
        return (1 - x, 0.5 - y) if label else (x, y)

    return _points(place, count, noise, seed, sides=sides)


def circles(
    count: int = 100, *, noise: float = 0.1, seed: int | Random = 0, sides: bool = False
) -> Examples:
    """Return points on a circle of radius 1 and, in the second class, on one of radius 1/2.

    Args:
        count: the number of points, from 2 to 1,000,000, half of them in each class;
            100 by default.
        noise: the standard deviation of Gaussian noise on both inputs, at least 0; 0.1 by
            default.
        seed: of the noise, an int or a `random.Random`; 0 by default.
        sides: whether each point has a single target, -1 or 1, for `hinge`. By default it has two,
            1 for its class and 0 for the other, for `cross_entropy`.

    Raises:
        ShapeError: if there are too few points.
        OptionError: if there are too many, or the noise is negative or not finite.
        OperandError: if the noise is not a number.
        WrongTypeError: if the count is not a whole number, or seed or sides of another type.
    """

    def place(label: int, index: int, total: int) -> tuple[float, float]:
        radius, angle = (0.5 if label else 1.0), 2 * pi * index / total
        return radius * cos(angle), radius * sin(angle)

    return _points(place, count, noise, seed, sides=sides)


def spirals(
    count: int = 100,
    *,
    noise: float = 0.02,
    seed: int | Random = 0,
    sides: bool = False,
    turns: float = 1.0,
) -> Examples:
    """Return points on two spirals around each other, from radius 0.1 to 1.

    Args:
        count: the number of points, from 2 to 1,000,000, half of them in each class;
            100 by default.
        noise: the standard deviation of Gaussian noise on both inputs, at least 0; 0.02 by
            default.
        seed: of the noise, an int or a `random.Random`; 0 by default.
        sides: whether each point has a single target, -1 or 1, for `hinge`. By default it has two,
            1 for its class and 0 for the other, for `cross_entropy`.
        turns: the number of turns of each spiral, a finite number; 1 by default.

    Raises:
        ShapeError: if there are too few points.
        OptionError: if there are too many, or the noise is negative or not finite, or turns
            is not finite.
        OperandError: if noise or turns is not a number.
        WrongTypeError: if the count is not a whole number, or seed or sides of another type.
    """
    around = 2 * pi * number(turns)
    if not isfinite(around):
        raise OptionError("a finite number of turns", described(turns), "write for example 1")

    def place(label: int, index: int, total: int) -> tuple[float, float]:
        part = index / max(1, total - 1)
        radius, angle = 0.1 + 0.9 * part, around * part + pi * label
        return radius * cos(angle), radius * sin(angle)

    return _points(place, count, noise, seed, sides=sides)


def xor(
    count: int = 4, *, noise: float = 0.0, seed: int | Random = 0, sides: bool = False
) -> Examples:
    """Return the corners of the unit square; the second class has just one input of 1.

    Args:
        count: the number of points, from 2 to 1,000,000, which take the four corners in turn; 4
            by default.
        noise: the standard deviation of Gaussian noise on both inputs, at least 0; 0 by
            default.
        seed: of the noise, an int or a `random.Random`; 0 by default.
        sides: whether each point has a single target, -1 or 1, for `hinge`. By default it has two,
            1 for its class and 0 for the other, for `cross_entropy`.

    Raises:
        ShapeError: if there are too few points.
        OptionError: if there are too many, or the noise is negative or not finite.
        OperandError: if the noise is not a number.
        WrongTypeError: if the count is not a whole number, or seed or sides of another type.
    """
    generator, spread = generator_of(seed), not_negative(noise, "the noise")
    inputs: list[list[float]] = []
    labels: list[int] = []
    for index in range(whole(count, 2, "the number of points", ShapeError, _MOST)):
        a, b = index // 2 % 2, index % 2
        inputs.append([a + spread * generator.gauss(), b + spread * generator.gauss()])
        labels.append(a ^ b)
    return Examples(inputs, _targets(labels, sides=sides))


def _points(
    place: _Curve, count: int, noise: float, seed: int | Random, *, sides: bool
) -> Examples:
    """Return points of the two classes in turn, each evenly spaced along its curve."""
    generator, spread = generator_of(seed), not_negative(noise, "the noise")
    total = whole(count, 2, "the number of points", ShapeError, _MOST)
    labels = [index % 2 for index in range(total)]
    inputs: list[list[float]] = []
    for index, label in enumerate(labels):
        x, y = place(label, index // 2, (total + 1 - label) // 2)
        inputs.append([x + spread * generator.gauss(), y + spread * generator.gauss()])
    return Examples(inputs, _targets(labels, sides=sides))


def _targets(labels: list[int], *, sides: bool) -> list[list[float]]:
    if truth(sides, "sides"):
        return [[2.0 * label - 1.0] for label in labels]
    return [[float(label == 0), float(label == 1)] for label in labels]
