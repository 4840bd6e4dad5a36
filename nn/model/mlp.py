"""MLP: layers one after another, with micrograd's defaults.

Every part can be read: `net.layers[0].neurons[3].weights[1]`. With its defaults, `MLP(..., seed=s)`
starts with exactly micrograd's initial weights after `random.seed(s)`.

>>> net = MLP(2, [16, 16, 1], seed=1337)
>>> net
MLP of 2 -> 16 relu -> 16 relu -> 1 linear, 337 parameters
>>> [output] = net([1.0, -0.5])
>>> output.backward()
>>> net.layers[0].neurons[0].weights[0]
Value(data=0.23550571390294128, grad=-1.254651904968407)
"""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from autodiff import OptionError, ShapeError, Value, WrongTypeError
from autodiff.extend import (
    MOST,
    Operand,
    Renamed,
    checked_path,
    described,
    numpy,
    sequence,
    write_arrays,
)

from .activations import LINEAR
from .activations import activation as find_activation
from .initialisers import Initialiser
from .initialisers import initialiser as find_initialiser
from .layers import Layer, Neuron, width
from .module import Module
from .nonlin import refuse_nonlin
from .seeds import weight_generator
from .ties import ties_of

if TYPE_CHECKING:
    from autodiff.extend import Array


class MLP(Module):
    """A multilayer perceptron: layers one after another, each a = f(W x + b) of the one before.

    Args:
        input_count: the number of inputs, at least 1.
        layer_sizes: the number of neurons of each layer, each at least 1, the outputs last; at
            least one layer.
        activation: the activation of every layer but the last, by name, "relu" by default; or a
            list of names, one for each layer and the last.
        output_activation: the activation of the last layer, by name; "linear" by default.
        initialiser: the rule that draws weights and biases, by name (`nn.INITIALISERS`);
            "uniform", from [-1, 1] with biases of 0, by default.
        seed: an int, or a `random.Random` to draw on from; by default nn's own generator, which
            `nn.seed` restarts: two that are made one after another differ.

    Attributes:
        layers: the layers, in the order of computation.
        seed: the seed if an int was given, else None.

    Raises:
        ShapeError: if there is no layer, a size is less than 1, or there are not as many
            activations as layers.
        OptionError: if an activation or the initialiser is unknown, or the last activation is
            given twice.
        WrongTypeError: if the sizes are not a list of whole numbers, or the seed is of another
            type.
    """

    w = Renamed("layers[k].neurons[i].weights, a list")
    b = Renamed("layers[k].neurons[i].bias")
    nonlin = Renamed("layers[k].neurons[i].activation, a name such as 'relu' or 'linear'")

    @refuse_nonlin
    def __init__(  # noqa: PLR0913 each is a choice of its own, by keyword
        self,
        input_count: int,
        layer_sizes: Sequence[int],
        *,
        activation: str | Sequence[str] = "relu",
        output_activation: str | None = None,
        initialiser: str | Initialiser = "uniform",
        seed: int | Random | None = None,
    ) -> None:
        if isinstance(layer_sizes, int):
            remedy = f"write [{layer_sizes}]" if abs(layer_sizes) <= MOST else "pass a list"
            raise WrongTypeError("a list of layer sizes", described(layer_sizes), remedy)
        sizes = [input_count, *sequence(layer_sizes, "a list of layer sizes")]
        if len(sizes) == 1:
            raise ShapeError("at least one layer", "none", "write for example MLP(2, [16, 1])")
        names = _activations(activation, output_activation, len(sizes) - 1)
        rule, generator = find_initialiser(initialiser), weight_generator(seed)
        self.seed: int | None = None
        if seed is not None and not isinstance(seed, Random):
            self.seed = operator.index(seed)
        self.layers: list[Layer] = [
            Layer(inputs, neurons, name, initialiser=rule, seed=generator)
            for inputs, neurons, name in zip(sizes[:-1], sizes[1:], names, strict=True)
        ]

    def __call__(self, inputs: Iterable[Operand]) -> list[Value]:
        """Return the outputs for one example, always as a list.

        Args:
            inputs: a Value or number for each input; a list, or an array of one axis. Numbers are
                constants: they get no gradient.

        Raises:
            ShapeError: if there are more or fewer inputs than the network has.
            WrongTypeError: if the inputs are not a flat sequence.
            OperandError: if an input is neither a Value nor a real number.
        """
        activations = self.layers[0](inputs)
        for layer in self.layers[1:]:
            activations = layer(activations)
        return activations

    def probabilities(self, inputs: Any) -> Array:
        """Return the probability of each class, for many examples.

        Linear outputs z, as `cross_entropy` trains them, become softmax(z). Sigmoid outputs, as
        `binary_cross_entropy` trains them, are independent probabilities already.

        Args:
            inputs: as `predict` takes them.

        Returns:
            A float64 array of shape (examples, outputs); with linear outputs each row sums to 1.

        Raises:
            OptionError: if the outputs are neither linear, two or more, nor sigmoid.
            ShapeError: if there are no examples, or inputs that the network does not take.
            WrongTypeError: if the inputs are not rows of numbers.
            DataError: if they are an array of bytes.
        """
        neurons = self.layers[-1].neurons
        names = {neuron.activation for neuron in neurons}
        if names != {"sigmoid"} and (names != {LINEAR} or len(neurons) == 1):
            raise OptionError(
                "two or more linear outputs, or sigmoid outputs, for probabilities",
                f"{len(neurons)} of activation {', '.join(sorted(names))}",
                "train a network with cross_entropy or binary_cross_entropy",
            )
        outputs = self.predict(inputs)
        if names == {"sigmoid"}:
            return outputs
        shares = numpy().exp(outputs - outputs.max(1, keepdims=True))
        return shares / shares.sum(1, keepdims=True)

    def save(self, path: str | Path) -> None:
        """Write the network to a safetensors file, which `nn.load` reads, tied layers included.

        An older file stays in place until all is written.

        Args:
            path: of the file, by convention `*.safetensors`.

        Raises:
            OptionError: if the neurons of a layer differ in their activation.
            WrongTypeError: if a subclass computes anything but layers one after another, or `path`
                is not a path.
            FileError: if the file cannot be written.
            MissingPackageError: if safetensors is not installed.
        """
        target = checked_path(path, "net.safetensors")
        names = layer_activations(self)
        arrays: dict[str, Array] = {}
        for index, layer in enumerate(self.layers):
            name = f"layers.{index}"
            arrays[f"{name}.weights"], arrays[f"{name}.biases"] = layer.arrays()
        ties = ties_of(self.layers)
        if ties is not None:
            arrays["ties"] = numpy().array(ties, float)
        facts = {"sizes": layer_sizes(self), "activations": names, "seed": self.seed}
        write_arrays(target, arrays, {key: json.dumps(fact) for key, fact in facts.items()})

    def __repr__(self) -> str:
        inputs = len(self.layers[0].neurons[0].weights)
        widths = " -> ".join(width(layer) for layer in self.layers)
        return f"MLP of {inputs} -> {widths}, {len(self.parameters())} parameters"


