"""Neurons, layers and networks with micrograd's habits, as `micrograd.nn` has them.

>>> model = MLP(2, [2, 1])
>>> model
MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]
>>> type(model([1.0, -2.0])).__name__, len(model.layers[0].neurons[0].w)
('Value', 2)
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import nn
from autodiff import ShapeError

from .engine import Value


class Module(nn.Module):
    """The base class of neurons, layers and networks: `parameters` and `zero_grad`."""


class Neuron(Module):
    """A sum of products and a bias, then relu: as many nodes as micrograd makes.

    Args:
        nin: the number of inputs.
        nonlin: whether relu is applied; True by default.

    Attributes:
        w: the weights, drawn from [-1, 1] by `random.uniform`, which `random.seed` decides.
        b: the bias, 0 at first.
        nonlin: whether relu is applied.
    """

    def __init__(self, nin: int, nonlin: bool = True) -> None:  # noqa: FBT001, FBT002 as there
        self.w: list[Value] = [Value(random.uniform(-1, 1)) for _ in range(nin)]  # noqa: S311
        self.b: Value = Value(0)
        self.nonlin: bool = nonlin

    def __call__(self, x: Iterable[Any]) -> Value:
        """Return the activation.

        Args:
            x: a Value or number for each weight.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
        """
        inputs = list(x)
        if len(inputs) != len(self.w):
            remedy = "pass one input for each weight"
            raise ShapeError(f"{len(self.w)} inputs", f"{len(inputs)}", remedy)
        act = sum((wi * xi for wi, xi in zip(self.w, inputs, strict=True)), self.b)
        return act.relu() if self.nonlin else act

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons that share their inputs.

    Args:
        nin: the number of inputs.
        nout: the number of neurons.
        options: for each Neuron: `nonlin`.

    Attributes:
        neurons: the neurons, in the order of the outputs.
    """

    def __init__(self, nin: int, nout: int, **options: Any) -> None:
        self.neurons: list[Neuron] = [Neuron(nin, **options) for _ in range(nout)]

    def __call__(self, x: Iterable[Any]) -> Any:
        """Return the activations as a list; that of a single neuron as a Value.

        Args:
            x: a Value or number for each input.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
        """
        inputs = list(x)
        out = [neuron(inputs) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers one after another, with relu in all but the last.

    Args:
        nin: the number of inputs.
        nouts: the number of neurons of each layer.

    Attributes:
        layers: the layers, in the order of computation.
    """

    def __init__(self, nin: int, nouts: list[int]) -> None:
        sizes = [nin, *nouts]
        self.layers: list[Layer] = [
            Layer(sizes[i], sizes[i + 1], nonlin=i != len(nouts) - 1) for i in range(len(nouts))
        ]

    def __call__(self, x: Any) -> Any:
        """Return the outputs as a list; a single one as a Value.

        Args:
            x: a Value or number for each input.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
        """
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
