"""Whatever is no formula is an error that points at the place."""

from __future__ import annotations

import builtins
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import Value
from autodiff.errors import FormulaError
from autodiff.formula.parse import ANY_NUMBER, parse
from autodiff.formula.printing import plain
from autodiff.formula.tree import Call, Name, Number
from autodiff.from_text import read
from autodiff.table.registry import known_functions
from tests.autodiff.formula.formulas import NAMES, call, tree, x, y, z

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
    ("x(1)", "'x' is not a function: a product is written", 0, 1),
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
    ("lambda: x", "':' does not belong in a formula", 6, 7),
    ("y + (lambda x: x)", "':' does not belong in a formula", 13, 14),
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
    ("x := 1", "':' does not belong in a formula", 2, 3),
    ("2 * (x := 1)", "':' does not belong in a formula", 7, 8),
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
    ("x % y", "a remainder is written mod", 2, 3),
    ("~x", "'\\~' does not belong in a formula", 0, 1),
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
    ("x; y", "';' does not belong in a formula", 1, 2),
    ("x = = y", "a comparison is written ==; a binding stands after a comma", 2, 3),
    ("x + $", "'\\$' does not belong in a formula", 4, 5),
    ("δ + $", "'\\$' does not belong in a formula", 4, 5),
    ("x + \u200by", "'\\\\u200b' does not belong in a formula", 4, 5),
    ("x, e = 1, y", "after a comma comes a binding: name = formula", 10, 11),
    ("(x", "'\\(' is never closed", 0, 1),
    ("y + (x", "'\\(' is never closed", 4, 5),
    ("y + exp(x", "'\\(' is never closed", 4, 7),
    ("x)", "'\\)' closes nothing", 1, 2),
    ("x))", "'\\)' closes nothing", 1, 2),
    ("x) + (y", "'\\)' closes nothing", 1, 2),
    ("x + 'abc", "only real numbers are constants, not texts", 4, 5),
    ("x + \x00", "'\\\\x00' does not belong in a formula", 4, 5),
    ("x + \ud800", "'\\\\ud800' does not belong in a formula", 4, 5),
    ("x + y # z", "a formula has no comment", 6, 7),
    ("# x", "a formula has no comment", 0, 1),
    ("x # first\n+ y", "a formula has no comment", 2, 3),
    ("x + y\\", r"'\\\\' does not belong in a formula", 5, 6),
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
