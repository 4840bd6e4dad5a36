"""Operators between Values, and between a Value and a number on either side."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from autodiff import TABLE, Value
from tests.autodiff.value.operators import OPERATOR_NAMES, OPERATORS

NUMBERS = {
    "int": 3,
    "float": 3.0,
    "np.float16": np.float16(3),
    "np.float32": np.float32(3),
    "np.float64": np.float64(3),
    "np.longdouble": np.longdouble(3),
    "np.int8": np.int8(3),
    "np.int32": np.int32(3),
    "np.int64": np.int64(3),
    "np.uint8": np.uint8(3),
    "np.uint64": np.uint64(3),
    "0-d array": np.array(3.0),
    "bool": True,
    "np.bool": np.True_,
}


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_operator_between_values_records_both(row):
    operate, name, by_left, by_right = row
    x, y = Value(2.0), Value(3.0)
    z = operate(x, y)
    assert z.data == operate(2.0, 3.0)
    assert z.operation is TABLE[name]
    assert z.operands == z.parents == (x, y)
    assert z.local_derivatives == pytest.approx((by_left(2.0, 3.0), by_right(2.0, 3.0)), rel=1e-15)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_operator_takes_a_number_on_the_right(row, number):
    operate, name, by_left, _ = row
    x, constant = Value(2.0), float(number)
    z = operate(x, number)
    assert type(z) is Value
    assert z.data == operate(2.0, constant)
    assert z.operation is TABLE[name]
    assert z.operands == (x, constant)
    assert type(z.operands[1]) is float
    assert z.parents == (x,)
    assert z.local_derivatives == pytest.approx((by_left(2.0, constant),), rel=1e-15)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_operator_takes_a_number_on_the_left(row, number):
    operate, name, _, by_right = row
    y, constant = Value(2.0), float(number)
    z = operate(number, y)
    assert type(z) is Value
    assert z.data == operate(constant, 2.0)
    assert z.operation is TABLE[name]
    assert z.operands == (constant, y)
    assert type(z.operands[0]) is float
    assert z.parents == (y,)
    assert z.local_derivatives == pytest.approx((by_right(constant, 2.0),), rel=1e-15)


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_augmented_assignment_makes_a_new_node(row):
    augmented = {"pow": operator.ipow, "div": operator.itruediv}.get(row[1])
    augmented = augmented or getattr(operator, f"i{row[1]}")
    x = Value(2.0)
    y = augmented(x, 3.0)
    assert y is not x
    assert (x.data, y.data, y.parents) == (2.0, row[0](2.0, 3.0), (x,))


@pytest.mark.parametrize(
    ("operate", "name", "x", "data", "derivative"),
    [
        (operator.neg, "neg", 2.0, -2.0, -1.0),
        (abs, "abs", -2.0, 2.0, -1.0),
        (abs, "abs", 2.0, 2.0, 1.0),
    ],
    ids=["neg", "abs of negative", "abs of positive"],
)
def test_a_sign_operator_records_its_operand(operate, name, x, data, derivative):
    leaf = Value(x)
    y = operate(leaf)
    assert (y.data, y.operation.name, y.parents) == (data, name, (leaf,))
    assert y.local_derivatives == (derivative,)


def test_plus_is_the_value_itself():
    x = Value(2.0)
    assert +x is x


@pytest.mark.parametrize(
    ("base", "exponent", "data", "by_base"),
    [
        (3.0, 2, 9.0, 6.0),
        (-3.0, 3, -27.0, 27.0),
        (4.0, 0.5, 2.0, 0.25),
        (4.0, -0.5, 0.5, -0.0625),
        (4.0, -1, 0.25, -0.0625),
        (5.0, 1, 5.0, 1.0),
        (5.0, 0, 1.0, 0.0),
        (5.0, True, 5.0, 1.0),
        (5.0, False, 1.0, 0.0),
        (-2.0, np.int64(2), 4.0, -4.0),
        (2.0, np.float32(0.5), 2**0.5, 0.5 * 2**-0.5),
        (2.0, np.uint8(3), 8.0, 12.0),
    ],
)
def test_powers_of_a_value(base, exponent, data, by_base):
    x = Value(base)
    y = x**exponent
    y.backward()
    assert y.data == pytest.approx(data, rel=1e-15)
    assert x.grad == pytest.approx(by_base, rel=1e-15)


def test_sum_and_products_of_python_work_on_values():
    xs = [Value(2.0), Value(3.0), Value(4.0)]
    assert sum(xs).data == 9.0
    sum(x * x for x in xs).backward()
    assert [x.grad for x in xs] == [4.0, 6.0, 8.0]


@pytest.mark.parametrize(
    "operate",
    [operator.matmul, operator.and_, operator.lshift],
    ids=lambda operate: operate.__name__,
)
def test_an_operator_without_a_derivative_is_a_type_error(operate):
    for pair in ((Value(2.0), 3), (3, Value(2.0)), (Value(2.0), Value(3.0))):
        with pytest.raises(TypeError, match="unsupported operand"):
            operate(*pair)
