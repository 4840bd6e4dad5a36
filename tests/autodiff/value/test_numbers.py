"""What a Value is made of: every real number, and nothing else."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from autodiff import Value
from autodiff.errors import OperandError

REAL_NUMBERS = {
    "int": 2,
    "float": 2.0,
    "np.float16": np.float16(2),
    "np.float32": np.float32(2),
    "np.float64": np.float64(2),
    "np.longdouble": np.longdouble(2),
    "np.int8": np.int8(2),
    "np.int64": np.int64(2),
    "np.uint8": np.uint8(2),
    "0-d float array": np.array(2.0),
    "0-d int array": np.array(2),
}


@pytest.mark.parametrize("number", REAL_NUMBERS.values(), ids=REAL_NUMBERS.keys())
def test_data_and_grad_are_python_floats(number):
    x = Value(number)
    y = x * number
    y.backward(number)
    for node in (x, y):
        assert type(node.data) is float
        assert type(node.grad) is float
    assert (x.data, y.data, x.grad) == (2.0, 4.0, 4.0)


@pytest.mark.parametrize(("flag", "number"), [(True, 1.0), (np.True_, 1.0), (False, 0.0)])
def test_a_truth_value_is_a_number(flag, number):
    assert Value(flag).data == number


@pytest.mark.parametrize(
    ("thing", "arrived", "remedy"),
    [
        ("2", "got str '2'", r"float\(\.\.\.\)"),
        (None, "got NoneType None", "forget its return"),
        ([1.0, 2.0], r"got list \[1.0, 2.0\]", "one Value per element"),
        ((1.0,), r"got tuple \(1.0,\)", "one Value per element"),
        (np.array([1.0]), r"got ndarray array\(\[1.\]\)", "one Value per element"),
        (1j, "got complex 1j", "real and imaginary parts"),
        (np.complex128(1j), "got complex128", "real and imaginary parts"),
        (Value(3.0), r"got Value Value\(data=3.0, grad=0.0\)", r"v\.detach\(\)"),
        ({"a": 1.0}, r"got dict \{'a': 1.0\}", "pass an int, a float"),
        (object, "got type <class 'object'>", "pass an int, a float"),
    ],
    ids=lambda parameter: type(parameter).__name__,
)
def test_anything_else_is_a_type_error_that_says_what_arrived_and_what_to_write(
    thing, arrived, remedy
):
    with pytest.raises(OperandError, match=f"(?s)a real number, {arrived}.*{remedy}") as caught:
        Value(thing)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize(
    ("number", "data"),
    [(10**400, inf), (-(10**400), -inf), (10**5000, inf), (2**1023, 2.0**1023)],
    ids=["10**400", "-10**400", "10**5000", "2**1023"],
)
def test_an_int_too_large_for_a_float_becomes_inf(number, data):
    assert Value(number).data == data
    assert (Value(0.0) + number).data == data
    assert (number + Value(0.0)).data == data
