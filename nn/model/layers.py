"""Neuron and Layer: weighted sums and activations of single Values.

    z = w . x + b        the pre-activation, one `dot` node of the graph
    a = f(z)             the activation

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

from autodiff import TABLE, OptionError, ShapeError, Value, dot
from autodiff.extend import MOST, Operand, Renamed, numpy, sequence, variadic, whole

from .activations import LINEAR, activate, activation
from .initialisers import Initialiser
from .initialisers import initialiser as find_initialiser
from .module import Module
from .nonlin import refuse_nonlin
from .seeds import weight_generator

if TYPE_CHECKING:
    from autodiff.extend import Array

_DOT = TABLE["dot"]


class Neuron(Module):
    """A weighted sum of inputs and a bias, then an activation: a = f(w . x + b).

    Args:
        input_count: the number of inputs, at least 1.
        activation: the name of an operation of one operand, or "linear"; "relu" by default.
        initialiser: the rule that draws weights and bias, by name (`nn.INITIALISERS`);
            "uniform", from [-1, 1] with a bias of 0, by default.
        neuron_count: the number of neurons in its layer, which Xavier's rules need; 1 by default.
        seed: an int, or a `random.Random` to draw on from; by default nn's own generator, which
            `nn.seed` restarts: two that are made one after another differ.

    Attributes:
        weights: a Value for each input.
        bias: a Value.
        activation: the name of the activation; may be set.

    Raises:
        ShapeError: if there are no inputs.
        OptionError: if the activation or the initialiser is unknown.
        WrongTypeError: if the number of inputs is not whole, or the seed is of another type.
    """

    w = Renamed("weights, a list")
    b = Renamed("bias")
    nonlin = Renamed("activation, a name such as 'relu' or 'linear'")

    @refuse_nonlin
    def __init__(
        self,
        input_count: int,
        activation: str = "relu",
        *,
        initialiser: str | Initialiser = "uniform",
        neuron_count: int = 1,
        seed: int | Random | None = None,
    ) -> None:
        count = whole(input_count, 1, "the number of inputs", ShapeError, MOST)
        whole(neuron_count, 1, "the number of neurons", ShapeError, MOST)
        rule, generator = find_initialiser(initialiser), weight_generator(seed)
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
            inputs: a Value or number for each weight; a list, or an array of one axis.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
            WrongTypeError: if the inputs are not a flat sequence.
            OperandError: if an input is neither a Value nor a real number.
        """
        return dot(self.weights, _checked(inputs, len(self.weights)), self.bias)

    def __call__(self, inputs: Iterable[Operand]) -> Value:
        """Return the activation a = f(w . x + b).

        Args:
            inputs: a Value or number for each weight; a list, or an array of one axis.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
            WrongTypeError: if the inputs are not a flat sequence.
            OperandError: if an input is neither a Value nor a real number.
        """
        return activate(self._activation, self.pre_activation(inputs))

    def fire(self, inputs: tuple[Operand, ...]) -> Value:
        """Return the activation for inputs that a layer has checked once for all its neurons.

        Args:
            inputs: a Value or number for each weight.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
            WrongTypeError: if the inputs are not a tuple.
        """
        checked = inputs if isinstance(inputs, tuple) else _checked(inputs, len(self.weights))  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        if len(checked) != len(self.weights):
            raise _miscounted(checked, len(self.weights))
        z = variadic(_DOT, (*self.weights, *checked, self.bias))
        return activate(self._activation, z)

    def __repr__(self) -> str:
        count = len(self.weights)
        return f"Neuron of {count} -> 1 {self.activation}, {count + 1} parameters"


class Layer(Module):
    """Neurons that share their inputs: a = f(W x + b), W of shape (neurons, inputs).

    Args:
        input_count: the number n of inputs, at least 1.
        neuron_count: the number m of neurons, at least 1.
        activation: the name of an operation of one operand, or "linear"; "relu" by default.
        initialiser: the rule that draws weights and biases, by name (`nn.INITIALISERS`);
            "uniform", from [-1, 1] with biases of 0, by default.
        seed: an int, or a `random.Random` to draw on from; by default nn's own generator, which
            `nn.seed` restarts: two that are made one after another differ.

    Attributes:
        neurons: the m neurons, in the order of the outputs.

    Raises:
        ShapeError: if there are no inputs or no neurons.
        OptionError: if the activation or the initialiser is unknown, or the layer would have more
            than 10,000,000 parameters.
        WrongTypeError: if a number is not whole, or the seed is of another type.
    """

    w = Renamed("neurons[i].weights, a list")
    b = Renamed("neurons[i].bias")
    nonlin = Renamed("neurons[i].activation, a name such as 'relu' or 'linear'")

    @refuse_nonlin
    def __init__(
        self,
        input_count: int,
        neuron_count: int,
        activation: str = "relu",
        *,
        initialiser: str | Initialiser = "uniform",
        seed: int | Random | None = None,
    ) -> None:
        count = whole(neuron_count, 1, "the number of neurons", ShapeError, MOST)
        inputs = whole(input_count, 1, "the number of inputs", ShapeError, MOST)
        if (inputs + 1) * count > MOST:
            arrived = f"one of {inputs:,} inputs and {count:,} neurons"
            raise OptionError(f"a layer of at most {MOST:,} parameters", arrived, "make it smaller")
        rule, generator = find_initialiser(initialiser), weight_generator(seed)
        self.neurons: list[Neuron] = [
            Neuron(input_count, activation, initialiser=rule, neuron_count=count, seed=generator)
            for _ in range(count)
        ]

    def __call__(self, inputs: Iterable[Operand]) -> list[Value]:
        """Return the activations of all neurons, always as a list.

        Args:
            inputs: a Value or number for each weight of a neuron; a list, or an array of one axis.

        Raises:
            ShapeError: if there are more or fewer inputs than weights.
            WrongTypeError: if the inputs are not a flat sequence.
            OperandError: if an input is neither a Value nor a real number.
        """
        checked = tuple(_checked(inputs, len(self.neurons[0].weights)))
        return [neuron.fire(checked) for neuron in self.neurons]

    def arrays(self) -> tuple[Array, Array]:
        """Return the numbers in W, of shape (neurons, inputs), and in b, of shape (neurons,)."""
        rows = [[weight.data for weight in neuron.weights] for neuron in self.neurons]
        biases = [neuron.bias.data for neuron in self.neurons]
        return numpy().array(rows, float), numpy().array(biases, float)

    def __repr__(self) -> str:
        inputs = len(self.neurons[0].weights)
        return f"Layer of {inputs} -> {width(self)}, {len(self.parameters())} parameters"


def width(layer: Layer) -> str:
    """Say how many neurons a layer has, and their activation: "16 relu"."""
    return f"{len(layer.neurons)} {layer.neurons[0].activation}"


def _checked(inputs: Iterable[Operand], count: int) -> Sequence[Operand]:
    """Return the inputs of one example, as many as that; `dot` checks each of them."""
    if not isinstance(inputs, list):
        inputs = sequence(inputs, f"a flat list of {count} inputs")
    if len(inputs) != count:
        raise _miscounted(inputs, count)
    return inputs


def _miscounted(inputs: Sequence[Operand], count: int) -> ShapeError:
    return ShapeError(f"{count} inputs", f"{len(inputs)}", "pass one input for each weight")
