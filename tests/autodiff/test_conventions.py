import asyncio
import copy
import gc
import math
import operator
import pickle
import sys
import threading
from math import inf, nan

import numpy as np
import pytest

import autodiff
from autodiff import Value, grad, no_grad
from autodiff.arrays import _OPERATIONS
from autodiff.errors import LostDerivativeError, OperandError, UfuncError
from autodiff.graph import depth, topological_order
from autodiff.tables import digits


def gradients(function, *points):
    leaves = [Value(point) for point in points]
    function(*leaves).backward()
    return [leaf.grad for leaf in leaves]


# -- numbers: what a Value is made of ---------------------------------------------------------

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


# -- numbers: IEEE results --------------------------------------------------------------------

IEEE = [
    ("1 / 0", lambda x: 1 / x, 0.0, inf),
    ("-1 / 0", lambda x: -1 / x, 0.0, -inf),
    ("1 / -0.0", lambda x: 1 / x, -0.0, -inf),
    ("x / 0", lambda x: x / 0, 1.0, inf),
    ("0 / 0", lambda x: x / x, 0.0, nan),
    ("inf / inf", lambda x: x / x, inf, nan),
    ("inf - inf", lambda x: x - x, inf, nan),
    ("0 * inf", lambda x: x * inf, 0.0, nan),
    ("exp(710)", Value.exp, 710.0, inf),
    ("exp(-1000)", Value.exp, -1000.0, 0.0),
    ("expm1(710)", Value.expm1, 710.0, inf),
    ("sinh(711)", Value.sinh, 711.0, inf),
    ("sinh(-711)", Value.sinh, -711.0, -inf),
    ("cosh(-711)", Value.cosh, -711.0, inf),
    ("square(1e200)", Value.square, 1e200, inf),
    ("log(0)", Value.log, 0.0, -inf),
    ("log(-0.0)", Value.log, -0.0, -inf),
    ("log(-1)", Value.log, -1.0, nan),
    ("log2(0)", Value.log2, 0.0, -inf),
    ("log10(0)", Value.log10, 0.0, -inf),
    ("log1p(-1)", Value.log1p, -1.0, -inf),
    ("log1p(-2)", Value.log1p, -2.0, nan),
    ("sqrt(-1)", Value.sqrt, -1.0, nan),
    ("sqrt(-0.0)", Value.sqrt, -0.0, -0.0),
    ("sqrt(inf)", Value.sqrt, inf, inf),
    ("sin(inf)", Value.sin, inf, nan),
    ("tan(-inf)", Value.tan, -inf, nan),
    ("asin(2)", Value.arcsin, 2.0, nan),
    ("acosh(0)", Value.arccosh, 0.0, nan),
    ("atanh(1)", Value.arctanh, 1.0, inf),
    ("atanh(-1)", Value.arctanh, -1.0, -inf),
    ("atanh(2)", Value.arctanh, 2.0, nan),
    ("(-1)**0.5", lambda x: x**0.5, -1.0, nan),
    ("0**-1", lambda x: x**-1, 0.0, inf),
    ("(-0.0)**-1", lambda x: x**-1, -0.0, -inf),
    ("(-0.0)**-2", lambda x: x**-2, -0.0, inf),
    ("1e200**2", lambda x: x**2, 1e200, inf),
    ("(-1e200)**3", lambda x: x**3, -1e200, -inf),
    ("2**5000", lambda x: 2**x, 5000.0, inf),
    ("1**nan", lambda x: 1**x, nan, 1.0),
    ("1e308 + 1e308", lambda x: x + x, 1e308, inf),
    ("reciprocal(0)", autodiff.reciprocal, 0.0, inf),
    ("sum(1e308, 1e308)", lambda x: autodiff.sum(x, x), 1e308, inf),
    ("sum(inf, -inf)", lambda x: autodiff.sum(x, -x), inf, nan),
    ("dot(1e200, 1e200)", lambda x: autodiff.dot([x], [x]), 1e200, inf),
]


@pytest.mark.parametrize(("function", "x", "expected"), [row[1:] for row in IEEE], ids=[
    row[0] for row in IEEE
])  # fmt: skip
def test_the_result_is_the_ieee_one_and_never_an_exception(function, x, expected):
    result = function(Value(x))
    result.backward()
    assert repr(result.data) == repr(expected)  # so that nan equals nan, and -0.0 is not 0.0


