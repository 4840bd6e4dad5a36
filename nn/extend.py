"""What `viz` and `chalkgrad` need beside what users import from `nn`."""

from __future__ import annotations

from . import losses
from .data import Example, Examples, Split, circles, digits, has_mnist, mnist, moons, spirals, xor
from .data.images import read_image
from .engines.protocols import Loss
from .engines.registry import ENGINES
from .model.activations import LINEAR, activation
from .optim.schedules import Constant, Cosine, Exponential, Schedule, StepDecay, WarmUp
from .training.run import Callback

__all__ = [
    "ENGINES",
    "LINEAR",
    "Callback",
    "Constant",
    "Cosine",
    "Example",
    "Examples",
    "Exponential",
    "Loss",
    "Schedule",
    "Split",
    "StepDecay",
    "WarmUp",
    "activation",
    "circles",
    "digits",
    "has_mnist",
    "losses",
    "mnist",
    "moons",
    "read_image",
    "spirals",
    "xor",
]
