"""Neuron, Layer and MLP, as users of micrograd know them.

    z = w . x + b        the pre-activation, one `dot` node of the graph
    a = f(z)             the activation

Every part can be read: `net.layers[0].neurons[3].weights[1]`. By default a new network draws its
weights uniformly from [-1, 1] and sets its biases to 0; with the same seed it starts from the very
numbers that micrograd starts from after `random.seed(seed)`. What is not here: other ways to
start (`initialisers`), losses, training.

>>> net = MLP(2, [16, 16, 1], seed=1337)
>>> net
MLP of 2 -> 16 relu -> 16 relu -> 1 linear, 337 parameters
>>> [output] = net([1.0, -0.5])
>>> output.backward()
>>> net.layers[0].neurons[0].weights[0]
Value(data=0.23550571390294128, grad=-1.254651904968407)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from autodiff import Value, dot
from autodiff.errors import described
from autodiff.functions import Operand
from autodiff.node import variadic
from autodiff.operations import TABLE

from .activations import LINEAR, activate, activation
from .checks import generator_of, sequence, whole
from .errors import NetworkTypeError, SettingError, SizeError
from .initialisers import Initialiser
from .initialisers import initialiser as find_initialiser
from .module import Module

__all__ = ["MLP", "Layer", "Neuron"]

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
        SizeError: if there are no inputs.
        ActivationError: if the activation is unknown.
        SettingError: if the initialiser is unknown.
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
            SizeError: if there are more or fewer inputs than weights.
        """
        return dot(self.weights, _examined(inputs, len(self.weights)), self.bias)

    def __call__(self, inputs: Iterable[Operand]) -> Value:
        """Return the activation f(w . x + b); arguments and errors as for `pre_activation`."""
        return activate(self._activation, self.pre_activation(inputs))

    def fire(self, inputs: tuple[Operand, ...]) -> Value:
        """Return the activation for inputs that a layer has examined once for all its neurons.

        Raises:
            SizeError: if there are more or fewer inputs than weights.
        """
        if len(inputs) != len(self.weights):
            raise SizeError(
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
        SizeError: if there are no inputs or no neurons.
        ActivationError: if the activation is unknown.
        SettingError: if the initialiser is unknown.
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
            SizeError: if there are more or fewer inputs than weights.
        """
        examined = tuple(_examined(inputs, len(self.neurons[0].weights)))
        return [neuron.fire(examined) for neuron in self.neurons]

    def __repr__(self) -> str:
        inputs = len(self.neurons[0].weights)
        return f"Layer of {inputs} -> {_width(self)}, {len(self.parameters())} parameters"


class MLP(Module):
    """Layers one after another: a multilayer perceptron.

    Args:
        input_count: how many inputs, at least 1.
        layer_sizes: the number of neurons of each layer, the outputs last; at least one layer.
        activation: the activation of every layer but the last, by name; or a list of names, one
            for each layer and the last.
        output_activation: the activation of the last layer; "linear", the default, is none.
        initialiser: the rule that draws weights and biases, by name (`nn.INITIALISERS`).
        seed: an int, or a `random.Random` that is drawn on from.

    Attributes:
        layers: the layers, in the order of computation.
        seed: the seed, if it was an int; else None.

    Raises:
        SizeError: if there is no layer, a size is not a whole number of at least 1, or there are
            not as many activations as layers.
        ActivationError: if an activation is unknown.
        SettingError: if the initialiser is unknown, or the last activation is given twice.
    """

    def __init__(  # noqa: PLR0913 each is a choice of its own, by keyword
        self,
        input_count: int,
        layer_sizes: Sequence[int],
        *,
        activation: str | Sequence[str] = "relu",
        output_activation: str | None = None,
        initialiser: str | Initialiser = "uniform",
        seed: int | Random = 0,
    ) -> None:
        if not isinstance(layer_sizes, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
            raise NetworkTypeError(
                "a list of layer sizes", described(layer_sizes), f"write [{layer_sizes}]"
            )
        sizes = [input_count, *layer_sizes]
        if len(sizes) == 1:
            raise SizeError("at least one layer", "none", "write for example MLP(2, [16, 1])")
        names = _activations(activation, output_activation, len(sizes) - 1)
        rule, generator = find_initialiser(initialiser), generator_of(seed)
        self.seed: int | None = None if isinstance(seed, Random) else seed
        self.layers: list[Layer] = [
            Layer(inputs, neurons, name, initialiser=rule, seed=generator)
            for inputs, neurons, name in zip(sizes[:-1], sizes[1:], names, strict=True)
        ]

    def __call__(self, inputs: Iterable[Operand]) -> list[Value]:
        """Return the outputs for one example, always a list.

        Args:
            inputs: Values or numbers; a list, or an array of one axis. Numbers are constants:
                no gradient is computed for them.

        Raises:
            SizeError: if there are more or fewer inputs than the first layer has weights.
            NetworkTypeError: if the inputs are no flat sequence.
            OperandError: if an input is neither a Value nor a real number.
        """
        activations = self.layers[0](inputs)
        for layer in self.layers[1:]:
            activations = layer(activations)
        return activations

    def __repr__(self) -> str:
        inputs = len(self.layers[0].neurons[0].weights)
        widths = " -> ".join(_width(layer) for layer in self.layers)
        return f"MLP of {inputs} -> {widths}, {len(self.parameters())} parameters"


def _activations(inner: str | Sequence[str], last: str | None, count: int) -> list[str]:
    """Return the name of the activation of each layer."""
    if isinstance(inner, str) or not isinstance(inner, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance] a function is a name too
        return [inner] * (count - 1) + [LINEAR if last is None else last]
    names = list(inner)
    if last is not None:
        remedy = "leave output_activation out: the list names the last layer too"
        raise SettingError("the last activation once", f"{names} and {last!r}", remedy)
    if len(names) != count:
        remedy = "name one for each layer, the last included"
        raise SizeError(f"{count} activations", f"{len(names)}", remedy)
    return names


def _width(layer: Layer) -> str:
    """Say how many neurons of which activation a layer has."""
    return f"{len(layer.neurons)} {layer.neurons[0].activation}"


def _examined(inputs: Iterable[Operand], count: int) -> Sequence[Operand]:
    """Return the inputs of one example; `dot` examines each of them."""
    if not isinstance(inputs, list):
        inputs = sequence(inputs, f"a flat list of {count} inputs")
    if len(inputs) != count:
        raise SizeError(f"{count} inputs", f"{len(inputs)}", "pass one input for each weight")
    return inputs
