"""chalkgrad's networks: neurons, layers, losses, training, built from scalars of `autodiff`.

What is not here: derivatives (`autodiff`) and pictures (`viz`).

>>> import nn
>>> net = nn.MLP(2, [3, 1], seed=1)
>>> net
MLP of 2 -> 3 relu -> 1 linear, 13 parameters
"""

from __future__ import annotations

from . import data, schedules
from .confusion import Confusion, confusion
from .exchange import from_torch, to_torch
from .initialisers import INITIALISERS, Initialiser
from .judging import accuracy
from .layers import Layer, Neuron
from .lint import lint
from .losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_squared_error,
    squared_error,
    weight_decay,
)
from .module import Module
from .onnx import to_onnx
from .optimisers import SGD, Adam, AdamW, Optimiser, RMSProp
from .perceptron import MLP
from .protocols import Network
from .pulls import Pull, Pulls, pulls
from .records import History, Record
from .saving import load
from .stopping import EarlyStopping
from .training import fit

__all__ = [
    "INITIALISERS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Confusion",
    "EarlyStopping",
    "History",
    "Initialiser",
    "Layer",
    "Module",
    "Network",
    "Neuron",
    "Optimiser",
    "Pull",
    "Pulls",
    "RMSProp",
    "Record",
    "accuracy",
    "binary_cross_entropy",
    "confusion",
    "cross_entropy",
    "data",
    "fit",
    "from_torch",
    "half_squared_error",
    "hinge",
    "lint",
    "load",
    "mean_squared_error",
    "pulls",
    "schedules",
    "squared_error",
    "to_onnx",
    "to_torch",
    "weight_decay",
]
