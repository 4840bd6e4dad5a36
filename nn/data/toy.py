"""Small problems in the plane, whose answers can be seen: moons, circles, spirals, exclusive or.

Every point has two inputs. Its targets are one for each class, 1 for its own and 0 elsewhere, as
`cross_entropy` wants them; or with `sides=True` a single one, -1 or 1, as `hinge` does. What is
not here: drawing them (`viz.decision_regions`).

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
from math import cos, pi, sin
from random import Random
from typing import TypeAlias

from nn.validation import generator_of, not_negative, whole

from .examples import Examples

# where a point of a class lies: its class, its index among its own, and how many these are
_Curve: TypeAlias = Callable[[int, int, int], tuple[float, float]]


def moons(
    count: int = 100, *, noise: float = 0.1, seed: int | Random = 0, sides: bool = False
) -> Examples:
    """Return points on two half circles that reach into each other, as in scikit-learn.

    Args:
        count: of points, at least 2; half of them in each class.
        noise: the standard deviation of the Gaussian noise on both coordinates.
        seed: of the noise.
        sides: whether there is one target, -1 or 1, in place of two.

    Raises:
        ShapeError: if there are too few points.
        OptionError: if the noise is negative.
    """

    def place(label: int, index: int, total: int) -> tuple[float, float]:
        angle = pi * index / max(1, total - 1)
        x, y = cos(angle), sin(angle)
        return (1 - x, 0.5 - y) if label else (x, y)

    return _points(place, count, (noise, seed), sides=sides)


def circles(
    count: int = 100, *, noise: float = 0.1, seed: int | Random = 0, sides: bool = False
) -> Examples:
    """Return points on a circle of radius 1 and, in the second class, on one of radius 1/2.

    Arguments and errors are those of `moons`.
    """

    def place(label: int, index: int, total: int) -> tuple[float, float]:
        radius, angle = (0.5 if label else 1.0), 2 * pi * index / total
        return radius * cos(angle), radius * sin(angle)

    return _points(place, count, (noise, seed), sides=sides)


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
        count: of points, at least 2; half of them in each class.
        noise: the standard deviation of the Gaussian noise on both coordinates.
        seed: of the noise.
        sides: whether there is one target, -1 or 1, in place of two.
        turns: how often each goes round.

    Raises:
        ShapeError: if there are too few points.
        OptionError: if the noise is negative.
    """

    def place(label: int, index: int, total: int) -> tuple[float, float]:
        part = index / max(1, total - 1)
        radius, angle = 0.1 + 0.9 * part, 2 * pi * turns * part + pi * label
        return radius * cos(angle), radius * sin(angle)

    return _points(place, count, (noise, seed), sides=sides)


def xor(
    count: int = 4, *, noise: float = 0.0, seed: int | Random = 0, sides: bool = False
) -> Examples:
    """Return the corners of the unit square in turn; the second class where just one input is 1.

    Arguments and errors are those of `moons`, but the corners are exact by default.
    """
    generator, spread = generator_of(seed), not_negative(noise, "the noise")
    inputs: list[list[float]] = []
    labels: list[int] = []
    for index in range(whole(count, 2, "the number of points")):
        a, b = index // 2 % 2, index % 2
        inputs.append([a + spread * generator.gauss(), b + spread * generator.gauss()])
        labels.append(a ^ b)
    return Examples(inputs, _targets(labels, sides=sides))


def _points(
    place: _Curve, count: int, randomness: tuple[float, int | Random], *, sides: bool
) -> Examples:
    """Return points of two classes in turn, each class evenly along its curve."""
    noise, seed = randomness
    generator, spread = generator_of(seed), not_negative(noise, "the noise")
    total = whole(count, 2, "the number of points")
    labels = [index % 2 for index in range(total)]
    inputs: list[list[float]] = []
    for index, label in enumerate(labels):
        x, y = place(label, index // 2, (total + 1 - label) // 2)
        inputs.append([x + spread * generator.gauss(), y + spread * generator.gauss()])
    return Examples(inputs, _targets(labels, sides=sides))


def _targets(labels: list[int], *, sides: bool) -> list[list[float]]:
    if sides:
        return [[2.0 * label - 1.0] for label in labels]
    return [[float(label == 0), float(label == 1)] for label in labels]
