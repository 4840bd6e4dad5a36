"""The graph without rounding: rationals, many digits, and the difference between bug and float."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from math import inf, isinf, isnan, nan, ulp

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autodiff import (
    TABLE,
    Value,
    clip,
    cos,
    dot,
    erf,
    erfc,
    exact,
    exp,
    gelu,
    gelu_tanh,
    log,
    logsumexp,
    maximum,
    mean,
    operation,
    relu,
    sigmoid,
    sin,
    sqrt,
    tanh,
    where,
)
from autodiff.errors import MissingPackageError, OptionError, WrongTypeError
from autodiff.explain.rounding.enclosure import Enclosure
from autodiff.explain.rounding.exact_arithmetic import Precise
from autodiff.formula.words import WORDS
from autodiff.value.function_types import apply_to
from benchmarks.soundness import exactness
from tests import oracle

SUBTRACTION = """\
rounding errors in ulps (units in the last place)
name  expression  value        exact                      error    own  gradient error
────  ──────────  ───────────  ─────────────────────────  ───────  ───  ──────────────
a                 0.1          0.10000000000000000555     0        0    0
v1    a + 0.2     0.3          0.30000000000000001665     0.5      0.5  0
v2    v1 - 0.3    5.55112e-17  2.7755575615628913511e-17  4.5e+15  0    0
Floating point: each operation is correct on its own, but v2 lost its digits to earlier rounding."""

naive_tanh = operation("naive_tanh", "x", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "1 - out**2")


def test_cancellation_to_the_letter() -> None:
    assert str(exact(Value(0.1, label="a") + 0.2 - 0.3)) == SUBTRACTION


@given(
    st.lists(
        st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-/rmc")),
        min_size=1,
        max_size=8,
    )
)
def test_rationals_are_those_of_python(steps) -> None:
    values = [Value(0.1), Value(-0.7), Value(3.0)]
    exacts = [Fraction(value.data) for value in values]
    for left, right, kind in steps:
        i, j = left % len(values), right % len(values)
        x, y, p, q = values[i], values[j], exacts[i], exacts[j]
        if kind == "/" and (q == 0 or y.data == 0):
            kind = "+"  # noqa: PLW2901 nothing to divide by
        value, fraction = {
            "+": lambda x, y, p, q: (x + y, p + q),
            "*": lambda x, y, p, q: (x * y, p * q),
            "-": lambda x, y, p, q: (x - y, p - q),
            "/": lambda x, y, p, q: (x / y, p / q),
            "r": lambda x, y, p, q: (relu(x) * y, max(p, Fraction(0)) * q),
            "m": lambda x, y, p, q: (maximum(x, y), max(p, q)),
            "c": lambda x, y, p, q: (dot([x, y], [y, 2.0]), p * q + 2 * q),
        }[kind](x, y, p, q)
        values.append(value)
        exacts.append(fraction)
    found = {row.node: row for row in exact(values[-1]).rows}
    for value, fraction in zip(values, exacts, strict=True):
        if value in found:
            row = found[value]
            assert row.exact == fraction
            assert row.own <= 1.0


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_operation_of_the_table_is_right_to_a_few_units(name) -> None:
    row = TABLE[name]
    if name.startswith(("naive", "bad", "negated")):
        return
    point = [1.3, 0.4, 0.7] if name != "acosh" else [1.3]
    count = 3 if row.starred else len(row.operands)
    if name in {"asin", "acos", "atanh"}:
        point = [0.3]
    if name == "dot":
        count = 5
        point = [1.3, -0.4, 0.7, 0.2, -1.0]
    node = apply_to(row, [Value(x) for x in point[:count]])
    report = exact(node)
    last = report.rows[-1]
    assert report.suspect is None, (name, last)
    assert last.own < 4.0
    for leaf in report.rows[:-1]:
        assert leaf.gradient_error < 8.0, name


@given(st.floats(-5, 5))
def test_digits_beyond_floats_are_those_of_the_oracle(x) -> None:
    value = exact(tanh(Value(x)) * exp(Value(x)) + cos(Value(x))).rows[-1].exact
    with mpmath.workdps(60):
        f = oracle.function_of("tanh(x) * exp(x) + cos(x)", ["x"])
        if isinstance(value, Fraction):
            value = mpmath.mpf(value.numerator) / value.denominator
        assert mpmath.almosteq(f(mpmath.mpf(x)), value, rel_eps=1e-45, abs_eps=1e-45)
        slope = oracle.derivative(f, [x], [1])
    x = Value(x)
    gradient = exact(tanh(x) * exp(x) + cos(x)).rows[0].gradient
    assert float(gradient) == pytest.approx(slope, rel=1e-12, abs=1e-12)


def test_a_wrong_operation_is_told_from_rounding() -> None:
    report = exact(naive_tanh(Value(1e-8, label="x")) * 2)
    assert report.suspect.name == "v1"
    assert str(report).splitlines()[-1] == (
        "v1 is off by more than rounding: its operation alone is 3.7e+07 ulps off."
    )
    report = exact((1 - cos(Value(1e-9, label="x"))) / Value(1e-9) ** 2)
    assert report.suspect is None
    assert report.lost is not None


PLANTED = [
    (lambda: sin(Value(1e10)), lambda x: x + 1e-7),
    (lambda: exp(Value(700.0)), lambda x: x * (1 + 400 * 2**-52)),
    (lambda: log(Value(1.0000001)), lambda x: x * (1 + 20 * 2**-52)),
    (lambda: Value(1e10) - 0.3, lambda x: x * (1 + 20 * 2**-52)),
    (lambda: mean([Value(0.1), Value(0.7)]), lambda x: x * (1 + 40 * 2**-52)),
    (lambda: sigmoid(Value(0.7)), lambda x: x * (1 + 40 * 2**-52)),
]


@pytest.mark.parametrize(("made", "planted"), PLANTED)
def test_a_result_a_few_units_off_is_found_whatever_its_operand(made, planted) -> None:
    node = made()
    assert exact(node).suspect is None
    node.data = planted(node.data)
    assert exact(node).suspect.node is node


@pytest.mark.parametrize(
    ("function", "x", "units"),
    [(exp, 700.3, 0.348), (log, 1.0000001, 0.115), (sin, 1e5, 0.222)],
)
def test_the_error_of_one_operation_is_that_of_the_oracle(function, x, units) -> None:
    node = function(Value(x))
    with mpmath.workdps(60):
        wanted = getattr(mpmath, node.operation.name)(mpmath.mpf(x))
        off = float(abs(mpmath.mpf(node.data) - wanted) / ulp(node.data))
    own = exact(node).rows[-1].own
    assert own == pytest.approx(off, rel=1e-9)
    assert round(own, 3) == units


def test_rounding_inside_a_formula_is_no_wrong_operation() -> None:
    for node in (gelu(Value(-30.0)), gelu_tanh(Value(-9.0)), logsumexp([log(Value(0.5))] * 2)):
        assert exact(node).suspect is None


def test_a_gradient_lost_to_cancellation_is_told() -> None:
    x = Value(0.0, label="x")
    report = exact(x * 0.3 - x * 0.2 - x * 0.1)
    assert report.lost is None
    assert report.lost_gradient.node is x
    assert str(report).splitlines()[-1] == (
        "Floating point: each operation is correct on its own, but the gradient of x lost "
        "its digits to earlier rounding."
    )


def test_a_graph_with_little_rounding() -> None:
    net = nn.MLP(3, [4, 1], activation="tanh", seed=1)
    report = exact(nn.mean_squared_error(net([0.1, 0.2, 0.3]), [1.0]))
    assert report.suspect is report.lost is None
    assert str(report).endswith("No bug, and little rounding: each operation is accurate.")


def test_short_rationals_are_shown_as_such() -> None:
    assert " 1/3 " in str(exact(1 / Value(3.0)))


def test_what_is_not_finite_follows_ieee_arithmetic() -> None:
    x = Value(0.0)
    rows = exact(1 / x).rows
    assert (rows[-1].exact, rows[-1].error, rows[0].gradient) == (inf, 0.0, -inf)
    assert isnan(exact(log(x - 1)).rows[-1].exact)
    assert isnan(exact(Value(nan) * 2).rows[-1].exact)
    assert exact(where(x > 1, x, log(x))).rows[-1].exact == -inf
    overflow = exact(exp(Value(800.0)))
    assert (overflow.rows[-1].error, overflow.rows[-1].own) == (inf, 0.0)
    assert (
        str(overflow)
        .splitlines()[-1]
        .endswith(
            "correct on its own, but v2 is beyond the largest float, or follows from such a number."
        )
    )
    assert exact(Value(1e308) * 10).lost is not None
    assert str(overflow.rows[-1].exact).startswith("2.726374572112566567")
    assert exact(clip(Value(inf), 0, 1)).rows[-1].exact == 1
    assert exact(maximum(Value(inf), Value(1.0))).rows[-1].exact == inf


def test_repeated_squaring_stays_short() -> None:
    value = Value(1.1)
    for _ in range(40):
        value = value * value * 0.9
    assert exact(value).lost is not None


def test_many_nodes_are_counted() -> None:
    assert "... and 11 more" in str(exact(mean([Value(0.1) * 2 for _ in range(25)])))


def test_without_mpmath_rationals_still_work(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "mpmath", None)
    assert exact(Value(0.5) / 3).rows[-1].exact == Fraction(1, 6)
    message = "expected mpmath, which computes with fifty digits"
    with pytest.raises(MissingPackageError, match=f'{message}.*pip install "chalkgrad'):
        exact(sqrt(Value(2.0)))


def test_the_precision_of_mpmath_itself_is_left_alone() -> None:
    before = mpmath.mp.dps
    exact(tanh(Value(0.5)), digits=90)
    assert mpmath.mp.dps == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1.0,), WrongTypeError, "a Value for loss"),
        ((Value(1.0), 5), OptionError, "at least 20 as the number of digits, got int 5"),
        ((Value(1.0), 30.5), WrongTypeError, "as the number of digits, got float 30.5"),
    ],
)
def test_wrong_arguments_say_what_to_write(arguments, error, message) -> None:
    with pytest.raises(error, match=re.escape(message)):
        exact(*arguments)


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [
        (lambda: log(1 - sigmoid(Value(200.0))), "-200"),
        (lambda: 1 / (1 - tanh(Value(60.0))), "6.5209e+51"),
        (lambda: exp(log(1 - sigmoid(Value(700.0)))), "9.8597e-305"),
        (lambda: log(exp(Value(1e-30)) - 1), "-69.078"),
        (lambda: erfc(Value(1e300)), "0"),
        (lambda: erfc(Value(1e7)), "0"),
        (lambda: log(exp(Value(1e300))), "1e+300"),
        (lambda: maximum(exp(Value(1.0)), exp(Value(1.0))), "2.7183"),
    ],
)
def test_digits_are_doubled_until_the_answer_is_certain(loss, wanted) -> None:
    report = exact(loss())
    assert report.certain
    assert f"{float(report.rows[-1].exact):.5g}" == wanted


def test_saturation_is_no_infinity() -> None:
    verdict = str(exact(log(1 - sigmoid(Value(200.0))))).splitlines()[-1]
    assert verdict.startswith("Floating point: each operation is correct on its own, but v4")


def test_what_so_many_digits_do_not_settle_is_said() -> None:
    report = exact(log(1 - sigmoid(Value(1e6))))
    assert not report.certain
    assert report.digits == 6400
    assert isnan(report.rows[-1].error)
    lines = str(report).splitlines()
    assert lines[-1] == "Not certain: 6,400 digits do not settle v4, nor 3 more."
    assert " from -inf to inf " in lines[-2]
    assert lines[-2].split()[-3:] == ["?", "0", "0"]


def test_pi_is_not_rounded_in_formulas() -> None:
    x = Value(0.5)
    gradient = exact(erf(x)).rows[0].gradient
    with mpmath.workdps(40):
        wanted = 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-mpmath.mpf(0.25))
        assert abs(gradient - wanted) < mpmath.mpf(10) ** -38


def test_a_pole_has_the_sign_of_the_0() -> None:
    assert exact(1 / Value(-0.0)).rows[-1].exact == -inf
    assert exact(1 / (Value(0.0) * -2)).rows[-1].exact == -inf
    assert exact(1 / (Value(0.0) - 0.0)).rows[-1].exact == inf


@pytest.mark.parametrize("name", sorted(WORDS))
def test_every_word_of_formulas_is_enclosed(name) -> None:
    point = [Fraction(3, 10), Fraction(7, 10)][: WORDS[name].arity]
    if name == "acosh":
        point = [Fraction(13, 10)]
    if name == "polygamma":
        point = [Fraction(2), Fraction(7, 10)]
    one, other = Precise(50).apply(name, point), Precise(100).apply(name, point)
    if isinstance(one, Fraction):
        assert one == other
    else:
        assert one.low <= other.low <= other.high <= one.high
        assert one.high - one.low < 1e-48


@pytest.mark.parametrize(
    ("name", "point", "wanted"),
    [
        ("floor", [Fraction(-1, 3)], -1),
        ("round", [Fraction(5, 2)], 2),
        ("mod", [Fraction(-7, 2), Fraction(2)], Fraction(1, 2)),
        ("mod", [Fraction(1, 3), inf], Fraction(1, 3)),
        ("exp2", [Fraction(-3)], Fraction(1, 8)),
        ("lgamma", [Fraction(-3)], inf),
        ("erfinv", [Fraction(-1)], -inf),
    ],
)
def test_what_is_rational_or_a_pole_is_exact(name, point, wanted) -> None:
    assert Precise(50).apply(name, point) == wanted


@pytest.mark.parametrize("x", [Fraction(1, 10**300), Fraction(1) - Fraction(1, 10**30)])
def test_erfinv_is_inverse_to_erf(x) -> None:
    precise = Precise(100)
    there = precise.apply("erf", [precise.apply("erfinv", [x])])
    assert there.low <= precise.enclosure(x).low <= precise.enclosure(x).high <= there.high


@pytest.mark.parametrize("name", ["lgamma", "digamma"])
def test_gamma_functions_enclose_a_whole_interval(name) -> None:
    precise = Precise(50)
    wide = Enclosure(mpmath.mpf("-2.75"), mpmath.mpf("-2.25"))
    there = precise.apply(name, [wide])
    for x in (Fraction(-11, 4), Fraction(-5, 2), Fraction(-9, 4)):
        point = precise.apply(name, [x])
        assert there.low <= point.low <= point.high <= there.high
    across = precise.apply(name, [Enclosure(mpmath.mpf("-2.5"), mpmath.mpf("-1.5"))])
    assert isinf(across.low)
    assert isinf(across.high)


def test_random_graphs_and_planted_errors() -> None:
    for outcome in exactness.hunt(10, seed=11):
        assert outcome.failures == []
