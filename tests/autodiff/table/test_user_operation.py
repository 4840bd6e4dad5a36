"""An operation of one's own is a function with derivatives of any order."""

from __future__ import annotations

import math

import pytest

import autodiff
from autodiff import TABLE, Value, grad, hessian, operation
from autodiff.errors import OperandError, ShapeError
from autodiff.value.functions import Function, Reduction
from tests.autodiff.table.declared import BINARY, REDUCING, STARRED, UNARY, wave

pytestmark = pytest.mark.usefixtures("table_as_before")


def test_a_unary_operation_is_a_function_of_values_and_numbers():
    f = operation(*UNARY)
    assert isinstance(f, Function)
    assert f(0.7) == pytest.approx(wave(0.7), rel=1e-15)
    assert type(f(1)) is float
    x = Value(0.7)
    y = f(x)
    y.backward()
    assert (type(y), y.operation, y.parents) == (Value, TABLE["wave"], (x,))
    assert y.data == f(0.7)
    slope = (wave(0.7 + 1e-6) - wave(0.7 - 1e-6)) / 2e-6
    assert x.grad == pytest.approx(slope, rel=1e-8)


def test_a_default_stands_in_for_an_operand_that_is_left_out():
    huber = operation(*BINARY)
    assert (huber(0.5), huber(3.0), huber(3.0, 2.0)) == (0.125, 2.5, 4.0)
    x, delta = Value(-3.0), Value(2.0)
    assert huber(x).operands[0] is x
    assert len(huber(x).parents) == 1
    huber(x, delta).backward()
    assert (x.grad, delta.grad) == (-2.0, 1.0)
    with pytest.raises(ShapeError, match="2 operands for huber, got 3"):
        huber(1.0, 2.0, 3.0)
    with pytest.raises(ShapeError, match="2 operands for huber, got 0"):
        huber()


@pytest.mark.parametrize("default", ["0.5", "-2", "1e3", "inf"])
def test_a_default_is_any_number(default):
    f = operation("scaled", f"x factor={default}", "x * factor", "factor ; x")
    assert f(2.0) == 2.0 * float(default)


def test_a_starred_operation_takes_operands_or_one_sequence():
    f = operation(*REDUCING)
    assert isinstance(f, Reduction)
    assert f(1.0, 2.0, 3.0) == f([1.0, 2.0, 3.0]) == f(n for n in (1, 2, 3)) == -22.0
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    f(xs).backward()
    assert [x.grad for x in xs] == [-10.0, -8.0, -6.0]
    with pytest.raises(ShapeError, match="at least one operand for spread, got none"):
        f([])


def test_several_starred_operands_have_equal_lengths():
    f = operation(*STARRED)
    w, x, b = [Value(2.0), Value(3.0)], [Value(1.0), Value(-1.0)], Value(5.0)
    y = f([*w, *x, b])
    y.backward()
    assert y.data == 2.0 - 3.0 + 25.0
    assert [v.grad for v in (*w, *x, b)] == [1.0, -1.0, 6.0, 9.0, 10.0]
    with pytest.raises(ShapeError, match="one element or more for each of w, x in cubes"):
        f([1.0, 2.0])


def test_operands_that_are_no_numbers_are_errors():
    f = operation(*UNARY)
    with pytest.raises(OperandError, match="got str '1'"):
        f("1")
    with pytest.raises(OperandError, match="got NoneType None"):
        operation(*BINARY)(Value(1.0), None)


def test_derivatives_of_any_order_follow_from_the_texts():
    f = operation(*UNARY)
    x = Value(0.3)
    orders = [f(x)]
    for _ in range(3):
        orders.append(grad(orders[-1], x))
    step = 1e-2

    def difference(order):
        signs = [(-1) ** k * math.comb(order, k) for k in range(order + 1)]
        points = (0.3 + (order / 2 - k) * step for k in range(order + 1))
        terms = (sign * wave(point) for sign, point in zip(signs, points, strict=True))
        return sum(terms) / step**order

    for order, value in enumerate(orders):
        assert value.data == pytest.approx(difference(order), rel=1e-3), order


def test_third_derivatives_of_a_polynomial_are_exact():
    cube = operation("cube", "x", "x**3", "3 * x**2")
    x = Value(-2.0)
    first = grad(cube(x), x)
    second = grad(first, x)
    third = grad(second, x)
    assert [v.data for v in (first, second, third)] == [12.0, -12.0, 6.0]


def test_mixed_second_derivatives_of_a_starred_operation():
    f = operation(*STARRED)
    w, x, b = Value(2.0), Value(3.0), Value(5.0)
    matrix = hessian(f([w, x, b]), [w, x, b])
    assert [[v.data for v in row] for row in matrix] == [[0, 27, 0], [27, 36, 0], [0, 0, 2]]


def test_another_operation_may_use_it():
    operation(*UNARY)
    twice = operation("twice", "x", "wave(wave(x))", "d * wave(x), d = 3")
    assert twice(0.7) == pytest.approx(wave(wave(0.7)), rel=1e-15)


def test_ieee_results_and_a_domain_hold_for_it_too():
    f = operation("root", "x", "1 / sqrt(x)", "-0.5 * out / x", domain="x >= 0")
    assert f(0.0) == math.inf
    assert math.isnan(f(-1.0))
    for point, slope in ((4.0, -0.0625), (0.0, -math.inf), (-1.0, math.nan)):
        x = Value(point)
        f(x).backward()
        assert x.grad == pytest.approx(slope, nan_ok=True)


def test_the_function_describes_itself():
    f = operation(*BINARY, note="linear far away", domain="delta > 0")
    assert f.__name__ == "huber"
    assert repr(f) == f"<huber(x, delta) = {BINARY[2]}>"
    for part in (
        "Derivative by delta: where(abs(x) < delta, 0, abs(x) - delta)",
        "Domain: delta > 0",
        "Note: linear far away.",
    ):
        assert part in f.__doc__


def test_operations_of_users_are_not_names_of_the_package():
    operation(*UNARY)
    assert not hasattr(autodiff, "wave")
