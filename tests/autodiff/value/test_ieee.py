"""Results are the IEEE ones, and stable by construction."""

from __future__ import annotations

import math
from math import inf, nan

import pytest

import autodiff
from autodiff import Value, grad

# -- IEEE results -----------------------------------------------------------------------------

IEEE = [
    ("1 / 0", lambda x: 1 / x, 0.0, inf),
    ("-1 / 0", lambda x: -1 / x, 0.0, -inf),
    ("1 / -0.0", lambda x: 1 / x, -0.0, -inf),
    ("x / 0", lambda x: x / 0, 1.0, inf),
    ("0 / 0", lambda x: x / x, 0.0, nan),
    ("inf / inf", lambda x: x / x, inf, nan),
    ("inf - inf", lambda x: x - x, inf, nan),
    ("0 * inf", lambda x: x * inf, 0.0, nan),
    ("exp(710)", Value.exp, 710.0, inf),
    ("exp(-1000)", Value.exp, -1000.0, 0.0),
    ("expm1(710)", Value.expm1, 710.0, inf),
    ("sinh(711)", Value.sinh, 711.0, inf),
    ("sinh(-711)", Value.sinh, -711.0, -inf),
    ("cosh(-711)", Value.cosh, -711.0, inf),
    ("square(1e200)", Value.square, 1e200, inf),
    ("log(0)", Value.log, 0.0, -inf),
    ("log(-0.0)", Value.log, -0.0, -inf),
    ("log(-1)", Value.log, -1.0, nan),
    ("log2(0)", Value.log2, 0.0, -inf),
    ("log10(0)", Value.log10, 0.0, -inf),
    ("log1p(-1)", Value.log1p, -1.0, -inf),
    ("log1p(-2)", Value.log1p, -2.0, nan),
    ("sqrt(-1)", Value.sqrt, -1.0, nan),
    ("sqrt(-0.0)", Value.sqrt, -0.0, -0.0),
    ("sqrt(inf)", Value.sqrt, inf, inf),
    ("sin(inf)", Value.sin, inf, nan),
    ("tan(-inf)", Value.tan, -inf, nan),
    ("asin(2)", Value.arcsin, 2.0, nan),
    ("acosh(0)", Value.arccosh, 0.0, nan),
    ("atanh(1)", Value.arctanh, 1.0, inf),
    ("atanh(-1)", Value.arctanh, -1.0, -inf),
    ("atanh(2)", Value.arctanh, 2.0, nan),
    ("(-1)**0.5", lambda x: x**0.5, -1.0, nan),
    ("0**-1", lambda x: x**-1, 0.0, inf),
    ("(-0.0)**-1", lambda x: x**-1, -0.0, -inf),
    ("(-0.0)**-2", lambda x: x**-2, -0.0, inf),
    ("1e200**2", lambda x: x**2, 1e200, inf),
    ("(-1e200)**3", lambda x: x**3, -1e200, -inf),
    ("2**5000", lambda x: 2**x, 5000.0, inf),
    ("1**nan", lambda x: 1**x, nan, 1.0),
    ("1e308 + 1e308", lambda x: x + x, 1e308, inf),
    ("reciprocal(0)", autodiff.reciprocal, 0.0, inf),
    ("sum(1e308, 1e308)", lambda x: autodiff.sum(x, x), 1e308, inf),
    ("sum(inf, -inf)", lambda x: autodiff.sum(x, -x), inf, nan),
    ("dot(1e200, 1e200)", lambda x: autodiff.dot([x], [x]), 1e200, inf),
]


@pytest.mark.parametrize(("function", "x", "expected"), [row[1:] for row in IEEE], ids=[
    row[0] for row in IEEE
])  # fmt: skip
def test_the_result_is_the_ieee_one_and_never_an_exception(function, x, expected):
    result = function(Value(x))
    result.backward()
    assert repr(result.data) == repr(expected)  # so that nan equals nan, and -0.0 is not 0.0


@pytest.mark.parametrize("x", [49.0, 1e-310, 5e-324, 1e308, 0.1, -7.0])
def test_division_is_exact_where_multiplication_by_a_reciprocal_is_not(x):
    assert (Value(x) / Value(x)).data == 1.0
    assert (Value(x) / x).data == 1.0
    assert (x / Value(x)).data == 1.0


