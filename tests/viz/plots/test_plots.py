"""Plots with matplotlib: what is on the Axes, and what is refused."""

import math
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import viz
from autodiff import tanh
from autodiff.errors import ChalkgradError
from nn import MLP, Layer, Neuron
from tests.viz.plots.plotted import CORNERS, bowl, history, trained

ROOT = Path(viz.__file__).parents[1]


PLOTS = {
    "training_curves": lambda **ax: viz.training_curves(history(), **ax),
    "activations": lambda **ax: viz.activations("relu", "tanh", **ax),
    "gradient_sizes": lambda **ax: viz.gradient_sizes(trained(), **ax),
    "decision_regions": lambda **ax: viz.decision_regions(trained(), CORNERS, resolution=9, **ax),
    "weights of a layer": lambda **ax: viz.weights(Layer(64, 10, seed=0), **ax),
    "weights of a neuron": lambda **ax: viz.weights(Neuron(784, seed=0), **ax),
    "curve": lambda **ax: viz.descent(lambda x: x * x, {"a": [1.0, 0.5]}, kind="curve", **ax),
    "contour": lambda **ax: viz.descent(bowl, {"a": [(1, 1), (0, 0)]}, **ax),
    "surface": lambda **ax: viz.descent(bowl, {"a": [(1, 1), (0, 0)]}, kind="surface", **ax),
}
every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


@every_plot
def test_a_plot_is_an_axes_that_saves_a_picture_of_several_colours(plot):
    pictures = [BytesIO(), BytesIO()]
    for file in pictures:
        ax = plot()
        assert isinstance(ax, Axes)
        assert ax.get_title()
        ax.figure.savefig(file, format="png", metadata={"Software": None})
    assert pictures[0].getvalue() == pictures[1].getvalue()
    pixels = mpl.image.imread(BytesIO(pictures[0].getvalue()))
    assert min(pixels.shape[:2]) > 150
    assert pixels.std() > 0.02


@every_plot
def test_a_plot_takes_the_axes_given_and_leaves_settings_alone(plot, request):
    before, backend = dict(mpl.rcParams), mpl.get_backend(auto_select=False)
    solid = "surface" in request.node.name
    ax = Figure().add_subplot(projection="3d" if solid else None)
    assert plot(ax=ax) is ax
    assert dict(mpl.rcParams) == before
    assert mpl.get_backend(auto_select=False) == backend


@every_plot
def test_what_is_no_axes_is_refused(plot):
    with pytest.raises(TypeError, match="expected a matplotlib Axes as ax, got str 'axes'"):
        plot(ax="axes")


def test_flat_and_solid_axes_are_not_mixed_up():
    figure = Figure()
    with pytest.raises(TypeError, match=r'three-dimensional Axes.*projection="3d"'):
        PLOTS["surface"](ax=figure.add_subplot())
    with pytest.raises(TypeError, match="expected a flat Axes as ax"):
        PLOTS["contour"](ax=figure.add_subplot(projection="3d"))


