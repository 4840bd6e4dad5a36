"""The operators //, %, divmod and round on Values: Python's results, with derivatives."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff
from autodiff import Value, grad
from autodiff.errors import WrongTypeError

REAL = st.floats(-1e6, 1e6)
DIVISOR = REAL.filter(lambda y: abs(y) > 1e-6)


@given(REAL, DIVISOR)
def test_remainder_and_quotient_are_those_of_python(x: float, y: float) -> None:
    v, w = Value(x), Value(y)
    expected = [x % y, x // y, *divmod(x, y)]
    for left, right in ((v, w), (v, y), (x, w)):
        quotient, rest = divmod(left, right)
        results = [left % right, left // right, quotient, rest]
        assert [result.data for result in results] == expected


@given(REAL)
def test_round_and_floor_are_those_of_python(x: float) -> None:
    assert round(Value(x)).data == round(x)
    assert math.floor(Value(x)).data == math.floor(x)
    assert (autodiff.round(x), autodiff.floor(x)) == (round(x), math.floor(x))


def test_the_derivatives_are_those_between_the_jumps() -> None:
    x, y = Value(7.5), Value(-2.0)
    assert [d.data for d in grad(x % y, [x, y])] == [1.0, 4.0]  # 7.5 // -2 is -4
    for jumping in (x // y, round(x) * 1, math.floor(x) * 1):
        assert [d.data for d in grad(jumping, [x, y])] == [0.0, 0.0]


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_stays(x: float) -> None:
    for function in (autodiff.round, autodiff.floor):
        assert repr(function(x)) == repr(x)
    assert math.isnan(autodiff.mod(x, 2.0))


def test_division_by_zero_is_the_ieee_one() -> None:
    x = Value(3.0)
    assert (x // 0).data == math.inf
    assert math.isnan((x % 0).data)


def test_round_to_digits_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(WrongTypeError, match=r"round\(v, 2\).*f'\{v:.2f\}'"):
        round(Value(1.234), 2)
