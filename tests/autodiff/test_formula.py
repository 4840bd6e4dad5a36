import builtins
import math
import re
import warnings
from math import inf, nan, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import Value
from autodiff.errors import FormulaError
from autodiff.expression import read
from autodiff.formula import (
    ANY_NUMBER,
    CONSTANTS,
    IEEE,
    IEEE_PYTHON,
    INFIX,
    NUMPY,
    PYTHON,
    WORDS,
    Call,
    Name,
    Number,
    evaluate,
    latex,
    parse,
    plain,
)
from autodiff.inlining import known_functions
from autodiff.operation import Operation

NAMES = ("x", "y", "z", "w_1", "δ")
x, y, z = Name("x"), Name("y"), Name("z")


def tree(text):
    formula = parse(text, NAMES, known_functions())
    assert formula.bindings == ()
    return formula.result


def call(function, *arguments):
    return Call(function, arguments)


def compute(name, operands):
    match name:
        case "less" | "less_equal" | "greater" | "greater_equal" | "equal":
            first, second = operands
            holds = {
                "less": first < second,
                "less_equal": first <= second,
                "greater": first > second,
                "greater_equal": first >= second,
                "equal": first == second,
            }
            return float(holds[name])
        case "where":
            condition, first, second = operands
            return first if condition else second
        case _:
            return IEEE[name](*operands)


# -- reading ----------------------------------------------------------------------------------

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


# -- errors -----------------------------------------------------------------------------------

