"""Tied layers: which weights and biases of a network are one and the same Value.

Positions count the numbers of a file: the weights of a layer row by row, then its biases.

>>> from .layers import Layer
>>> layer = Layer(1, 1)
>>> ties_of([layer, Layer(1, 1)]), ties_of([layer, layer])
(None, [0, 1, 0, 1])
"""

from __future__ import annotations

from collections.abc import Sequence

from autodiff import Value
from nn.errors import DataError

from .layers import Layer


def values_of(layer: Layer) -> list[Value]:
    """Return the weights of a layer row by row, then its biases."""
    weights = [weight for neuron in layer.neurons for weight in neuron.weights]
    return [*weights, *(neuron.bias for neuron in layer.neurons)]


def ties_of(layers: Sequence[Layer]) -> list[int] | None:
    """Return for each position the first with the same Value; None if all Values differ."""
    firsts: dict[Value, int] = {}
    values = [value for layer in layers for value in values_of(layer)]
    ties = [firsts.setdefault(value, place) for place, value in enumerate(values)]
    return ties if len(firsts) < len(values) else None


def tie(layers: Sequence[Layer], ties: Sequence[int]) -> None:
    """Give each position the Value at the position that it is tied to.

    Args:
        layers: of the network, changed in place.
        ties: for each position itself or an earlier one, as `ties_of` returns them.

    Raises:
        DataError: if there are not as many ties as positions, one leads elsewhere, or tied numbers
            differ.
    """
    values = [value for layer in layers for value in values_of(layer)]
    fits = len(ties) == len(values) and all(
        0 <= first <= place and ties[first] == first and _same(values[first], values[place])
        for place, first in enumerate(ties)
    )
    if not fits:
        remedy = "take another copy of the file"
        expected = "a tie of each number to itself or an equal one before it"
        raise DataError(expected, "others", remedy)
    tied = iter([values[first] for first in ties])
    for layer in layers:
        for neuron in layer.neurons:
            neuron.weights = [next(tied) for _ in neuron.weights]
        for neuron in layer.neurons:
            neuron.bias = next(tied)


def _same(first: Value, second: Value) -> bool:
    """Return whether two Values have one number, nan included."""
    return first.data == second.data or (first.data != first.data and second.data != second.data)
