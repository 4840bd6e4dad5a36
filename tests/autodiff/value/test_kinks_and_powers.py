"""Derivatives at kinks and ties, of powers and of logarithms."""

from __future__ import annotations

import math
from math import inf, nan

import pytest

import autodiff
from autodiff import Value


def gradients(function, *points):
    leaves = [Value(point) for point in points]
    function(*leaves).backward()
    return [leaf.grad for leaf in leaves]


# -- kinks, ties, nan -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "value", "slope"),
    [(Value.relu, 0.0, 0.0), (abs, 0.0, 0.0), (autodiff.sign, 0.0, 0.0)],
    ids=["relu", "abs", "sign"],
)
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_the_derivative_at_the_kink_is_zero(function, value, slope, zero):
    x = Value(zero)
    y = function(x)
    y.backward()
    assert (y.data, x.grad) == (value, slope)


@pytest.mark.parametrize(
    "function",
    [
        Value.relu,
        abs,
        lambda x: autodiff.maximum(x, 1.0),
        lambda x: autodiff.maximum(1.0, x),
        lambda x: autodiff.maximum(Value(1.0), x, Value(2.0)),
        lambda x: autodiff.minimum(x, 1.0),
        lambda x: autodiff.minimum(1.0, x),
        autodiff.sign,
        lambda x: autodiff.clip(x, 0.0, 1.0),
        autodiff.hardtanh,
    ],
    ids=[
        "relu", "abs", "maximum left", "maximum right", "maximum of three", "minimum left",
        "minimum right", "sign", "clip", "hardtanh",
    ],
)  # fmt: skip
def test_nan_goes_through_as_nan(function):
    assert math.isnan(function(Value(nan)).data)


@pytest.mark.parametrize("function", [autodiff.maximum, autodiff.minimum])
@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((2.0, 2.0), [0.5, 0.5]),
        ((0.0, -0.0), [0.5, 0.5]),
        ((2.0, 2.0, 2.0, 2.0), [0.25] * 4),
        ((inf, inf), [0.5, 0.5]),
    ],
)
def test_ties_share_the_gradient(function, points, expected):
    assert gradients(function, *points) == expected


@pytest.mark.parametrize("function", [autodiff.maximum, autodiff.minimum])
def test_the_largest_of_x_and_x_has_derivative_one(function):
    assert gradients(lambda x: function(x, x), 3.0) == [1.0]


def test_losers_of_a_maximum_get_nothing():
    assert gradients(autodiff.maximum, 1.0, 3.0, 3.0) == [0.0, 0.5, 0.5]


# -- powers and logarithms --------------------------------------------------------------------


@pytest.mark.parametrize("base", [0.0, -0.0, 1.0, -2.5, 1e300, inf, -inf, nan])
@pytest.mark.parametrize("exponent", [0, 0.0, -0.0])
def test_anything_to_the_power_zero_is_one_with_derivative_zero(base, exponent):
    x = Value(base)
    y = x**exponent
    y.backward()
    assert (y.data, x.grad) == (1.0, 0.0)


def test_zero_to_the_power_zero_of_values():
    x, y = Value(0.0), Value(0.0)
    z = x**y
    z.backward()
    assert (z.data, x.grad, y.grad) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0, 300.0])
def test_zero_to_a_positive_power_is_zero_with_derivative_zero_by_the_exponent(exponent):
    y = Value(exponent)
    z = 0**y
    z.backward()
    assert (z.data, y.grad) == (0.0, 0.0)


@pytest.mark.parametrize("exponent", [2.0, 3.0, -1.0, 0.5])
def test_the_derivative_by_a_value_exponent_at_a_negative_base_is_nan(exponent):
    x, y = Value(-2.0), Value(exponent)
    (x**y).backward()
    assert math.isnan(y.grad)


@pytest.mark.parametrize(
    ("exponent", "data", "slope"), [(2, 4.0, -4.0), (3, -8.0, 12.0), (-1, -0.5, -0.25)]
)
def test_a_plain_number_as_exponent_has_no_derivative_and_harms_no_negative_base(
    exponent, data, slope
):
    x = Value(-2.0)
    y = x**exponent
    y.backward()
    assert (y.data, x.grad) == (data, slope)
    assert y.parents == (x,)
    assert len(y.local_derivatives) == 1


def test_the_square_root_as_a_power_has_an_infinite_slope_at_zero():
    assert gradients(lambda x: x**0.5, 0.0) == [inf]


@pytest.mark.parametrize("x", [-1e-300, -1.0, -inf])
@pytest.mark.parametrize("logarithm", [Value.log, Value.log2, Value.log10])
def test_the_logarithm_of_a_negative_number_is_nan_and_so_is_its_derivative(logarithm, x):
    leaf = Value(x)
    y = logarithm(leaf)
    y.backward()
    assert math.isnan(y.data)
    assert math.isnan(leaf.grad)


@pytest.mark.parametrize("x", [-3.0, -1.0, 0.0, 1.0, 3.0])
def test_clip_with_crossed_limits_is_the_upper_one(x: float) -> None:
    operands = [Value(x), Value(1.0), Value(-1.0)]
    y = autodiff.clip(*operands)
    assert y.data == -1.0
    assert [g.data for g in autodiff.grad(y, operands)] == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("function", [autodiff.hypot, lambda *xs: autodiff.norm(xs)])
def test_second_derivatives_of_a_length_are_0_at_the_origin(function) -> None:
    xs = [Value(0.0), Value(0.0)]
    assert [[h.data for h in row] for row in autodiff.hessian(function(*xs), xs)] == [
        [0, 0],
        [0, 0],
    ]