BAD_TEXTS = [
    # text                       message                                    start  end
    ("", "the formula is empty", 0, 1),
    ("   ", "the formula is empty", 2, 3),
    ("x, y", "after a comma comes a binding: name = formula", 3, 4),
    ("**x", "an operand is missing before '\\*\\*'", 0, 2),
    ("x, **y", "after a comma comes a binding: name = formula", 3, 5),
    ("x + zeta", "unknown name 'zeta' \\(the names are: x, y, z, w_1, δ\\)", 4, 8),
    (
        "w_2 + x",
        "unknown name 'w_2'; did you mean 'w_1'\\? \\(the names are: x, y, z, w_1, δ\\)",
        0,
        3,
    ),
    ("äöü*δ + zeta", "unknown name 'äöü' \\(the names are: x, y, z, w_1, δ\\)", 0, 3),
    ("δ*δ + zeta", "unknown name 'zeta' \\(the names are: x, y, z, w_1, δ\\)", 6, 10),
    ("\U0001d6ff\U0001d6ff + x", "unknown name '𝛿𝛿' \\(the names are: x, y, z, w_1, δ\\)", 0, 2),
    ("x + y + sine(z)", "unknown function 'sine'; did you mean 'sin'\\?", 8, 12),
    ("x(1)", "unknown function 'x'", 0, 1),
    ("1 + exp", "exp is a function: write exp\\(\\.\\.\\.\\)", 4, 7),
    ("exp(x)(y)", "a sign is missing before '\\('", 6, 7),
    ("1 + exp(x, y)", "exp takes 1 argument, got 2", 4, 13),
    ("exp()", "exp takes 1 argument, got 0", 0, 5),
    ("where(x, y)", "where takes 3 arguments, got 2", 0, 11),
    ("leaky_relu(x, y, z)", "leaky_relu takes 1 or 2 arguments, got 3", 0, 19),
    ("maximum()", "maximum takes 1 or more arguments, got 0", 0, 9),
    ("exp(x=1)", "a comparison is written ==; a binding stands after a comma", 5, 6),
    ("exp(*x)", "an operand is missing before '\\*'", 4, 5),
    ("exp(**x)", "an operand is missing before '\\*\\*'", 4, 6),
    ("x + y.data", "only named functions of the table are called; there are no attributes", 5, 6),
    ("y.data.real", "only named functions of the table are called; there are no attributes", 1, 2),
    ("x.sin()", "only named functions of the table are called; there are no attributes", 1, 2),
    ("x[0]", "there are no lists or subscripts", 1, 2),
    ("2 * x[1:2]", "there are no lists or subscripts", 5, 6),
    ("lambda: x", "':' is no sign of a formula", 6, 7),
    ("y + (lambda x: x)", "':' is no sign of a formula", 13, 14),
    ("x if y else z", "a choice is written where\\(condition, x, y\\)", 2, 4),
    ("x and y", "conditions are joined by where\\(condition, x, y\\)", 2, 5),
    ("not x", "turn the comparison round, or use where\\(condition, x, y\\)", 0, 3),
    ("await x", "unknown name 'await' \\(the names are: x, y, z, w_1, δ\\)", 0, 5),
    ("*x", "an operand is missing before '\\*'", 0, 1),
    ("(x, y)", "a comma belongs between the arguments of a function", 2, 3),
    ("[x]", "there are no lists or subscripts", 0, 1),
    ("x + {y}", "there are no sets or dictionaries", 4, 5),
    ("{x: y}", "there are no sets or dictionaries", 0, 1),
    ("[x for x in y]", "there are no lists or subscripts", 0, 1),
    ("sum(i for i in y)", "unknown name 'i' \\(the names are: x, y, z, w_1, δ\\)", 4, 5),
    ("x := 1", "':' is no sign of a formula", 2, 3),
    ("2 * (x := 1)", "':' is no sign of a formula", 7, 8),
    ("f'{x}'", "only real numbers are constants, not texts", 1, 2),
    ("'text'", "only real numbers are constants, not texts", 0, 1),
    ("x * b'ab'", "only real numbers are constants, not texts", 5, 6),
    ("1 + 2j", "a sign is missing before 'j'", 5, 6),
    ("True", "only real numbers are constants", 0, 4),
    ("x + None", "only real numbers are constants", 4, 8),
    ("...", "only named functions of the table are called; there are no attributes", 0, 1),
    ("1 + x ^ 2", "a power is written x\\*\\*y", 6, 7),
    ("1 + x // y", "division is written x / y, a power x\\*\\*y", 7, 8),
    ("x @ y", "a sum of products is written dot\\(\\.\\.\\.\\)", 2, 3),
    ("x % y", "a remainder has no row in the table", 2, 3),
    ("~x", "'\\~' is no sign of a formula", 0, 1),
    ("x & y", "conditions are joined by where\\(condition, x, y\\)", 2, 3),
    ("x << 2", "an operand is missing before '<'", 3, 4),
    ("x != y", "the comparisons are < <= > >= ==", 2, 3),
    ("x in y", "a sign is missing before 'in'", 2, 4),
    ("0 < x < 1", "one comparison at a time", 6, 7),
    ("__import__('os')", "only real numbers are constants, not texts", 11, 12),
    ("__import__('os').system('true')", "only real numbers are constants, not texts", 11, 12),
    ("eval('1')", "only real numbers are constants, not texts", 5, 6),
    ("x\n+ zeta", "unknown name 'zeta' \\(the names are: x, y, z, w_1, δ\\)", 4, 8),
    ("x\r\n+ zeta", "unknown name 'zeta' \\(the names are: x, y, z, w_1, δ\\)", 5, 9),
    ("x\r+ zeta", "unknown name 'zeta' \\(the names are: x, y, z, w_1, δ\\)", 4, 8),
    ("import os", "unknown name 'import' \\(the names are: x, y, z, w_1, δ\\)", 0, 6),
    ("yield x", "unknown name 'yield' \\(the names are: x, y, z, w_1, δ\\)", 0, 5),
    ("x y", "a sign is missing before 'y'", 2, 3),
    ("x +", "an operand is missing at the end", 2, 3),
    ("x; y", "';' is no sign of a formula", 1, 2),
    ("x = = y", "a comparison is written ==; a binding stands after a comma", 2, 3),
    ("x + $", "'\\$' is no sign of a formula", 4, 5),
    ("δ + $", "'\\$' is no sign of a formula", 4, 5),
    ("x + \u200by", "'\\\\u200b' is no sign of a formula", 4, 5),
    ("x, e = 1, y", "after a comma comes a binding: name = formula", 10, 11),
    ("(x", "'\\(' is never closed", 0, 1),
    ("y + (x", "'\\(' is never closed", 4, 5),
    ("y + exp(x", "'\\(' is never closed", 4, 7),
    ("x)", "'\\)' closes nothing", 1, 2),
    ("x))", "'\\)' closes nothing", 1, 2),
    ("x) + (y", "'\\)' closes nothing", 1, 2),
    ("x + 'abc", "only real numbers are constants, not texts", 4, 5),
    ("x + \x00", "'\\\\x00' is no sign of a formula", 4, 5),
    ("x + \ud800", "'\\\\ud800' is no sign of a formula", 4, 5),
    ("x + y # z", "a formula has no comment", 6, 7),
    ("# x", "a formula has no comment", 0, 1),
    ("x # first\n+ y", "a formula has no comment", 2, 3),
    ("x + y\\", r"'\\\\' is no sign of a formula", 5, 6),
]


