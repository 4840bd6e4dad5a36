"""What `viz` and `chalkgrad` need beside what users import from `nn`."""

from __future__ import annotations

from .data import Examples, Split, digits, has_mnist, mnist
from .data.images import read_image
from .engines.protocols import Loss
from .engines.registry import ENGINES
from .model.activations import LINEAR, activation
from .optim.schedules import Cosine, Schedule, WarmUp
from .training.run import Callback

__all__ = [
    "ENGINES",
    "LINEAR",
    "Callback",
    "Cosine",
    "Examples",
    "Loss",
    "Schedule",
    "Split",
    "WarmUp",
    "activation",
    "digits",
    "has_mnist",
    "mnist",
    "read_image",
]
