"""Descent paths: where they run, and how several are told apart."""

import math
from io import BytesIO

import pytest

import viz
from autodiff import Value, relu, tanh
from tests.viz.plots.plotted import bowl, lines


@pytest.mark.parametrize("kind", ["contour", "surface"])
def test_paths_are_drawn_from_start_to_end(kind):
    paths = {"plain": [(1, 1), (0.5, 0.2)], "momentum": [[1, 1], [Value(-0.1), 0.3]]}
    ax = viz.descent(bowl, paths, kind=kind, between=((-2, 2), (-1, 1)))
    assert list(lines(ax)) == ["plain", "momentum"]
    line = lines(ax)["momentum"]
    parts = line.get_data_3d() if kind == "surface" else line.get_data()
    assert [list(part) for part in parts[:2]] == [[1, -0.1], [1, 0.3]]
    if kind == "surface":
        assert list(parts[2]) == pytest.approx([3, 0.19])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))


def test_a_curve_has_the_function_and_the_paths_on_it():
    ax = viz.descent(
        lambda w: tanh(w) + relu(w), {"a": [Value(-1.0), 2]}, kind="curve", between=(-3, 3)
    )
    curve, path = ax.get_lines()[:2]
    assert curve.get_ydata()[-1] == pytest.approx(math.tanh(3) + 3)
    assert list(path.get_ydata()) == pytest.approx([math.tanh(-1), math.tanh(2) + 2])


def test_the_first_parameter_runs_to_the_right():
    ax = viz.descent(lambda x, _: x * x, {"a": [(0, 0)]}, between=((-2, 2), (0, 1)))
    contours = ax.collections[1].get_paths()
    vertices = [vertex for path in contours for vertex in path.vertices]
    assert vertices
    sizes = {round(abs(float(x)), 2) for x, _ in vertices}
    assert len(sizes) <= len(contours)  # upright lines, in pairs


@pytest.mark.parametrize(
    "function",
    [math.log, lambda x: x**400, lambda x: x / (0 if x < 0 else 1), lambda x: x**0.5],
    ids=["domain", "overflow", "division", "complex"],
)
def test_where_python_has_no_number_the_curve_has_a_gap(function):
    ax = viz.descent(function, {"a": [1.0, 2.0]}, kind="curve", between=(-20, 20))
    heights = ax.get_lines()[0].get_ydata()
    assert math.isnan(heights[0])
    assert heights[205] == function(ax.get_lines()[0].get_xdata()[205])
    ax.figure.savefig(BytesIO(), format="png")


def test_a_path_that_ran_away_leaves_the_picture_legible():
    ax = viz.descent(bowl, {"a": [(1, 1), (math.inf, math.nan)]})
    assert ax.get_xlim() == (0.0, 2.0)


def marks(ax, marker):
    return [line for line in ax.get_lines() if line.get_marker() == marker]


@pytest.mark.parametrize("kind", ["contour", "surface", "curve"])
def test_marks_at_one_place_stand_inside_each_other(kind):
    point = (lambda x: x) if kind == "curve" else (lambda x: (x, 0.0))
    ends = {"a": 0.0, "b": 0.01, "c": -1.5}
    paths = {name: [point(1.0), point(end)] for name, end in ends.items()}
    function = (lambda x: x * x) if kind == "curve" else bowl
    between = (-2, 2) if kind == "curve" else ((-2, 2), (-2, 2))
    ax = viz.descent(function, paths, kind=kind, between=between)
    rings = [line for line in marks(ax, "o") if line.get_fillstyle() == "none"]
    assert [ring.get_markersize() for ring in rings] == [20, 14, 8]
    assert [star.get_markersize() for star in marks(ax, "*")] == [17, 11, 11]
    colors = [line.get_color() for line in lines(ax).values()]
    assert [ring.get_color() for ring in rings] == colors
    assert [star.get_color() for star in marks(ax, "*")] == colors
    above = min(mark.get_zorder() for mark in [*rings, *marks(ax, "*")])
    assert above > max(line.get_zorder() for line in lines(ax).values())
