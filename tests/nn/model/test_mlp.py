"""Neuron, Layer and MLP: sizes, seeds, one node for each pre-activation, outputs by hand."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
import random

import numpy as np
import pytest

from autodiff import TABLE, Value, dot, operation
from autodiff.errors import OperandError, OptionError, ShapeError, WrongTypeError
from autodiff.graph.traversal import interior_order
from nn import MLP, Layer, Neuron


def data_of(net: MLP) -> list[float]:
    return [parameter.data for parameter in net.parameters()]


@pytest.mark.parametrize(
    ("inputs", "sizes", "count"),
    [(2, [16, 16, 1], 337), (784, [16, 16, 10], 13_002), (1, [1], 2), (3, (4, 2), 26)],
)
def test_a_network_has_the_parameters_of_its_sizes(inputs, sizes, count) -> None:
    assert len(MLP(inputs, sizes).parameters()) == count


def test_every_part_can_be_read_and_is_a_parameter_once() -> None:
    net = MLP(2, [3, 1])
    parts = [
        part
        for layer in net.layers
        for neuron in layer.neurons
        for part in (*neuron.weights, neuron.bias)
    ]
    assert net.parameters() == parts
    assert len(set(parts)) == len(parts) == 13


def test_weights_start_between_minus_1_and_1_and_biases_at_0() -> None:
    neurons = [neuron for layer in MLP(10, [10, 10]).layers for neuron in layer.neurons]
    weights = [weight.data for neuron in neurons for weight in neuron.weights]
    assert -1 <= min(weights) < -0.9
    assert 0.9 < max(weights) <= 1
    assert {neuron.bias.data for neuron in neurons} == {0.0}


def test_the_same_seed_makes_the_same_network_and_another_seed_another() -> None:
    assert data_of(MLP(2, [3, 1])) == data_of(MLP(2, [3, 1], seed=0))
    assert data_of(MLP(2, [3, 1], seed=1)) != data_of(MLP(2, [3, 1], seed=0))


def test_a_generator_is_drawn_on_from_and_the_global_one_left_alone() -> None:
    before = random.getstate()
    generator = random.Random(1)
    first, second = Neuron(2, seed=generator), Neuron(2, seed=generator)
    assert first.weights[0].data == Neuron(2, seed=1).weights[0].data
    assert first.weights[0].data != second.weights[0].data
    assert random.getstate() == before


def test_a_pre_activation_is_one_node() -> None:
    neuron = Neuron(3, "tanh", seed=2)
    inputs = [Value(1.0), Value(2.0), Value(3.0)]
    out = neuron(inputs)
    [pre_activation] = out.parents
    assert pre_activation.operation is TABLE["dot"]
    assert pre_activation.parents == (*neuron.weights, *inputs, neuron.bias)
    assert out.data == math.tanh(neuron.pre_activation(inputs).data)


def test_a_network_has_two_nodes_for_each_neuron_but_the_linear_ones() -> None:
    [out] = MLP(2, [16, 16, 1])([1.0, 2.0])
    assert len(interior_order([out])) == 16 * 2 + 16 * 2 + 1


def test_numbers_as_inputs_are_constants() -> None:
    neuron = Neuron(2, "linear")
    assert neuron([1, 2.0]).parents == (*neuron.weights, neuron.bias)


@pytest.mark.parametrize(
    "inputs",
    [
        (1.0, -2.0),
        [1, -2],
        [Value(1.0), -2],
        np.array([1.0, -2.0]),
        np.array([1, -2], dtype=np.int32),
        np.array([[1.0, -2.0]])[0],
        np.array([Value(1.0), Value(-2.0)]),
        iter([1.0, -2.0]),
    ],
    ids=["tuple", "ints", "Values", "array", "ints in array", "row", "array of Values", "iterator"],
)
def test_inputs_may_be_any_flat_sequence(inputs) -> None:
    net = MLP(2, [3, 2], seed=3)
    assert [out.data for out in net(inputs)] == [out.data for out in net([1.0, -2.0])]


def test_layers_and_networks_always_return_a_list() -> None:
    assert type(MLP(2, [3, 1])([1.0, 2.0])) is list
    assert type(Layer(2, 1)([1.0, 2.0])) is list


def test_activations_are_relu_inside_and_linear_at_the_end() -> None:
    assert [layer.neurons[0].activation for layer in MLP(2, [3, 3, 1]).layers] == [
        "relu",
        "relu",
        "linear",
    ]


def test_each_layer_may_have_an_activation_of_its_own() -> None:
    net = MLP(2, [3, 3, 1], activation=["tanh", "sigmoid", "softplus"])
    assert [layer.neurons[0].activation for layer in net.layers] == ["tanh", "sigmoid", "softplus"]
    last = MLP(2, [3, 3, 1], activation="tanh", output_activation="sigmoid")
    assert [layer.neurons[0].activation for layer in last.layers] == ["tanh", "tanh", "sigmoid"]


def test_a_network_knows_its_seed_where_it_is_a_number() -> None:
    assert MLP(2, [1], seed=5).seed == 5
    assert MLP(2, [1], seed=random.Random(5)).seed is None


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "leaky_relu", "elu", "square"])
def test_any_operation_of_one_operand_is_an_activation(name) -> None:
    net = MLP(2, [3, 1], activation=name, output_activation=name, seed=4)
    function = TABLE[name].function
    expected = net([0.3, -0.8])[0].data
    inner = [
        function(neuron.pre_activation([0.3, -0.8]).data, *TABLE[name].defaults)[0]
        for neuron in net.layers[0].neurons
    ]
    last = net.layers[1].neurons[0].pre_activation(inner).data
    assert expected == function(last, *TABLE[name].defaults)[0]


def test_an_operation_of_the_users_is_an_activation() -> None:
    operation("nn_test_cube", "x", "x**3", "3*x**2")
    assert Neuron(1, "nn_test_cube")([2.0]).operation is TABLE["nn_test_cube"]


def test_an_activation_can_be_changed() -> None:
    neuron = Neuron(2, "relu", seed=5)
    neuron.activation = "linear"
    assert neuron([1.0, 2.0]).operation is TABLE["dot"]
    with pytest.raises(OptionError, match="got str 'tanhh': did you mean 'tanh'"):
        neuron.activation = "tanhh"


def test_gradients_are_those_computed_by_hand() -> None:
    net = MLP(2, [1, 1], activation="tanh")
    (hidden,), (last,) = (layer.neurons for layer in net.layers)
    for parameter, data in zip(net.parameters(), [0.5, -0.25, 0.1, 2.0, -0.3], strict=True):
        parameter.data = data
    x = [Value(1.0), Value(3.0)]
    [out] = net(x)
    out.backward()
    a = math.tanh(0.5 * 1 - 0.25 * 3 + 0.1)
    slope = 2.0 * (1 - a * a)
    assert out.data == pytest.approx(2.0 * a - 0.3, rel=1e-15)
    assert [p.grad for p in hidden.parameters()] == pytest.approx([slope, 3 * slope, slope])
    assert [p.grad for p in last.parameters()] == pytest.approx([a, 1.0])
    assert [v.grad for v in x] == pytest.approx([0.5 * slope, -0.25 * slope])


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softplus"])
def test_gradients_agree_with_differences(activation) -> None:
    net = MLP(3, [4, 2], activation=activation, output_activation="tanh", seed=6)

    def loss() -> Value:
        return dot(net([0.2, -0.4, 0.6]), [1.0, -2.0])

    loss().backward()
    nudge = 1e-5
    for parameter in net.parameters():
        start = parameter.data
        parameter.data = start + nudge
        above = loss().data
        parameter.data = start - nudge
        below = loss().data
        parameter.data = start
        assert parameter.grad == pytest.approx((above - below) / (2 * nudge), abs=1e-9)


def test_zero_grad_sets_every_gradient_to_0() -> None:
    net = MLP(2, [3, 1], seed=7)
    net([1.0, 2.0])[0].backward()
    assert any(parameter.grad for parameter in net.parameters())
    net.zero_grad()
    assert {parameter.grad for parameter in net.parameters()} == {0.0}


def test_copies_and_pickles_compute_the_same_and_share_nothing() -> None:
    net = MLP(2, [3, 1], activation="tanh", seed=8)
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other([1.0, 2.0])[0].data == net([1.0, 2.0])[0].data
        assert not set(other.parameters()) & set(net.parameters())


def test_parts_describe_themselves() -> None:
    net = MLP(2, [16, 16, 1])
    assert repr(net) == "MLP of 2 -> 16 relu -> 16 relu -> 1 linear, 337 parameters"
    assert repr(net.layers[0]) == "Layer of 2 -> 16 relu, 48 parameters"
    assert repr(net.layers[2].neurons[0]) == "Neuron of 16 -> 1 linear, 17 parameters"


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        ([1.0], ShapeError, "expected 2 inputs, got 1: pass one input for each weight"),
        ([1.0, 2.0, 3.0], ShapeError, "expected 2 inputs, got 3"),
        (np.ones(3), ShapeError, "expected 2 inputs, got 3"),
        (np.ones((3, 2)), WrongTypeError, r"array of shape \(3, 2\): go row by row"),
        (1.0, WrongTypeError, "a flat list of 2 inputs, got float 1.0: pass a list"),
        ("ab", WrongTypeError, "a flat list of 2 inputs, got str 'ab': pass a list"),
        (["a", 1.0], OperandError, r"got str 'a': write float\(...\)"),
        ([[1.0], [2.0]], OperandError, "got list .*one Value per element"),
    ],
)
def test_wrong_inputs_are_errors(inputs, error, message) -> None:
    for part in (MLP(2, [3, 1]), Layer(2, 3), Neuron(2)):
        with pytest.raises(error, match=message):
            part(inputs)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: MLP(0, [1]), ShapeError, "at least 1 as the number of inputs, got int 0"),
        (lambda: MLP(2, [3, 0, 1]), ShapeError, "at least 1 as the number of neurons, got int 0"),
        (lambda: MLP(2, [-1]), ShapeError, "the number of neurons, got int -1: write 1 or more"),
        (lambda: MLP(2, [1.5]), WrongTypeError, "whole number .* got float 1.5"),
        (lambda: MLP(2, []), ShapeError, r"at least one layer, got none: write .* MLP\(2, \[16"),
        (lambda: MLP(2, 16), WrongTypeError, r"list of layer sizes, got int 16: write \[16\]"),
        (lambda: Layer(2, 0), ShapeError, "the number of neurons, got int 0"),
        (lambda: Neuron(0), ShapeError, "the number of inputs, got int 0"),
        (lambda: Neuron(2, seed="1"), WrongTypeError, "random.Random as seed, got str '1'"),
        (lambda: Neuron(2, "rleu"), OptionError, "got str 'rleu': did you mean 'relu'?"),
        (lambda: Neuron(2, "Sigmoid"), OptionError, "did you mean 'sigmoid'"),
        (lambda: Neuron(2, "zzz"), OptionError, "write a name such as 'relu'"),
        (lambda: Neuron(2, "add"), OptionError, "operation of one operand .* got str 'add'"),
        (lambda: Neuron(2, "sum"), OptionError, "operation of one operand .* got str 'sum'"),
        (lambda: Neuron(2, math.tanh), OptionError, "got builtin_function_or_method"),
        (lambda: MLP(2, [3, 1], activation=["tanh"]), ShapeError, "2 activations, got 1: name one"),
        (
            lambda: MLP(2, [1], activation=["tanh"], output_activation="relu"),
            OptionError,
            "the last activation once, got .*'tanh'.* and 'relu': leave output_activation out",
        ),
        (lambda: MLP(2, [1], output_activation="softmx"), OptionError, "got str 'softmx'"),
    ],
)
def test_wrong_sizes_seeds_and_activations_are_errors(make, error, message) -> None:
    with pytest.raises(error, match=message):
        make()


def test_numbers_and_gradients_are_those_of_micrograd() -> None:
    micrograd = pytest.importorskip("micrograd.nn")
    random.seed(1337)
    theirs = micrograd.MLP(2, [16, 16, 1])
    ours = MLP(2, [16, 16, 1], seed=1337)
    assert data_of(ours) == [parameter.data for parameter in theirs.parameters()]
    for inputs in ([1.0, -0.5], [-0.3, 2.0]):
        out, [mine] = theirs(inputs), ours(inputs)
        out.backward()
        mine.backward()
        assert mine.data == pytest.approx(out.data, rel=1e-13)
    expected = [parameter.grad for parameter in theirs.parameters()]
    assert [p.grad for p in ours.parameters()] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("make", [
    lambda: Neuron(2, nonlin=False), lambda: Layer(2, 3, nonlin=True),
    lambda: MLP(2, [3], nonlin=False),
])  # fmt: skip
def test_nonlin_of_micrograd_is_told_its_name_here(make):
    with pytest.raises(WrongTypeError, match=r"nonlin=.*write activation='relu' or 'linear'"):
        make()
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        Neuron(2, other=1)
    assert "nonlin" not in str(inspect.signature(MLP))
    assert "activation: str" in str(inspect.signature(Neuron)).replace("'", "")
