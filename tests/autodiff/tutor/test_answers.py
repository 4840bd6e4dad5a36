"""Answers as people write them, and to how many digits they are right."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from autodiff import OptionError, Value, WrongTypeError
from autodiff.tutor.verdict.answers import EXACT, read_answer

AGREEMENT = [
    # answer, truth, digits to which it is right; 0 for wrong
    ("0.71", 0.70710678, 2),
    ("0.70", 0.70710678, 2),
    ("0.7", 0.70710678, 1),
    ("0.8", 0.70710678, 0),
    ("0.72", 0.70710678, 0),
    ("-0.71", 0.70710678, 0),
    ("0.707107", 0.70710678, 6),
    ("0.707108", 0.70710678, 0),
    ("7.07e-1", 0.70710678, 3),
    (".707", 0.70710678, 3),
    ("1/3", 1 / 3, EXACT),
    ("-1/3", 1 / 3, 0),
    ("2*0.5", 1.0, EXACT),
    ("−1.3e-3", -0.0013, EXACT),  # noqa: RUF001 a typographic minus
    ("1200", 1234.0, 2),
    ("1300", 1234.0, 0),
    ("100", 96.0, 0),
    ("10", 9.96, 1),
    ("10", 9.2, 0),
    ("9.9", 9.96, 2),
    ("1", 1.5, 1),
    ("0", 0.0, EXACT),
    ("0", 1e-17, 0),
    ("0", 0.3, 0),
    ("inf", float("inf"), EXACT),
    ("-inf", float("inf"), 0),
    ("nan", float("nan"), EXACT),
    ("3", float("nan"), 0),
    ("1e400", float("inf"), EXACT),
    (0.1 + 0.2, 0.3, EXACT),
    (1, 1.0, EXACT),
    (Fraction(1, 3), 1 / 3, EXACT),
    (Decimal("0.33"), 1 / 3, 2),
    (np.float32(1) / np.float32(3), 1 / 3, 6),
    (np.float64(0.25), 0.25, EXACT),
]


@pytest.mark.parametrize(("given", "truth", "digits"), AGREEMENT)
def test_an_answer_is_right_to_its_digits(given, truth, digits):
    assert read_answer(given, "x").agrees(truth) == digits


def test_rounding_errors_of_what_was_added_up_are_overlooked():
    assert read_answer("0", "x").agrees(1e-16, size=1.0) == EXACT
    assert read_answer("0", "x").agrees(1e-9, size=1.0) == 0


@pytest.mark.parametrize("given", ["", "zwei", "1,5", "0.8.4", "1/0", "9" * 300, "x"])
def test_a_text_that_is_not_a_number_is_refused(given):
    with pytest.raises(OptionError, match="expected a number for the gradient of w"):
        read_answer(given, "the gradient of w")


@pytest.mark.parametrize("given", [None, [1.0], Value(1.0), True, 1j])
def test_other_things_are_refused(given):
    with pytest.raises(TypeError, match="got"):
        read_answer(given, "w")
    with pytest.raises(WrongTypeError, match="pass the number that you found"):
        read_answer(Value(1.0), "w")
