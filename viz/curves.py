"""Plots of a network and of the table: gradients by layer, activations.

>>> ax = activations("tanh", "relu")
>>> [line.get_label() for line in ax.get_lines()]
['tanh', "tanh'", 'relu', "relu'"]

What is not here: training curves (`progress`), regions of a plane (`regions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, isfinite
from statistics import fmean
from typing import TYPE_CHECKING, Any

from autodiff.errors import described
from autodiff.tables import digits
from nn import MLP
from nn.activations import activation

from .canvas import axes_or_new, color_of, legend_above, tidied
from .errors import PlotError, PlotTypeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["activations", "gradient_sizes"]

_POINTS = 400  # of a curve; even, so that 0 is among them where the range is symmetric
_LABELLED = 12  # layers
_TICKS = 15
_SMALLEST = 1e-290  # below it, a logarithmic scale of matplotlib's runs out of numbers


def activations(
    *names: str, between: tuple[float, float] = (-5.0, 5.0), ax: Axes | None = None
) -> Axes:
    """Plot activation functions, solid, and their derivatives, dashed, from the table.

    Args:
        names: operations of one operand, or "linear"; at least one.
        between: the first and the last x.
        ax: where to draw; a new figure by default.

    Returns:
        The Axes.

    Raises:
        PlotError: if there are no names, or the range is empty.
        ActivationError: if an activation is unknown.
        MissingPackageError: if matplotlib is not installed.
    """
    low, high = between
    if not names:
        raise PlotError("at least one activation", "none", "write activations('relu', 'tanh')")
    if not (isfinite(low) and isfinite(high) and low < high):
        raise PlotError("a range (low, high)", f"{between}", "write between=(-5, 5)")
    rows = [activation(name) for name in names]
    axes: Any = tidied(axes_or_new(ax), "activations and their derivatives", "x", "f(x), f'(x)")
    xs = [low + (high - low) * index / _POINTS for index in range(_POINTS + 1)]
    for index, (name, row) in enumerate(zip(names, rows, strict=True)):
        results = [(x, (1.0,)) if row is None else row.function(*row.group([x])) for x in xs]
        look = {"color": color_of(index), "linewidth": 2}
        axes.plot(xs, [value for value, _ in results], label=name, **look)
        slopes = [derivatives[0] for _, derivatives in results]
        axes.plot(xs, slopes, label=f"{name}'", linestyle="--", **look)
    axes.set_xlim(low, high)
    axes.legend()
    return axes


def gradient_sizes(net: MLP | Mapping[str, MLP], *, ax: Axes | None = None) -> Axes:
    """Plot the mean size of the gradients of each layer's weights, on a logarithmic scale.

    Where the first layers' are smaller by powers of ten, gradients vanish.

    Args:
        net: a network after a backward pass, or several of as many layers by name.
        ax: where to draw; a new figure by default.

    Returns:
        The Axes.

    Raises:
        PlotTypeError: if `net` is no MLP.
        PlotError: if all gradients are 0, or networks differ in the number of layers.
        MissingPackageError: if matplotlib is not installed.
    """
    named = net if isinstance(net, Mapping) else {"": net}
    sizes = {name: _sizes(one) for name, one in named.items()}
    if len({len(each) for each in sizes.values()}) != 1:
        raise PlotError(
            "networks of as many layers",
            f"{[len(each) for each in sizes.values()]} layers",
            "plot each by itself",
        )
    title, caption = "gradient sizes by layer", "mean size of dC/dw"
    axes: Any = tidied(axes_or_new(ax), title, "layer", caption)
    breadth = 0.8 / len(sizes)
    low, high = _powers(size for each in sizes.values() for size in each)
    for index, (name, each) in enumerate(sizes.items()):
        shift = (index - (len(sizes) - 1) / 2) * breadth
        places = [layer + 1 + shift for layer in range(len(each))]
        axes.bar(places, each, breadth * 0.9, color=color_of(index), label=name)
        if len(sizes) == 1 and len(each) <= _LABELLED:  # else numbers would overlap
            for place, size in zip(places, each, strict=True):
                where = {"ha": "center", "va": "bottom", "fontsize": 7}
                axes.text(place, max(size, low), digits(size, 2), **where)
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    depth = max(map(len, sizes.values()))
    axes.set_xticks(range(1, depth + 1, -(-depth // _TICKS)))
    if len(sizes) > 1:
        legend_above(axes, axes.get_legend_handles_labels()[0])
    return axes


def _powers(sizes: Iterable[float]) -> tuple[float, float]:
    """Return a logarithmic range with room for what is not 0, within what can be drawn."""
    drawn = [size for size in sizes if _SMALLEST < size < inf] or [1.0]
    return min(drawn) / 3, max(drawn) * 3


def _sizes(net: object) -> list[float]:
    """Return the mean size of the gradients of the weights of each layer."""
    if not isinstance(net, MLP):
        raise PlotTypeError("an nn.MLP", described(net), "write viz.gradient_sizes(net)")
    sizes = [
        fmean(abs(weight.grad) for neuron in layer.neurons for weight in neuron.weights)
        for layer in net.layers
    ]
    if not any(sizes):
        raise PlotError(
            "a network after a backward pass", "gradients that are all 0", "call loss.backward()"
        )
    return sizes