@pytest.mark.parametrize("x", [49.0, 1e-310, 5e-324, 1e308, 0.1, -7.0])
def test_division_is_exact_where_multiplication_by_a_reciprocal_is_not(x):
    assert (Value(x) / Value(x)).data == 1.0
    assert (Value(x) / x).data == 1.0
    assert (x / Value(x)).data == 1.0


def test_division_has_an_operation_of_its_own():
    quotient = Value(49.0) / Value(49.0)
    assert quotient.operation.name == "div"
    assert [parent.operation for parent in quotient.parents] == [None, None]


# -- numbers: stable by construction ----------------------------------------------------------

STABLE = [
    ("sigmoid'(40)", Value.sigmoid, 40.0, 1.0, 4.248354255291589e-18),
    ("sigmoid'(-40)", Value.sigmoid, -40.0, 4.248354255291589e-18, 4.248354255291589e-18),
    ("sigmoid'(1000)", Value.sigmoid, 1000.0, 1.0, 0.0),
    ("sigmoid'(-1000)", Value.sigmoid, -1000.0, 0.0, 0.0),
    ("tanh'(20)", Value.tanh, 20.0, 1.0, 1.6993417021166355e-17),
    ("tanh'(-20)", Value.tanh, -20.0, -1.0, 1.6993417021166355e-17),
    ("tanh'(1000)", Value.tanh, 1000.0, 1.0, 0.0),
    ("softplus'(1000)", Value.softplus, 1000.0, 1000.0, 1.0),
    ("softplus'(-1000)", Value.softplus, -1000.0, 0.0, 0.0),
    ("softplus'(-40)", Value.softplus, -40.0, 4.248354255291589e-18, 4.248354255291589e-18),
    ("logsigmoid'(-1000)", autodiff.logsigmoid, -1000.0, -1000.0, 1.0),
    ("logsigmoid'(1000)", autodiff.logsigmoid, 1000.0, 0.0, 0.0),
    ("log1p'(1e-20)", Value.log1p, 1e-20, 1e-20, 1.0),
    ("expm1'(1e-20)", Value.expm1, 1e-20, 1e-20, 1.0),
    ("silu'(-1000)", Value.silu, -1000.0, 0.0, 0.0),
    ("gelu'(-1000)", Value.gelu, -1000.0, 0.0, 0.0),
    ("mish'(-1000)", autodiff.mish, -1000.0, 0.0, 0.0),
    ("elu'(1000)", autodiff.elu, 1000.0, 1000.0, 1.0),
]


@pytest.mark.parametrize(("function", "x", "value", "slope"), [row[1:] for row in STABLE], ids=[
    row[0] for row in STABLE
])  # fmt: skip
def test_activations_neither_overflow_nor_lose_the_derivative(function, x, value, slope):
    leaf = Value(x)
    y = function(leaf)
    y.backward()
    assert y.data == pytest.approx(value, rel=1e-15, abs=0)
    assert leaf.grad == pytest.approx(slope, rel=1e-15, abs=0)


@pytest.mark.parametrize("shift", [1000.0, -1000.0, 0.0, 1e16, -1e16])
def test_logsumexp_keeps_value_and_derivative_far_from_zero(shift):
    xs = [Value(shift), Value(shift)]
    total = autodiff.logsumexp(xs)
    total.backward()
    assert total.data == pytest.approx(shift + math.log(2), rel=1e-15)
    assert [x.grad for x in xs] == pytest.approx([0.5, 0.5], rel=1e-12)


@pytest.mark.parametrize("shift", [1000.0, -1000.0, 0.0, 1e16, -1e16])
def test_softmax_and_log_softmax_keep_value_and_derivative_far_from_zero(shift):
    xs = [Value(shift), Value(shift)]
    shares, logs = autodiff.softmax(xs), autodiff.log_softmax(xs)
    assert [share.data for share in shares] == pytest.approx([0.5, 0.5], rel=1e-12)
    assert [log.data for log in logs] == pytest.approx([-math.log(2)] * 2, rel=1e-12)
    assert [x.data for x in grad(shares[0], xs)] == pytest.approx([0.25, -0.25], rel=1e-12)
    assert [x.data for x in grad(logs[0], xs)] == pytest.approx([0.5, -0.5], rel=1e-12)


