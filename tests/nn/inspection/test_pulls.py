"""Pulls: for each example the gradient of its own loss, and their mean."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

import nn
from autodiff import Value, mean, no_grad
from tests.nn.data.test_given import Foreign

XOR = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]


def network() -> nn.MLP:
    return nn.MLP(2, [4, 1], activation="tanh", seed=3)


def test_their_mean_is_the_gradient_of_the_mean_loss() -> None:
    net = network()
    for weight in net.parameters():
        found = nn.pulls(net, nn.mean_squared_error, XOR, weight)
        assert weight.grad == 0.0
        costs = [nn.mean_squared_error(net(inputs), targets) for inputs, targets in XOR]
        for cost, row in zip(costs, found.rows, strict=True):
            net.zero_grad()
            cost.backward()
            assert (row.gradient, row.nudge, row.loss) == (weight.grad, -weight.grad, cost.data)
        net.zero_grad()
        mean(costs).backward()
        assert found.mean == pytest.approx(-weight.grad, rel=1e-14, abs=1e-16)
        net.zero_grad()


def test_the_table_to_the_letter() -> None:
    net = network()
    bias = net.layers[1].neurons[0].bias
    assert str(nn.pulls(net, nn.mean_squared_error, XOR, bias)) == (
        "how each example pulls at layers.1.neurons.0.bias = 0\n"
        "example  wanted  output  loss       gradient   wants\n"
        "───────  ──────  ──────  ─────────  ─────────  ──────────────\n"
        "1        0       0       0          0          nothing\n"
        "2        1       -0.881  3.53834    -3.7621    more: 3.7621\n"
        "3        1       0.655   0.118794   -0.689331  more: 0.689331\n"
        "4        0       -0.302  0.0913719  -0.604556  more: 0.604556\n"
        "mean                                -1.264     more: 1.264"
    )


def test_many_examples_are_counted() -> None:
    net = network()
    found = nn.pulls(net, nn.mean_squared_error, XOR * 10, net.parameters()[0])
    assert len(found.rows) == 40
    assert "\n... 20 more" in str(found)


def test_many_outputs_are_cut_and_a_stranger_is_asked_for_nothing() -> None:
    net = nn.MLP(1, [5], seed=0)
    found = nn.pulls(net, nn.mean_squared_error, [([1.0], [0.0] * 5)], Value(1.0))
    assert "0, 0, 0, ..." in str(found)
    assert found.name == "w"
    assert found.rows[0].gradient == 0.0
    assert not found.connected
    assert str(found).splitlines()[-1] == "not connected: no loss depends on w"


def test_pulls_are_found_also_where_nothing_is_recorded() -> None:
    net = network()
    weight = net.parameters()[0]
    with no_grad():
        silent = nn.pulls(net, nn.mean_squared_error, XOR, weight)
    assert silent.rows == nn.pulls(net, nn.mean_squared_error, XOR, weight).rows
    assert silent.connected


class Single(nn.MLP):
    """A network that returns its output alone."""

    def __call__(self, inputs):
        return super().__call__(inputs)[0]


@pytest.mark.parametrize(
    ("net", "loss", "examples", "message"),
    [
        (lambda x: x, nn.mean_squared_error, XOR, "expected a network, got function"),
        (Single(2, [1]), nn.mean_squared_error, XOR, "a list of outputs, got Value"),
        (network(), lambda *_: 1.0, XOR, "a Value as the loss of an example, got float 1.0"),
        (network(), nn.mean_squared_error, 3, "a list of pairs .* as data, got int 3"),
        (network(), nn.mean_squared_error, [1], "a pair .* as every example, got int 1"),
        (network(), nn.mean_squared_error, [([1, 2], 1, 3)], "a pair .*, got tuple "),
        (network(), nn.mean_squared_error, [([1, 2], 1.0)], "a list of targets.*, got float 1.0"),
    ],
)
def test_wrong_parts_say_what_to_pass(net, loss, examples, message) -> None:
    with pytest.raises(TypeError, match=message):
        nn.pulls(net, loss, examples, Value(1.0))


@pytest.mark.parametrize(
    ("examples", "weight", "error", "message"),
    [
        (XOR, 0.5, TypeError, "expected a Value as weight, got float 0.5: pass a weight itself"),
        ([], Value(1.0), ValueError, "expected at least one example, got none"),
    ],
)
def test_wrong_arguments_say_what_to_write(examples, weight, error, message) -> None:
    with pytest.raises(error, match=message):
        nn.pulls(network(), nn.mean_squared_error, examples, weight)


def test_infinite_pulls_are_told_as_they_are() -> None:
    net = nn.MLP(1, [1], seed=0)
    found = nn.pulls(net, nn.mean_squared_error, [([1e200], [0.0])], net.parameters()[0])
    assert abs(found.mean) == inf


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("form", ["pairs", "arrays", "frame"])
def test_classes_are_targets_as_in_fit(form: str, outputs: int) -> None:
    net = nn.MLP(2, [4, outputs], seed=1)
    weight, labels = net.parameters()[0], [0, 1, 1, 0]
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    data = {
        "pairs": list(zip(inputs.tolist(), labels, strict=True)),
        "arrays": (inputs, np.array(labels)),
        "frame": (Foreign(inputs), Foreign(labels)),
    }[form]
    rows = [[float(label == c) for c in range(outputs)] for label in labels]
    wanted = [[float(label)] for label in labels] if outputs == 1 else rows
    pairs = list(zip(inputs.tolist(), wanted, strict=True))
    found = nn.pulls(net, nn.mean_squared_error, data, weight)
    assert found.rows == nn.pulls(net, nn.mean_squared_error, pairs, weight).rows