def test_matplotlib_is_imported_only_for_a_plot_and_pyplot_never():
    code = """
import sys, nn, viz
print("matplotlib" in sys.modules)
viz.activations("tanh")
print("matplotlib" in sys.modules, "matplotlib.pyplot" in sys.modules)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False", "True", "False"]


@every_plot
def test_without_matplotlib_the_error_says_what_to_install(plot, monkeypatch):
    for name in ("matplotlib", "matplotlib.figure", "matplotlib.axes"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r'pip install "chalkgrad\[plots\]"') as caught:
        plot()
    assert isinstance(caught.value, ChalkgradError)


PATH = {"a": [(1, 1)]}
WRONG = [
    (lambda: viz.training_curves([]), ValueError, "expected at least one record, got none"),
    (lambda: viz.training_curves({}), ValueError, "expected at least one history, got none"),
    (lambda: viz.training_curves({"a": []}), ValueError, "at least one record"),
    (lambda: viz.training_curves([0.5]), TypeError, r"expected nn\.Record, got float 0\.5"),
    (lambda: viz.training_curves(3), TypeError, r"list of nn\.Record, got int 3"),
    (lambda: viz.training_curves(history(), smoothing=0), ValueError, "at least 1 as the number"),
    (viz.activations, ValueError, "expected at least one activation"),
    (lambda: viz.activations("rleu"), ValueError, "did you mean 'relu'"),
    (lambda: viz.activations("tanh", between=(1, 1)), ValueError, r"range \(low, high\), got"),
    (lambda: viz.gradient_sizes([1]), TypeError, r"expected an nn\.MLP, got list \[1\]"),
    (lambda: viz.gradient_sizes({}), ValueError, "expected at least one network, got none"),
    (
        lambda: viz.gradient_sizes({"a": MLP(2, [1]), "b": MLP(2, [2, 1])}),
        ValueError,
        r"expected networks with equally many layers, got \[1, 2\] layers",
    ),
    (lambda: viz.activations("tanh", between=3), ValueError, r"range \(low, high\), got 3"),
    (lambda: viz.activations("tanh", between=(0, math.inf)), ValueError, r"\(0, inf\)"),
    (lambda: viz.activations("tanh", between=("a", "b")), ValueError, r"got \('a', 'b'\)"),
    (lambda: viz.decision_regions(MLP(3, [1])), ValueError, "network of 2 inputs, got MLP of 3"),
    (lambda: viz.decision_regions([1]), TypeError, "expected a network, got list"),
    (
        lambda: viz.decision_regions(MLP(2, [1]), [([1, 2, 3], [1])]),
        ValueError,
        "examples of 2 inputs, got 3 inputs",
    ),
    (lambda: viz.decision_regions(MLP(2, [1]), resolution=1), ValueError, "the resolution"),
    (
        lambda: viz.decision_regions(MLP(2, [1]), None),
        TypeError,
        "a list of pairs .* got NoneType None",
    ),
    (lambda: viz.decision_regions(MLP(2, [1]), "ab"), TypeError, "a list of pairs .* got str"),
    (
        lambda: viz.decision_regions(MLP(2, [1]), [1, 2]),
        TypeError,
        "every example, got int 1: write",
    ),
    (lambda: viz.decision_regions(MLP(2, [1]), [([0, 0],)]), TypeError, r"got tuple \(\[0, 0\],\)"),
    (
        lambda: viz.decision_regions(MLP(2, [1]), [([1, 2], [])]),
        ValueError,
        r"as many targets as outputs \(1\) in every example, got 0",
    ),
    (
        lambda: viz.decision_regions(MLP(2, [2]), [([1, 2], [1, 0]), ([1, 2], [1])]),
        ValueError,
        r"as many targets as outputs \(2\) in every example, got 1",
    ),
    (
        lambda: viz.decision_regions(MLP(2, [1]), threshold=math.nan),
        ValueError,
        "a finite threshold, got nan",
    ),
    (
        lambda: viz.descent(bowl, PATH, kind="map"),
        ValueError,
        "curve, contour, surface, got str 'map'",
    ),
    (lambda: viz.descent(3, PATH), TypeError, "expected a function, got int 3"),
    (lambda: viz.descent(bowl, [(1, 1)]), TypeError, "dict of name and list of points"),
    (lambda: viz.descent(bowl, {"a": 5}), TypeError, "a list of points as 'a', got int 5"),
    (lambda: viz.descent(bowl, {}), ValueError, "expected at least one point, got none"),
    (lambda: viz.descent(bowl, {"a": [1.0]}), ValueError, "points of 2 numbers, got float 1.0"),
    (lambda: viz.descent(bowl, PATH, kind="curve"), ValueError, "points of 1 numbers, got tuple"),
    (lambda: viz.descent(bowl, PATH, between=(0, 1)), ValueError, r"write between=\(\(-1, 1\)"),
    (lambda: viz.descent(bowl, PATH, between=3), ValueError, "got 3: write between"),
    (lambda: viz.descent(math.log, {"a": [-2, -1]}, kind="curve"), ValueError, "somewhere, got"),
    (lambda: viz.descent(lambda x, _: tanh("x") + x, PATH), TypeError, "got str 'x'"),
    (
        lambda: viz.descent(lambda x, y: math.nan, PATH),
        ValueError,
        "finite somewhere, got none",
    ),
    (lambda: viz.weights(MLP(2, [1])), TypeError, r"expected an nn\.Layer or nn\.Neuron, got MLP"),
    (lambda: viz.weights(Neuron(6), (2, 2)), ValueError, r"with 6 cells, got \(2, 2\)"),
    (lambda: viz.weights(Neuron(6), 6), ValueError, "with 6 cells, got 6"),
]


@pytest.mark.parametrize(("call", "kind", "message"), WRONG, ids=[row[2] for row in WRONG])
def test_wrong_arguments_are_refused(call, kind, message):
    with pytest.raises(kind, match=message) as caught:
        call()
    assert isinstance(caught.value, ChalkgradError)


NAMES = ["_hidden", "$x$", "$\\broken{", "", "a_b", "nolegend", "5"]
LEGENDS = {
    "training_curves": lambda: viz.training_curves({name: history() for name in NAMES}),
    "gradient_sizes": lambda: viz.gradient_sizes({name: trained() for name in NAMES}),
    "descent": lambda: viz.descent(bowl, {name: [(1, 1), (0, 0)] for name in NAMES}),
}


@pytest.mark.parametrize("plot", LEGENDS.values(), ids=LEGENDS)
def test_a_name_in_a_legend_is_any_text(plot):
    ax = plot()
    texts = ax.get_legend().get_texts()
    assert [text.get_text() for text in texts] == NAMES
    assert not any(text.get_parse_math() for text in texts)
    ax.figure.savefig(BytesIO(), format="svg")


def test_the_legend_of_gradient_sizes_covers_no_bar():
    nets = {"one": MLP(2, [3, 1], seed=1), "other": MLP(2, [3, 1], seed=2)}
    for net in nets.values():
        net([1.0, 2.0])[0].backward()
    ax = viz.gradient_sizes(nets)
    ax.figure.canvas.draw()
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1
