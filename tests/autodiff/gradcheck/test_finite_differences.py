"""Differences of float functions, where the derivative is known."""

from __future__ import annotations

import math

import pytest

from autodiff.gradcheck.finite_differences import differentiate


def test_differences_of_a_function_of_known_derivative() -> None:
    for x in (-2.0, -1e-5, 0.0, 0.3, 700.0):
        slope = differentiate(lambda t: math.exp(t / 7), x)
        assert slope.value == pytest.approx(math.exp(x / 7) / 7, rel=1e-9)
        assert abs(slope.value - math.exp(x / 7) / 7) <= 4 * slope.error
