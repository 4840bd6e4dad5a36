"""NumPy on either side of a Value: its functions, numbers and arrays."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest

from autodiff import Value, grad
from autodiff.errors import WrongTypeError
from autodiff.value.ufuncs import _OPERATIONS
from tests.autodiff.value.operators import COMPARISONS

UFUNCS = {
    # NumPy name: (what it does with floats, points)
    "add": (lambda x, y: x + y, (2.0, 3.0)),
    "subtract": (lambda x, y: x - y, (2.0, 3.0)),
    "multiply": (lambda x, y: x * y, (2.0, 3.0)),
    "divide": (lambda x, y: x / y, (2.0, 3.0)),
    "power": (lambda x, y: x**y, (2.0, 3.0)),
    "float_power": (lambda x, y: x**y, (2.0, 3.0)),
    "negative": (lambda x: -x, (2.0,)),
    "absolute": (abs, (-2.0,)),
    "fabs": (abs, (-2.0,)),
    "abs": (abs, (-2.0,)),
    "sign": (lambda x: math.copysign(1, x), (-2.0,)),
    "square": (lambda x: x * x, (-2.0,)),
    "reciprocal": (lambda x: 1 / x, (-2.0,)),
    "logaddexp": (lambda x, y: math.log(math.exp(x) + math.exp(y)), (2.0, 3.0)),
    "exp": (math.exp, (0.5,)),
    "exp2": (math.exp2, (0.5,)),
    "floor": (math.floor, (-2.5,)),
    "rint": (round, (2.7,)),
    "remainder": (lambda x, y: x % y, (-7.5, 2.0)),
    "floor_divide": (lambda x, y: x // y, (-7.5, 2.0)),
    "expm1": (math.expm1, (0.5,)),
    "log": (math.log, (0.5,)),
    "log1p": (math.log1p, (0.5,)),
    "log2": (math.log2, (0.5,)),
    "log10": (math.log10, (0.5,)),
    "sqrt": (math.sqrt, (0.5,)),
    "cbrt": (math.cbrt, (-0.5,)),
    "sin": (math.sin, (0.5,)),
    "cos": (math.cos, (0.5,)),
    "tan": (math.tan, (0.5,)),
    "arcsin": (math.asin, (0.5,)),
    "arccos": (math.acos, (0.5,)),
    "arctan": (math.atan, (0.5,)),
    "arctan2": (math.atan2, (0.5, -2.0)),
    "sinh": (math.sinh, (0.5,)),
    "cosh": (math.cosh, (0.5,)),
    "tanh": (math.tanh, (0.5,)),
    "arcsinh": (math.asinh, (0.5,)),
    "arccosh": (math.acosh, (1.5,)),
    "arctanh": (math.atanh, (0.5,)),
    "hypot": (math.hypot, (3.0, 4.0)),
    "maximum": (max, (2.0, 3.0)),
    "minimum": (min, (2.0, 3.0)),
}


def test_every_numpy_function_that_the_table_knows_is_tested_here():
    assert set(_OPERATIONS) <= set(UFUNCS)


def _slope(function, points, index):
    step = 1e-6
    high, low = ([*points] for _ in range(2))
    high[index] += step
    low[index] -= step
    return (function(*high) - function(*low)) / (2 * step)


@pytest.mark.parametrize("name", UFUNCS)
def test_a_numpy_function_of_a_value_is_differentiable(name):
    function, points = UFUNCS[name]
    leaves = [Value(point) for point in points]
    y = getattr(np, name)(*leaves)
    assert type(y) is Value
    y.backward()
    assert y.data == pytest.approx(function(*points), rel=1e-14)
    slopes = [_slope(function, points, index) for index in range(len(points))]
    assert [leaf.grad for leaf in leaves] == pytest.approx(slopes, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("name", [name for name in UFUNCS if len(UFUNCS[name][1]) == 2])
@pytest.mark.parametrize("wrap", [float, np.float64, np.float32, np.array])
def test_a_numpy_function_takes_a_value_and_a_number_on_either_side(name, wrap):
    function, (x, y) = UFUNCS[name]
    ufunc = getattr(np, name)
    for left, right in ((Value(x), wrap(y)), (wrap(x), Value(y))):
        result = ufunc(left, right)
        assert type(result) is Value
        assert result.data == pytest.approx(function(x, y), rel=1e-14)
        assert len(result.parents) == 1


ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
NUMPY_NUMBERS = [np.float64, np.float32, np.float16, np.int64, np.int8, np.uint16, np.array]


@pytest.mark.parametrize("operate", ARITHMETIC, ids=lambda operate: operate.__name__)
@pytest.mark.parametrize("wrap", NUMPY_NUMBERS, ids=lambda wrap: wrap.__name__)
def test_arithmetic_with_numpy_numbers_from_either_side_is_a_differentiable_value(operate, wrap):
    x = Value(3.0)
    for result, expected in (
        (operate(wrap(2), x), operate(2.0, 3.0)),
        (operate(x, wrap(2)), operate(3.0, 2.0)),
    ):
        assert type(result) is Value
        assert result.parents == (x,)
        assert result.data == expected
        assert len(result.local_derivatives) == 1


@pytest.mark.parametrize("operate", ARITHMETIC, ids=lambda operate: operate.__name__)
@pytest.mark.parametrize("shape", [(2,), (1,), (2, 3), (0,)], ids=str)
def test_arithmetic_with_an_array_from_either_side_goes_element_by_element(operate, shape):
    m = np.arange(1.0, 1.0 + math.prod(shape)).reshape(shape)
    v = Value(3.0)
    for result, expected in ((operate(m, v), operate(m, 3.0)), (operate(v, m), operate(3.0, m))):
        assert isinstance(result, np.ndarray)
        assert result.shape == shape
        assert all(type(element) is Value for element in result.flat)
        assert all(element.parents == (v,) for element in result.flat)
        assert [element.data for element in result.flat] == pytest.approx(list(expected.flat))


def test_an_array_of_values_times_a_matrix_is_differentiable():
    v, w = Value(2.0), Value(3.0)
    m = np.array([[1.0, 2.0], [3.0, 4.0]])
    left, right = np.array([v, w]) @ m, m @ np.array([v, w])
    assert [x.data for x in left] == [11.0, 16.0]
    assert [x.data for x in right] == [8.0, 18.0]
    assert [x.data for x in grad(left[1], [v, w])] == [2.0, 4.0]
    assert [x.data for x in grad(right[1], [v, w])] == [3.0, 4.0]


def test_numpy_functions_of_arrays_of_values_are_differentiable():
    xs = np.array([Value(0.5), Value(1.0)])
    for ufunc in (np.exp, np.tanh, np.arcsin, np.sqrt, np.log1p, np.square, np.absolute):
        ys = ufunc(xs)
        assert [type(y) for y in ys] == [Value, Value]
        assert [y.data for y in ys] == pytest.approx(list(ufunc(np.array([0.5, 1.0]))), rel=1e-15)


def test_numpy_reductions_of_arrays_of_values_are_differentiable():
    xs = np.array([Value(2.0), Value(3.0), Value(4.0)])
    assert (np.sum(xs).data, np.prod(xs).data, np.mean(xs).data) == (9.0, 24.0, 3.0)
    assert np.dot(xs, xs).data == 29.0
    assert np.max(xs) is xs[2]
    np.prod(xs).backward()
    assert [x.grad for x in xs] == [12.0, 8.0, 6.0]


def test_a_value_never_holds_an_array():
    v, m = Value(2.0), np.array([1.0, 2.0])
    for result in (np.exp(v), v * np.array(2.0), *(v * m), *(m / v), *np.maximum(m, v)):
        assert type(result) is Value
        assert type(result.data) is float


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda compare: compare.__name__)
def test_comparison_with_an_array_goes_element_by_element(compare):
    v, m = Value(2.0), np.array([1.0, 2.0, 3.0])
    assert compare(v, m).tolist() == compare(2.0, m).tolist()
    assert compare(m, v).tolist() == compare(m, 2.0).tolist()


def test_equality_with_numpy_is_identity():
    v, w = Value(2.0), Value(2.0)
    assert not v == np.float64(2)  # noqa: SIM201
    assert v != np.float64(2)
    assert not np.float64(2) == v  # noqa: SIM201
    assert (np.array([v, w]) == v).tolist() == [True, False]
    assert (np.array([v, w]) != v).tolist() == [False, True]
    assert (v == np.array([w, v])).tolist() == [False, True]


@pytest.mark.parametrize("ufunc", [np.ceil, np.heaviside, np.fmod, np.isfinite, np.gcd])
def test_a_numpy_function_that_the_table_does_not_know_says_so(ufunc):
    arguments = [Value(2.0)] * ufunc.nin
    with pytest.raises(WrongTypeError, match=rf"(?s)exp.*got np\.{ufunc.__name__}:.*operation"):
        ufunc(*arguments)


def test_a_value_cannot_be_multiplied_into_an_array_of_floats():
    m, v = np.array([1.0, 2.0]), Value(2.0)
    with pytest.raises(WrongTypeError, match=r"write m = m \* v instead of m \*= v"):
        m *= v
    assert m.tolist() == [1.0, 2.0]
    with pytest.raises(WrongTypeError, match="without options"):
        np.add(v, 1.0, dtype=float)
    with pytest.raises(WrongTypeError, match="method 'outer'"):
        np.add.outer(v, m)