@pytest.mark.parametrize(
    ("text", "message", "start", "end"), BAD_TEXTS, ids=[ascii(row[0]) for row in BAD_TEXTS]
)
def test_a_bad_text_is_an_error_that_points_at_the_place(text, message, start, end):
    with pytest.raises(FormulaError, match=f"^{message}") as caught:
        parse(text, NAMES, known_functions())
    assert (caught.value.start, caught.value.end) == (start, end)


def test_the_message_shows_the_line_and_carets_below_the_place():
    with pytest.raises(FormulaError) as caught:
        parse("δ +\nsine(x)", NAMES, known_functions())
    lines = str(caught.value).split("\n")
    assert lines[1:] == ["    δ + sine(x)", "        ^^^^"]
    assert caught.value.text == "δ + sine(x)"


@pytest.mark.parametrize("depth", [250, 5000, 100_000])
def test_parentheses_nest_to_any_depth(depth):
    assert tree("(" * depth + "x" + ")" * depth) == Name("x")


def test_a_long_text_is_not_shown_whole():
    with pytest.raises(FormulaError, match="unknown name 'v'") as caught:
        tree(" + ".join([*["x"] * 300, "v", *["x"] * 300]))
    assert len(str(caught.value)) < 1000
    shown, carets = str(caught.value).split("\n")[1:]
    assert shown[carets.index("^")] == "v"


def test_the_names_are_none_where_there_are_none():
    with pytest.raises(FormulaError, match=r"unknown name 'x' \(the names are: none\)"):
        parse("x", [], {})