def test_division_has_an_operation_of_its_own():
    quotient = Value(49.0) / Value(49.0)
    assert quotient.operation.name == "div"
    assert [parent.operation for parent in quotient.parents] == [None, None]


# -- stable by construction -------------------------------------------------------------------

STABLE = [
    ("sigmoid'(40)", Value.sigmoid, 40.0, 1.0, 4.248354255291589e-18),
    ("sigmoid'(-40)", Value.sigmoid, -40.0, 4.248354255291589e-18, 4.248354255291589e-18),
    ("sigmoid'(1000)", Value.sigmoid, 1000.0, 1.0, 0.0),
    ("sigmoid'(-1000)", Value.sigmoid, -1000.0, 0.0, 0.0),
    ("tanh'(20)", Value.tanh, 20.0, 1.0, 1.6993417021166355e-17),
    ("tanh'(-20)", Value.tanh, -20.0, -1.0, 1.6993417021166355e-17),
    ("tanh'(1000)", Value.tanh, 1000.0, 1.0, 0.0),
    ("softplus'(1000)", Value.softplus, 1000.0, 1000.0, 1.0),
    ("softplus'(-1000)", Value.softplus, -1000.0, 0.0, 0.0),
    ("softplus'(-40)", Value.softplus, -40.0, 4.248354255291589e-18, 4.248354255291589e-18),
    ("logsigmoid'(-1000)", autodiff.logsigmoid, -1000.0, -1000.0, 1.0),
    ("logsigmoid'(1000)", autodiff.logsigmoid, 1000.0, 0.0, 0.0),
    ("log1p'(1e-20)", Value.log1p, 1e-20, 1e-20, 1.0),
    ("expm1'(1e-20)", Value.expm1, 1e-20, 1e-20, 1.0),
    ("silu'(-1000)", Value.silu, -1000.0, 0.0, 0.0),
    ("gelu'(-1000)", Value.gelu, -1000.0, 0.0, 0.0),
    ("mish'(-1000)", autodiff.mish, -1000.0, 0.0, 0.0),
    ("elu'(1000)", autodiff.elu, 1000.0, 1000.0, 1.0),
]


@pytest.mark.parametrize(("function", "x", "value", "slope"), [row[1:] for row in STABLE], ids=[
    row[0] for row in STABLE
])  # fmt: skip
def test_activations_neither_overflow_nor_lose_the_derivative(function, x, value, slope):
    leaf = Value(x)
    y = function(leaf)
    y.backward()
    assert y.data == pytest.approx(value, rel=1e-15, abs=0)
    assert leaf.grad == pytest.approx(slope, rel=1e-15, abs=0)


@pytest.mark.parametrize("shift", [1000.0, -1000.0, 0.0, 1e16, -1e16])
def test_logsumexp_keeps_value_and_derivative_far_from_zero(shift):
    xs = [Value(shift), Value(shift)]
    total = autodiff.logsumexp(xs)
    total.backward()
    assert total.data == pytest.approx(shift + math.log(2), rel=1e-15)
    assert [x.grad for x in xs] == pytest.approx([0.5, 0.5], rel=1e-12)


@pytest.mark.parametrize("shift", [1000.0, -1000.0, 0.0, 1e16, -1e16])
def test_softmax_and_log_softmax_keep_value_and_derivative_far_from_zero(shift):
    xs = [Value(shift), Value(shift)]
    shares, logs = autodiff.softmax(xs), autodiff.log_softmax(xs)
    assert [share.data for share in shares] == pytest.approx([0.5, 0.5], rel=1e-12)
    assert [log.data for log in logs] == pytest.approx([-math.log(2)] * 2, rel=1e-12)
    assert [x.data for x in grad(shares[0], xs)] == pytest.approx([0.25, -0.25], rel=1e-12)
    assert [x.data for x in grad(logs[0], xs)] == pytest.approx([0.5, -0.5], rel=1e-12)


def test_log_softmax_is_finite_where_the_logarithm_of_softmax_is_not():
    xs = [Value(1000.0), Value(-1000.0)]
    first, second = autodiff.softmax(xs)
    assert (first.data, second.data) == (1.0, 0.0)
    logs = autodiff.log_softmax(xs)
    assert [log.data for log in logs] == [0.0, -2000.0]
    logs[1].backward()
    assert [x.grad for x in xs] == [-1.0, 1.0]
