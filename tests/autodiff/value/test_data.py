"""What is assigned to `.data`: a NumPy scalar becomes a float, other things are refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff
from autodiff import Value, grad
from autodiff.errors import OperandError

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=32)


def _function(p: Value, w: Value) -> Value:
    return autodiff.dot([p, w], [w, p], p) * p + autodiff.tanh(p) / (2 + p * p) - abs(p)


@given(FINITE.filter(lambda x: abs(x) < 1e3))
def test_a_float32_gives_the_gradients_of_the_float(x: float) -> None:
    p, w = Value(1.0), Value(0.7)
    p.data = np.float32(x)
    y = _function(p, w)
    y.backward()
    q, v = Value(x), Value(0.7)
    expected = _function(q, v)
    expected.backward()
    assert (y.data, p.grad, w.grad) == (expected.data, q.grad, v.grad)
    assert {type(node.data) for node in (p, y, *y.parents)} == {float}
    p.data = np.float32(x)
    second = grad(grad(_function(p, w), p), p)
    assert second.data == grad(grad(_function(q, v), q), q).data
    assert type(second.data) is float


def test_a_graph_older_than_the_assignment_keeps_its_derivatives() -> None:
    p = Value(3.0)
    y = p * p
    p.data -= np.float32(1)
    y.backward()
    assert (y.data, p.grad, p.data, type(p.data)) == (9.0, 6.0, 2.0, float)


@pytest.mark.parametrize("thing", ["2", None, [1.0], Value(1.0), np.zeros(2)], ids=repr)
@pytest.mark.parametrize("use", [
    lambda p, y: y.recompute(),
    lambda p, y: y.backward(),
    lambda p, y: grad(y, p),
    lambda p, y: (p * Value(2.0) + 1).backward(),
], ids=["recompute", "backward", "grad", "build and backward"])  # fmt: skip
def test_what_is_not_a_number_is_refused_at_the_next_use(thing, use) -> None:
    p = Value(3.0)
    y = p * 2.5
    p.data = thing
    with pytest.raises(OperandError, match="expected a "):
        use(p, y)


@pytest.mark.parametrize("x", [Fraction(1, 3), Decimal("0.1"), Fraction(-7, 2), Decimal("1e-30")])
def test_fractions_and_decimals_are_the_nearest_float(x) -> None:
    v = Value(2.0)
    assert Value(x).data == float(x)
    pairs = [(x + v, float(x) + 2.0), (v - x, 2.0 - float(x)), (x * v, float(x) * 2.0)]
    pairs += [
        (v / x, 2.0 / float(x)),
        (v**x, 2.0 ** float(x)),
        (autodiff.sum(v, x), 2.0 + float(x)),
    ]
    for result, expected in pairs:
        assert (type(result), result.data, result.parents) == (Value, expected, (v,))
    assert (v > x, x < v) == (float(x) < 2.0,) * 2


def test_fractions_and_decimals_beyond_a_float() -> None:
    assert Value(Fraction(10**400)).data == Value(Decimal("1e400")).data == inf
    assert Value(Fraction(-(10**400))).data == -inf
    assert isnan(Value(Decimal("sNaN")).data)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_a_sum_is_exact_whatever_overflows_in_the_middle(xs: list[float]) -> None:
    """Against rationals; the terms are repeated with both signs so that they cancel."""
    terms = [*xs, 1e308, 1.5e308, 5e-324, -1e308, -1.5e308]
    exact = sum(map(Fraction, terms))
    try:
        expected = float(exact)
    except OverflowError:
        expected = inf if exact > 0 else -inf
    assert autodiff.sum(terms) == expected
    assert autodiff.sum([Value(x) for x in terms]).data == expected
    assert autodiff.dot([Value(1.0)] * len(terms), terms).data == expected
