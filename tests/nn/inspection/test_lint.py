"""Mistakes in networks, planted and found; sound training without a finding."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autodiff import Mistake, Value, mean
from nn.inspection.parameter_names import parameter_names
from tests.nn.data.test_given import Foreign

MOONS = [([0.1 * i, (i * 7 % 11) / 11 - 0.5], [i % 2]) for i in range(-10, 10)]


def network(**options):
    return nn.MLP(2, [8, 8, 1], seed=1, **options)


def loss_of(net, examples=MOONS):
    return mean([nn.mean_squared_error(net(inputs), targets) for inputs, targets in examples])


def only(findings):
    return {finding.mistake for finding in findings.rows}


def test_a_sound_network_has_no_finding_in_training() -> None:
    net = network(activation="tanh")
    assert nn.lint(net).ok
    for _ in range(5):
        net.zero_grad()
        loss = loss_of(net)
        loss.backward()
        assert nn.lint(net, loss, examples=MOONS).ok
        nn.SGD(net.parameters(), 0.1).step()
    nn.fit(net, MOONS, epochs=2, batch_size=4, learning_rate=0.1)
    assert nn.lint(net, examples=MOONS).ok


def test_a_replaced_parameter_is_named_by_its_place() -> None:
    net = network()
    loss_of(net).backward()
    neuron = net.layers[0].neurons[2]
    neuron.weights[1] -= 0.1 * neuron.weights[1].grad
    neuron.bias = 0.5
    found = nn.lint(net)
    assert [(finding.mistake, finding.name) for finding in found.rows] == [
        (Mistake.REPLACED, "layers.0.neurons.2.bias"),
        (Mistake.REPLACED, "layers.0.neurons.2.weights.1"),
    ]


def test_a_parameter_outside_of_the_loss() -> None:
    net = network()
    loss = nn.mean_squared_error([net.layers[0].neurons[0]([1.0, 2.0])], [0.0])
    found = nn.lint(net, loss)
    assert only(found) == {Mistake.NOT_CONNECTED}
    assert len(found.rows) == len(net.parameters()) - 3


def test_inputs_far_from_1_are_found() -> None:
    net = network(activation="tanh")
    found = nn.lint(net, examples=[([0.0, 255.0], [1.0]), ([17.0, 3.0], [0.0])])
    assert [(row.mistake, row.name) for row in found.rows] == [(Mistake.SCALE, "inputs")]


def test_a_dead_neuron_is_named() -> None:
    net = network()
    neuron = net.layers[0].neurons[3]
    neuron.bias.data = -50.0
    for found in (nn.lint(net, examples=MOONS), nn.lint(net, loss_of(net), examples=MOONS)):
        dead = [row for row in found.rows if row.mistake is Mistake.DEAD_RELU]
        assert "layers.0.neurons.3.bias" in [row.name for row in dead]
        assert only(found) == {Mistake.DEAD_RELU}
    row = next(row for row in dead if row.name.startswith("layers.0.neurons.3"))
    assert row.text.startswith("relu is off in all 20 uses, first at -5")
    assert row.text.endswith("and 2 more leaves")


def test_a_loss_alone_and_accumulation() -> None:
    net = network(activation="tanh")
    loss = loss_of(net)
    loss.backward()
    loss.backward()
    assert only(nn.lint(loss)) == only(nn.lint(net, loss)) == {Mistake.ACCUMULATED}


def test_only_networks_and_losses_can_be_examined() -> None:
    with pytest.raises(TypeError, match=r"a network, or a loss, got list \[1\]"):
        nn.lint([1])


class Scaled(nn.Module):
    """A module of the user's, with a part that occurs twice."""

    def __init__(self):
        self.w = Value(1.0)
        self.inner = nn.Layer(1, 1, seed=1)
        self.again = self.w
        self.name = "scaled"

    def __call__(self, inputs):
        return [self.w * x for x in self.inner(inputs)]


def test_a_module_of_ones_own_has_names_too() -> None:
    net = Scaled()
    net.inner.neurons[0].bias = 0.5
    [row] = nn.lint(net).rows
    assert (row.mistake, row.name) == (Mistake.REPLACED, "inner.neurons.0.bias")


def test_a_batch_alone_does_not_tell_dead_units() -> None:
    net = network()
    net.layers[0].neurons[3].bias.data = -50.0
    assert nn.lint(net, loss_of(net, MOONS[:10])).ok


def test_names_of_parameters() -> None:
    net = nn.MLP(1, [1], seed=0)
    net.layers[0].neurons[0].weights[0].label = "w"
    assert list(parameter_names(net)) == ["w", "layers.0.neurons.0.bias"]
    assert list(parameter_names(net.layers[0])) == ["w", "neurons.0.bias"]
    assert list(parameter_names(net.layers[0].neurons[0])) == ["w", "bias"]

    class Line:
        def __init__(self):
            self.w = Value(1.0)

        def parameters(self):
            return [self.w]

        def __call__(self, inputs):
            return [self.w * inputs[0]]

    assert list(parameter_names(Line())) == ["parameters()[0]"]
    assert list(parameter_names(Scaled())) == [
        "w",
        "inner.neurons.0.weights.0",
        "inner.neurons.0.bias",
    ]
    assert nn.lint(Line(), examples=[([1.0], [1.0])]).ok


@pytest.mark.parametrize("form", ["pairs", "arrays", "frame", "generator"])
def test_classes_are_targets_as_in_fit(form: str) -> None:
    net = nn.MLP(2, [4, 3], seed=1)
    inputs, labels = [[0.0, 255.0], [3.0, 4.0]], [0, 2]
    pairs = list(zip(inputs, labels, strict=True))
    data = {
        "pairs": pairs,
        "arrays": (np.array(inputs), np.array(labels)),
        "frame": (Foreign(inputs), Foreign(labels)),
        "generator": (pair for pair in pairs),
    }[form]
    [finding] = nn.lint(net, examples=data).rows
    assert finding.text == "the largest of its inputs is 255, far from 1"
