"""Formulas and their derivatives are emitted as programs."""

from __future__ import annotations

import math
from math import pi

import pytest

from autodiff.table.operation import Operation


def body(*lines):
    return "\n    ".join(lines) + "\n"


PROGRAMS = {
    "common subexpressions once": (
        Operation("f", "x", "exp(x) * exp(x) + sin(x)", "2 * exp(x)**2 + cos(x)"),
        False,
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
        False,
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
        False,
        body("def forward(x, y):", "out = x / y", "return out, (1.0 / y, -out / y)"),
    ),
    "division with IEEE results": (
        Operation("f", "x y", "x / y", "1 / y ; -out / y"),
        True,
        body(
            "def forward(x, y):", "out = div(x, y)", "return out, (div(1.0, y), div(-out, y))"
        ),
    ),
    "branches lazy in Python": (
        Operation("f", "x", "where(x > 0, log(x) * log(x), exp(x))",
                  "where(x > 0, 2 * log(x) / x, exp(x))"),
        False,
        body(
            "def forward(x):",
            "out = log(x) * log(x) if x > 0.0 else exp(x)",
            "return out, ((2.0 * log(x) / x if x > 0.0 else exp(x)),)",
        ),
    ),
    "a number as condition": (
        Operation("f", "x n=2", "where(n, x / n, inf)", "where(n < 1/2, -inf, 1/n) ; nan"),
        False,
        body(
            "def forward(x, n):",
            "out = x / n if n != 0.0 else inf",
            "return out, ((-inf if n < 0.5 else 1.0 / n), nan)",
        ),
    ),
    "a comparison as number": (
        Operation("f", "x y", "x * (y < x) - -2", "y < x ; 0"),
        False,
        body(
            "def forward(x, y):",
            "out = x * (1.0 if y < x else 0.0) - -2.0",
            "return out, ((1.0 if y < x else 0.0), 0.0)",
        ),
    ),
    "a domain": (
        Operation("f", "x", "log(x)", "1 / x", domain="x >= 0"),
        False,
        body(
            "def forward(x):", "out = log(x)", "return out, ((1.0 / x if x >= 0.0 else nan),)"
        ),
    ),
    "constants folded": (
        Operation("f", "x", "x * sqrt(2 / pi) + exp(0)", "--x"),
        False,
        body("def forward(x):", f"out = x * {math.sqrt(2 / pi)!r} + 1.0", "return out, (x,)"),
    ),
    "a dot product": (
        Operation("f", "w* x* b", "sum(w * x) + b", "x ; w ; 1"),
        False,
        body(
            "def forward(w, x, b):",
            "out = sum(map(mul, w, x)) + b",
            "return out, (*x, *w, 1.0)",
        ),
    ),
    "loops": (
        Operation("f", "w* x* b", "sum(w * (x - b)**2)",
                  "(x - b)**2 ; 2 * w * (x - b) ; -2 * sum(w * (x - b))"),
        False,
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
        False,
        body(
            "def forward(x):",
            "t1 = sum(x)",
            "out = t1 / count(x)",
            "return out, (*[exp(x_ / t1) for x_ in x],)",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "ieee", "source"), PROGRAMS.values(), ids=PROGRAMS.keys())
def test_the_emitted_program(row, ieee, source):
    assert row.emit(ieee=ieee) == source


def test_only_the_derivatives_that_are_wanted_are_emitted():
    row = Operation("f", "x y", "x * y", "y ; x")
    assert row.emit((False, True)).endswith("return out, (x,)\n")
    assert row.emit((False, False)).endswith("return out, ()\n")
    assert row.partial((True, False))(2.0, 3.0) == (6.0, (3.0,))


def test_the_branch_that_is_not_chosen_is_not_computed():
    row = Operation("f", "x", "where(x > 0, log(x), 1 / x)", "where(x > 0, 1 / x, sqrt(x))")
    source = row.emit()
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
def test_reductions_and_their_derivatives(formula, derivative, points, value, derivatives):
    row = Operation("f", "x*", formula, derivative)
    assert row.function(points) == (value, derivatives)
