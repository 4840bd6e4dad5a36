"""What packages and programs that build on `nn` need beside what users import from it."""

from __future__ import annotations

from autodiff.extend import write_arrays

from .data import Examples, Split, digits, examples_of, has_mnist, mnist
from .data.batches import Batches
from .data.images import read_image
from .engines.protocols import Loss
from .engines.registry import ENGINES
from .evaluation.accuracy import Judge
from .losses import demand_targets
from .model.activations import LINEAR, activation
from .model.mlp import layer_activations, layer_sizes
from .optim.schedules import Cosine, Schedule, WarmUp
from .storage import read_arrays
from .training.checkpoint import read_state, state_writer
from .training.run import Callback

__all__ = [
    "ENGINES",
    "LINEAR",
    "Batches",
    "Callback",
    "Cosine",
    "Examples",
    "Judge",
    "Loss",
    "Schedule",
    "Split",
    "WarmUp",
    "activation",
    "demand_targets",
    "digits",
    "examples_of",
    "has_mnist",
    "layer_activations",
    "layer_sizes",
    "mnist",
    "read_arrays",
    "read_image",
    "read_state",
    "state_writer",
    "write_arrays",
]
