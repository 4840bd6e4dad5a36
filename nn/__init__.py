"""Networks built from the scalars of `autodiff`: layers, losses, optimisers, training.

>>> import nn
>>> net = nn.MLP(2, [3, 1], seed=1)
>>> net
MLP of 2 -> 3 relu -> 1 linear, 13 parameters
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodiff import (
    ChalkgradError,
    FileError,
    MissingPackageError,
    OperandError,
    OptionError,
    ShapeError,
    WrongTypeError,
)
from autodiff.extend import on_first_use

from . import data, sklearn
from .engines.protocols import Network
from .errors import DataError, DivergenceError, LostProcessError
from .losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_squared_error,
    squared_error,
    weight_decay,
)
from .model.embedding import Embedding
from .model.initialisers import INITIALISERS, Initialiser
from .model.layers import Layer, Neuron
from .model.mlp import MLP
from .model.module import Module
from .model.seeds import seed
from .optim import schedules
from .optim.base import Optimiser
from .optim.rules import SGD, Adam, AdamW, RMSProp
from .training.callbacks import each_epoch
from .training.early_stopping import EarlyStopping
from .training.fit import fit
from .training.history import History, Record
from .training.saving import Checkpoint

if TYPE_CHECKING:
    from .evaluation.accuracy import accuracy
    from .evaluation.confusion import Confusion, confusion
    from .exchange.load import load
    from .exchange.onnx import to_onnx
    from .exchange.torch import from_torch, to_torch
    from .inspection.lint import lint
    from .inspection.pulls import Pull, Pulls, pulls

__all__ = [
    "INITIALISERS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "ChalkgradError",
    "Checkpoint",
    "Confusion",
    "DataError",
    "DivergenceError",
    "EarlyStopping",
    "Embedding",
    "FileError",
    "History",
    "Initialiser",
    "Layer",
    "LostProcessError",
    "MissingPackageError",
    "Module",
    "Network",
    "Neuron",
    "OperandError",
    "Optimiser",
    "OptionError",
    "Pull",
    "Pulls",
    "RMSProp",
    "Record",
    "ShapeError",
    "WrongTypeError",
    "accuracy",
    "binary_cross_entropy",
    "confusion",
    "cross_entropy",
    "data",
    "each_epoch",
    "fit",
    "from_torch",
    "half_squared_error",
    "hinge",
    "lint",
    "load",
    "mean_squared_error",
    "pulls",
    "schedules",
    "seed",
    "sklearn",
    "squared_error",
    "to_onnx",
    "to_torch",
    "weight_decay",
]

_LATER = {  # evaluation, exchange and inspection: where each is, imported on first use
    "Confusion": ".evaluation.confusion",
    "Pull": ".inspection.pulls",
    "Pulls": ".inspection.pulls",
    "accuracy": ".evaluation.accuracy",
    "confusion": ".evaluation.confusion",
    "from_torch": ".exchange.torch",
    "lint": ".inspection.lint",
    "load": ".exchange.load",
    "pulls": ".inspection.pulls",
    "to_onnx": ".exchange.onnx",
    "to_torch": ".exchange.torch",
}

__getattr__, __dir__ = on_first_use(globals(), _LATER)
