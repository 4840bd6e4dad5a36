"""`decision_regions`: the class that a network of two inputs gives to each point of a plane.

>>> from nn import MLP
>>> ax = decision_regions(MLP(2, [4, 1], seed=1), [([-1, 0], [-1]), ([1, 1], [1])])
>>> ax.get_title()
'decision regions'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from autodiff import OptionError, Value, WrongTypeError, no_grad
from autodiff.extend import described, digits, number, package, sequence, whole
from nn import MLP, Network
from nn.extend import examples_of
from viz.themes import PLOTS

from .axes import axes_or_new, color_of, limits, tidied

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    import nn

Point: TypeAlias = tuple[tuple[float, float], tuple[float, ...]]  # inputs, targets

_SIZE = (5.2, 4.6)
_RESOLUTION = 80


def decision_regions(
    net: Network,
    examples: nn.data.Data = (),
    *,
    threshold: float | None = None,
    resolution: int = _RESOLUTION,
    ax: Axes | None = None,
) -> Axes:
    """Plot which class a network of two inputs gives to each point, and the examples.

    With one output the classes are the sides of a threshold; with several, the largest output.

    Args:
        net: a network of two inputs.
        examples: pairs of two inputs and targets, or what else `fit` takes: two arrays, a data
            frame and labels, ints as classes. They also set the range of both axes, which is from
            -1 to 1 without any.
        threshold: of a single output; by default the middle of the examples' targets.
        resolution: points evaluated along each axis, at least 2; 80 by default.
        ax: the matplotlib Axes to draw on; those of a new figure by default.

    Returns:
        The Axes.

    Raises:
        WrongTypeError: if `net` is not a network, `examples` are not pairs, or the resolution is
            not a whole number.
        OptionError: if the network or an example does not have two inputs, an example does not have
            as many targets as there are outputs, the resolution is below 2, or the threshold is
            not finite.
        MissingPackageError: if matplotlib is not installed.
    """
    steps = whole(resolution, 2, "the resolution")
    _examine(net)
    points = _points(examples, net)
    axes: Any = tidied(axes_or_new(ax, _SIZE), "decision regions", "x1", "x2")
    columns, rows = (_steps([point[axis] for point, _ in points], steps) for axis in (0, 1))
    with no_grad():
        grid = [[_numbers(net([x, y])) for x in columns] for y in rows]
    _compare(points, len(grid[0][0]))
    middle = _middle(points, threshold) if len(grid[0][0]) == 1 else 0.0
    for kind in range(max(2, len(grid[0][0]))):
        margins = [[_margin(outputs, kind, middle) for outputs in row] for row in grid]
        _add_region(axes, columns, rows, margins, kind)
    if points:
        _add_points(axes, points, middle)
    axes.set_xlim(columns[0], columns[-1])
    axes.set_ylim(rows[0], rows[-1])
    return axes


def _examine(net: object) -> None:
    if not callable(net):
        raise WrongTypeError("a network", described(net), "write viz.decision_regions(net)")
    if isinstance(net, MLP) and len(net.layers[0].neurons[0].weights) != 2:
        raise OptionError(
            "a network of 2 inputs",
            f"{net!r}",
            "plot a network of two inputs: a plane has two axes",
        )


def _numbers(outputs: Iterable[Any]) -> tuple[float, ...]:
    flat = sequence(outputs, "a flat list")
    return tuple(output.data if isinstance(output, Value) else number(output) for output in flat)


def _points(data: Any, net: Network) -> list[Point]:
    """Return examples as inputs and targets."""
    if isinstance(data, (tuple, list)) and not data:
        return []
    return [(_pair(inputs), _numbers(targets)) for inputs, targets in examples_of(data, net)]


def _compare(points: Iterable[Point], outputs: int) -> None:
    for _, targets in points:
        if len(targets) != outputs:
            raise OptionError(
                f"as many targets as outputs ({outputs}) in every example",
                f"{len(targets)}",
                "pass the examples that the network was trained on",
            )


def _pair(inputs: Iterable[Any]) -> tuple[float, float]:
    found = _numbers(inputs)
    if len(found) != 2:
        raise OptionError(
            "examples of 2 inputs", f"{len(found)} inputs", "pass ([x1, x2], targets)"
        )
    return found[0], found[1]


def _steps(positions: Sequence[float], count: int) -> list[float]:
    low, high = limits(positions)
    return [low + (high - low) * index / (count - 1) for index in range(count)]


def _middle(points: Sequence[Point], threshold: float | None) -> float:
    """Return where the two classes of a single output part."""
    if threshold is not None:
        middle = number(threshold)
        if not isfinite(middle):
            raise OptionError(
                "a finite threshold", f"{middle}", "leave it out, or write threshold=0.5"
            )
        return middle
    wanted = [targets[0] for _, targets in points if isfinite(targets[0])]
    return (min(wanted) + max(wanted)) / 2 if wanted else 0.0


def _margin(outputs: Sequence[float], kind: int, middle: float) -> float:
    """Return by how much a class is ahead of the others: positive where it is the answer."""
    if len(outputs) == 1:
        return outputs[0] - middle if kind else middle - outputs[0]
    others = (output for index, output in enumerate(outputs) if index != kind)
    return outputs[kind] - max(others)


def _add_points(axes: Any, points: Sequence[Point], middle: float) -> None:
    """Draw the examples, each class in its colour."""
    single = len(points[0][1]) == 1
    kinds = range(2 if single else len(points[0][1]))
    classes = [max(kinds, key=lambda k: _margin(targets, k, middle)) for _, targets in points]
    for kind in sorted(set(classes)):
        chosen = [point for (point, _), own in zip(points, classes, strict=True) if own == kind]
        side = f"target {'above' if kind else 'below'} {digits(middle, 3)}"
        look = {
            "color": color_of(kind),
            "markeredgecolor": PLOTS.halo,
            "markeredgewidth": PLOTS.thin_width,
        }
        xs, ys = zip(*chosen, strict=True)
        axes.plot(xs, ys, "o", label=side if single else f"class {kind}", **look)
    axes.legend()


def _add_region(
    axes: Any, columns: list[float], rows: list[float], margins: list[list[float]], kind: int
) -> None:
    """Fill where a class is ahead; a border where it is not so everywhere."""
    finite = [margin for row in margins for margin in row if isfinite(margin)]
    if max(finite, default=-inf) < 0:
        return
    numpy = package("numpy")
    heights = numpy.array(margins)
    look = {"colors": [color_of(kind)], "alpha": PLOTS.region}
    axes.contourf(columns, rows, heights, levels=[0.0, 1e300], **look)
    if min(finite) < 0:
        border = {"linewidths": PLOTS.border_width, "colors": PLOTS.ink}
        axes.contour(columns, rows, heights, levels=[0.0], **border)
