"""Equality is identity, order compares data, and no derivative is lost silently."""

from __future__ import annotations

import math
from math import inf, nan

import numpy as np
import pytest

from autodiff import Value
from autodiff.errors import LostDerivativeError
from tests.autodiff.value.operators import COMPARISONS

# -- identity and order -----------------------------------------------------------------------


def test_equality_is_identity_and_hashing_follows_it():
    a, b = Value(2.0), Value(2.0)
    assert a == a  # noqa: PLR0124
    assert a != b
    assert a != 2.0
    assert len({a, b, a}) == 2
    assert {a: "a", b: "b"}[b] == "b"
    assert [b, a].index(a) == 1
    assert b not in [a, 2.0]
    before = hash(a)
    a.data = 7.0
    assert hash(a) == before


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda compare: compare.__name__)
@pytest.mark.parametrize(("x", "y"), [(1.0, 2.0), (2.0, 1.0), (2.0, 2.0), (nan, 1.0), (1.0, inf)])
def test_order_compares_data(compare, x, y):
    expected = compare(x, y)
    for left in (Value(x), x, np.float64(x), np.array(x)):
        for right in (Value(y), y, np.float64(y), np.float32(y), np.array(y)):
            if isinstance(left, Value) or isinstance(right, Value):
                assert bool(compare(left, right)) is expected, (left, right)


def test_truth_is_that_of_the_data():
    assert Value(0.1)
    assert Value(-inf)
    assert not Value(0.0)
    assert not Value(-0.0)


def test_max_min_and_sorted_return_the_values_themselves():
    a, b, c = Value(2.0), Value(-1.0), Value(5.0)
    assert max(a, b, c) is c
    assert min([a, b, c]) is b
    assert sorted([a, b, c]) == [b, a, c]
    assert sorted([a, b, c], reverse=True) == [c, a, b]
    assert max(b, 0.0) == 0.0


# -- no silent loss ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "convert",
    [float, int, complex, math.exp, math.sqrt, math.isnan, np.float64,
     lambda v: math.pow(v, 2), lambda v: math.fsum([v]), "%f".__mod__,
     lambda v: np.array([v], dtype=float)],
    ids=["float", "int", "complex", "exp", "sqrt", "isnan", "np.float64", "pow", "fsum",
         "percent", "float array"],
)  # fmt: skip
def test_a_conversion_that_drops_the_derivative_is_a_type_error_that_names_the_way_out(convert):
    with pytest.raises(LostDerivativeError, match=r"v\.data.*autodiff\.exp\(v\)") as caught:
        convert(Value(2.0))
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize(
    ("specification", "text"),
    [(".3f", "3.142"), ("+.1e", "+3.1e+00"), (">8.2f", "    3.14"), (".2%", "314.16%")],
)
def test_a_format_specification_formats_the_data(specification, text):
    assert format(Value(math.pi), specification) == text


def test_without_a_specification_the_whole_value_is_shown():
    assert f"{Value(2.0, 'x')}" == "Value(data=2.0, grad=0.0, label='x')"