def test_log_softmax_is_finite_where_the_logarithm_of_softmax_is_not():
    xs = [Value(1000.0), Value(-1000.0)]
    first, second = autodiff.softmax(xs)
    assert (first.data, second.data) == (1.0, 0.0)
    logs = autodiff.log_softmax(xs)
    assert [log.data for log in logs] == [0.0, -2000.0]
    logs[1].backward()
    assert [x.grad for x in xs] == [-1.0, 1.0]


# -- numbers: kinks, ties, nan ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "value", "slope"),
    [(Value.relu, 0.0, 0.0), (abs, 0.0, 0.0), (autodiff.sign, 0.0, 0.0)],
    ids=["relu", "abs", "sign"],
)
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_the_derivative_at_the_kink_is_zero(function, value, slope, zero):
    x = Value(zero)
    y = function(x)
    y.backward()
    assert (y.data, x.grad) == (value, slope)


@pytest.mark.parametrize(
    "function",
    [
        Value.relu,
        abs,
        lambda x: autodiff.maximum(x, 1.0),
        lambda x: autodiff.maximum(1.0, x),
        lambda x: autodiff.maximum(Value(1.0), x, Value(2.0)),
        lambda x: autodiff.minimum(x, 1.0),
        lambda x: autodiff.minimum(1.0, x),
        autodiff.sign,
        lambda x: autodiff.clip(x, 0.0, 1.0),
        autodiff.hardtanh,
    ],
    ids=[
        "relu", "abs", "maximum left", "maximum right", "maximum of three", "minimum left",
        "minimum right", "sign", "clip", "hardtanh",
    ],
)  # fmt: skip
def test_nan_goes_through_as_nan(function):
    assert math.isnan(function(Value(nan)).data)


@pytest.mark.parametrize("function", [autodiff.maximum, autodiff.minimum])
@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((2.0, 2.0), [0.5, 0.5]),
        ((0.0, -0.0), [0.5, 0.5]),
        ((2.0, 2.0, 2.0, 2.0), [0.25] * 4),
        ((inf, inf), [0.5, 0.5]),
    ],
)
def test_ties_share_the_gradient(function, points, expected):
    assert gradients(function, *points) == expected


@pytest.mark.parametrize("function", [autodiff.maximum, autodiff.minimum])
def test_the_largest_of_x_and_x_has_derivative_one(function):
    assert gradients(lambda x: function(x, x), 3.0) == [1.0]


def test_losers_of_a_maximum_get_nothing():
    assert gradients(autodiff.maximum, 1.0, 3.0, 3.0) == [0.0, 0.5, 0.5]


# -- numbers: powers and logarithms -----------------------------------------------------------


@pytest.mark.parametrize("base", [0.0, -0.0, 1.0, -2.5, 1e300, inf, -inf, nan])
@pytest.mark.parametrize("exponent", [0, 0.0, -0.0])
def test_anything_to_the_power_zero_is_one_with_derivative_zero(base, exponent):
    x = Value(base)
    y = x**exponent
    y.backward()
    assert (y.data, x.grad) == (1.0, 0.0)


def test_zero_to_the_power_zero_of_values():
    x, y = Value(0.0), Value(0.0)
    z = x**y
    z.backward()
    assert (z.data, x.grad, y.grad) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0, 300.0])
def test_zero_to_a_positive_power_is_zero_with_derivative_zero_by_the_exponent(exponent):
    y = Value(exponent)
    z = 0**y
    z.backward()
    assert (z.data, y.grad) == (0.0, 0.0)


@pytest.mark.parametrize("exponent", [2.0, 3.0, -1.0, 0.5])
def test_the_derivative_by_a_value_exponent_at_a_negative_base_is_nan(exponent):
    x, y = Value(-2.0), Value(exponent)
    (x**y).backward()
    assert math.isnan(y.grad)


@pytest.mark.parametrize(
    ("exponent", "data", "slope"), [(2, 4.0, -4.0), (3, -8.0, 12.0), (-1, -0.5, -0.25)]
)
def test_a_plain_number_as_exponent_has_no_derivative_and_harms_no_negative_base(
    exponent, data, slope
):
    x = Value(-2.0)
    y = x**exponent
    y.backward()
    assert (y.data, x.grad) == (data, slope)
    assert y.parents == (x,)
    assert len(y.local_derivatives) == 1


