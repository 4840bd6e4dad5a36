"""Plots of training runs: loss and accuracy by epoch, of training and of validation.

>>> from nn import Record
>>> ax = training_curves([Record(1, step, 2, 1.0 / step, None) for step in (1, 2)])
>>> [line.get_label() for line in ax.get_lines()]
['loss']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from autodiff import OptionError, WrongTypeError
from autodiff.extend import described, whole
from nn import Record
from viz.themes import PLOTS

from .axes import axes_or_new, color_of, legend_above, tidied
from .validation import add_validation, epochs_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

History: TypeAlias = Sequence[Record]

_SMOOTHING = 50  # a window is this part of a history
_DIVERGED, _FAR = 100.0, 3.0  # times the first mean: at the end; where it leaves the plot
_HEADROOM = 1.25  # above the highest mean; single mini-batches may be far above


def training_curves(
    history: History | Mapping[str, History],
    *,
    smoothing: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot the loss of a training run, and its accuracy where there is one, by epoch.

    With validation examples, their loss and accuracy after each epoch are marked by points.
    The losses of the mini-batches are faint; their running mean is drawn over them and sets the
    height of the plot. Where the loss of a run grows without end, a cross at the top marks the
    place where it leaves the plot. The accuracy is shown as a running mean alone: a mini-batch of
    ten has one of eleven accuracies, and a line of these would leap up and down.

    Args:
        history: what `nn.fit` returned, or several of them by name.
        smoothing: the steps of a running mean, at least 1; by default a fiftieth of the run for
            the loss, and half an epoch for the accuracy if that is longer.
        ax: the matplotlib Axes to draw on; those of a new figure by default.

    Returns:
        The Axes of the loss. The accuracy is on a second scale at its right, `ax.figure.axes[-1]`.

    Raises:
        OptionError: if a history is empty, or `smoothing` is below 1.
        WrongTypeError: if a history is not a list of records, or `smoothing` not a whole number.
        MissingPackageError: if matplotlib is not installed.
    """
    named = history if isinstance(history, Mapping) else {"": history}
    if not named:
        raise OptionError("at least one history", "none", "pass what nn.fit returned")
    runs = {f"{name}": _records(records) for name, records in named.items()}
    window = None if smoothing is None else whole(smoothing, 1, "the number of steps of a mean")
    axes: Any = tidied(axes_or_new(ax), "training", "epoch", "loss")
    records = [record for run in runs.values() for record in run]
    has_accuracy = any({r.accuracy, r.validation_accuracy} != {None} for r in records)
    right: Any = axes.twinx() if has_accuracy else None
    curves: dict[str, _Curve] = {}
    heights: list[float] = []
    for index, (name, run) in enumerate(runs.items()):
        curves[name] = _add_run(axes, right, run, (name, color_of(index), window))
        heights += [curves[name].height, *add_validation(axes, right, run, (name, index))]
    top = _HEADROOM * max(heights) or 1.0
    axes.set_ylim(0, top)
    for curve in curves.values():
        _mark(axes, curve, top)
    if right is not None:
        right.set_ylim(0, 1.02)
        right.spines["top"].set_visible(False)
    validated = any(r.validation_loss is not None for r in records)
    _explain(axes, right, {name: curve.line for name, curve in curves.items()}, validated=validated)
    return axes


def _records(history: object) -> list[Record]:
    """Return a history as a list of records."""
    if not isinstance(history, (list, tuple)):
        raise WrongTypeError("a list of nn.Record", described(history), "pass what nn.fit returned")
    records = list(cast("Sequence[object]", history))
    if not records:
        raise OptionError("at least one record", "none", "pass what nn.fit returned")
    for record in records:
        if not isinstance(record, Record):
            raise WrongTypeError("nn.Record", described(record), "pass what nn.fit returned")
    return cast("list[Record]", records)


class _Curve(NamedTuple):
    """The running mean of the losses of a run.

    Attributes:
        line: as it is drawn.
        height: how high the plot must be for it.
        leaves: the place along the epochs where it grows without end, if it does.
    """

    line: Any
    height: float
    leaves: float | None


