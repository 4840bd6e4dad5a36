"""Losses: by hand, in their derivatives, and where outputs and targets do not fit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autodiff import Value, check, sigmoid, softmax
from autodiff.errors import OperandError, OptionError, ShapeError, WrongTypeError
from nn import (
    MLP,
    DataError,
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_squared_error,
    squared_error,
    weight_decay,
)

LOSSES = pytest.mark.parametrize(
    "loss",
    [
        half_squared_error,
        squared_error,
        mean_squared_error,
        cross_entropy,
        binary_cross_entropy,
        hinge,
    ],
)
# a loss, outputs, targets; the cost and its derivative by each output, by hand
BY_HAND = [
    (half_squared_error, [1.0, 2.0, -1.0], [0, 4, -1], (1 + 4) / 2, [1, -2, 0]),
    (squared_error, [1.0, 2.0, -1.0], [0, 4, -1], 1 + 4, [2, -4, 0]),
    (hinge, [0.25, 3.0, -2.0], [-1, 1, 1], 1.25 + 0 + 3, [1, 0, -1]),
    (
        binary_cross_entropy,
        [0.25, 0.8, 0.5],
        [0, 1, 0.25],
        -math.log(0.75) - math.log(0.8) - math.log(0.5),
        [1 / 0.75, -1 / 0.8, 0.75 / 0.5 - 0.25 / 0.5],
    ),
]


def test_the_mean_squared_error_by_hand() -> None:
    outputs = [Value(1.0), Value(2.0), Value(-1.0)]
    cost = mean_squared_error(outputs, [0.0, 4.0, -1.0])
    cost.backward()
    assert cost.data == pytest.approx((1 + 4 + 0) / 3)
    assert [out.grad for out in outputs] == pytest.approx([2 / 3 * 1, 2 / 3 * -2, 0.0])


def test_targets_may_be_values_too() -> None:
    output, target = Value(3.0), Value(1.0)
    mean_squared_error([output], [target]).backward()
    assert (output.grad, target.grad) == (4.0, -4.0)


def test_the_cross_entropy_by_hand() -> None:
    outputs = [Value(1.0), Value(2.0), Value(-1.0)]
    cost = cross_entropy(outputs, [0, 1, 0])
    cost.backward()
    total = math.exp(1) + math.exp(2) + math.exp(-1)
    assert cost.data == pytest.approx(math.log(total) - 2)
    shares = [out.data for out in softmax(outputs)]
    expected = [share - target for share, target in zip(shares, [0, 1, 0], strict=True)]
    assert [out.grad for out in outputs] == pytest.approx(expected)


def test_the_cross_entropy_of_a_hopeless_output_is_finite() -> None:
    outputs = [Value(-1000.0), Value(1000.0)]
    cost = cross_entropy(outputs, [1.0, 0.0])
    cost.backward()
    assert cost.data == 2000.0
    assert [out.grad for out in outputs] == [-1.0, 1.0]


@pytest.mark.parametrize(("loss", "outputs", "targets", "cost", "slopes"), BY_HAND)
def test_costs_and_their_derivatives_by_hand(loss, outputs, targets, cost, slopes) -> None:
    values = [Value(x) for x in outputs]
    result = loss(values, targets)
    result.backward()
    assert result.data == pytest.approx(cost, rel=1e-14)
    assert [value.grad for value in values] == pytest.approx(slopes, rel=1e-14)


@pytest.mark.parametrize("target", [0.0, 1.0, 0.3])
def test_both_forms_of_the_binary_cross_entropy_agree(target) -> None:
    z = Value(0.7)
    assert check(binary_cross_entropy([sigmoid(z)], [target])).ok
    plain = binary_cross_entropy([sigmoid(0.7)], [target])
    assert binary_cross_entropy([sigmoid(z)], [target]).data == pytest.approx(plain.data, rel=1e-14)


@pytest.mark.parametrize(
    ("z", "target", "cost", "slope"),
    [(800.0, 0.0, 800.0, 1.0), (-800.0, 1.0, 800.0, -1.0), (40.0, 1.0, math.exp(-40), None)],
)
def test_a_saturated_sigmoid_still_learns(z, target, cost, slope) -> None:
    pre_activation = Value(z)
    result = binary_cross_entropy([sigmoid(pre_activation)], [target])
    result.backward()
    assert result.data == pytest.approx(cost, rel=1e-12)
    assert pre_activation.grad == pytest.approx(-math.exp(-40) if slope is None else slope)


def test_outputs_that_are_right_for_certain_cost_nothing() -> None:
    outputs = [Value(1.0), Value(0.0)]
    cost = binary_cross_entropy(outputs, [1.0, 0.0])
    cost.backward()
    assert cost.data == 0.0
    assert [out.grad for out in outputs] == [-1.0, 1.0]
    assert binary_cross_entropy([0.0], [1.0]).data == math.inf


@pytest.mark.parametrize("output", [1.5, Value(-0.1)])
def test_outputs_of_the_binary_cross_entropy_are_probabilities(output) -> None:
    with pytest.raises(OptionError, match=r"between 0 and 1, got float .*activation 'sigmoid'"):
        binary_cross_entropy([output], [1.0])


def test_targets_of_hinge_are_sides() -> None:
    with pytest.raises(DataError, match=r"-1 or 1 as every target of hinge, got float 0.0"):
        hinge([Value(1.0), Value(2.0)], [1, 0])


def test_weight_decay_leaves_biases_alone() -> None:
    net = MLP(2, [3, 1], seed=1)
    for layer in net.layers:
        for neuron in layer.neurons:
            neuron.bias.data = 5.0
    cost = weight_decay(net, 0.1)
    cost.backward()
    weights = net.decayed_parameters()
    assert cost.data == pytest.approx(0.05 * sum(w.data**2 for w in weights))
    assert [w.grad for w in weights] == pytest.approx([0.1 * w.data for w in weights])
    assert [p.grad for p in net.parameters() if p not in set(weights)] == [0.0] * 4


def test_the_strength_of_weight_decay_is_not_negative() -> None:
    with pytest.raises(OptionError, match=r"strength of weight decay, got float -0.1"):
        weight_decay([Value(1.0)], -0.1)


@LOSSES
def test_of_numbers_alone_a_loss_is_a_value(loss) -> None:
    targets = [1.0, 0.0] if loss is cross_entropy else [1.0, 1.0]
    assert isinstance(loss([1.0, 1], np.array(targets)), Value)


@LOSSES
@pytest.mark.parametrize(
    ("outputs", "targets", "error", "message"),
    [
        ([1.0, 2.0], [1.0], ShapeError, "one target for each of 2 outputs.*got 1 targets"),
        ([], [], ShapeError, "and one or more, got 0 targets: pass two flat lists"),
        (1.0, [1.0], WrongTypeError, "a flat list of outputs, got float 1.0"),
        ([1.0], 1.0, WrongTypeError, "a flat list of targets, got float 1.0"),
        ([[1.0]], [1.0], OperandError, "got list"),
        ([1.0], ["a"], OperandError, "got str 'a'"),
    ],
)
def test_what_does_not_fit_is_an_error(loss, outputs, targets, error, message) -> None:
    with pytest.raises(error, match=message):
        loss(outputs, targets)