@pytest.mark.parametrize("text", ["'\\d'", "1or x", "x if 1else y", "f'\\d'"])
def test_a_bad_text_raises_without_a_warning(text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(FormulaError):
            tree(text)
    assert caught == []


@given(st.text())
def test_any_text_is_a_formula_or_a_formula_error(text):
    try:
        formula = parse(text, NAMES, known_functions())
    except FormulaError as error:
        assert 0 <= error.start < error.end  # noqa: PT017
        assert error.end <= max(len(text), 1)  # noqa: PT017
    else:
        assert isinstance(formula.result, Call | Name | Number)


@given(st.text("xyz01.+-*/(),=<> \n#'e", max_size=12))
def test_almost_any_formula_is_one_or_a_formula_error(text):
    try:
        result = parse(text, NAMES, known_functions()).resolved()
    except FormulaError as error:
        assert 0 <= error.start < error.end <= max(len(text), 1)  # noqa: PT017
    else:
        assert repr(tree(plain(result))) == repr(result)


@pytest.mark.parametrize(
    "text",
    ["trap", "trap()", "trap(x)", "x + trap(1)", "trap.x", "x.trap", "x[trap()]", "f'{trap()}'",
     "[trap() for x in y]", "(lambda: trap())()", "exp(trap())", "x, e = trap()",
     "__builtins__", "exp.__globals__", "x.__class__.__mro__"],
)  # fmt: skip
def test_nothing_is_ever_evaluated_as_python(text, monkeypatch):
    called = []
    monkeypatch.setattr(builtins, "trap", lambda *xs: called.append(xs), raising=False)
    for name in ("eval", "exec", "__import__"):
        monkeypatch.setattr(builtins, name, called.append)
    try:
        with pytest.raises(FormulaError):
            parse(text, NAMES, {"exp": {1}})
        with pytest.raises(FormulaError):
            read(text, {"x": Value(1.0), "y": Value(2.0)})
    finally:
        monkeypatch.undo()
    assert called == []


def test_the_number_of_arguments_may_be_any():
    functions = {"f": {ANY_NUMBER}}
    assert parse("f(x)", NAMES, functions).result == call("f", x)
    assert parse("f(x, y, z)", NAMES, functions).result == call("f", x, y, z)
    with pytest.raises(FormulaError, match="f takes 1 or more arguments, got 0"):
        parse("f()", NAMES, functions)


# -- printing for people ----------------------------------------------------------------------

PRINTED = [
    # text                   plain text                   LaTeX
    ("x+y-z", "x + y - z", "x + y - z"),
    ("x-(y+z)", "x - (y + z)", r"x - \left(y + z\right)"),
    ("x*(y+z)", "x * (y + z)", r"x\,\left(y + z\right)"),
    ("2*x", "2 * x", r"2\,x"),
    ("x*-2", "x * (-2)", r"x\,\left(-2\right)"),
    ("-x*y", "-x * y", r"-x\,y"),
    ("-(x+y)", "-(x + y)", r"-\left(x + y\right)"),
    ("x/y", "x / y", r"\frac{x}{y}"),
    ("(x+1)/(y*z)", "(x + 1) / (y * z)", r"\frac{x + 1}{y\,z}"),
    ("x/y*z", "x / y * z", r"\frac{x}{y}\,z"),
    ("x*(y/z)", "x * (y / z)", r"x\,\frac{y}{z}"),
    ("x**2", "x ** 2", "x^{2}"),
    ("x**-y", "x ** (-y)", "x^{-y}"),
    ("(-x)**2", "(-x) ** 2", r"\left(-x\right)^{2}"),
    ("-x**2", "-x ** 2", "-x^{2}"),
    ("x**y**z", "x ** y ** z", "x^{y^{z}}"),
    ("(x**y)**z", "(x ** y) ** z", r"\left(x^{y}\right)^{z}"),
    ("(x/y)**2", "(x / y) ** 2", r"\left(\frac{x}{y}\right)^{2}"),
    ("exp(-x)", "exp(-x)", "e^{-x}"),
    ("exp(x)*y", "exp(x) * y", r"e^{x}\,y"),
    ("exp(x)**2", "exp(x) ** 2", r"\left(e^{x}\right)^{2}"),
    ("log(x)**2", "log(x) ** 2", r"\ln\left(x\right)^{2}"),
    ("expm1(x)", "expm1(x)", r"\left(e^{x} - 1\right)"),
    ("log1p(-x)", "log1p(-x)", r"\ln\left(1 + \left(-x\right)\right)"),
    ("sqrt(x+1)", "sqrt(x + 1)", r"\sqrt{x + 1}"),
    ("abs(x)", "abs(x)", r"\left|x\right|"),
    ("hypot(x,y)", "hypot(x, y)", r"\sqrt{x^2 + y^2}"),
    ("hypot(x+1,-y)", "hypot(x + 1, -y)",
     r"\sqrt{\left(x + 1\right)^2 + \left(-y\right)^2}"),
    ("hypot(x**2,y/z)", "hypot(x ** 2, y / z)",
     r"\sqrt{\left(x^{2}\right)^2 + \left(\frac{y}{z}\right)^2}"),
    ("maximum(x,y)", "maximum(x, y)", r"\max\left(x, y\right)"),
    ("maximum(x,y,z)", "maximum(x, y, z)", r"\max\left(x, y, z\right)"),
    ("minimum(x,y,z,1)", "minimum(x, y, z, 1)", r"\min\left(x, y, z, 1\right)"),
    ("sum(x*y)+z", "sum(x * y) + z", r"\sum x\,y + z"),
    ("sum(x+y)", "sum(x + y)", r"\sum \left(x + y\right)"),
    ("z*sum(x)", "z * sum(x)", r"z\,\left(\sum x\right)"),
    ("sum(x)/count(x)", "sum(x) / count(x)", r"\frac{\sum x}{n}"),
    ("leaky_relu(x,0.1)", "leaky_relu(x, 0.1)",
     r"\operatorname{leaky\_relu}\left(x, 0.1\right)"),
    ("where(x>0,x,-y)", "where(x > 0, x, -y)",
     r"\begin{cases} x & \text{if } x > 0 \\ -y & \text{otherwise} \end{cases}"),
    ("where(x<=y,x,y)**2", "where(x <= y, x, y) ** 2",
     r"\left(\begin{cases} x & \text{if } x \le y \\ y & \text{otherwise} \end{cases}\right)^{2}"),
    ("(x==y)*z", "(x == y) * z", r"\left(x = y\right)\,z"),
    ("(x<y)<z", "(x < y) < z", r"\left(x < y\right) < z"),
    ("x<(y<z)", "x < (y < z)", r"x < \left(y < z\right)"),
    ("0.1+1e-300", "0.1 + 1e-300", r"0.1 + 10^{-300}"),
    ("2.5e-05*x", "2.5e-05 * x", r"2.5\cdot 10^{-5}\,x"),
    ("x**1e300", "x ** 1e+300", r"x^{10^{300}}"),
    ("x<inf", "x < inf", r"x < \infty"),
    ("-inf", "-inf", r"-\infty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [row[:2] for row in PRINTED], ids=[row[0] for row in PRINTED]
)
def test_plain_text(text, expected):
    assert plain(tree(text)) == expected
    assert repr(tree(expected)) == repr(tree(text))


@pytest.mark.parametrize(
    ("text", "expected"), [row[::2] for row in PRINTED], ids=[row[0] for row in PRINTED]
)
def test_latex(text, expected):
    assert latex(tree(text)) == expected


@pytest.mark.parametrize("word", sorted(WORDS.keys() - {"neg"}))
def test_every_word_can_be_printed_and_read(word):
    arguments = NAMES[: WORDS[word].arity]
    result = tree(f"{word}({', '.join(arguments)})")
    assert plain(result) == f"{word}({', '.join(arguments)})"
    text = latex(result)
    assert all(argument in text for argument in arguments)
    assert text.count("{") == text.count("}")


def test_names_are_written_as_asked():
    product = tree("x * (y - 1) ** z")
    assert plain(product, {"x": "w1", "y": "-2", "z": "0.5"}) == "w1 * (-2 - 1) ** 0.5"
    assert plain(product, {"x": "2", "z": "-3"}) == "2 * (y - 1) ** (-3)"
    assert latex(product, {"x": "w_1", "y": "-2"}) == r"w_1\,\left(-2 - 1\right)^{z}"
    assert plain(tree("x ** 2 - y"), {"x": "-3", "y": "-1"}) == "(-3) ** 2 - (-1)"
    assert latex(tree("x ** 2"), {"x": "-3"}) == r"\left(-3\right)^{2}"


# -- reading what was printed -----------------------------------------------------------------

POINTS = {"x": 0.75, "y": -1.5, "z": 3.0}
LEAVES = st.sampled_from([x, y, z]) | st.floats(allow_nan=True).map(Number)


ARITIES = (
    {name: word.arity for name, word in WORDS.items()}
    | dict.fromkeys(INFIX, 2)
    | {"where": 3, "maximum": 2, "minimum": 2}
)


def branch(name, *arguments):
    """Apply a function; the negative of a number is written as a number."""
    first = arguments[0]
    if name == "neg" and isinstance(first, Number):
        return Number(-first.value)
    return Call(name, arguments[: ARITIES[name]])


def expressions(names):
    def above(below):
        return st.builds(branch, st.sampled_from(names), below, below, below)

    return st.recursive(LEAVES, above, max_leaves=30)


EXPRESSIONS = expressions(sorted(ARITIES)) | expressions(sorted({*INFIX, "neg"}))
WITHOUT_POWERS = expressions(sorted(ARITIES.keys() - {"pow"}))


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS)
def test_a_printed_expression_is_read_as_the_same_tree(expression):
    again = tree(plain(expression))
    assert repr(again) == repr(expression)  # to the sign of zero, and nan like nan
    first, second = (evaluate(each, POINTS, compute) for each in (expression, again))
    assert repr(first) == repr(second)


@settings(deadline=None)
@given(WITHOUT_POWERS)
def test_the_emitted_function_computes_what_the_tree_says(expression):
    expected = evaluate(expression, POINTS, compute)
    row = Operation("f", "x y z", plain(expression), "0 ; 0 ; 0")
    value, derivatives = row.function(*POINTS.values())
    assert value == expected or (math.isnan(value) and math.isnan(expected))
    assert derivatives == (0.0, 0.0, 0.0)


@settings(deadline=None)
@given(WITHOUT_POWERS)
def test_the_emitted_derivative_computes_what_the_tree_says(expression):
    expected = evaluate(expression, POINTS, compute)
    row = Operation("f", "x y z", plain(expression), f"{plain(expression)} ; 0 ; out")
    _, (derivative, _, out) = row.function(*POINTS.values())
    assert repr(derivative + 0.0) == repr(out + 0.0) == repr(expected + 0.0)


def test_latex_balances_for_every_operation_of_the_language():
    for name, arities in known_functions().items():
        for arity in arities:
            count = 2 if arity == ANY_NUMBER else arity
            text = latex(Call(name, (x, y, z)[:count]))
            assert text.count(r"\left") == text.count(r"\right")
            assert text.count("{") == text.count("}")


# -- evaluating -------------------------------------------------------------------------------


def apply_to_floats(name, operands):
    return compute(name, operands) if name not in {"sum", "prod"} else IEEE[name](operands)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + 1", [2.0, 3.0, 5.0]),
        ("x * y", [10.0, 20.0, 40.0]),
        ("sum(x)", 7.0),
        ("sum(x * x)", 21.0),
        ("sum(x) / count(x)", 7.0 / 3.0),
        ("prod_of_others(x)", [8.0, 4.0, 2.0]),
        ("maximum(x)", 4.0),
        ("x == maximum(x)", [0.0, 0.0, 1.0]),
        ("where(x > 1, y, x)", [1.0, 10.0, 10.0]),
        ("y", 10.0),
        ("3", 3.0),
    ],
)
def test_starred_operands_go_element_by_element(text, expected):
    environment = {"x": [1.0, 2.0, 4.0], "y": 10.0}
    assert evaluate(tree(text), environment, apply_to_floats) == expected