def _add_run(
    axes: Any, right: Any, run: list[Record], named: tuple[str, str, int | None]
) -> _Curve:
    """Draw loss and accuracy of one run."""
    name, color, window = named
    epochs = epochs_of(run)
    per_epoch = sum(record.epoch == run[0].epoch for record in run)
    taken = window or max(1, len(run) // _SMOOTHING)
    losses = [record.loss for record in run]
    means = _running_mean(losses, taken)
    if taken > 1:
        faint = {"alpha": PLOTS.faint, "linewidth": PLOTS.thin_width}
        axes.plot(epochs, losses, color=color, label="_records", **faint)
    look = {"color": color, "linewidth": PLOTS.line_width}
    [line] = axes.plot(epochs, means, "-", label=name or "loss", **look)
    pairs = zip(epochs, run, strict=True)
    judged = [(at, record.accuracy) for at, record in pairs if record.accuracy is not None]
    if judged:  # in a long run, that of some steps
        length = round((window or max(taken, per_epoch // 2)) * len(judged) / len(run))
        shares = _running_mean([share for _, share in judged], max(1, length))
        epochs_judged = [at for at, _ in judged]
        label, style = (f"{name} ", "--") if name else ("", "-")
        look["color"] = color if name else color_of(1)
        right.plot(epochs_judged, shares, style, label=f"{label}accuracy", **look)
    return _curve(line, epochs, means)


def _curve(line: Any, epochs: Sequence[float], means: Sequence[float]) -> _Curve:
    """Find out how high a plot must be, and whether the run diverged: it ends far above its start.

    Of a run that diverged, the plot shows what is not far above the start.
    """
    far = _FAR * means[0]
    if isfinite(means[-1]) and not means[-1] > _DIVERGED * means[0] > 0.0:
        return _Curve(line, max(filter(isfinite, means), default=0.0), None)
    low = [epoch for epoch, mean in zip(epochs, means, strict=True) if mean <= far < inf]
    height = max((mean for mean in means if mean <= far < inf), default=0.0)
    return _Curve(line, height, next(epoch for epoch in epochs if not low or epoch > low[-1]))


def _mark(axes: Any, curve: _Curve, top: float) -> None:
    """Put a cross where a run leaves the plot for good."""
    if curve.leaves is None:
        return
    look = {
        "color": curve.line.get_color(),
        "markersize": PLOTS.cross_size,
        "markeredgewidth": PLOTS.cross_width,
    }
    axes.plot([curve.leaves], [top], "x", clip_on=False, zorder=5, label="_diverged", **look)
    place = {"xytext": (7, -3), "textcoords": "offset points", "va": "top"}
    axes.annotate("diverged", (curve.leaves, top), **place)


def _explain(axes: Any, right: Any, lines: Mapping[str, Any], *, validated: bool) -> None:
    """Say which line is which: one run by coloured captions, several by a legend above."""
    several = len(lines) > 1
    kinds = {"loss": ("solid", "circles"), "accuracy": ("dashed", "squares")}
    for side, (name, (style, marks)) in zip((axes, right), kinds.items(), strict=True):
        if side is None:
            continue
        remarks = [style] if several and right is not None else []
        remarks += [f"{marks}: validation"] if validated else []
        side.set_ylabel(f"{name} ({'; '.join(remarks)})" if remarks else name)
    if several:
        legend_above(axes, lines)
    elif right is not None:
        axes.yaxis.label.set_color(color_of(0))
        right.yaxis.label.set_color(color_of(1))


def _running_mean(values: Sequence[float], window: int) -> list[float]:
    """Return the mean around each value, nan beside what is infinite; ends cut windows off.

    >>> _running_mean([0.0, 3.0, 6.0, 9.0], 3)
    [1.5, 3.0, 6.0, 7.5]
    """
    totals = [0.0, *accumulate(value if isfinite(value) else 0.0 for value in values)]
    broken = [0, *accumulate(not isfinite(value) for value in values)]
    before, after = (window - 1) // 2, window // 2 + 1
    means: list[float] = []
    for index in range(len(values)):
        start, end = max(index - before, 0), min(index + after, len(values))
        mean = (totals[end] - totals[start]) / (end - start)
        means.append(mean if broken[end] == broken[start] else nan)
    return means
