"""What the words of the command line stand for: data sets, losses, optimisers, schedules.

What is not here: the words themselves (`parser`).

>>> schedule("cosine", 0.1, steps=100)
Cosine(rate=0.1, steps=100, end=0.0)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from nn import SGD, Adam, AdamW, Module, Optimiser, RMSProp
from nn.extend import (
    Constant,
    Cosine,
    Exponential,
    Loss,
    Schedule,
    Split,
    StepDecay,
    WarmUp,
    circles,
    digits,
    has_mnist,
    losses,
    mnist,
    moons,
    spirals,
    xor,
)

_POINTS = {"moons": moons, "circles": circles, "spirals": spirals, "xor": xor}
_COUNT = 400  # of points, a quarter of them held out
_NOISE = {"spirals": 0.02}
_USUAL_NOISE = 0.1
_LAST_RATE = 0.01  # of an exponential schedule, as a part of the first rate

DATASETS = ("digits", "mnist", "handwriting", *_POINTS)


class Recipe(NamedTuple):
    """A loss, and what it asks of the network.

    Attributes:
        loss: of one example.
        output_activation: what the last layer needs.
        is_one_sided: whether it wants one target, -1 or 1, in place of one for each class.
    """

    loss: Loss
    output_activation: str = "linear"
    is_one_sided: bool = False


LOSSES = {
    "cross_entropy": Recipe(losses.cross_entropy),
    "binary_cross_entropy": Recipe(losses.binary_cross_entropy, "sigmoid"),
    "half_squared_error": Recipe(losses.half_squared_error, "sigmoid"),
    "squared_error": Recipe(losses.squared_error, "sigmoid"),
    "mean_squared_error": Recipe(losses.mean_squared_error, "sigmoid"),
    "hinge": Recipe(losses.hinge, is_one_sided=True),
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
    "constant": lambda rate, _: Constant(rate),
    "step": lambda rate, steps: StepDecay(rate, every=max(1, steps // 3)),
    "exponential": lambda rate, steps: Exponential(rate, _LAST_RATE ** (1 / steps)),
    "cosine": Cosine,
    "warm-up": lambda rate, steps: WarmUp(
        max(1, steps // 20), then=Cosine(rate, max(1, steps - steps // 20))
    ),
}


def load_data(name: str, folder: Path | None, *, is_one_sided: bool = False) -> Split:
    """Return examples to learn from, and others.

    Args:
        name: one of `DATASETS`.
        folder: where the files of mnist are, if not in their usual places.
        is_one_sided: whether points have one target, -1 or 1, in place of two.

    Raises:
        DataError: if the files of mnist cannot be had.
        MissingPackageError: if a package that brings the data is not installed.
    """
    if name == "handwriting":
        name = "mnist" if has_mnist(folder) else "digits"
    if name == "digits":
        return digits()
    if name == "mnist":
        return mnist(folder)
    noise = _NOISE.get(name, _USUAL_NOISE)
    return _POINTS[name](_COUNT, noise=noise, seed=1, sides=is_one_sided).split(_COUNT // 4)


def optimiser(name: str, net: Module, rate: Schedule, weight_decay: float) -> Optimiser:
    """Return an optimiser by name, with its usual settings."""
    return OPTIMISERS[name](net, rate, weight_decay)


def schedule(name: str, rate: float, steps: int) -> Schedule:
    """Return a schedule by name that fits a run of so many steps."""
    return SCHEDULES[name](rate, steps)
