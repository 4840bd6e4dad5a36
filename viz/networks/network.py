"""`network`: a multilayer perceptron as circles and lines, shaded by what one example does.

>>> from nn import MLP
>>> network(MLP(784, [16, 16, 10], activation="sigmoid"))
Drawing(network of 784 -> 16 sigmoid -> 16 sigmoid -> 10 linear; \
.save('name.svg'), .save('name.png'), .save('name.pdf'), .source)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from autodiff import OptionError, Value, WrongTypeError, no_grad
from autodiff.extend import Operand, described, number, sequence, whole
from nn import MLP
from viz.options import drawing, looks
from viz.render.drawing import Drawing

from .dot import Column, network_dot

_MOST = 16


def network(  # noqa: PLR0913 each is an option of its own, by keyword
    net: MLP,
    inputs: Iterable[Operand] | None = None,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    most: int = _MOST,
    theme: str = "auto",
) -> Drawing:
    """Draw a network: a circle for each neuron, a line for each weight.

    Lines are green for positive and red for negative weights, wider and denser for larger ones,
    each layer on a scale of its own. Where lines are many, weak ones are nearly transparent. Given
    inputs, circles are shaded by activations: the strongest colour stands for the largest
    activation of its layer, or for 1 if that is larger.

    Args:
        net: the network.
        inputs: one example, as many numbers as the network has inputs; without it the circles
            are not shaded.
        input_names: one text for each input; x1, x2, ... by default. A long one is cut off, and
            shown in full below the pointer.
        output_names: one text for each output; y1, y2, ... by default.
        most: the most circles of a layer, at least 2; 16 by default. Of a wider layer the first and
            the last ones are drawn, with the true count above.
        theme: "auto" (the default) for an SVG that follows light and dark, and a light PNG or PDF;
            "light", "dark", or "print", which dashes the lines of negative weights.

    Returns:
        The picture of the numbers as they are now.

    Raises:
        WrongTypeError: if `net` is not an MLP, names are not a list, inputs not a flat sequence, or
            `most` is not a whole number.
        OptionError: if there are not as many names as inputs or outputs, `most` is below 2, or the
            theme is unknown.
        ShapeError: if there are more or fewer inputs than the network has.
        OperandError: if an input is neither a Value nor a real number.
    """
    if not isinstance(net, MLP):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("an nn.MLP", described(net), "write viz.network(net)")
    input_count = len(net.layers[0].neurons[0].weights)
    limit = whole(most, 2, "the number of circles of a layer")
    chosen = looks(theme=theme)
    reached = _activations(net, inputs)
    widths = [input_count, *(len(layer.neurons) for layer in net.layers)]
    kinds = ["inputs" if input_count > 1 else "input"]
    kinds += [layer.neurons[0].activation for layer in net.layers]
    columns = [
        Column(f"{width} {kind}", width, _shown(width, limit), activations)
        for width, kind, activations in zip(widths, kinds, reached, strict=True)
    ]
    weights = [
        [[weight.data for weight in neuron.weights] for neuron in layer.neurons]
        for layer in net.layers
    ]
    names = (
        _names(input_names, "x", input_count, "input"),
        _names(output_names, "y", widths[-1], "output"),
    )
    return drawing(
        chosen, lambda look: network_dot(columns, weights, names, look.theme), _summary(net)
    )


def _activations(net: MLP, inputs: Iterable[Operand] | None) -> Sequence[tuple[float, ...] | None]:
    """Return the numbers of every column, the inputs first; None for each without inputs."""
    if inputs is None:
        return [None] * (len(net.layers) + 1)
    if isinstance(inputs, Mapping):
        arrived = described(cast("object", inputs))
        raise WrongTypeError(
            "a flat list of inputs", arrived, "pass list(inputs.values()), in order"
        )
    flat = sequence(inputs, "a flat list of inputs")
    reached = [tuple(x.data if isinstance(x, Value) else number(x) for x in flat)]
    with no_grad():
        for layer in net.layers:
            reached.append(tuple(output.data for output in layer(reached[-1])))
    return reached


def _shown(count: int, most: int) -> tuple[int, ...]:
    """Return the indices that are drawn: all, or the first and the last."""
    if count <= most:
        return tuple(range(count))
    first = (most + 1) // 2
    return (*range(first), *range(count - (most - first), count))


def _names(given: Sequence[str] | None, letter: str, count: int, what: str) -> list[str]:
    """Return a name for each input or output."""
    if given is None:
        return [f"{letter}{index + 1}" for index in range(count)] if count > 1 else [letter]
    if not isinstance(given, (list, tuple)):
        raise WrongTypeError(f"a list of {what}_names", described(given), "pass a list of texts")
    names = [str(name) for name in given]
    if len(names) != count:
        raise OptionError(
            f"{count} texts as {what}_names", f"{len(names)}", f"pass one for each {what}"
        )
    return names


def _summary(net: MLP) -> str:
    return f"network of {repr(net).removeprefix('MLP of ').rsplit(',', 1)[0]}"
