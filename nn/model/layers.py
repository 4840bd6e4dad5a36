"""Neuron and Layer: weighted sums and activations of single Values.

    z = w . x + b        the pre-activation, one `dot` node of the graph
    a = f(z)             the activation

What is not here: layers one after another (`perceptron`), ways to start (`initialisers`).

>>> neuron = Neuron(2, "tanh", seed=1)
>>> neuron
Neuron of 2 -> 1 tanh, 3 parameters
>>> neuron.pre_activation([1.0, -0.5]).parents == tuple(neuron.parameters())
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING

from autodiff import TABLE, ShapeError, Value, dot
from autodiff.extend import Operand, numpy, variadic
from nn.validation import generator_of, sequence, whole

from .activations import LINEAR, activate, activation
from .initialisers import Initialiser
from .initialisers import initialiser as find_initialiser
from .module import Module

if TYPE_CHECKING:
    from autodiff.extend import Array

_DOT = TABLE["dot"]


class Neuron(Module):
    """A weighted sum of inputs and a bias, and an activation: a = f(w . x + b).

    Args:
        input_count: how many inputs, at least 1.
        activation: an operation of one operand by name, or "linear".
        initialiser: the rule that draws weights and bias, by name.
        neuron_count: how many neurons its layer has; only Xavier's rules ask.
        seed: an int, or a `random.Random` that is drawn on from.

    Attributes:
        weights: one Value for each input.
        bias: a Value.
        activation: the name.

    Raises:
        ShapeError: if there are no inputs.
        OptionError: if the activation is unknown.
        OptionError: if the initialiser is unknown.
    """

    def __init__(
        self,
        input_count: int,
        activation: str = "relu",
        *,
        initialiser: str | Initialiser = "uniform",
        neuron_count: int = 1,
        seed: int | Random = 0,
    ) -> None:
        count = whole(input_count, 1, "the number of inputs")
        rule, generator = find_initialiser(initialiser), generator_of(seed)
        self.weights: list[Value] = [
            Value(rule.weight(generator, count, neuron_count)) for _ in range(count)
        ]
        self.bias: Value = Value(rule.bias(generator))
        self.activation = activation

    @property
    def activation(self) -> str:
        """The name of the activation; another one may be set."""
        return LINEAR if self._activation is None else self._activation.name

    @activation.setter
    def activation(self, name: str) -> None:
        self._activation = activation(name)

    def pre_activation(self, inputs: Iterable[Operand]) -> Value:
        """Return z = w . x + b, one node.

        Args:
            inputs: as many Values or numbers as weights; a list, or an array of one axis.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
        """
        return dot(self.weights, _examined(inputs, len(self.weights)), self.bias)

    def __call__(self, inputs: Iterable[Operand]) -> Value:
        """Return the activation f(w . x + b); arguments and errors as for `pre_activation`."""
        return activate(self._activation, self.pre_activation(inputs))

    def fire(self, inputs: tuple[Operand, ...]) -> Value:
        """Return the activation for inputs that a layer has examined once for all its neurons.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
        """
        if len(inputs) != len(self.weights):
            raise ShapeError(
                f"{len(self.weights)} inputs", f"{len(inputs)}", "pass one input for each weight"
            )
        z = variadic(_DOT, (*self.weights, *inputs, self.bias))
        return activate(self._activation, z)

    def __repr__(self) -> str:
        count = len(self.weights)
        return f"Neuron of {count} -> 1 {self.activation}, {count + 1} parameters"


class Layer(Module):
    """Neurons that share their inputs: a = f(W x + b).

    Args:
        input_count: how many inputs each neuron has, at least 1.
        neuron_count: how many neurons, at least 1.
        activation: an operation of one operand by name, or "linear".
        initialiser: the rule that draws weights and biases, by name.
        seed: an int, or a `random.Random` that is drawn on from.

    Attributes:
        neurons: the neurons, in the order of the outputs.

    Raises:
        ShapeError: if there are no inputs or no neurons.
        OptionError: if the activation is unknown.
        OptionError: if the initialiser is unknown.
    """

    def __init__(
        self,
        input_count: int,
        neuron_count: int,
        activation: str = "relu",
        *,
        initialiser: str | Initialiser = "uniform",
        seed: int | Random = 0,
    ) -> None:
        count = whole(neuron_count, 1, "the number of neurons")
        rule, generator = find_initialiser(initialiser), generator_of(seed)
        self.neurons: list[Neuron] = [
            Neuron(input_count, activation, initialiser=rule, neuron_count=count, seed=generator)
            for _ in range(count)
        ]

    def __call__(self, inputs: Iterable[Operand]) -> list[Value]:
        """Return the activation of every neuron, always a list.

        Args:
            inputs: as many Values or numbers as each neuron has weights.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
        """
        examined = tuple(_examined(inputs, len(self.neurons[0].weights)))
        return [neuron.fire(examined) for neuron in self.neurons]

    def arrays(self) -> tuple[Array, Array]:
        """Return the numbers in W, of shape (neurons, inputs), and in b, of shape (neurons,)."""
        rows = [[weight.data for weight in neuron.weights] for neuron in self.neurons]
        biases = [neuron.bias.data for neuron in self.neurons]
        return numpy().array(rows, float), numpy().array(biases, float)

    def __repr__(self) -> str:
        inputs = len(self.neurons[0].weights)
        return f"Layer of {inputs} -> {width(self)}, {len(self.parameters())} parameters"


def width(layer: Layer) -> str:
    """Say how many neurons of which activation a layer has."""
    return f"{len(layer.neurons)} {layer.neurons[0].activation}"


def _examined(inputs: Iterable[Operand], count: int) -> Sequence[Operand]:
    """Return the inputs of one example; `dot` examines each of them."""
    if not isinstance(inputs, list):
        inputs = sequence(inputs, f"a flat list of {count} inputs")
    if len(inputs) != count:
        raise ShapeError(f"{count} inputs", f"{len(inputs)}", "pass one input for each weight")
    return inputs
