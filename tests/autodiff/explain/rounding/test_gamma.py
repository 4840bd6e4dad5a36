"""Bounds of lgamma and its derivatives hold the value of three times as many digits."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autodiff.explain.rounding.enclosures import Enclosures
from autodiff.explain.rounding.gamma import derivative_of_lgamma

mpmath = pytest.importorskip("mpmath")


@pytest.mark.parametrize("order", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("x", [1e-9, 0.3, 1 + 1e-12, 1.4616321449683622, 40.5, 1e30, -0.5, -7.25])
def test_the_bounds_hold_the_value(x: float, order: int) -> None:
    arithmetic = Enclosures(40)
    low, high = derivative_of_lgamma(arithmetic, order, arithmetic.of(Fraction(x)).low)
    with mpmath.workdps(160):
        point = mpmath.mpf(x)
        value = mpmath.psi(order - 1, point) if order else mpmath.re(mpmath.loggamma(point))
        assert low <= value <= high
        assert high - low <= abs(value) * mpmath.mpf(10) ** -20


def test_too_far_left_nothing_is_claimed() -> None:
    arithmetic = Enclosures(40)
    x = arithmetic.of(Fraction(-(10**6)) + Fraction(1, 2)).low
    assert derivative_of_lgamma(arithmetic, 1, x) == arithmetic.unknown