# -- programs ---------------------------------------------------------------------------------


def body(*lines):
    return "\n    ".join(lines) + "\n"


PROGRAMS = {
    "common subexpressions once": (
        Operation("f", "x", "exp(x) * exp(x) + sin(x)", "2 * exp(x)**2 + cos(x)"),
        PYTHON,
        body(
            "def forward(x):",
            "t1 = exp(x)",
            "t2 = t1 * t1",
            "out = t2 + sin(x)",
            "return out, (2.0 * t2 + cos(x),)",
        ),
    ),
    "bindings once": (
        Operation("f", "x y", "s * s + y, s = sin(x + y)", "2*s*cos(x + y), s = sin(x + y) ; 1"),
        PYTHON,
        body(
            "def forward(x, y):",
            "t1 = x + y",
            "t2 = sin(t1)",
            "out = t2 * t2 + y",
            "return out, (2.0 * t2 * cos(t1), 1.0)",
        ),
    ),
    "out in a derivative": (
        Operation("f", "x y", "x / y", "1 / y ; -out / y"),
        PYTHON,
        body("def forward(x, y):", "out = x / y", "return out, (1.0 / y, -out / y)"),
    ),
    "division with IEEE results": (
        Operation("f", "x y", "x / y", "1 / y ; -out / y"),
        IEEE_PYTHON,
        body(
            "def forward(x, y):", "out = div(x, y)", "return out, (div(1.0, y), div(-out, y))"
        ),
    ),
    "branches lazy in Python": (
        Operation("f", "x", "where(x > 0, log(x) * log(x), exp(x))",
                  "where(x > 0, 2 * log(x) / x, exp(x))"),
        PYTHON,
        body(
            "def forward(x):",
            "out = log(x) * log(x) if x > 0.0 else exp(x)",
            "return out, ((2.0 * log(x) / x if x > 0.0 else exp(x)),)",
        ),
    ),
    "branches eager in NumPy": (
        Operation("f", "x", "where(x > 0, log(x) * log(x), exp(x))",
                  "where(x > 0, 2 * log(x) / x, exp(x))"),
        NUMPY,
        body(
            "def forward(x):",
            "t1 = np.log(x)",
            "t2 = np.exp(x)",
            "out = np.where(x > 0.0, t1 * t1, t2)",
            "return out, (np.where(x > 0.0, 2.0 * t1 / x, t2),)",
        ),
    ),
    "a number as condition": (
        Operation("f", "x n=2", "where(n, x / n, inf)", "where(n < 1/2, -inf, 1/n) ; nan"),
        NUMPY,
        body(
            "def forward(x, n):",
            "out = np.where(n != 0.0, x / n, np.inf)",
            "return out, (np.where(n < 0.5, -np.inf, 1.0 / n), np.nan)",
        ),
    ),
    "a comparison as number": (
        Operation("f", "x y", "x * (y < x) - -2", "y < x ; 0"),
        PYTHON,
        body(
            "def forward(x, y):",
            "out = x * (1.0 if y < x else 0.0) - -2.0",
            "return out, ((1.0 if y < x else 0.0), 0.0)",
        ),
    ),
    "a domain": (
        Operation("f", "x", "log(x)", "1 / x", domain="x >= 0"),
        PYTHON,
        body(
            "def forward(x):", "out = log(x)", "return out, ((1.0 / x if x >= 0.0 else nan),)"
        ),
    ),
    "powers in NumPy": (
        Operation("f", "x y", "(-x)**y - x**2", "0 ; 0"),
        NUMPY,
        body("def forward(x, y):", "out = (-x) ** y - x * x", "return out, (0.0, 0.0)"),
    ),
    "constants folded": (
        Operation("f", "x", "x * sqrt(2 / pi) + exp(0)", "--x"),
        PYTHON,
        body("def forward(x):", f"out = x * {math.sqrt(2 / pi)!r} + 1.0", "return out, (x,)"),
    ),
    "a dot product": (
        Operation("f", "w* x* b", "sum(w * x) + b", "x ; w ; 1"),
        PYTHON,
        body(
            "def forward(w, x, b):",
            "out = sum(map(mul, w, x)) + b",
            "return out, (*x, *w, 1.0)",
        ),
    ),
    "loops": (
        Operation("f", "w* x* b", "sum(w * (x - b)**2)",
                  "(x - b)**2 ; 2 * w * (x - b) ; -2 * sum(w * (x - b))"),
        PYTHON,
        body(
            "def forward(w, x, b):",
            "out = sum([w_ * ((x_ - b) * (x_ - b)) for w_, x_ in zip(w, x)])",
            "return out, (*[(x_ - b) * (x_ - b) for x_ in x], "
            "*[2.0 * w_ * (x_ - b) for w_, x_ in zip(w, x)], "
            "-2.0 * sum([w_ * (x_ - b) for w_, x_ in zip(w, x)]))",
        ),
    ),
    "what is the same for all elements stands before the loop": (
        Operation("f", "x*", "sum(x) / count(x)", "exp(x / sum(x))"),
        PYTHON,
        body(
            "def forward(x):",
            "t1 = sum(x)",
            "out = t1 / count(x)",
            "return out, (*[exp(x_ / t1) for x_ in x],)",
        ),
    ),
    "axes in NumPy": (
        Operation("f", "w* x* b", "sum(w * (x - b)**2)",
                  "(x - b)**2 ; 2 * w * (x - b) ; -2 * sum(w * (x - b))"),
        NUMPY,
        body(
            "def forward(w, x, b):",
            "t1 = x - b",
            "t2 = t1 * t1",
            "out = np.add.reduce(w * t2)",
            "return out, (t2, 2.0 * w * t1, -2.0 * np.add.reduce(w * t1))",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "dialect", "source"), PROGRAMS.values(), ids=PROGRAMS.keys())
def test_the_emitted_program(row, dialect, source):
    assert row.emit(dialect) == source


def test_only_the_derivatives_that_are_wanted_are_emitted():
    row = Operation("f", "x y", "x * y", "y ; x")
    assert row.emit(PYTHON, (False, True)).endswith("return out, (x,)\n")
    assert row.emit(PYTHON, (False, False)).endswith("return out, ()\n")
    assert row.partial((True, False))(2.0, 3.0) == (6.0, (3.0,))


def test_the_branch_that_is_not_chosen_is_not_computed():
    row = Operation("f", "x", "where(x > 0, log(x), 1 / x)", "where(x > 0, 1 / x, sqrt(x))")
    source = row.emit(PYTHON)
    calls = []
    namespace = {"log": lambda v: calls.append(("log", v)) or 0.0, "sqrt": calls.append}
    exec(source, namespace)  # noqa: S102
    assert namespace["forward"](2.0) == (0.0, (0.5,))
    assert calls == [("log", 2.0)]


@pytest.mark.parametrize(
    ("formula", "derivative", "points", "value", "derivatives"),
    [
        ("2 * prod(x)", "2 * prod_of_others(x)", (2.0, 3.0, 0.0), 0.0, (0.0, 0.0, 12.0)),
        ("sum(x)**2", "2 * sum(x)", (1.0, 2.0), 9.0, (6.0, 6.0)),
        ("maximum(x) - minimum(x)", "(x == maximum(x)) - (x == minimum(x))", (1.0, 4.0), 3.0,
         (-1.0, 1.0)),
        ("count(x)", "0", (5.0, 5.0, 5.0), 3.0, (0.0, 0.0, 0.0)),
        ("count(x * x)", "0", (5.0, 5.0, 5.0), 3.0, (0.0, 0.0, 0.0)),
        ("sum(x * x)", "x + x", (5.0,), 25.0, (10.0,)),
        ("sum(where(x > 1, x, -x))", "where(x > 1, 1, -1)", (1.0, 2.0), 1.0, (-1.0, 1.0)),
    ],
)  # fmt: skip
def test_reductions_agree_in_python_and_numpy(formula, derivative, points, value, derivatives):
    row = Operation("f", "x*", formula, derivative)
    assert row.function(points) == (value, derivatives)
    namespace = {"np": np, "prod_of_others": lambda a: np.array(IEEE["prod_of_others"](list(a)))}
    exec(row.numpy_source(), namespace)  # noqa: S102
    out, (slopes,) = namespace["forward"](np.array(points))
    assert out == value
    assert np.broadcast_to(slopes, len(points)).tolist() == list(derivatives)


def test_the_constants_of_the_language():
    assert set(CONSTANTS) == {"pi", "inf", "nan"}
