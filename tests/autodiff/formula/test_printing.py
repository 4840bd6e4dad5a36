"""Formulas are printed for people, as plain text and as LaTeX."""

from __future__ import annotations

import pytest

from autodiff.formula.printing import latex, plain
from autodiff.formula.words import WORDS
from tests.autodiff.formula.formulas import NAMES, tree

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
