"""What is assigned to `.data` and `.grad`: numbers become floats, other things are refused."""

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


@pytest.mark.parametrize("name", ["data", "grad"])
@pytest.mark.parametrize("number", [2, True, np.float32(0.1), np.int8(3), np.array(2.5),
                                    Fraction(1, 3), Decimal("0.1"), 10**400], ids=repr)  # fmt: skip
def test_any_real_number_is_stored_as_a_float(name, number) -> None:
    p = Value(3.0)
    setattr(p, name, number)
    assert getattr(p, name) == Value(number).data
    assert type(getattr(p, name)) is float


@pytest.mark.parametrize(("name", "thing", "message"), [
    ("data", "2", "real number as data of w, got str '2': write float"),
    ("data", None, "data of w, got NoneType None: did a function forget its return"),
    ("grad", None, "grad of w, got NoneType None: write 0.0 to clear a gradient"),
    ("data", [1.0], r"data of w, got list \[1.0\]: make one Value per element"),
    ("grad", np.zeros(2), "grad of w, got ndarray .*: make one Value per element"),
    ("data", 1j, "data of w, got complex 1j: complex numbers have no order"),
    ("data", Value(1.0), r"data of w, got Value Value\(.*\): .* \.data, as in w\.data -= 0\.1 \*"),
    ("grad", Value(1.0), r"grad of w, got Value Value\(.*\): .* \.data"),
], ids=repr)  # fmt: skip
def test_what_is_not_a_number_is_refused_where_it_is_assigned(name, thing, message) -> None:
    p = Value(3.0, label="w")
    with pytest.raises(OperandError, match=message):
        setattr(p, name, thing)
    assert (p.data, p.grad) == (3.0, 0.0)


def test_an_update_by_a_gradient_that_is_a_value_is_refused_at_the_update() -> None:
    w = Value(3.0)
    with pytest.raises(OperandError, match=r"as data of a Value, got Value .* v\.data -= 0\.1"):
        w.data -= 0.1 * grad(w * w, w)
    w.data -= 0.1 * grad(w * w, w).data
    assert w.data == 3.0 - 0.1 * 6.0


def test_lecture_style_updates_work() -> None:
    w = Value(3.0)
    (w * w).backward()
    w.data += -0.1 * w.grad
    w.grad = 0
    assert (w.data, w.grad, type(w.grad)) == (3.0 + -0.1 * 6.0, 0.0, float)


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
