"""Losses: by hand, in their derivatives, and where outputs and targets do not fit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autodiff import Value, softmax
from autodiff.errors import OperandError
from nn import cross_entropy, mean_squared_error
from nn.errors import NetworkTypeError, SizeError

LOSSES = pytest.mark.parametrize("loss", [mean_squared_error, cross_entropy])


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


@LOSSES
def test_of_numbers_alone_a_loss_is_a_value(loss) -> None:
    assert isinstance(loss([1.0, 2], np.array([0.0, 1.0])), Value)


@LOSSES
@pytest.mark.parametrize(
    ("outputs", "targets", "error", "message"),
    [
        ([1.0, 2.0], [1.0], SizeError, "one target for each of 2 outputs.*got 1 targets"),
        ([], [], SizeError, "and one or more, got 0 targets: pass two flat lists"),
        (1.0, [1.0], NetworkTypeError, "a flat list of outputs, got float 1.0"),
        ([1.0], 1.0, NetworkTypeError, "a flat list of targets, got float 1.0"),
        ([[1.0]], [1.0], OperandError, "got list"),
        ([1.0], ["a"], OperandError, "got str 'a'"),
    ],
)
def test_what_does_not_fit_is_an_error(loss, outputs, targets, error, message) -> None:
    with pytest.raises(error, match=message):
        loss(outputs, targets)