def test_the_square_root_as_a_power_has_an_infinite_slope_at_zero():
    assert gradients(lambda x: x**0.5, 0.0) == [inf]


@pytest.mark.parametrize("x", [-1e-300, -1.0, -inf])
@pytest.mark.parametrize("logarithm", [Value.log, Value.log2, Value.log10])
def test_the_logarithm_of_a_negative_number_is_nan_and_so_is_its_derivative(logarithm, x):
    leaf = Value(x)
    y = logarithm(leaf)
    y.backward()
    assert math.isnan(y.data)
    assert math.isnan(leaf.grad)


# -- graphs: operands -------------------------------------------------------------------------


def test_operands_keep_their_order_and_their_multiplicity():
    a, b = Value(2.0), Value(3.0)
    assert (a + a).parents == (a, a)
    assert (a + a).local_derivatives == (1.0, 1.0)
    assert (b - a).parents == (b, a)
    assert (a - b).parents == (a, b)
    assert autodiff.sum(b, a, b).parents == (b, a, b)
    assert autodiff.dot([a, b], [b, a], a).parents == (a, b, b, a, a)


@pytest.mark.parametrize(
    ("build", "operands"),
    [
        (lambda x: x + 3, ("x", 3.0)),
        (lambda x: 3 - x, (3.0, "x")),
        (lambda x: x**2, ("x", 2.0)),
        (lambda x: 2**x, (2.0, "x")),
        (lambda x: np.float64(3) / x, (3.0, "x")),
        (lambda x: autodiff.maximum(1, x, 2), (1.0, "x", 2.0)),
        (lambda x: autodiff.dot([x, 2.0], [3.0, x]), ("x", 2.0, 3.0, "x", 0.0)),
    ],
)
def test_a_plain_number_in_an_expression_is_a_constant_without_gradient(build, operands):
    x = Value(5.0)
    node = build(x)
    assert node.operands == tuple(x if operand == "x" else operand for operand in operands)
    assert all(parent is x for parent in node.parents)
    assert len(node.local_derivatives) == len(node.parents) == operands.count("x")


# -- graphs: backward -------------------------------------------------------------------------


def test_backward_seeds_one_or_the_seed_given():
    x = Value(3.0)
    y = x * 2
    y.backward()
    assert (y.grad, x.grad) == (1.0, 2.0)
    x.zero_grad()
    y.backward(-0.5)
    assert (y.grad, x.grad) == (-0.5, -1.0)


def test_backward_of_a_leaf_adds_the_seed():
    x = Value(3.0)
    x.backward()
    x.backward(2)
    assert x.grad == 3.0


def test_calling_backward_twice_doubles_the_leaves_and_nothing_else():
    a, b = Value(2.0), Value(-3.0)
    product = a * b
    y = product.tanh() + product
    nodes = topological_order([y])
    y.backward()
    first = {node: node.grad for node in nodes}
    y.backward()
    for node in nodes:
        assert node.grad == (first[node] if node.parents else 2 * first[node])


def test_two_losses_that_share_interior_nodes_add_up():
    a, b = Value(2.0), Value(5.0)
    shared = a * b
    first, second = shared * 3, shared**2
    first.backward()
    second.backward()
    assert (a.grad, b.grad) == (3 * 5.0 + 2 * 10.0 * 5.0, 3 * 2.0 + 2 * 10.0 * 2.0)
    assert shared.grad == 20.0


def test_a_loss_inside_another_loss_adds_up():
    x = Value(3.0)
    inner = x * x
    outer = inner * x
    inner.backward()
    outer.backward()
    assert x.grad == 6.0 + 27.0


def test_the_cube_of_three_has_slope_27_both_times():
    x = Value(3.0)
    y = x * x * x
    for _ in range(2):
        x.grad = 0.0
        y.backward()
        assert x.grad == 27.0


def test_changing_data_changes_nothing_until_recompute():
    x, w = Value(3.0), Value(4.0)
    y = (x * w).square()
    x.data = 5.0
    assert y.data == 144.0
    y.backward()
    assert (x.grad, w.grad) == (96.0, 72.0)
    y.recompute()
    assert y.data == 400.0
    y.zero_grad()
    y.backward()
    assert (x.grad, w.grad) == (160.0, 200.0)


