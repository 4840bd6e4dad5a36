"""`pulls`: how each example pulls at a weight, as bars, and their mean as a line.

>>> import nn
>>> net = nn.MLP(1, [1], seed=0)
>>> weight = net.layers[0].neurons[0].weights[0]
>>> found = nn.pulls(net, nn.mean_squared_error, [([1.0], [2.0]), ([2.0], [-3.0])], weight)
>>> [bool(bar.get_height() > 0) for bar in pulls(found).patches]
[True, False]
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from autodiff import WrongTypeError
from autodiff.extend import described, digits
from nn import Pulls
from viz.themes import PLOTS

from .axes import axes_or_new, color_of, legend_above, tidied

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABELLED = 20  # examples whose number stands below their bar


def pulls(found: Pulls, *, ax: Axes | None = None) -> Axes:
    """Draw how each example pulls at a weight: up for more of it, down for less.

    Args:
        found: what `nn.pulls` returned.
        ax: the matplotlib Axes to draw on; those of a new figure by default.

    Returns:
        The Axes. Pulls that are not finite have no bar.

    Raises:
        WrongTypeError: if `found` is anything else.
        MissingPackageError: if matplotlib is not installed.
    """
    if not isinstance(found, Pulls):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        remedy = "write viz.pulls(nn.pulls(net, loss, examples, weight))"
        raise WrongTypeError("what nn.pulls returned", described(found), remedy)
    title = f"how each example pulls at {found.name}"
    axes: Any = tidied(axes_or_new(ax), title, "example", "asked for: minus dC/dw")
    drawn = [row for row in found.rows if isfinite(row.nudge)]
    numbers = [row.example for row in drawn]
    heights = [row.nudge for row in drawn]
    tints = [color_of(0 if height > 0 else 1) for height in heights]
    axes.bar(numbers, heights, 0.8, color=tints)
    axes.axhline(0, color=PLOTS.axis, linewidth=PLOTS.thin_width)
    if isfinite(found.mean):
        name = f"mean: {digits(found.mean, 3)}"
        style = {"color": color_of(2), "linestyle": "--", "linewidth": PLOTS.line_width}
        legend_above(axes, {name: axes.axhline(found.mean, label=name, **style)})
    if len(found.rows) <= _LABELLED:
        axes.set_xticks(range(1, len(found.rows) + 1))
    return axes
