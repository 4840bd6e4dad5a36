"""Plots of activation functions, and of the gradients of a network layer by layer.

>>> ax = activations("tanh", "relu")
>>> [line.get_label() for line in ax.get_lines()]
['tanh', "tanh'", 'relu', "relu'"]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from statistics import fmean
from typing import TYPE_CHECKING, Any

from autodiff import OptionError, WrongTypeError
from autodiff.extend import described, digits
from nn import MLP
from nn.extend import activation
from viz.themes import PLOTS

from .axes import axes_or_new, checked_range, color_of, legend, legend_above, tidied

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 400  # of a curve; even, so that 0 is among them where the range is symmetric
_LABELLED = 12  # layers
_TICKS = 15
_SMALLEST = 1e-290  # below it, a logarithmic scale of matplotlib's runs out of numbers


def activations(
    *names: str, between: tuple[float, float] = (-5.0, 5.0), ax: Axes | None = None
) -> Axes:
    """Plot activation functions, solid, and their derivatives, dashed, from the table.

    Args:
        names: of operations of one operand, or "linear"; at least one.
        between: the first and the last x; from -5 to 5 by default.
        ax: the matplotlib Axes to draw on; those of a new figure by default.

    Returns:
        The Axes.

    Raises:
        OptionError: if there are no names, one is unknown, or the range is empty.
        MissingPackageError: if matplotlib is not installed.
    """
    ends = checked_range(between)
    if not names:
        raise OptionError("at least one activation", "none", "write activations('relu', 'tanh')")
    if ends is None:
        raise OptionError("a range (low, high)", f"{between!r}", "write between=(-5, 5)")
    low, high = ends
    rows = [activation(name) for name in names]
    axes: Any = tidied(axes_or_new(ax), "activations and their derivatives", "x", "f(x), f'(x)")
    xs = [low + (high - low) * index / _POINTS for index in range(_POINTS + 1)]
    shown: dict[str, Any] = {}
    for index, (name, row) in enumerate(zip(names, rows, strict=True)):
        results = [(x, (1.0,)) if row is None else row.function(*row.group([x])) for x in xs]
        look = {"color": color_of(index), "linewidth": PLOTS.line_width}
        values = [value for value, _ in results]
        slopes = [derivatives[0] for _, derivatives in results]
        [shown[name]] = axes.plot(xs, values, label=name, **look)
        [shown[f"{name}'"]] = axes.plot(xs, slopes, label=f"{name}'", linestyle="--", **look)
    axes.set_xlim(low, high)
    legend(axes, shown)
    return axes


def gradient_sizes(net: MLP | Mapping[str, MLP], *, ax: Axes | None = None) -> Axes:
    """Plot the mean size of the gradients of each layer's weights, on a logarithmic scale.

    Gradients vanish where those of the first layers are smaller by powers of ten. A layer whose
    gradients are all 0 has a 0 in place of a bar.

    Args:
        net: a network after a backward pass, or several by name, all of as many layers.
        ax: the matplotlib Axes to draw on; those of a new figure by default.

    Returns:
        The Axes.

    Raises:
        WrongTypeError: if `net` is not an MLP.
        OptionError: if there is no network, or networks differ in the number of layers.
        MissingPackageError: if matplotlib is not installed.
    """
    named = net if isinstance(net, Mapping) else {"": net}
    if not named:
        raise OptionError("at least one network", "none", "write viz.gradient_sizes(net)")
    sizes = {f"{name}": _sizes(one) for name, one in named.items()}
    if len({len(each) for each in sizes.values()}) != 1:
        raise OptionError(
            "networks with equally many layers",
            f"{[len(each) for each in sizes.values()]} layers",
            "plot each separately",
        )
    title, caption = "gradient sizes by layer", "mean size of dC/dw"
    if not any(size for each in sizes.values() for size in each):
        title += ": all 0\n(before a backward pass, or where all units are dead)"
    axes: Any = tidied(axes_or_new(ax), title, "layer", caption)
    breadth = 0.8 / len(sizes)
    low, high = _powers(size for each in sizes.values() for size in each)
    bars: dict[str, Any] = {}
    for index, (name, each) in enumerate(sizes.items()):
        shift = (index - (len(sizes) - 1) / 2) * breadth
        places = [layer + 1 + shift for layer in range(len(each))]
        bars[name] = axes.bar(places, each, breadth * 0.9, color=color_of(index), label=name)
        for place, size in zip(places, each, strict=True):
            if len(each) <= _LABELLED and (len(sizes) == 1 or size == 0.0):  # else they overlap
                where = {"ha": "center", "va": "bottom", "fontsize": PLOTS.bar_font_size}
                axes.text(place, max(size, low), digits(size, 2), **where)
    axes.set_ylim(low, high)  # first: matplotlib finds no range where all is 0
    axes.set_yscale("log")
    depth = max(map(len, sizes.values()))
    axes.set_xticks(range(1, depth + 1, -(-depth // _TICKS)))
    if len(sizes) > 1:
        legend_above(axes, bars)
    return axes


def _powers(sizes: Iterable[float]) -> tuple[float, float]:
    """Return a logarithmic range with room for what is not 0, within what can be drawn."""
    drawn = [size for size in sizes if _SMALLEST < size < inf] or [1.0]
    return min(drawn) / 3, max(drawn) * 3


def _sizes(net: object) -> list[float]:
    """Return the mean size of the gradients of the weights of each layer."""
    if not isinstance(net, MLP):
        raise WrongTypeError("an nn.MLP", described(net), "write viz.gradient_sizes(net)")
    return [
        fmean(abs(weight.grad) for neuron in layer.neurons for weight in neuron.weights)
        for layer in net.layers
    ]
