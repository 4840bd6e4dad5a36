"""Activation functions by the table, and the sizes of gradients by layer."""

from io import BytesIO

import pytest

import viz
from autodiff.operations import TABLE
from nn import MLP
from tests.viz.plots.plotted import lines, trained


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


def test_a_network_without_any_gradient_has_empty_bars_and_says_why():
    for nets in (MLP(2, [3, 1]), {"one": MLP(2, [3, 1]), "other": MLP(2, [3, 1])}):
        ax = viz.gradient_sizes(nets)
        assert {text.get_text() for text in ax.texts} == {"0"}
        assert len(ax.texts) == len(ax.patches) in {2, 4}
        assert ": all 0\n(before a backward pass" in ax.get_title()
        ax.figure.savefig(BytesIO(), format="png")


def test_many_layers_have_no_numbers_that_overlap():
    net = MLP(2, [2] * 600 + [1], activation="sigmoid")
    net([1, 1])[0].backward()
    ax = viz.gradient_sizes(net)
    ax.figure.savefig(BytesIO(), format="png")
    assert not ax.texts
    assert len(ax.get_xticks()) < 20
