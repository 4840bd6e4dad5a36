"""`weights`: the incoming weights of neurons as pictures, green and red on black.

>>> from nn import Layer
>>> ax = weights(Layer(64, 16, seed=1))
>>> len(ax.images), ax.images[0].get_array().shape
(16, (8, 8, 3))
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isfinite, isnan, isqrt, sqrt
from typing import TYPE_CHECKING, Any

from autodiff import OptionError, WrongTypeError
from autodiff.extend import described, digits, package, whole
from nn import Layer, Neuron
from viz.themes import PLOTS, blend, channels

from .axes import axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP = 0.22  # between two pictures, as a share of the larger side; the number stands in it


def weights(
    layer: Layer | Neuron, shape: tuple[int, int] | None = None, *, ax: Axes | None = None
) -> Axes:
    """Show the incoming weights of a neuron, or of each neuron of a layer, as pictures.

    Positive weights are green, negative ones red, weak ones dark. The scale is the same for all
    neurons: the largest weight is brightest.

    Args:
        layer: a layer, or a neuron.
        shape: rows and columns of a picture; by default the squarest that fits, 28 x 28 for 784.
        ax: the matplotlib Axes to draw on; those of a new figure by default.

    Returns:
        The Axes; `ax.images` has one picture for each neuron.

    Raises:
        WrongTypeError: if it is neither a layer nor a neuron.
        OptionError: if the shape does not have as many places as there are weights.
        MissingPackageError: if matplotlib is not installed.
    """
    neurons = _neurons(layer)
    rows, columns = _shape(len(neurons[0].weights), shape)
    numbers = [[weight.data for weight in neuron.weights] for neuron in neurons]
    finite = [abs(number) for each in numbers for number in each if isfinite(number)]
    largest = max(finite, default=0.0) or 1.0
    across = _across(len(neurons), rows / columns)
    gap = _GAP * max(rows, columns) if len(neurons) > 1 else 0.0
    down = ceil(len(neurons) / across)
    extent = across * (columns + gap) - gap, down * (rows + gap) - gap
    axes: Any = axes_or_new(ax, _size(extent))
    numpy = package("numpy")
    for index, each in enumerate(numbers):
        left, top = index % across * (columns + gap), index // across * (rows + gap)
        picture = numpy.array([_color(x, largest) for x in each], dtype=numpy.uint8)
        place = (left, left + columns, top + rows, top)
        axes.imshow(picture.reshape(rows, columns, 3), extent=place, interpolation="nearest")
        if len(neurons) > 1:
            middle = left + columns / 2, top + rows + gap * 0.12
            axes.text(
                *middle,
                f"{index}",
                ha="center",
                va="top",
                fontsize=PLOTS.index_font_size,
                color=PLOTS.ink,
            )
    axes.set_xlim(0, extent[0])
    axes.set_ylim(extent[1] + gap, 0)
    axes.set_axis_off()
    axes.set_title(_title(len(neurons), rows, columns, largest), fontsize=PLOTS.title_font_size)
    return axes


def _neurons(layer: object) -> Sequence[Neuron]:
    if isinstance(layer, Neuron):
        return [layer]
    if isinstance(layer, Layer):
        return layer.neurons
    raise WrongTypeError(
        "an nn.Layer or nn.Neuron", described(layer), "write viz.weights(net.layers[0])"
    )


def _shape(count: int, given: tuple[int, int] | None) -> tuple[int, int]:
    """Return rows and columns: those given, or the squarest, at most as high as wide."""
    if given is None:
        rows = next(rows for rows in range(isqrt(count), 0, -1) if count % rows == 0)
        return rows, count // rows
    try:
        rows, columns = (whole(side, 1, "a side of a picture") for side in given)
    except (TypeError, ValueError):
        rows = columns = 0
    if rows * columns != count:
        raise OptionError(
            f"a shape (rows, columns) with {count} cells",
            f"{given!r}",
            "leave it out, or correct it",
        )
    return rows, columns


def _across(count: int, steepness: float) -> int:
    """Return how many pictures stand in a row: about a square, and few empty places."""
    least = ceil(sqrt(count * steepness))
    return min(range(least, ceil(1.5 * least) + 1), key=lambda across: -count % across)


def _size(extent: tuple[float, float]) -> tuple[float, float]:
    """Return a size in inches whose larger side is 6."""
    scale = 6.0 / max(extent)
    return max(extent[0] * scale, 2.5), max(extent[1] * scale, 0.8) + 0.4


def _color(weight: float, largest: float) -> list[int]:
    """Return red, green and blue of a weight."""
    if isnan(weight):
        return channels(PLOTS.unknown)
    tint = PLOTS.positive if weight > 0 else PLOTS.negative
    return channels(blend(PLOTS.weak, tint, min(abs(weight) / largest, 1.0)))


def _title(count: int, rows: int, columns: int, largest: float) -> str:
    subject = f"{count} neurons, {rows} x {columns} weights each" if count > 1 else "weights"
    return f"{subject}; brightest: {digits(largest, 2)}"
