"""Texts are read as the trees that arithmetic gives them."""

from __future__ import annotations

import re
from math import inf, nan, pi

import pytest

from autodiff.errors import FormulaError
from autodiff.formula.interpret import evaluate
from autodiff.formula.parse import parse
from autodiff.formula.printing import latex, plain
from autodiff.formula.tree import Name, Number
from autodiff.formula.words import CONSTANTS
from autodiff.table.registry import known_functions
from tests.autodiff.formula.formulas import NAMES, call, compute, tree, x, y, z

TREES = [
    ("x + y * z", call("add", x, call("mul", y, z))),
    ("(x + y) * z", call("mul", call("add", x, y), z)),
    ("x - y - z", call("sub", call("sub", x, y), z)),
    ("x - (y - z)", call("sub", x, call("sub", y, z))),
    ("x / y / z", call("div", call("div", x, y), z)),
    ("x * y / z", call("div", call("mul", x, y), z)),
    ("x ** y ** z", call("pow", x, call("pow", y, z))),
    ("(x ** y) ** z", call("pow", call("pow", x, y), z)),
    ("-x ** y", call("neg", call("pow", x, y))),
    ("(-x) ** y", call("pow", call("neg", x), y)),
    ("x ** -y", call("pow", x, call("neg", y))),
    ("-x * y", call("mul", call("neg", x), y)),
    ("-(x * y)", call("neg", call("mul", x, y))),
    ("x - -y", call("sub", x, call("neg", y))),
    ("--x", call("neg", call("neg", x))),
    ("+x", x),
    ("-2", Number(-2.0)),
    ("--2", Number(2.0)),
    ("-2 ** x", call("neg", call("pow", Number(2.0), x))),
    ("(-2) ** x", call("pow", Number(-2.0), x)),
    ("2 ** -1", call("pow", Number(2.0), Number(-1.0))),
    ("x + y < z", call("less", call("add", x, y), z)),
    ("x <= y", call("less_equal", x, y)),
    ("x > y", call("greater", x, y)),
    ("x >= y", call("greater_equal", x, y)),
    ("x == y", call("equal", x, y)),
    ("(x < y) * z", call("mul", call("less", x, y), z)),
    ("where(x < 0, -x, x)", call("where", call("less", x, Number(0.0)), call("neg", x), x)),
    ("exp(-x)", call("exp", call("neg", x))),
    ("maximum(x, y, z)", call("maximum", x, y, z)),
    ("leaky_relu(x)", call("leaky_relu", x)),
    ("w_1 * δ", call("mul", Name("w_1"), Name("δ"))),
    ("  x+y  ", call("add", x, y)),
    ("(((x)))", x),
    ("x\n+ y", call("add", x, y)),
    ("\n x\n", x),
    ("x\t+\ty", call("add", x, y)),
]


@pytest.mark.parametrize(("text", "expected"), TREES, ids=[repr(row[0]) for row in TREES])
def test_precedence_and_associativity_are_those_of_arithmetic(text, expected):
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2.0),
        ("2.", 2.0),
        (".5", 0.5),
        ("1e-310", 1e-310),
        ("1_000", 1000.0),
        ("1e400", inf),
        ("1" + "0" * 400, inf),
        ("1" + "0" * 5000, inf),
        ("pi", pi),
        ("inf", inf),
        ("-inf", -inf),
        ("nan", nan),
        ("-0.0", -0.0),
    ],
    ids=lambda parameter: repr(parameter)[:12],
)
def test_numbers_and_constants(text, number):
    result = tree(text)
    assert repr(result) == repr(Number(number))
    assert type(result.value) is float


def test_a_name_hides_a_constant():
    assert parse("pi * 2", ["pi"], {}).result == call("mul", Name("pi"), Number(2.0))


def test_bindings_follow_the_result_in_order():
    text = "4*e / (1 + e)**2, a = abs(x), e = exp(-2*a)"
    formula = parse(text, ["x"], known_functions())
    assert formula.text == text
    assert [name for name, _ in formula.bindings] == ["a", "e"]
    assert plain(formula.result) == "4 * e / (1 + e) ** 2"
    resolved = "4 * exp(-2 * abs(x)) / (1 + exp(-2 * abs(x))) ** 2"
    assert plain(formula.resolved()) == resolved


def test_a_binding_may_be_used_by_later_ones_only():
    with pytest.raises(FormulaError, match="unknown name 'b'") as caught:
        parse("a, a = b, b = x", ["x"], {})
    assert (caught.value.start, caught.value.end) == (7, 8)


def test_a_formula_without_bindings_is_resolved_already():
    formula = parse("x + y", NAMES, {})
    assert formula.resolved() is formula.result


@pytest.mark.parametrize("name", ["µ", "ﬁ", "ǆ", "\U0001d431"])
def test_a_name_that_unicode_folds_into_another_is_still_found(name):
    result = parse(f"{name} * 2", [name], {}).result
    assert evaluate(result, {name: 3.0}, compute) == 6.0


def test_a_sum_of_ten_thousand_terms_is_read():
    text = " + ".join(["x"] * 10_000)
    result = tree(text)
    assert plain(result) == text
    assert evaluate(result, {"x": 0.5}, compute) == 5000.0
    assert latex(result) == text


@pytest.mark.parametrize(
    "text",
    ["-" * 10_000 + "x", "**".join(["x"] * 10_000), "exp(" * 150 + "x" + ")" * 150],
    ids=["signs", "powers", "calls"],
)
def test_other_deep_texts_are_read_or_refused_in_plain_words(text):
    try:
        result = tree(text)
    except FormulaError as error:
        assert re.match(r"this .*\(.*nest.*\)\n", str(error))  # noqa: PT017
    else:
        assert "".join(plain(result).split()) == text


def test_the_constants_of_the_language():
    assert set(CONSTANTS) == {"pi", "inf", "nan"}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("|x|", "abs(x)"),
        ("||x| - 3|*|y|", "abs(abs(x) - 3)*abs(y)"),
        ("-|x|**2", "-abs(x)**2"),
        ("(|x + |y||)", "(abs(x + abs(y)))"),
        ("x \N{MINUS SIGN} 3·y÷2", "x - 3*y/2"),
        ("x \N{MULTIPLICATION SIGN} y ≤ 2", "x * y <= 2"),
        ("x⋅y ≥ z", "x*y >= z"),
    ],
)
def test_what_is_written_on_paper_is_read(text: str, same: str) -> None:
    functions = {"abs": {1}}
    assert parse(text, "xyz", functions).result == parse(same, "xyz", functions).result


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("|x", "'|' is never closed"),
        ("x|", "'|' closes nothing"),
        ("(|x)|", "')' closes nothing"),
        ("|(x|)", "'|' closes nothing"),
        ("abs(|x, y|)", "a comma belongs between the arguments"),
        ("2x", "a sign is missing before 'x': a product is written x*y"),
        ("2(x)", "a sign is missing before '(': a product is written x*y"),
        ("x 2", "a sign is missing before '2': a product is written x*y"),
        ("x²", "a power is written x**2"),
        ("√x", "a square root is written sqrt(x)"),
        ("||", "an operand is missing"),
    ],
)
def test_what_is_not_read_says_what_to_write(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=f"^{re.escape(message)}"):
        parse(text, "xyz", {"abs": {1}})
