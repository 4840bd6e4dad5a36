"""The whole derivative table, row by row: every target against every other and the oracle."""

from __future__ import annotations

import itertools
import math
from math import inf, isnan, nan

import mpmath
import pytest

from autodiff import Value, grad
from autodiff.formula.ieee import FAST, IEEE
from autodiff.graph.node import variadic
from autodiff.operations import BUILT_IN, TABLE
from autodiff.table.operation import Operation
from autodiff.table.registry import expand
from tests import oracle

ROWS = [TABLE[name] for name in sorted(BUILT_IN)]
ORDINARY = (-3.7, -1.3, -0.6, -0.2, 0.3, 0.7, 1.2, 1.9, 4.2)
EDGES = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    1e-300,
    -1e-300,
    1e300,
    -1e300,
    40.0,
    -40.0,
    800.0,
    -800.0,
    inf,
    -inf,
    nan,
)
COMPARE = {"less", "less_equal", "greater", "greater_equal", "equal", "clip", "maximum", "minimum"}

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
smooth_rows = pytest.mark.parametrize(  # polygamma is defined at whole n only: it has a test below
    "row", [row for row in ROWS if row.name != "polygamma"], ids=lambda row: row.name
)


def points(row: Operation, samples: tuple[float, ...]) -> list[list[float]]:
    """Flat operands for a row; starred operands get three elements each."""
    if row.starred:
        size = 3 * len(row.starred) + len(row.operands) - len(row.starred)
        cycle = itertools.cycle(samples)
        return [
            [next(cycle) * (1 + 0.01 * i) for i in range(size)] for _ in range(2 * len(samples) + 1)
        ]
    dimensions = len(row.operands)
    chosen = samples if dimensions < 3 else samples[::2]
    return [list(point) for point in itertools.product(chosen, repeat=dimensions)]


def inside(row: Operation, flat: list[float]) -> bool:
    if row.name == "clip":
        return flat[1] < flat[2]
    if row.name == "pow":
        return flat[0] > 0
    if row.name in {"mod", "floor_div"}:
        return not (flat[0] / flat[1]).is_integer()  # a jump
    return row.contains(row.group(flat))


def same(x: float, y: float, relative: float = 4e-15) -> bool:
    return (isnan(x) and isnan(y)) or x == y or abs(x - y) <= relative * max(abs(x), abs(y))


def is_smooth(row: Operation, flat: list[float]) -> bool:
    """Leave out ties between operands that the row compares: they have tests of their own."""
    return row.name not in COMPARE or len({abs(x) for x in flat}) == len(flat)


def call(row: Operation, flat: list[float]) -> tuple[float, tuple[float, ...]]:
    return row.function(*row.group(flat))


@every_row
def test_texts_can_be_read(row: Operation) -> None:
    formula, derivatives = row.parsed
    assert formula.result
    assert len(derivatives) == len(row.operands)


@smooth_rows
def test_values_and_derivatives_match_high_precision(row: Operation) -> None:
    formula = expand(row.parsed[0].resolved())

    def f(*flat: mpmath.mpf) -> mpmath.mpf:
        return oracle.value(formula, dict(zip(row.operands, row.group(list(flat)), strict=True)))

    checked = 0
    for flat in points(row, ORDINARY):
        if not (inside(row, flat) and is_smooth(row, flat)):
            continue
        out, local = call(row, flat)
        with mpmath.workdps(oracle.DIGITS):
            expected = f(*map(mpmath.mpf, flat))
        assert same(out, float(expected), 1e-13) or abs(out - float(expected)) < 1e-15
        for position in range(len(flat)):
            orders = [int(index == position) for index in range(len(flat))]
            slope = oracle.derivative(f, flat, orders)
            assert same(local[position], slope, 1e-12) or abs(local[position] - slope) < 1e-15
        checked += 1
    assert checked >= 2


@smooth_rows
def test_second_derivatives_match_high_precision(row: Operation) -> None:
    formula = expand(row.parsed[0].resolved())

    def f(*flat: mpmath.mpf) -> mpmath.mpf:
        return oracle.value(formula, dict(zip(row.operands, row.group(list(flat)), strict=True)))

    flats = [x for x in points(row, ORDINARY) if inside(row, x) and is_smooth(row, x)]
    for flat in flats[:6]:
        xs = [Value(x) for x in flat]
        first = grad(variadic(row, xs), xs)
        for i, j in itertools.product(range(len(xs)), repeat=2):
            orders = [int(index == i) + int(index == j) for index in range(len(flat))]
            expected = oracle.derivative(f, flat, orders)
            actual = grad(first[i], xs[j]).data
            assert same(actual, expected, 1e-10) or abs(actual - expected) < 1e-13


@every_row
def test_fast_and_ieee_functions_agree(row: Operation) -> None:
    exact = row._execute(row.emit(ieee=True), IEEE)
    for flat in points(row, ORDINARY) + points(row, EDGES):
        groups = row.group(flat)
        fast = row.function(*groups)
        slow = exact(*groups)
        assert same(fast[0], slow[0])
        assert all(same(x, y) for x, y in zip(fast[1], slow[1], strict=True))


