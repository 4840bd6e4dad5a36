"""What packages and programs that build on `nn` need beside what users import from it."""

from __future__ import annotations

from autodiff.extend import write_arrays

from .data import Examples, Split, digits, examples_of, has_mnist, mnist
from .data.images import read_image
from .engines.protocols import Loss
from .engines.registry import ENGINES
from .model.activations import LINEAR, activation
from .optim.schedules import Cosine, Schedule, WarmUp
from .storage import read_arrays
from .training.checkpoint import read_state, state_writer
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
    "examples_of",
    "has_mnist",
    "mnist",
    "read_arrays",
    "read_image",
    "read_state",
    "state_writer",
    "write_arrays",
]