def layer_sizes(net: MLP) -> list[int]:
    """Return the number of inputs, then of the neurons of each layer."""
    inputs = len(net.layers[0].neurons[0].weights)
    return [inputs, *(len(layer.neurons) for layer in net.layers)]


def layer_activations(net: MLP) -> list[str]:
    """Return the activation of each layer, which with the numbers is all that a file holds.

    Raises:
        OptionError: if the neurons of a layer differ in their activation.
        WrongTypeError: if a subclass computes anything but layers one after another.
    """
    _demand_own(net, MLP, "__call__")
    names: list[str] = []
    for index, layer in enumerate(net.layers):
        _demand_own(layer, Layer, "__call__")
        for neuron in layer.neurons:
            _demand_own(neuron, Neuron, "fire")
        found = list(dict.fromkeys(neuron.activation for neuron in layer.neurons))
        if len(found) > 1:
            raise OptionError(
                "one activation for all neurons of a layer",
                f"{', '.join(found)} in layers[{index}]",
                "set the same for each of its neurons, or keep net.state_dict() instead",
            )
        names += found
    return names


def _demand_own(part: Module, kind: type[Module], method: str) -> None:
    """Refuse a part with a method of its own, which no file could hold."""
    if getattr(type(part), method, None) is not getattr(kind, method):
        raise WrongTypeError(
            f"a network that computes as nn.MLP does, with {kind.__name__}.{method}",
            f"{type(part).__name__}, which has its own",
            "keep net.state_dict() instead, and load it into a network of the same class",
        )


def _activations(inner: str | Sequence[str], last: str | None, count: int) -> list[str]:
    """Return the name of the activation of each layer."""
    if isinstance(inner, str) or not isinstance(inner, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance] a function names itself
        find_activation(inner)  # one layer has none but the last
        return [inner] * (count - 1) + [LINEAR if last is None else last]
    names = list(inner)
    if last is not None:
        remedy = "leave output_activation out: the list names the last layer too"
        raise OptionError("the last activation once", f"{names} and {last!r}", remedy)
    if len(names) != count:
        remedy = "name one for each layer, the last included"
        raise ShapeError(f"{count} activations", f"{len(names)}", remedy)
    return names
