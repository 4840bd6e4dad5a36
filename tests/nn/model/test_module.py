"""Module: the parameters in attributes, their paths, and state dicts that are loaded whole."""

from __future__ import annotations

import numpy as np
import pytest

from autodiff import Value
from autodiff.errors import WrongTypeError
from nn import MLP, Module
from nn.errors import DataError


class Shared(Module):
    """Two parts that share a Value, a hidden one, and a reference back."""

    def __init__(self) -> None:
        self.first = MLP(1, [1])
        self.pair = (Value(1.0), [Value(2.0)])
        self.again = self.first.layers[0].neurons[0]
        self.biases = [Value(3.0)]
        self._hidden = Value(4.0)
        self.owner = self
        self.size = 5


def test_parameters_are_found_once_in_the_order_of_the_attributes() -> None:
    net = Shared()
    assert [path for path, _ in net.named_parameters()] == [
        "first.layers.0.neurons.0.weights.0",
        "first.layers.0.neurons.0.bias",
        "pair.0",
        "pair.1.0",
        "biases.0",
    ]
    assert net.parameters() == [value for _, value in net.named_parameters()]


def test_a_path_leads_to_its_parameter() -> None:
    net = MLP(8, [4, 2])
    named = dict(net.named_parameters())
    assert named["layers.0.neurons.3.weights.7"] is net.layers[0].neurons[3].weights[7]
    assert named["layers.1.neurons.1.bias"] is net.layers[1].neurons[1].bias
    assert list(named.values()) == net.parameters()


def test_biases_do_not_decay() -> None:
    net = MLP(2, [3, 1])
    biases = {neuron.bias for layer in net.layers for neuron in layer.neurons}
    assert net.decayed_parameters() == [p for p in net.parameters() if p not in biases]
    assert [p.data for p in Shared().decayed_parameters()[1:]] == [1.0, 2.0]


def test_zero_grad_reaches_every_parameter() -> None:
    net = MLP(2, [3, 1])
    net([1.0, 2.0])[0].backward()
    assert any(p.grad for p in net.parameters())
    net.zero_grad()
    assert {p.grad for p in net.parameters()} == {0.0}


def test_a_state_goes_from_one_network_to_another() -> None:
    net, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
    other.load_state_dict(net.state_dict())
    assert [p.data for p in other.parameters()] == [p.data for p in net.parameters()]
    as_arrays = {path: np.array(x) for path, x in net.state_dict().items()}
    other.load_state_dict(as_arrays)
    assert {type(p.data) for p in other.parameters()} == {float}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("layers.0.neurons.0.bias"), "got none for layers.0.neurons.0.bias: load"),
        (lambda s: s.update(extra=1.0), "got unexpected ones for extra: load"),
        (
            lambda s: s.update({"layers.0.neurons.0.bais": s.pop("layers.0.neurons.0.bias")}),
            r"none for .*0\.bias, unexpected ones for .*0\.bais: is .*bais meant to be .*bias\?",
        ),
        (
            lambda s: s.clear(),
            r"each of 13 parameters, got none for \S+, \S+, \S+ and 10 more: load",
        ),
        (
            lambda s: s.update({"layers.1.neurons.0.bias": np.zeros((2, 3))}),
            r"a single number for layers.1.neurons.0.bias, got an array of shape \(2, 3\)",
        ),
        (lambda s: s.update({"layers.1.neurons.0.bias": "1"}), "bias, got str '1'"),
    ],
)
def test_a_state_that_does_not_fit_is_named_and_changes_nothing(change, message) -> None:
    net, state = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2).state_dict()
    before = net.state_dict()
    change(state)
    with pytest.raises(DataError, match=message):
        net.load_state_dict(state)
    assert net.state_dict() == before


def test_a_state_is_a_mapping() -> None:
    with pytest.raises(WrongTypeError, match=r"got list \[1.0\]: pass what state_dict"):
        MLP(2, [1]).load_state_dict([1.0])
