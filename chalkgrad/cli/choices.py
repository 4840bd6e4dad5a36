"""Data sets, losses, optimisers and schedules by their names on the command line.

>>> schedule("cosine", 0.1, steps=100)
Cosine(rate=0.1, steps=100, end=0.0)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nn
from nn import (
    SGD,
    Adam,
    AdamW,
    Module,
    Optimiser,
    RMSProp,
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_squared_error,
    squared_error,
)
from nn.extend import Loss, Schedule, Split, digits, has_mnist, mnist

_POINTS = {
    "moons": nn.data.moons,
    "circles": nn.data.circles,
    "spirals": nn.data.spirals,
    "xor": nn.data.xor,
}
_POINT_COUNT = 400  # a quarter of them held out
_NOISE = {"moons": 0.1, "circles": 0.1, "spirals": 0.02, "xor": 0.1}
_DECAY = 0.01  # of an exponential schedule: the last rate by the first

DATASETS = ("digits", "mnist", "handwriting", *_POINTS)


class Recipe(NamedTuple):
    """A loss, and the outputs and targets that go with it.

    Attributes:
        loss: the loss of one example.
        output_activation: of the last layer.
        is_one_sided: whether an example has one target, -1 or 1, instead of one per class.
    """

    loss: Loss
    output_activation: str = "linear"
    is_one_sided: bool = False


LOSSES = {
    "cross_entropy": Recipe(cross_entropy),
    "binary_cross_entropy": Recipe(binary_cross_entropy, "sigmoid"),
    "half_squared_error": Recipe(half_squared_error, "sigmoid"),
    "squared_error": Recipe(squared_error, "sigmoid"),
    "mean_squared_error": Recipe(mean_squared_error, "sigmoid"),
    "hinge": Recipe(hinge, is_one_sided=True),
}
OPTIMISERS: dict[str, Callable[[Module, Schedule, float], Optimiser]] = {
    "sgd": lambda net, rate, decay: SGD(net, rate, weight_decay=decay),
    "momentum": lambda net, rate, decay: SGD(net, rate, momentum=0.9, weight_decay=decay),
    "nesterov": lambda net, rate, decay: SGD(
        net, rate, momentum=0.9, nesterov=True, weight_decay=decay
    ),
    "rmsprop": lambda net, rate, decay: RMSProp(net, rate, weight_decay=decay),
    "adam": lambda net, rate, decay: Adam(net, rate, weight_decay=decay),
    "adamw": lambda net, rate, decay: AdamW(net, rate, weight_decay=decay),
}
SCHEDULES: dict[str, Callable[[float, int], Schedule]] = {
    "constant": lambda rate, _: nn.schedules.Constant(rate),
    "step": lambda rate, steps: nn.schedules.StepDecay(rate, every=max(1, steps // 3)),
    "exponential": lambda rate, steps: nn.schedules.Exponential(rate, _DECAY ** (1 / steps)),
    "cosine": nn.schedules.Cosine,
    "warm-up": lambda rate, steps: nn.schedules.WarmUp(
        max(1, steps // 20), then=nn.schedules.Cosine(rate, max(1, steps - steps // 20))
    ),
}


def load_data(name: str, folder: Path | None, *, is_one_sided: bool = False) -> Split:
    """Return training examples and held-out examples.

    Args:
        name: one of `DATASETS`.
        folder: with the files of mnist; by default where `nn.data.mnist` looks.
        is_one_sided: whether points have one target, -1 or 1, instead of two.

    Returns:
        The split: of 400 points, 100 are held out.

    Raises:
        DataError: if the files of mnist are missing or damaged.
        MissingPackageError: if a package that the data needs is not installed.
    """
    if name == "handwriting":
        name = "mnist" if has_mnist(folder) else "digits"
    if name == "digits":
        return digits()
    if name == "mnist":
        return mnist(folder)
    points = _POINTS[name](_POINT_COUNT, noise=_NOISE[name], seed=1, sides=is_one_sided)
    return points.split(_POINT_COUNT // 4)


def optimiser(name: str, net: Module, rate: Schedule, weight_decay: float) -> Optimiser:
    """Return an optimiser by name, with its usual settings."""
    return OPTIMISERS[name](net, rate, weight_decay)


def schedule(name: str, rate: float, steps: int) -> Schedule:
    """Return a schedule by name, fitted to the number of steps of a run."""
    return SCHEDULES[name](rate, steps)
