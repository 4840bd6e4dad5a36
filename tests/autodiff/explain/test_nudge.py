"""The experiment of the lecture: a number moved a little, and what the gradient says of it."""

from __future__ import annotations

import re
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import Value, exp, no_grad, nudge, relu, sin, tanh
from autodiff.errors import OperandError, OptionError, WrongTypeError


@given(st.floats(-2, 2), st.sampled_from([1e-3, -1e-3, 1e-2]))
def test_what_remains_is_the_second_order(x, by) -> None:
    w = Value(x, label="w")
    f = lambda w: tanh(w) * w + sin(w * 2) - exp(w)  # noqa: E731
    loss = f(w)
    found = nudge(loss, w, by)
    assert found.old == loss.data
    assert found.new == f(Value(x + by)).data
    assert found.by == (x + by) - x
    assert found.quotient == (found.new - found.old) / found.by
    loss.backward()
    assert found.gradient == pytest.approx(w.grad, rel=1e-12, abs=1e-14)
    assert abs(found.remainder - found.estimate) < 60 * abs(by) ** 3
    assert w.data == x


def test_an_interior_node_and_a_stranger_may_be_nudged() -> None:
    x = Value(3.0, label="x")
    z = x * 2
    found = nudge(z**2 + x, z, by=0.5)
    assert (found.old, found.new, found.gradient, found.second) == (39.0, 45.25, 12.0, 2.0)
    stranger = nudge(z, Value(1.0))
    assert (stranger.quotient, stranger.gradient, stranger.remainder) == (0.0, 0.0, 0.0)
    itself = nudge(x, x, by=1)
    assert (itself.quotient, itself.gradient, itself.remainder) == (1.0, 1.0, 0.0)


def test_a_kink_is_not_explained_by_the_second_order() -> None:
    w = Value(3.0, label="w")
    note = "The second order does not explain what remains: a kink, or too large a step."
    assert str(nudge(relu(w - 3.0005), w)).splitlines()[-1] == note
    assert note not in str(nudge(relu(w - 2), w))
    assert note not in str(nudge(w * 2, w))


def test_rounding_is_no_kink() -> None:
    w = Value(0.3, label="w")
    assert nudge(w * 3 - 0.9, w).table().notes == ()
    chain = w
    for _ in range(20_000):
        chain = chain * 1.0000001 + 0.1
    assert nudge(chain, w).table().notes == ()


def test_a_step_that_is_lost_says_so() -> None:
    x = Value(1e20)
    assert nudge(x * 2, x).table().notes == (
        "The step is lost to rounding: it is smaller than the last digit of the number.",
    )


def test_a_step_that_is_rounded_is_the_step_that_was_taken() -> None:
    x = Value(1e13)
    found = nudge(x * 2, x)
    assert (found.by, found.quotient, found.remainder) == (0.001953125, 2.0, 0.0)
    assert isnan(nudge(x * 2, x, by=1e-9).quotient)


@given(st.integers(0, 20), st.integers(-12, 0), st.floats(0.1, 9))
def test_a_quotient_that_is_no_derivative_has_its_note(offset, step, factor) -> None:
    x = Value(1.5)
    found = nudge(x * factor + 10.0**offset, x, by=10.0**step)
    if not abs(found.quotient - found.gradient) <= 0.1 * found.gradient:
        [note] = found.table().notes
        assert note.startswith("The change is lost in the rounding of v")


def test_nothing_of_the_graph_changes_even_where_nothing_is_recorded() -> None:
    w = Value(3.0)
    loss = w**2
    with no_grad():
        assert nudge(loss, w).second == 2.0
    assert (w.data, w.grad, loss.data) == (3.0, 0.0, 9.0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1.0, Value(1.0)), WrongTypeError, "expected a Value for loss, got float 1.0"),
        ((Value(1.0), 1.0), WrongTypeError, "expected a Value for w, got float 1.0"),
        ((Value(1.0), Value(1.0), 0), OptionError, "a change that is finite and not 0, got int 0"),
        ((Value(1.0), Value(1.0), "a"), OperandError, "a real number, got str 'a'"),
    ],
)
def test_wrong_arguments_say_what_to_write(arguments, error, message) -> None:
    with pytest.raises(error, match=re.escape(message)):
        nudge(*arguments)