@every_row
def test_derivatives_as_values_agree_with_floats(row: Operation) -> None:
    for flat in points(row, ORDINARY) + points(row, EDGES):
        xs = [Value(x) for x in flat]
        node = variadic(row, xs)
        for x, local in zip(grad(node, xs), node.local_derivatives, strict=True):
            assert same(x.data, local) or abs(x.data - local) < 1e-300


@every_row
def test_partial_derivatives_are_those_of_the_full_function(row: Operation) -> None:
    if row.starred:
        pytest.skip("operations over many operands always compute all of them")
    count = len(row.operands)
    for flat in points(row, ORDINARY):
        out, local = call(row, flat)
        for position in range(count):
            wanted = tuple(index == position for index in range(count))
            assert same(row.partial(wanted)(*flat)[0], out)
            assert same(row.partial(wanted)(*flat)[1][0], local[position])


@every_row
def test_nothing_raises_at_the_edges(row: Operation) -> None:
    for flat in points(row, EDGES):
        out, local = call(row, flat)
        assert isinstance(out, float)
        assert all(isinstance(derivative, float) for derivative in local)


@every_row
def test_nan_goes_through(row: Operation) -> None:
    if row.name in COMPARE - {"clip", "maximum", "minimum"} | {"where", "take"}:
        pytest.skip("a comparison with nan is false, as in IEEE arithmetic")
    flat = [nan] * (len(points(row, ORDINARY)[0]))
    assert isnan(call(row, flat)[0])


def test_the_words_of_the_language_have_two_float_forms() -> None:
    assert FAST.keys() == IEEE.keys()


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("sigmoid", 0.7, lambda x: 1 / (1 + mpmath.exp(-x))),
        ("softplus", 0.7, lambda x: mpmath.log(1 + mpmath.exp(x))),
        ("logsigmoid", 0.7, lambda x: mpmath.log(1 / (1 + mpmath.exp(-x)))),
        ("gelu", 0.7, lambda x: x * mpmath.ncdf(x)),
        (
            "gelu_tanh",
            0.7,
            lambda x: x / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + 0.044715 * x**3))),
        ),
        ("silu", 0.7, lambda x: x / (1 + mpmath.exp(-x))),
        ("mish", 0.7, lambda x: x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x)))),
        ("selu", -0.7, lambda x: 1.0507009873554805 * 1.6732632423543772 * mpmath.expm1(x)),
        ("elu", -0.7, mpmath.expm1),
        ("leaky_relu", -0.7, lambda x: 0.01 * x),
        ("hardtanh", -1.7, lambda _: -1),
        ("reciprocal", 0.7, lambda x: 1 / x),
        ("square", 0.7, lambda x: x * x),
        ("sech", 0.7, mpmath.sech),
    ],
)
def test_formulas_are_the_ones_of_the_literature(name: str, point: float, value: object) -> None:
    assert same(call(TABLE[name], [point])[0], float(value(mpmath.mpf(point))), 1e-15)


@pytest.mark.parametrize(
    ("name", "flat", "value"),
    [
        ("sum", [1.0, 2.0, 4.0], 7.0),
        ("prod", [1.0, 2.0, 4.0], 8.0),
        ("mean", [1.0, 2.0, 6.0], 3.0),
        ("dot", [1.0, 2.0, 3.0, 4.0, 0.5], 1 * 3 + 2 * 4 + 0.5),
        ("logsumexp", [0.0, math.log(3.0)], math.log(4.0)),
        ("maximum", [1.0, 5.0, 2.0], 5.0),
        ("minimum", [1.0, 5.0, 2.0], 1.0),
        ("norm", [3.0, 4.0], 5.0),
        ("norm", [3e200, 4e200], 5e200),
    ],
)
def test_reductions(name: str, flat: list[float], value: float) -> None:
    assert same(call(TABLE[name], flat)[0], value, 1e-15)


@pytest.mark.parametrize("n", range(5))
@pytest.mark.parametrize("x", [1e-12, 0.3, 1.0, 2.5, 30.0, 1e8, -0.3, -7.9, -40.25])
def test_polygamma_is_that_of_the_oracle(n: int, x: float) -> None:
    value, (by_n, by_x) = call(TABLE["polygamma"], [float(n), x])
    with mpmath.workdps(30):
        assert same(value, float(mpmath.psi(n, mpmath.mpf(x))), 2e-14)
        assert same(by_x, float(mpmath.psi(n + 1, mpmath.mpf(x))), 2e-14)
    assert isnan(by_n)


@pytest.mark.parametrize(("n", "x"), [(0.5, 1.0), (-1.0, 1.0), (1e3, 1.0), (nan, 1.0), (2.0, nan)])
def test_polygamma_of_what_it_is_not_defined_for_is_nan(n: float, x: float) -> None:
    assert isnan(call(TABLE["polygamma"], [n, x])[0])


@pytest.mark.parametrize("x", [0.7, 1 - 1e-9, 1 + 1e-3, 1.4, 2 - 1e-12, 2.6, 3.4, 9.0, 1e300, -0.7])
def test_lgamma_keeps_its_digits_around_its_zeros(x: float) -> None:
    with mpmath.workdps(40):
        exact = float(mpmath.re(mpmath.loggamma(mpmath.mpf(x))))
    assert same(call(TABLE["lgamma"], [x])[0], exact, 1e-15)
