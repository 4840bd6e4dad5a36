"""Numbers as they are shown."""

from __future__ import annotations

import math
from math import inf, nan

import pytest

from autodiff.display import digits


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3e-5, "3e-05"),
        (1e-300, "1e-300"),
        (0.0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (1 / 3, "0.333333"),
        (-1234567.0, "-1.23457e+06"),
        (0.00012345678, "0.000123457"),
        (inf, "inf"),
        (nan, "nan"),
    ],
)
def test_numbers_are_shown_with_significant_digits(number, text):
    assert digits(number) == text


def test_the_number_of_significant_digits_can_be_chosen():
    assert digits(math.pi, 3) == "3.14"
    assert digits(math.pi * 1e-7, 10) == "3.141592654e-07"
