"""The Axes that plots draw on, their grids and legends; matplotlib is imported with the first.

Plots leave matplotlib's global state alone: they choose no backend, change no setting, and pyplot
does not know of their figures. A notebook shows the Axes that a plot returns.
`ax.figure.savefig("name.png")` saves the figure; `ax=plt.gca()` draws into one of pyplot's.

>>> ax = axes_or_new(None)
>>> ax.figure.get_size_inches().tolist()
[6.4, 4.0]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from math import isfinite
from typing import Any

from autodiff import WrongTypeError
from autodiff.extend import described, number, package
from viz.themes import PLOTS

_SIZE = (6.4, 4.0)  # inches
_SHARP = 160  # dots per inch of a saved figure


def axes_or_new(ax: Any, size: tuple[float, float] = _SIZE, *, solid: bool = False) -> Any:
    """Return the Axes to draw on: the given one, or the only one of a new figure.

    Args:
        ax: an Axes, or None.
        size: width and height of a new figure, in inches.
        solid: whether the Axes must be three-dimensional.

    Raises:
        MissingPackageError: if matplotlib is not installed.
        WrongTypeError: if `ax` is not an Axes, or has the wrong number of dimensions.
    """
    axes = package("matplotlib.axes")
    if ax is None:
        shown = import_module("viz.plots.shown")
        figure = shown.PlotFigure(figsize=size, dpi=_SHARP, layout="constrained")
        if not solid:
            return figure.add_subplot(axes_class=shown.PlotAxes)
        # computed_zorder: else a path on a surface would vanish behind its patches
        return figure.add_subplot(axes_class=shown.PlotAxes3D, computed_zorder=False)
    if not isinstance(ax, axes.Axes):
        raise WrongTypeError("a matplotlib Axes as ax", described(ax), "pass ax=plt.gca()")
    if (ax.name == "3d") != solid:
        kind = 'figure.add_subplot(projection="3d")' if solid else "plt.gca()"
        wanted = "three-dimensional" if solid else "flat"
        raise WrongTypeError(f"a {wanted} Axes as ax", described(ax), f"pass ax={kind}")
    return ax


def color_of(index: int) -> str:
    """Return the colour of the line or class of an index; colours repeat after the last."""
    return PLOTS.series[index % len(PLOTS.series)]


def tidied(ax: Any, title: str, x: str, y: str) -> Any:
    """Name the axes, and draw a faint grid below all else; a title is never read as a formula."""
    ax.set_title(title, parse_math=False)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.grid(visible=True, color=PLOTS.grid, linewidth=PLOTS.thin_width)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def legend(axes: Any, shown: Mapping[str, Any], **place: Any) -> None:
    """Name lines, bars or points in a legend; any text is a name.

    The names are written afterwards, because matplotlib leaves out names that begin with "_" and
    reads dollar signs as formulas.

    Args:
        axes: where they are drawn.
        shown: what is drawn, by its name.
        place: where the legend goes, as arguments of matplotlib's `legend`.
    """
    made = axes.legend(handles=list(shown.values()), labels=["name"] * len(shown), **place)
    for text, name in zip(made.get_texts(), shown, strict=True):
        text.set_parse_math(parse_math=False)
        text.set_text(name)


def legend_above(axes: Any, shown: Mapping[str, Any]) -> None:
    """Put a legend between the title and the plot, so that it covers nothing."""
    count = len(shown)
    place = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": min(count, 4)}
    legend(axes, shown, frameon=False, **place)
    axes.set_title(axes.get_title(), pad=12 + 18 * -(-count // 4))


def checked_range(between: Any) -> tuple[float, float] | None:
    """Return the two ends of a range as floats, or None if it is not a range.

    >>> checked_range([-1, 1]), checked_range((1, -1)), checked_range(3)
    ((-1.0, 1.0), None, None)
    """
    try:
        low, high = (number(end) for end in between)
    except (TypeError, ValueError):
        return None
    return (low, high) if low < high and isfinite(high - low) else None


def limits(numbers: Iterable[float], margin: float = 0.15) -> tuple[float, float]:
    """Return a range that holds all finite numbers, wider by a share of itself on both sides.

    >>> limits([0.0, 10.0], 0.1)
    (-1.0, 11.0)
    >>> limits([])
    (-1.0, 1.0)
    """
    finite = [number for number in numbers if isfinite(number)] or [0.0]
    low, high = min(finite), max(finite)
    room = margin * (high - low) or 1.0
    return low - room, high + room
