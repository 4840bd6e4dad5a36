"""Simplifying keeps every result, down to the sign of zero and to nan."""

from __future__ import annotations

import struct
from itertools import product
from math import inf, isnan, nan

import pytest

from autodiff.formula.ieee import IEEE
from autodiff.formula.parse import parse
from autodiff.formula.printing import plain
from autodiff.formula.simplify import simpler, simplified
from autodiff.formula.tree import Number

POINTS = [0.0, -0.0, 1.0, -1.0, 0.1, -3.5, 5e-324, 1.7e308, inf, -inf, nan]
CONSTANTS = [0.0, 1.0, -1.0, 2.0]


def same(x: float, y: float) -> bool:
    return (isnan(x) and isnan(y)) or struct.pack("d", x) == struct.pack("d", y)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "pow"])
@pytest.mark.parametrize("constant", CONSTANTS)
@pytest.mark.parametrize("side", [0, 1])
def test_what_is_left_out_changes_no_bit(name: str, constant: float, side: int) -> None:
    operands: list[str | float] = ["x", constant] if side else [constant, "x"]
    simple, left = simpler(name, operands)
    for x in POINTS:
        before = IEEE[name](*[x if each == "x" else each for each in operands])
        after = [x if each == "x" else each for each in left]
        assert same(before, IEEE[simple](*after) if simple else after[0])


def test_loosely_only_the_sign_of_zero_may_change() -> None:
    for name, constant, side in product(["add", "sub", "mul", "div", "pow"], CONSTANTS, [0, 1]):
        operands: list[str | float] = ["x", constant] if side else [constant, "x"]
        simple, left = simpler(name, operands, loosely=True)
        for x in POINTS:
            before = IEEE[name](*[x if each == "x" else each for each in operands])
            after = [x if each == "x" else each for each in left]
            result = IEEE[simple](*after) if simple else after[0]
            assert same(before, result) or before == result == 0.0


def test_zero_times_x_and_numbers_of_steps_are_left_alone() -> None:
    assert simpler("mul", [0.0, "x"], loosely=True) == ("mul", [0.0, "x"])
    assert simpler("mul", [1, 2], loosely=True) == ("mul", [1, 2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 * x + 0", "x + 0"),
        ("(2 - 1) * x", "x"),
        ("-(-x)", "x"),
        ("-1 * (x / 1)", "-x"),
        ("where(1 < 2, x**1, y)", "x"),
        ("where(0, x, y - 0)", "y"),
        ("x**0", "x ** 0"),
    ],
)
def test_formulas_become_simpler(text: str, expected: str) -> None:
    tree = parse(text, ["x", "y"], {"where": {3}}).result
    assert plain(simplified(tree)) == expected


def test_a_sum_of_ten_thousand_terms_is_simplified_without_recursion() -> None:
    tree = parse(" + ".join(["1 * x"] * 10_000), ["x"], {}).result
    assert Number(1.0) not in simplified(tree)
