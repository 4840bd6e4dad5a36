"""chalkgrad's networks: neurons, layers, losses, training, built from scalars of `autodiff`.

What is not here: derivatives (`autodiff`) and pictures (`viz`).

>>> import nn
>>> net = nn.MLP(2, [3, 1], seed=1)
>>> net
MLP of 2 -> 3 relu -> 1 linear, 13 parameters
"""

from __future__ import annotations

from . import data
from .lint import lint
from .losses import cross_entropy, mean_squared_error
from .modules import MLP, Layer, Module, Neuron
from .optimisers import SGD
from .pulls import Pull, Pulls, pulls
from .training import Network, Record, accuracy, fit

__all__ = [
    "MLP",
    "SGD",
    "Layer",
    "Module",
    "Network",
    "Neuron",
    "Pull",
    "Pulls",
    "Record",
    "accuracy",
    "cross_entropy",
    "data",
    "fit",
    "lint",
    "mean_squared_error",
    "pulls",
]
