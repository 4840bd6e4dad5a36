"""Loss and accuracy of validation examples, as points after each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Any

from nn import Record
from viz.themes import PLOTS

from .axes import color_of

_FAR = 100.0  # times the first loss of the run: further than a plot should reach


def epochs_of(run: Sequence[Record]) -> list[float]:
    """Return how many epochs were over after each record.

    >>> epochs_of([Record(epoch, 0, 4, 0.5, None) for epoch in (1, 1, 2, 2)])
    [0.5, 1.0, 1.5, 2.0]
    """
    per_epoch = sum(record.epoch == run[0].epoch for record in run)
    first = (run[0].epoch - 1) * per_epoch
    return [(first + index + 1) / per_epoch for index in range(len(run))]


def add_validation(
    axes: Any, right: Any, run: Sequence[Record], named: tuple[str, int]
) -> list[float]:
    """Draw what a run has of validation: circles for losses, squares for accuracies.

    Args:
        axes: of the losses.
        right: of the accuracies.
        run: the records.
        named: name and number of the run; the name "" stands for the only one.

    Returns:
        The losses that the plot should hold.
    """
    name, index = named
    after = list(zip(epochs_of(run), run, strict=True))
    losses = [(at, r.validation_loss) for at, r in after if r.validation_loss is not None]
    shares = [(at, r.validation_accuracy) for at, r in after if r.validation_accuracy is not None]
    prefix = f"{name} " if name else ""
    look = {"linestyle": ":", "markersize": PLOTS.mark_size, "linewidth": PLOTS.mark_line_width}
    if losses:
        label, color = f"_{prefix}validation loss", color_of(index)
        axes.plot(*zip(*losses, strict=True), marker="o", color=color, label=label, **look)
    if shares:
        label, color = f"_{prefix}validation accuracy", color_of(index if name else 1)
        right.plot(*zip(*shares, strict=True), marker="s", color=color, label=label, **look)
    first = next((record.loss for record in run if isfinite(record.loss)), inf)
    most = _FAR * first or inf
    return [loss for _, loss in losses if isfinite(loss) and loss <= most]
