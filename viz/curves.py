"""Plots of a run and of the table: training curves, gradients by layer, activations.

>>> ax = activations("tanh", "relu")
>>> [line.get_label() for line in ax.get_lines()]
['tanh', "tanh'", 'relu', "relu'"]

What is not here: regions of a plane (`regions`), descent paths (`descents`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import inf, isfinite
from statistics import fmean
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from autodiff.errors import described
from autodiff.tables import digits
from nn import MLP, Record
from nn.activations import activation
from nn.checks import whole

from .canvas import axes_or_new, color_of, tidied
from .errors import PlotError, PlotTypeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["History", "activations", "gradient_sizes", "training_curves"]

History: TypeAlias = Sequence[Record]

_POINTS = 400  # of a curve; even, so that 0 is among them where the range is symmetric
_SMOOTHING = 50  # a window is this part of a history
_FAINT = 0.25
_LABELLED = 12  # layers
_TICKS = 15
_SMALLEST = 1e-290  # below it, a logarithmic scale of matplotlib's runs out of numbers
_HEADROOM = 1.25  # above the highest mean; single mini-batches may be far above


def training_curves(
    history: History | Mapping[str, History],
    *,
    smoothing: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot the loss of a training run, and its accuracy where there is one, by epoch.

    The records of the mini-batches are faint; their running mean is drawn over them, and decides
    how high the plot is.

    Args:
        history: what `nn.fit` returned, or several of them by name.
        smoothing: how many steps a running mean takes, at least 1; a fiftieth of the run by
            default.
        ax: where to draw; a new figure by default.

    Returns:
        The Axes of the loss. The accuracy is on a second scale at its right, `ax.figure.axes[-1]`.

    Raises:
        PlotError: if a history is empty.
        PlotTypeError: if it is no list of records.
        SizeError: if `smoothing` is no whole number of at least 1.
        MissingPackageError: if matplotlib is not installed.
    """
    named = history if isinstance(history, Mapping) else {"": history}
    if not named:
        raise PlotError("at least one history", "none", "pass what nn.fit returned")
    runs = {name: _records(records) for name, records in named.items()}
    window = None if smoothing is None else whole(smoothing, 1, "the number of steps of a mean")
    axes: Any = tidied(axes_or_new(ax), "training", "epoch", "loss")
    accuracies = any(record.accuracy is not None for run in runs.values() for record in run)
    right: Any = axes.twinx() if accuracies else None
    tops = [
        _add_run(axes, right, run, (name, color_of(index), window))
        for index, (name, run) in enumerate(runs.items())
    ]
    axes.set_ylim(0, _HEADROOM * max(tops) or 1.0)
    if right is not None:
        right.set_ylim(0, 1.02)
        right.spines["top"].set_visible(False)
    _explain(axes, right, len(runs))
    return axes


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
        _legend_above(axes, axes.get_legend_handles_labels()[0])
    return axes


def _powers(sizes: Iterable[float]) -> tuple[float, float]:
    """Return a logarithmic range with room for what is not 0, within what can be drawn."""
    drawn = [size for size in sizes if _SMALLEST < size < inf] or [1.0]
    return min(drawn) / 3, max(drawn) * 3


def _records(history: object) -> list[Record]:
    """Return a history as a list of records."""
    if not isinstance(history, (list, tuple)):
        raise PlotTypeError("a list of nn.Record", described(history), "pass what nn.fit returned")
    records = list(cast("Sequence[object]", history))
    if not records:
        raise PlotError("at least one record", "none", "pass what nn.fit returned")
    for record in records:
        if not isinstance(record, Record):
            raise PlotTypeError("nn.Record", described(record), "pass what nn.fit returned")
    return cast("list[Record]", records)


def _add_run(axes: Any, right: Any, run: list[Record], look: tuple[str, str, int | None]) -> float:
    """Draw loss and accuracy of one run; return the largest finite mean of the losses."""
    name, color, window = look
    per_epoch = sum(record.epoch == run[0].epoch for record in run)
    first = (run[0].epoch - 1) * per_epoch
    epochs = [(first + index + 1) / per_epoch for index in range(len(run))]
    taken = window or max(1, len(run) // _SMOOTHING)
    losses = [record.loss for record in run]
    curves = [(axes, name or "loss", epochs, losses, "-", color)]
    judged = [(at, x.accuracy) for at, x in zip(epochs, run, strict=True) if x.accuracy is not None]
    if judged:
        label, style = (f"{name} ", "--") if name else ("", "-")
        tint = color if name else color_of(1)
        at, shares = [place for place, _ in judged], [share for _, share in judged]
        curves.append((right, f"{label}accuracy", at, shares, style, tint))
    for part, label, at, values, style, tint in curves:
        length = max(1, round(taken * len(values) / len(run)))
        if length > 1:
            part.plot(at, values, color=tint, alpha=_FAINT, linewidth=0.8, label="_records")
        smooth = _running_mean(values, length)
        part.plot(at, smooth, style, color=tint, linewidth=2, label=label)
    return max(filter(isfinite, _running_mean(losses, taken)), default=0.0)


def _explain(axes: Any, right: Any, count: int) -> None:
    """Say which line is which: one run by coloured captions, several by a legend above."""
    if right is not None:
        right.set_ylabel("accuracy" if count == 1 else "accuracy (dashed)")
    if count > 1:
        axes.set_ylabel("loss" if right is None else "loss (solid)")
        shown = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
        _legend_above(axes, shown)
    elif right is not None:
        axes.yaxis.label.set_color(color_of(0))
        right.yaxis.label.set_color(color_of(1))


def _legend_above(axes: Any, shown: Sequence[Any]) -> None:
    """Put a legend between the title and the plot, where it covers nothing."""
    count = len(shown)
    place = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": min(count, 4)}
    axes.legend(handles=shown, frameon=False, **place)
    axes.set_title(axes.get_title(), pad=12 + 18 * -(-count // 4))


def _running_mean(values: Sequence[float], window: int) -> list[float]:
    """Return the mean around each value; windows are cut off at both ends.

    >>> _running_mean([0.0, 3.0, 6.0, 9.0], 3)
    [1.5, 3.0, 6.0, 7.5]
    """
    totals = [0.0, *accumulate(values)]
    before, after = (window - 1) // 2, window // 2 + 1
    means: list[float] = []
    for index in range(len(values)):
        start, end = max(index - before, 0), min(index + after, len(values))
        means.append((totals[end] - totals[start]) / (end - start))
    return means


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
