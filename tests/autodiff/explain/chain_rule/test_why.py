"""A gradient taken apart: the parts equal the gradient, each with its formula."""

from __future__ import annotations

import re
from math import fsum, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import (
    Value,
    dot,
    elu,
    log,
    logsumexp,
    maximum,
    mean,
    relu,
    sigmoid,
    sqrt,
    tanh,
    where,
    why,
)
from autodiff.errors import OptionError, WrongTypeError
from tests.autodiff.explain.chain_rule.explained import two_paths


@given(
    st.lists(
        st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-tmr/")),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, 7),
)
def test_the_parts_and_the_rest_are_the_gradient(steps, top) -> None:
    values = [Value(1.5), Value(-0.75)]
    for left, right, sign in steps:
        x, y = values[left % len(values)], values[right % len(values)]
        made = {
            "+": lambda x, y: x + y,
            "*": lambda x, y: x * y,
            "-": lambda x, y: x - y,
            "t": lambda x, y: tanh(x) * y,
            "m": lambda x, y: maximum(x, y, 0.1),
            "r": lambda x, y: relu(x) + y,
            "/": lambda x, y: x / (y * y + 1.0),
        }[sign](x, y)
        values.append(made)
    loss, w = values[-1], values[0]
    loss.backward()
    found = why(loss, w, top)
    gradient = w.grad
    assert found.total == gradient
    parts = fsum([*(path.product for path in found.paths), found.rest])
    assert abs(parts - gradient) <= 1e-12 * max(1.0, found.size)
    assert found.rest_number + len(found.paths) == found.number
    assert len(found.paths) == min(top, found.number)
    str(found)
    found.latex()


def test_ten_to_the_thirty_paths_are_explained() -> None:
    value = x = Value(1.0, label="x")
    for _ in range(100):
        value = value - value * 0.5
    found = why(value, x, 3)
    text = str(found)
    assert found.number == 2**100
    assert found.rest_number == 2**100 - 3
    assert "rest  about 10^30.10 paths" in text
    assert "... 92 more" in text
    value.backward()
    assert fsum([*(path.product for path in found.paths), found.rest]) == pytest.approx(
        x.grad, rel=1e-12, abs=1e-12
    )
    assert found.size == pytest.approx(1.5**100, rel=1e-15)


def test_cancellation_is_stated_with_its_size() -> None:
    x = Value(1.0, label="x")
    found = why((x * 1e20 - x * 1e20) + x, x)
    assert (found.total, found.rounding, found.size) == (0.0, -1.0, 2e20)
    assert str(found).splitlines()[-1] == (
        "The paths cancel: rounding of products of size 2e+20 leaves an error of -1; "
        "their exact sum is 1."
    )
    assert "cancel" not in str(why(x * 3 - x, x))


def test_a_product_that_underflows_is_no_cancellation() -> None:
    x = Value(1.0, label="x")
    found = why(x * 1e200 * 1e-130 * 1e-200, x)
    assert (found.total, found.number) == (0.0, 1)
    [note] = found.table().notes
    assert note.startswith("A product on the way is too small for a float")
    assert "the exact sum is 1.00000000000000" in note


def test_an_operand_that_occurs_twice_has_two_derivatives() -> None:
    x = Value(3.0, label="x")
    square = x * x
    square.label = "y"
    rows = [row[1:] for row in why(square, x).table().rows]
    assert rows[0] == ("∂y/∂x, operand 1", "x", "3", "3")
    assert rows[2] == ("∂y/∂x, operand 2", "x", "3", "3")
    assert (
        r"\left.\frac{\partial y}{\partial x}\right|_{\text{operand 2}}" in why(square, x).latex()
    )
    assert "operand" not in str(why(x * 2, x))


def test_data_changed_since_the_forward_pass_is_noted() -> None:
    a = Value(2.0, label="a")
    loss = a * a
    assert why(loss, a).table().notes == ()
    a.data = 5.0
    [note] = why(loss, a).table().notes
    assert note.startswith("Data was changed after the forward pass")


def test_thousands_of_terms_are_written() -> None:
    w = Value(1.0)
    loss = mean([w * float(i) for i in range(4_000)])
    assert len(str(why(loss, w, top=2_000)).splitlines()) > 6_000


def test_the_rest_is_exact_where_floats_are_not() -> None:
    x = Value(1.0)
    found = why((x * 1e20 - x * 1e20) + x, x, top=2)
    assert [path.product for path in found.paths] == [-1e20, 1e20]
    assert (found.rest, found.rest_number) == (1.0, 1)


@pytest.mark.parametrize(
    ("loss", "formula", "numbers"),
    [
        (lambda x, y: x * y, "y", "-2"),
        (lambda x, y: x / y, "1 / y", "1 / (-2)"),
        (lambda x, y: y / x, "-f / x", "-(-4) / 0.5"),
        (lambda x, _: x**3, "3 * x ** 2", "3 * 0.5 ** 2"),
        (lambda x, _: x**2, "2 * x", "2 * 0.5"),
        (lambda x, y: x**y, "y * x ** (y - 1)", "-2 * 0.5 ** (-2 - 1)"),
        (lambda x, _: 2**x, "f * 0.693147", "1.41421 * 0.693147"),
        (lambda x, _: tanh(x), "sech(x) ** 2", "sech(0.5) ** 2"),
        (lambda x, _: sigmoid(x), "f * sigmoid(-x)", "0.622459 * sigmoid(-0.5)"),
        (lambda x, _: relu(x), "where(x > 0, 1, 0)", "where(0.5 > 0, 1, 0)"),
        (lambda x, _: relu(x - 1), "where(v1 > 0, 1, 0)", "where(-0.5 > 0, 1, 0)"),
        (lambda x, _: elu(x), "1", ""),
        (lambda x, _: elu(x - 1), "exp(minimum(v1, 0))", "exp(minimum(-0.5, 0))"),
        (lambda x, _: sqrt(x), "0.5 / f", "0.5 / 0.707107"),
        (lambda x, y: dot([x, 3.0], [y, 4.0], 1.0), "y", "-2"),
        (lambda x, y: dot([y, 3.0], [x, 4.0], 1.0), "y", "-2"),
        (lambda x, y: dot([y, 3.0], [y, 4.0], x), "1", ""),
        (lambda x, y: where(y > 0, y, x), "1", ""),  # the condition is no part of the graph
        (lambda x, _: log(x - 1), "nan: not x >= 0", ""),
        (
            lambda x, _: logsumexp([x] * 9),
            "exp(x - m) / sum(exp(x - m)), m = maximum(x)",
            "",
        ),
    ],
)
def test_every_factor_has_its_formula_and_its_numbers(loss, formula, numbers) -> None:
    x, y = Value(0.5, label="x"), Value(-2.0, label="y")
    end = loss(x, y)
    end.label = "f"
    found = why(end, x)
    step = found.steps(found.paths[0])[0]
    assert (step.formula, step.numbers) == (formula, numbers)


def test_a_value_by_itself_and_a_stranger() -> None:
    x = Value(2.0, label="x")
    itself = why(x, x)
    assert (itself.total, itself.number) == (1.0, 1)
    assert str(itself).splitlines()[0] == "∂x/∂x = 1, the product along the only path"
    stranger = why(x * 2, Value(1.0))
    assert (stranger.total, stranger.number, stranger.paths) == (0.0, 0, ())
    assert "a sum over no path" in str(stranger)
    assert stranger.latex().splitlines()[1].endswith("&= 0")


def test_no_gradient_is_touched() -> None:
    z, s = two_paths()
    str(why(z, s))
    assert z.grad == s.grad == 0.0


def test_what_is_not_finite_says_so() -> None:
    x = Value(0.0, label="x")
    found = why(sqrt(x) + x * inf, x)
    assert found.total == inf
    assert "why_nan" in str(found)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1.0, Value(1.0)), WrongTypeError, "expected a Value for loss, got float 1.0"),
        ((Value(1.0), "w"), WrongTypeError, "expected a Value for node, got str 'w'"),
        (
            (Value(1.0), Value(1.0), -1),
            OptionError,
            "as the number of paths, got int -1",
        ),
        ((Value(1.0), Value(1.0), "a"), WrongTypeError, "as the number of paths, got str 'a'"),
    ],
)
def test_wrong_arguments_say_what_to_write(arguments, error, message) -> None:
    with pytest.raises(error, match=re.escape(message)):
        why(*arguments)
