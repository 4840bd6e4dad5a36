"""What was printed is read as the same tree, and computes the same."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff.formula.interpret import evaluate
from autodiff.formula.parse import ANY_NUMBER
from autodiff.formula.printing import latex, plain
from autodiff.formula.tree import Call, Number
from autodiff.formula.words import INFIX, WORDS
from autodiff.table.operation import Operation
from autodiff.table.registry import known_functions
from tests.autodiff.formula.formulas import compute, tree, x, y, z

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
