"""A sample of the hunt over the table: derivatives to the third at extreme points."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.soundness import derivatives


@pytest.mark.parametrize(
    "name", ["asin", "acos", "atanh", "acosh", "cbrt", "sigmoid", "silu", "gelu_tanh", "logit"]
)
def test_no_digits_are_lost_to_the_third_derivative(name: str) -> None:
    for outcome in derivatives.hunt(0, 0, [name]):
        assert outcome.tried > 10
        assert outcome.failures == []


def test_an_infinity_is_not_nan() -> None:
    assert derivatives._poles().failures == []


def test_softmax_is_right_to_eight_units() -> None:
    assert derivatives._softmax(Random(1), 50).failures == []


@pytest.mark.parametrize(
    ("got", "exact", "order"),
    [(1.0, 1.0 + 1e-11, 1), (0.0, 1e-300, 2), (float("nan"), 1.0, 3), (1e300, 1e309, 1)],
)
def test_a_wrong_number_is_judged_wrong(got: float, exact: float, order: int) -> None:
    assert derivatives.judge(got, derivatives.mp.mpf(exact), order)
