"""`descent`: the paths of optimisers on a function, as curve, contours or surface.

>>> ax = descent(lambda x: x * x, {"learning rate 0.1": [1.0, 0.8, 0.64]}, kind="curve")
>>> ax.name, [line.get_label() for line in ax.get_lines()][1]
('rectilinear', 'learning rate 0.1')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from autodiff import ChalkgradError, OptionError, Value, WrongTypeError, no_grad
from autodiff.extend import Operand, described, number, package, sequence
from viz.themes import PLOTS

from .axes import axes_or_new, checked_range, color_of, legend, limits, tidied

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Kind: TypeAlias = Literal["curve", "contour", "surface"]
Range: TypeAlias = tuple[float, float]

_CURVE_POINTS = 400
_SIZES = {"curve": (6.4, 4.0), "contour": (5.6, 4.6), "surface": (6.0, 5.0)}
_RESOLUTION = {"contour": 120, "surface": 60}
_LEVELS = 16
_ABOVE = 10  # the function itself is below
_NEAR = 0.03  # marks nearer to each other than this share of both ranges would cover each other
_LARGER = 6.0  # than the mark inside it, in points
_MARKS: dict[str, dict[str, Any]] = {
    "_start": {"marker": "o", "fillstyle": "none", "markeredgewidth": PLOTS.ring_width},
    "_end": {"marker": "*", "markeredgecolor": PLOTS.halo},
}
_SIZE = {"_start": 8.0, "_end": 11.0}


def descent(
    function: Callable[..., Operand],
    paths: Mapping[str, Sequence[Any]],
    *,
    kind: Kind = "contour",
    between: Sequence[Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot a function of one or two parameters, and paths down it.

    Args:
        function: of one parameter for a curve, of two for contours and a surface; it is called
            with floats, and may return a float or a Value.
        paths: for each name the points of a path in order: numbers for a curve, else pairs.
        kind: "curve", "contour" (the default) or "surface".
        between: the range (low, high) of the parameter of a curve, or a pair of ranges for two
            parameters; by default what holds all paths, with 15% of room on each side.
        ax: the matplotlib Axes to draw on, three-dimensional for a surface; those of a new figure
            by default.

    Returns:
        The Axes. Each path begins at a ring and ends at a star; where several begin or end at
        one place, rings and stars stand inside each other, so that the colour of each is seen.

    Raises:
        OptionError: if the kind is unknown, there is no point, a range is empty, or the function
            is finite nowhere.
        WrongTypeError: if `function` cannot be called, `paths` is not a mapping, or `ax` has the
            wrong number of dimensions.
        MissingPackageError: if matplotlib is not installed.
    """
    _examine(function, paths, kind)
    count = 1 if kind == "curve" else 2
    walks = {
        name: [_point(point, count) for point in sequence(path, f"a list of points as {name!r}")]
        for name, path in paths.items()
    }
    if not any(walks.values()):
        raise OptionError("at least one point", "none", "pass a dict of name and list of points")
    ranges = _ranges(walks, count, between)
    axes: Any = axes_or_new(ax, _SIZES[kind], solid=kind == "surface")

    value = partial(_value, function)
    if kind == "curve":
        _add_curve(axes, value, ranges[0])
    else:
        _add_landscape(axes, value, ranges, kind)
    lifted = {name: _lifted(walk, value, kind) for name, walk in walks.items() if walk}
    shown: dict[str, Any] = {}
    for index, (name, points) in enumerate(lifted.items()):
        parts = [list(part) for part in zip(*points, strict=True)]
        look = {"color": color_of(index + 1), "linewidth": PLOTS.path_width, "zorder": _ABOVE}
        line = axes.plot(*parts, "o-", markersize=PLOTS.point_size, label=name, **look)
        shown[f"{name}"] = line[0]
    for place, label in ((0, "_start"), (-1, "_end")):
        _mark(axes, [points[place] for points in lifted.values()], ranges, label)
    # a fixed place: to look for the best one takes matplotlib seconds on a surface
    legend(axes, shown, loc="upper right")
    return axes


def _value(function: Callable[..., Operand], *point: float) -> float:
    """Return the function's value; nan where Python's own arithmetic has none."""
    with no_grad():
        try:
            result: object = function(*point)
        except ChalkgradError:
            raise
        except (ArithmeticError, ValueError):  # math.log(-1.0), 1e300**2, 1 / 0.0
            return nan
    if isinstance(result, complex):  # (-1.0) ** 0.5
        return nan
    return result.data if isinstance(result, Value) else number(result)


def _examine(function: object, paths: object, kind: object) -> None:
    kinds = get_args(Kind)
    if not isinstance(kind, str) or kind not in kinds:
        known = f"one of the kinds {', '.join(kinds)}"
        raise OptionError(known, described(kind), "pass kind='contour'")
    if not callable(function):
        raise WrongTypeError("a function", described(function), "pass f and not f(x)")
    if not isinstance(paths, Mapping):
        raise WrongTypeError(
            "a dict of name and list of points", described(paths), "write {'descent': points}"
        )


