"""A small network on a batch: over scalars for `compile`, and by hand in NumPy.

>>> work = Network((3, 4, 2), "sigmoid", "squares", batch=5)
>>> value, gradient = compiled(work, "float64")()
>>> by_hand_value, by_hand = by_hand(work, "float64")()
>>> abs(value - by_hand_value) < 1e-12, gradient.size, by_hand[0].shape
(True, 26, (4, 3))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import autodiff
from autodiff import Value, relu, sigmoid

Step = Callable[[], tuple[Any, Any]]  # the value, and the gradient by weights and biases in turn


class Network:
    """A network, its loss and its batch.

    Args:
        sizes: of the layers, from the inputs on.
        activation: "sigmoid" after every layer, or "relu" after every layer but the last.
        loss: "squares", the sum of squared errors, or "hinge" for targets of -1 and 1.
        batch: the number of examples.
    """

    def __init__(self, sizes: Sequence[int], activation: str, loss: str, batch: int) -> None:
        rng = np.random.default_rng(1337)
        self.sizes = tuple(sizes)
        self.activation, self.loss, self.batch = activation, loss, batch
        self.weights = [rng.normal(0, n**-0.5, (m, n)) for n, m in pairwise(sizes)]
        self.biases = [rng.normal(0, 0.1, m) for m in sizes[1:]]
        self.inputs = rng.uniform(0, 1, (batch, sizes[0]))
        targets = np.eye(sizes[-1])[rng.integers(0, sizes[-1], batch)]
        self.targets = targets if loss == "squares" else rng.choice((-1.0, 1.0), (batch, 1))

    def arrays(self) -> list[np.ndarray]:
        """Return the weights and bias of every layer in turn."""
        return [array for pair in zip(self.weights, self.biases, strict=True) for array in pair]

    def is_activated(self, layer: int) -> bool:
        """Tell whether an activation follows a layer."""
        return self.activation == "sigmoid" or layer < len(self.weights) - 1


class Scalars(NamedTuple):
    """A network of scalars: the loss of one example, and its parameters."""

    loss: Callable[[Sequence[Any], Sequence[Any]], Any]
    parameters: list[Any]


def scalars(
    work: Network, make: Callable[[float], Any], activation: Callable[[Any], Any]
) -> Scalars:
    """Write the network out with plain + and * over scalars made by `make`."""
    layers = [
        ([[make(w) for w in row] for row in weights.tolist()], [make(b) for b in bias.tolist()])
        for weights, bias in zip(work.weights, work.biases, strict=True)
    ]

    def loss(x: Sequence[Any], y: Sequence[Any]) -> Any:
        for number, (weights, bias) in enumerate(layers):
            x = [
                sum((w * a for w, a in zip(row, x, strict=True)), b)
                for row, b in zip(weights, bias, strict=True)
            ]
            if work.is_activated(number):
                x = [activation(z) for z in x]
        if work.loss == "squares":
            return sum((a - t) ** 2 for a, t in zip(x, y, strict=True))
        return (1.0 - y[0] * x[0]).relu()

    flat = [p for weights, bias in layers for p in [*(w for row in weights for w in row), *bias]]
    return Scalars(loss, flat)


def of_values(work: Network) -> Scalars:
    """Write the network out over our Values."""
    return scalars(work, Value, sigmoid if work.activation == "sigmoid" else relu)


def compiled(work: Network, kind: str) -> Step:
    """Return the value and gradient of the compiled program."""
    loss, parameters = of_values(work)
    example = work.inputs[0], work.targets[0]
    program = autodiff.compile(loss, parameters=parameters, example=example, dtype=kind)
    x, y = work.inputs.astype(kind), work.targets.astype(kind)
    return lambda: program.value_and_grad(x, y, out=program.gradient)  # as in training


def by_hand(work: Network, kind: str) -> Step:
    """Return value and gradient in NumPy: one product per layer in each direction."""
    arrays = [array.astype(kind) for array in work.arrays()]
    layers = list(zip(arrays[::2], arrays[1::2], strict=True))
    x, y = work.inputs.astype(kind), work.targets.astype(kind)
    step = _sigmoid_step if work.activation == "sigmoid" else _relu_step
    return lambda: step(layers, x, y)


def _sigmoid_step(layers: Sequence[Any], x: np.ndarray, y: np.ndarray) -> tuple[float, Any]:
    activations = [x]
    for weights, bias in layers:
        z = activations[-1] @ weights.T
        z += bias
        np.negative(z, out=z)
        np.exp(z, out=z)
        z += 1.0
        activations.append(np.reciprocal(z, out=z))
    out = activations[-1]
    error = out - y
    value = np.vdot(error, error) / len(x)
    delta = error
    delta *= 2.0 / len(x)
    gradient: list[np.ndarray] = []
    for number in range(len(layers) - 1, -1, -1):
        out, before = activations[number + 1], activations[number]
        delta *= out
        delta *= 1.0 - out
        gradient += [delta.sum(0), delta.T @ before]
        if number:
            delta = delta @ layers[number][0]
    return float(value), gradient[::-1]


def _relu_step(layers: Sequence[Any], x: np.ndarray, y: np.ndarray) -> tuple[float, Any]:
    activations = [x]
    for number, (weights, bias) in enumerate(layers):
        z = activations[-1] @ weights.T
        z += bias
        activations.append(np.maximum(z, 0.0, out=z) if number < len(layers) - 1 else z)
    margin = 1.0 - y * activations[-1]
    np.maximum(margin, 0.0, out=margin)
    value = margin.sum() / len(x)
    delta = (margin > 0.0) * y
    delta *= -1.0 / len(x)
    gradient: list[np.ndarray] = []
    for number in range(len(layers) - 1, -1, -1):
        before = activations[number]
        gradient += [delta.sum(0), delta.T @ before]
        if number:
            delta = delta @ layers[number][0]
            delta *= before > 0.0
    return float(value), gradient[::-1]