def test_recompute_refreshes_ties_constants_and_every_level():
    x = Value(1.0)
    y = autodiff.maximum(x, 1.0) * 3
    z = autodiff.dot([y, x], [x, 2.0], 1.0)
    x.data = 2.0
    z.recompute()
    assert (y.data, z.data) == (6.0, 17.0)
    z.backward()
    assert x.grad == 6.0 + 2 * 3.0 + 2.0


# -- graphs: identity and order ---------------------------------------------------------------


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


COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]


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


# -- graphs: no silent loss -------------------------------------------------------------------


@pytest.mark.parametrize(
    "convert",
    [float, int, complex, math.exp, math.sqrt, math.floor, math.isnan, np.float64,
     lambda v: math.pow(v, 2), lambda v: math.fsum([v]), "%f".__mod__,
     lambda v: np.array([v], dtype=float)],
    ids=["float", "int", "complex", "exp", "sqrt", "floor", "isnan", "np.float64", "pow", "fsum",
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


# -- graphs: NumPy on either side -------------------------------------------------------------

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


@pytest.mark.parametrize("ufunc", [np.floor, np.heaviside, np.fmod, np.isfinite, np.gcd])
def test_a_numpy_function_that_the_table_does_not_know_says_so(ufunc):
    arguments = [Value(2.0)] * ufunc.nin
    with pytest.raises(UfuncError, match=rf"(?s)exp.*got np\.{ufunc.__name__}:.*operation"):
        ufunc(*arguments)


def test_a_value_cannot_be_multiplied_into_an_array_of_floats():
    m, v = np.array([1.0, 2.0]), Value(2.0)
    with pytest.raises(UfuncError, match=r"write m = m \* v instead of m \*= v"):
        m *= v
    assert m.tolist() == [1.0, 2.0]
    with pytest.raises(UfuncError, match="without options"):
        np.add(v, 1.0, dtype=float)
    with pytest.raises(UfuncError, match="method 'outer'"):
        np.add.outer(v, m)


# -- graphs: depth ----------------------------------------------------------------------------

DEPTH = 20_000


@pytest.fixture(scope="module")
def deep():
    x = Value(1.0)
    y = x
    for _ in range(DEPTH // 2):
        y = y * 1.0 + x
    return x, y


def test_a_deep_graph_is_built_and_differentiated_without_recursion(deep):
    x, y = deep
    x.grad = 0.0
    y.backward()
    assert depth([y]) == DEPTH
    assert (y.data, x.grad) == (DEPTH / 2 + 1, DEPTH / 2 + 1)
    assert grad(y, x).data == DEPTH / 2 + 1


def test_a_deep_graph_is_recomputed_and_cleared_without_recursion(deep):
    x, y = deep
    x.data = 2.0
    y.recompute()
    assert y.data == DEPTH + 2.0
    x.data = 1.0
    y.recompute()
    y.backward()
    y.zero_grad()
    assert {node.grad for node in topological_order([y])} == {0.0}


COPIES = {"deepcopy": copy.deepcopy} | {
    f"pickle protocol {protocol}": lambda y, p=protocol: pickle.loads(pickle.dumps(y, p))
    for protocol in (2, 5)
}


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES.keys())
def test_a_deep_graph_is_copied_without_recursion(deep, duplicate):
    _, y = deep
    copied = duplicate(y)
    assert copied is not y
    assert len(topological_order([copied])) == DEPTH + 1
    copied.zero_grad()
    copied.backward()
    (leaf,) = [node for node in topological_order([copied]) if not node.parents]
    assert leaf.grad == DEPTH / 2 + 1


def test_a_deep_graph_is_listed_as_a_table_without_recursion():
    y = Value(1.0)
    for _ in range(DEPTH):
        y = -y
    assert len(autodiff.trace(y).rows) == DEPTH + 1


def test_a_deep_graph_is_freed_at_once_without_recursion_or_garbage_collector():
    x = Value(1.0)
    before = sys.getrefcount(x)
    gc.disable()
    try:
        y = x
        for _ in range(DEPTH):
            y = y * x
        assert sys.getrefcount(x) > before + DEPTH
        y.backward()
        del y
        assert sys.getrefcount(x) == before
    finally:
        gc.enable()


# -- graphs: no_grad --------------------------------------------------------------------------


def is_recorded():
    x = Value(2.0)
    return {bool(y.parents) for y in (-x, x * x, 2 * x, x * 2, autodiff.sum(x, x))}


def test_no_grad_makes_every_kind_of_result_a_leaf():
    x = Value(2.0)
    with no_grad():
        results = [-x, x * x, x * 3, 3 * x, x.exp(), autodiff.dot([x], [x]), np.exp(x)]
    for y in results:
        assert y.operation is None
        assert y.operands == y.parents == y.local_derivatives == ()
    assert results[1].data == 4.0


def test_no_grad_may_be_nested():
    with no_grad():
        with no_grad():
            assert is_recorded() == {False}
        assert is_recorded() == {False}
    assert is_recorded() == {True}


def test_one_no_grad_object_may_be_nested_in_itself():
    quiet = no_grad()
    with quiet:
        with quiet:
            assert is_recorded() == {False}
        assert is_recorded() == {False}
    assert is_recorded() == {True}


def test_an_exception_ends_no_grad_and_passes_through():
    with pytest.raises(KeyError, match="planned"), no_grad():
        raise KeyError("planned")
    assert is_recorded() == {True}


def test_no_grad_decorates_a_function():
    @no_grad()
    def quiet(depth):
        """Say what is recorded."""
        return is_recorded() | (quiet(depth - 1) if depth else set())

    @no_grad()
    def failing():
        raise KeyError("planned")

    assert quiet(3) == {False}
    assert quiet.__doc__ == "Say what is recorded."
    assert is_recorded() == {True}
    with pytest.raises(KeyError, match="planned"):
        failing()
    assert is_recorded() == {True}


def in_a_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join(timeout=10)
    return results[0]


def test_no_grad_is_local_to_the_thread():
    with no_grad():
        assert in_a_thread(is_recorded) == {True}
        assert is_recorded() == {False}
    inside, leave = threading.Event(), threading.Event()

    def stay():
        with no_grad():
            inside.set()
            assert leave.wait(10)
            return is_recorded()

    results = []
    thread = threading.Thread(target=lambda: results.append(stay()))
    thread.start()
    assert inside.wait(10)
    assert is_recorded() == {True}
    leave.set()
    thread.join(timeout=10)
    assert results == [{False}]


def test_a_decorated_function_is_local_to_each_thread_that_runs_it():
    barrier = threading.Barrier(2)

    @no_grad()
    def quiet():
        barrier.wait(10)
        recorded = is_recorded()
        barrier.wait(10)
        return recorded

    results = []
    threads = [threading.Thread(target=lambda: results.append(quiet())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert results == [{False}, {False}]
    assert is_recorded() == {True}


def test_no_grad_is_local_to_the_asyncio_task():
    async def quiet(inside, leave):
        with no_grad():
            inside.set()
            await leave.wait()
            return is_recorded()

    async def loud(inside, leave):
        await inside.wait()
        recorded = is_recorded()
        leave.set()
        return recorded

    async def both():
        inside, leave = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(quiet(inside, leave), loud(inside, leave))

    assert asyncio.run(both()) == [{False}, {True}]
    assert is_recorded() == {True}


def test_a_task_started_inside_no_grad_does_not_depend_on_blocks_elsewhere():
    inside, leave = threading.Event(), threading.Event()

    @no_grad()
    def elsewhere():
        inside.set()
        assert leave.wait(10)

    async def child(left):
        await left.wait()
        alone = is_recorded()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        assert inside.wait(10)
        beside_another = is_recorded()
        leave.set()
        thread.join(timeout=10)
        return alone, beside_another

    async def main():
        left = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(child(left))
        left.set()
        return await task

    alone, beside_another = asyncio.run(main())
    assert alone == beside_another


# -- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3e-5, "3e-05"),
        (1e-300, "1e-300"),
        (0.0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (1 / 3, "0.333333"),
        (-1234567.0, "-1.23457e+06"),
        (0.00012345678, "0.000123457"),
        (inf, "inf"),
        (nan, "nan"),
    ],
)
def test_numbers_are_shown_with_significant_digits(number, text):
    assert digits(number) == text


def test_the_number_of_significant_digits_can_be_chosen():
    assert digits(math.pi, 3) == "3.14"
    assert digits(math.pi * 1e-7, 10) == "3.141592654e-07"