def _point(point: Any, count: int) -> tuple[float, ...]:
    """Return the parameters of one point as floats."""
    if count == 1 and isinstance(point, (Value, float, int)):
        parts: Sequence[Any] = (point,)
    elif isinstance(point, (Value, float, int)):
        parts = ()
    else:
        parts = sequence(point, f"a point of {count} numbers")
    if len(parts) != count:
        remedy = "pass kind='contour'" if count == 1 else "pass pairs, or kind='curve'"
        raise OptionError(f"points of {count} numbers", described(point), remedy)
    return tuple(part.data if isinstance(part, Value) else number(part) for part in parts)


def _ranges(
    walks: Mapping[str, Sequence[tuple[float, ...]]], count: int, between: Sequence[Any] | None
) -> list[Range]:
    """Return the range of each parameter."""
    if between is None:
        points = [point for walk in walks.values() for point in walk]
        return [limits(point[axis] for point in points) for axis in range(count)]
    several: Sequence[Any] = between if isinstance(between, Iterable) else ()  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
    given = [checked_range(each) for each in ([between] if count == 1 else several)]
    found = [ends for ends in given if ends]
    if len(found) != count or len(given) != count:
        example = "(-1, 1)" if count == 1 else "((-1, 1), (-1, 1))"
        raise OptionError(f"a range such as {example}", f"{between!r}", f"write between={example}")
    return found


def _spread(between: Range, count: int) -> list[float]:
    low, high = between
    return [low + (high - low) * index / (count - 1) for index in range(count)]


def _add_curve(axes: Any, value: Callable[..., float], between: Range) -> None:
    tidied(axes, "gradient descent", "w", "C(w)")
    xs = _spread(between, _CURVE_POINTS)
    heights = [value(x) for x in xs]
    _levels(heights)  # which asks for one that is finite
    axes.plot(xs, heights, color=color_of(0), linewidth=PLOTS.line_width, label="_function")
    axes.set_xlim(*between)


def _add_landscape(
    axes: Any, value: Callable[..., float], ranges: Sequence[Range], kind: Kind
) -> None:
    """Draw a function of two parameters."""
    numpy = package("numpy")
    columns, rows = (_spread(between, _RESOLUTION[kind]) for between in ranges)
    heights = numpy.array([[value(x, y) for x in columns] for y in rows])
    heights[~numpy.isfinite(heights)] = numpy.nan
    levels = _levels(heights.ravel().tolist())
    norm = package("matplotlib.colors").PowerNorm(0.4, levels[0], levels[-1])
    look: dict[str, Any] = {"cmap": PLOTS.landscape, "norm": norm}
    if kind == "contour":
        tidied(axes, "gradient descent", "w1", "w2").grid(visible=False)
        axes.contourf(columns, rows, heights, levels=levels, alpha=PLOTS.landscape_opacity, **look)
        lines = {"colors": PLOTS.halo, "linewidths": PLOTS.contour_width}
        axes.contour(columns, rows, heights, levels=levels, **lines)
    else:
        across, along = numpy.meshgrid(columns, rows)
        look |= {"alpha": PLOTS.surface, "linewidth": 0, "rstride": 1, "cstride": 1}
        axes.plot_surface(across, along, heights, **look)
        axes.set(title="gradient descent", xlabel="w1", ylabel="w2", zlabel="C(w1, w2)")
        axes.view_init(elev=45, azim=-60)
    axes.set_xlim(*ranges[0])
    axes.set_ylim(*ranges[1])


def _levels(heights: Iterable[float]) -> list[float]:
    """Return heights of contours, denser towards the bottom, where descents end."""
    finite = [height for height in heights if isfinite(height)]
    if not finite:
        raise OptionError("a function that is finite somewhere", "none", "choose another `between`")
    low, high = min(finite), max(finite)
    high = high if high > low else low + 1.0
    return [low + (high - low) * (step / _LEVELS) ** 2.5 for step in range(_LEVELS + 1)]


def _lifted(
    walk: Sequence[tuple[float, ...]], value: Callable[..., float], kind: Kind
) -> list[tuple[float, ...]]:
    """Add the function's value as the last coordinate, where the plot has one for it."""
    return [point if kind == "contour" else (*point, value(*point)) for point in walk]


def _mark(
    axes: Any, places: Sequence[tuple[float, ...]], ranges: Sequence[Range], label: str
) -> None:
    """Mark a place of each path, above all paths; the later of near ones inside the earlier."""
    for index, place in enumerate(places):
        later = sum(_is_near(place, other, ranges) for other in places[index + 1 :])
        look = {**_MARKS[label], "color": color_of(index + 1), "zorder": _ABOVE + 1}
        size = _SIZE[label] + _LARGER * later
        axes.plot(*([part] for part in place), label=label, linestyle="", markersize=size, **look)


def _is_near(place: Sequence[float], other: Sequence[float], ranges: Sequence[Range]) -> bool:
    """Tell whether two places have about the same parameters, as seen on the plot."""
    triples = zip(place, other, ranges, strict=False)  # a height has no range
    return all(abs(a - b) <= _NEAR * (high - low) for a, b, (low, high) in triples)
