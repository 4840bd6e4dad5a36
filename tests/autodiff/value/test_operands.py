"""Operands that are no numbers, of foreign classes and of subclasses."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import autodiff
from autodiff import Value
from autodiff.errors import ChalkgradError, OperandError, ShapeError, WrongTypeError
from tests.autodiff.value.operators import OPERATOR_NAMES, OPERATORS, Parameter

# -- the number of operands -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: autodiff.exp(1, 2), ShapeError, r"1 operand for exp, got 2: call exp\(x\)$"),
        (autodiff.elu, ShapeError, r"call elu\(x, alpha=1\)$"),
        (
            autodiff.maximum,
            ShapeError,
            "at least one operand for maximum, got none: pass",
        ),
        (lambda: autodiff.softmax([]), ShapeError, "at least one element, got none: pass a list"),
        (lambda: autodiff.log_softmax([]), ShapeError, "at least one element, got none"),
        (lambda: autodiff.dot([], []), ShapeError, "one element or more for each of w, x in dot"),
        (
            lambda: autodiff.dot(1, 2),
            WrongTypeError,
            "one sequence of them, got int 1: pass a list",
        ),
        (lambda: autodiff.softmax(3), WrongTypeError, "one sequence of them, got int 3"),
    ],
)
def test_a_wrong_number_of_operands_is_an_error_that_says_what_to_write(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- operands that are none -------------------------------------------------------------------

NO_OPERANDS = [
    ("3", r"got str '3': write float\(\.\.\.\)"),
    (None, "got NoneType None: did a function forget its return"),
    ([1.0], r"got list \[1.0\]: make one Value per element"),
    ((1.0, 2.0), r"got tuple \(1.0, 2.0\): make one Value per element"),
    ({"a": 1}, r"got dict \{'a': 1\}: pass an int"),
    (1 + 2j, r"got complex \(1\+2j\): complex numbers have no order"),
    ({1.0}, r"got set \{1.0\}: pass an int"),
    (b"3", "got bytes b'3': pass an int"),
]


@pytest.mark.parametrize(
    ("thing", "message"), NO_OPERANDS, ids=[type(row[0]).__name__ for row in NO_OPERANDS]
)
@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_a_built_in_that_is_no_number_is_an_error_on_either_side(row, thing, message):
    with pytest.raises(OperandError, match=f"a real number, {message}"):
        row[0](Value(2.0), thing)
    with pytest.raises(OperandError, match=f"a real number, {message}"):
        row[0](thing, Value(2.0))


@pytest.mark.parametrize(
    ("thing", "message"), NO_OPERANDS, ids=[type(row[0]).__name__ for row in NO_OPERANDS]
)
@pytest.mark.parametrize(
    "compare",
    [operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda compare: compare.__name__,
)
def test_comparison_with_what_is_no_number_is_an_error_on_either_side(compare, thing, message):
    for pair in ((Value(2.0), thing), (thing, Value(2.0))):
        with pytest.raises(OperandError, match=f"a real number, {message}"):
            compare(*pair)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        *NO_OPERANDS,
        (Value(3.0), r"got Value Value\(data=3.0, grad=0.0\): a Value never holds a Value"),
        (np.array([1.0, 2.0]), r"got ndarray array\(\[1., 2.\]\): make one Value per element"),
        (np.array([[1.0]]), r"got ndarray array\(\[\[1.\]\]\): make one Value per element"),
        (np.array([Value(1.0)]), "got ndarray array.*: make one Value per element"),
        (np.array("3"), "got ndarray array.*: pass an int"),
        (np.complex64(1j), "got complex64 .*: complex numbers have no order"),
        ("x" * 500, r"got str 'x{56}\.\.\.: write float"),
    ],
    ids=lambda parameter: type(parameter).__name__,
)
def test_a_leaf_of_anything_but_a_real_number_is_an_error(thing, message):
    with pytest.raises(OperandError, match=f"(?s)a real number, {message}") as caught:
        Value(thing)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ChalkgradError)


@pytest.mark.parametrize(
    "seed", [None, "1", [1.0], Value(1.0)], ids=["None", "str", "list", "Value"]
)
def test_a_seed_that_is_no_number_is_an_error_and_leaves_the_gradients(seed):
    x = Value(2.0)
    y = x * x
    with pytest.raises(OperandError, match="a real number"):
        y.backward(seed)
    assert (x.grad, y.grad) == (0.0, 0.0)


# -- foreign classes --------------------------------------------------------------------------


class Foreign:
    """Knows arithmetic with Values, on both sides."""

    def _answer(self, _):
        return "foreign"

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _answer
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _answer
    __lt__ = __le__ = __gt__ = __ge__ = _answer


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_a_foreign_class_gets_its_chance(row):
    assert row[0](Value(2.0), Foreign()) == "foreign"
    assert row[0](Foreign(), Value(2.0)) == "foreign"


@pytest.mark.parametrize(
    "compare",
    [operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda compare: compare.__name__,
)
def test_a_foreign_class_gets_its_chance_in_a_comparison(compare):
    assert compare(Value(2.0), Foreign()) == "foreign"
    assert compare(Foreign(), Value(2.0)) == "foreign"


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
@pytest.mark.parametrize("thing", [object, np.complex64(1j)])
def test_a_foreign_class_that_does_not_know_values_is_a_type_error(row, thing):
    for pair in ((Value(2.0), thing), (thing, Value(2.0))):
        with pytest.raises(TypeError):
            row[0](*pair)


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_a_subclass_mixes_with_values(row):
    for x, y in (
        (Parameter(2.0), Value(3.0)),
        (Value(2.0), Parameter(3.0)),
        (Parameter(2.0), Parameter(3.0)),
    ):
        z = row[0](x, y)
        assert isinstance(z, Value)
        assert (z.data, z.parents) == (row[0](2.0, 3.0), (x, y))


def test_a_subclass_is_an_operand_of_functions():
    x = Parameter(0.5)
    y = autodiff.exp(x)
    assert y.parents == (x,)
    assert autodiff.dot([x], [2.0]).parents == (x,)
