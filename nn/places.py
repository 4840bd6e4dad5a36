"""Names for the parameters of a network: their labels, or the places where they are found.

What is not here: names of computed nodes (`autodiff.names`).

>>> from nn import MLP
>>> list(parameter_names(MLP(1, [1], seed=0)))
['layers.0.neurons.0.weights.0', 'layers.0.neurons.0.bias']
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from autodiff import Value

from .layers import Layer, Neuron
from .perceptron import MLP
from .protocols import Network

__all__ = ["parameter_names"]


def parameter_names(net: Network) -> dict[str, Value]:
    """Return every parameter by a name of its own."""
    named: dict[str, Value] = {}
    for place, parameter in _places(net):
        label = getattr(parameter, "label", None)
        named[label if label and label not in named else place] = parameter
    return named


def _places(net: object) -> Iterator[tuple[str, Value]]:
    """Yield what stands where a parameter belongs, Value or not, in the paths of a state dict."""
    if isinstance(net, MLP):
        for index, layer in enumerate(net.layers):
            yield from ((f"layers.{index}.{place}", x) for place, x in _places(layer))
    elif isinstance(net, Layer):
        for index, neuron in enumerate(net.neurons):
            yield from ((f"neurons.{index}.{place}", x) for place, x in _places(neuron))
    elif isinstance(net, Neuron):
        yield from ((f"weights.{index}", x) for index, x in enumerate(net.weights))
        yield "bias", net.bias
    else:
        parameters = cast("Network", net).parameters()
        yield from ((f"parameters()[{index}]", x) for index, x in enumerate(parameters))
