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
from autodiff import Value, relu, tanh
from autodiff.errors import ChalkgradError
from autodiff.operations import TABLE
from nn import MLP, Layer, Neuron, Record, fit

ROOT = Path(viz.__file__).parents[1]
CORNERS = [([-1, -1], [-1]), ([1, 1], [1]), ([-1, 1], [-1]), ([1, -1], [1])]


def history(count=100, accuracy=0.5):
    return [Record(1 + k // 10, k + 1, count, 1 / (k + 1), accuracy) for k in range(count)]


def trained():
    net = MLP(2, [3, 2, 1], activation="tanh", seed=1)
    net([1.0, 2.0])[0].backward()
    return net


def bowl(x, y):
    return x * x + 2 * y * y


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines() if line.get_label()[0] != "_"}


PLOTS = {
    "training_curves": lambda **ax: viz.training_curves(history(), **ax),
    "activations": lambda **ax: viz.activations("relu", "tanh", **ax),
    "gradient_sizes": lambda **ax: viz.gradient_sizes(trained(), **ax),
    "decision_regions": lambda **ax: viz.decision_regions(trained(), CORNERS, resolution=9, **ax),
    "weights of a layer": lambda **ax: viz.weights(Layer(64, 10), **ax),
    "weights of a neuron": lambda **ax: viz.weights(Neuron(784), **ax),
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
    with pytest.raises(ImportError, match=r"pip install chalkgrad\[plots\]") as caught:
        plot()
    assert isinstance(caught.value, ChalkgradError)


# -- training curves -----------------------------------------------------------------------------


def test_training_curves_have_the_records_and_their_means():
    ax = viz.training_curves(history(), smoothing=3)
    faint, smooth = ax.get_lines()
    assert list(faint.get_ydata()) == [1 / (k + 1) for k in range(100)]
    assert smooth.get_label() == "loss"
    assert smooth.get_ydata()[1] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert list(smooth.get_xdata()[[0, 9, 99]]) == [0.1, 1.0, 10.0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    right = ax.figure.axes[-1]
    assert right.get_ylabel() == "accuracy"
    assert set(lines(right)["accuracy"].get_ydata()) == {0.5}


def test_an_accuracy_that_is_known_of_some_steps_is_drawn_there():
    records = [
        record if index % 10 == 4 else record._replace(accuracy=None)
        for index, record in enumerate(history())
    ]
    right = viz.training_curves(records, smoothing=20).figure.axes[-1]
    smooth = lines(right)["accuracy"]
    assert list(smooth.get_xdata()) == pytest.approx([0.5 + epoch for epoch in range(10)])
    assert set(smooth.get_ydata()) == {0.5}


def test_no_accuracy_no_second_scale():
    ax = viz.training_curves(history(accuracy=None))
    assert ax.figure.axes == [ax]


def test_several_runs_share_a_picture():
    examples = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
    runs = {
        f"batch size {size}": fit(
            MLP(1, [1]), examples, epochs=3, batch_size=size, learning_rate=0.1
        )
        for size in (1, 2, 4)
    }
    ax = viz.training_curves(runs)
    assert list(lines(ax)) == list(runs)
    assert [line.get_xdata()[-1] for line in lines(ax).values()] == [3.0, 3.0, 3.0]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(runs)


def test_a_run_that_diverged_is_shown_as_far_as_it_goes():
    records = [*history(5), Record(1, 6, 7, math.inf, 0.0), Record(1, 7, 7, math.nan, 0.0)]
    assert viz.training_curves(records).get_ylim()[1] == pytest.approx(1.25)


# -- activations ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "leaky_relu", "gelu", "log"])
def test_curves_of_activations_are_those_of_the_table(name):
    shown = lines(viz.activations(name, between=(-2, 2)))
    row = TABLE[name]
    for x, y, slope in zip(
        shown[name].get_xdata(), shown[name].get_ydata(), shown[f"{name}'"].get_ydata(), strict=True
    ):
        value, derivatives = row.function(*row.group([float(x)]))
        assert [y, slope] == pytest.approx([value, derivatives[0]], nan_ok=True)
    assert shown[name].get_xdata()[[0, -1]].tolist() == [-2.0, 2.0]


def test_linear_is_an_activation_too():
    shown = lines(viz.activations("linear"))
    assert list(shown["linear"].get_ydata()) == list(shown["linear"].get_xdata())
    assert set(shown["linear'"].get_ydata()) == {1.0}


# -- gradients by layer --------------------------------------------------------------------------


def test_gradient_sizes_are_mean_sizes_of_the_weights_of_each_layer():
    net = trained()
    ax = viz.gradient_sizes(net)
    expected = [
        sum(abs(w.grad) for n in layer.neurons for w in n.weights)
        / sum(len(n.weights) for n in layer.neurons)
        for layer in net.layers
    ]
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(expected)
    assert ax.get_yscale() == "log"
    assert ax.get_xticks().tolist() == [1, 2, 3]


def test_networks_are_compared_side_by_side():
    ax = viz.gradient_sizes({"one": trained(), "other": trained()})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "other"]
    assert len(ax.patches) == 6


def test_gradients_that_vanished_altogether_are_written_as_zero():
    net = trained()
    for leaf in net.layers[0].parameters():
        leaf.grad = 0.0
    ax = viz.gradient_sizes(net)
    assert ax.texts[0].get_text() == "0"
    assert ax.texts[0].get_position()[1] == ax.get_ylim()[0] > 0


def test_many_layers_have_no_numbers_that_overlap():
    net = MLP(2, [2] * 600 + [1], activation="sigmoid")
    net([1, 1])[0].backward()
    ax = viz.gradient_sizes(net)
    ax.figure.savefig(BytesIO(), format="png")
    assert not ax.texts
    assert len(ax.get_xticks()) < 20


# -- decision regions ----------------------------------------------------------------------------


def test_regions_are_coloured_as_the_network_answers():
    net = MLP(2, [1])
    weights = net.layers[0].neurons[0].weights
    weights[0].data, weights[1].data = 1.0, 0.0
    ax = viz.decision_regions(net, CORNERS, resolution=21)
    shown = lines(ax)
    assert list(shown) == ["target below 0", "target above 0"]
    assert list(shown["target above 0"].get_xdata()) == [1, 1]
    border = ax.collections[1].get_paths()[0].vertices
    assert border[:, 0] == pytest.approx([0.0] * len(border), abs=1e-12)
    assert ax.get_xlim() == pytest.approx((-1.3, 1.3))


def test_the_threshold_lies_in_the_middle_of_the_targets():
    examples = [([0, 0], [0]), ([1, 1], [1])]
    assert list(lines(viz.decision_regions(trained(), examples, resolution=5))) == [
        "target below 0.5",
        "target above 0.5",
    ]


def test_several_outputs_are_classes_and_any_function_is_a_network():
    examples = [([0, 0], [1, 0, 0]), ([1, 0], [0, 1, 0]), ([0, 1], [0, 0, 1])]
    ax = viz.decision_regions(lambda x: [Value(0.5), x[0], x[1]], examples, resolution=7)
    assert list(lines(ax)) == ["class 0", "class 1", "class 2"]
    assert viz.decision_regions(MLP(2, [3]), resolution=5).get_legend() is None


# -- descents ------------------------------------------------------------------------------------


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


def test_a_path_that_ran_away_leaves_the_picture_legible():
    ax = viz.descent(bowl, {"a": [(1, 1), (math.inf, math.nan)]})
    assert ax.get_xlim() == (0.0, 2.0)


# -- weights -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "shape", "expected"),
    [
        (784, None, (28, 28)),
        (64, None, (8, 8)),
        (6, None, (2, 3)),
        (7, None, (1, 7)),
        (64, (4, 16), (4, 16)),
    ],
)
def test_the_shape_is_the_squarest_or_the_one_given(count, shape, expected):
    ax = viz.weights(Layer(count, 3), shape)
    assert [image.get_array().shape for image in ax.images] == [(*expected, 3)] * 3
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2"]


def test_positive_is_green_negative_red_and_weak_dark():
    neuron = Neuron(4)
    for weight, number in zip(neuron.weights, [2.0, -2.0, 0.0, math.nan], strict=True):
        weight.data = number
    [image] = viz.weights(neuron).images
    assert image.get_array().reshape(4, 3).tolist() == [
        [74, 222, 128],
        [248, 70, 70],
        [0, 0, 0],
        [128, 128, 128],
    ]


# -- errors --------------------------------------------------------------------------------------

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
    (lambda: viz.gradient_sizes(MLP(2, [1])), ValueError, r"all 0: call loss\.backward\(\)"),
    (lambda: viz.gradient_sizes([1]), TypeError, r"expected an nn\.MLP, got list \[1\]"),
    (lambda: viz.gradient_sizes({}), ValueError, "expected networks of as many layers"),
    (lambda: viz.decision_regions(MLP(3, [1])), ValueError, "network of 2 inputs, got MLP of 3"),
    (lambda: viz.decision_regions([1]), TypeError, "expected a network, got list"),
    (
        lambda: viz.decision_regions(MLP(2, [1]), [([1, 2, 3], [1])]),
        ValueError,
        "examples of 2 inputs, got 3 inputs",
    ),
    (lambda: viz.decision_regions(MLP(2, [1]), resolution=1), ValueError, "the resolution"),
    (lambda: viz.descent(bowl, PATH, kind="map"), ValueError, "curve, contour, surface, got 'map'"),
    (lambda: viz.descent(3, PATH), TypeError, "expected a function, got int 3"),
    (lambda: viz.descent(bowl, [(1, 1)]), TypeError, "dict of name and list of points"),
    (lambda: viz.descent(bowl, {}), ValueError, "expected at least one point, got none"),
    (lambda: viz.descent(bowl, {"a": [1.0]}), ValueError, "points of 2 numbers, got float 1.0"),
    (lambda: viz.descent(bowl, PATH, kind="curve"), ValueError, "points of 1 numbers, got tuple"),
    (lambda: viz.descent(bowl, PATH, between=(0, 1)), ValueError, r"write between=\(\(-1, 1\)"),
    (
        lambda: viz.descent(lambda x, y: math.nan, PATH),  # noqa: ARG005
        ValueError,
        "finite somewhere, got none",
    ),
    (lambda: viz.weights(MLP(2, [1])), TypeError, r"expected an nn\.Layer or nn\.Neuron, got MLP"),
    (lambda: viz.weights(Neuron(6), (2, 2)), ValueError, r"of 6 places, got \(2, 2\)"),
    (lambda: viz.weights(Neuron(6), 6), ValueError, "of 6 places, got 6"),
]


@pytest.mark.parametrize(("call", "kind", "message"), WRONG, ids=[row[2] for row in WRONG])
def test_wrong_arguments_are_refused(call, kind, message):
    with pytest.raises(kind, match=message) as caught:
        call()
    assert isinstance(caught.value, ChalkgradError)


def test_the_legend_of_gradient_sizes_covers_no_bar():
    nets = {"one": MLP(2, [3, 1], seed=1), "other": MLP(2, [3, 1], seed=2)}
    for net in nets.values():
        net([1.0, 2.0])[0].backward()
    ax = viz.gradient_sizes(nets)
    ax.figure.canvas.draw()
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1
