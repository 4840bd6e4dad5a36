"""The vocabulary of formulas: every function, sign and constant that a formula text may use.

One row per word, with its spelling in NumPy and LaTeX; in generated Python a word is spelled
as here and found in one of the two namespaces of `floats`. A further target (JavaScript, say)
is a further column. What is not here: operations made of words (`autodiff.operations`).

>>> WORDS["exp"].numpy
'np.exp({0})'
"""

from __future__ import annotations

from math import inf, nan, pi
from typing import NamedTuple

ATOM = 9  # binds tighter than any sign: a name, a number, a call in parentheses


class Infix(NamedTuple):
    """A sign between two operands; a higher `precedence` binds tighter."""

    sign: str
    latex: str
    precedence: int


class Word(NamedTuple):
    """A function; `{0}`, `{1}` stand for its arguments."""

    arity: int
    numpy: str
    latex: str


CONSTANTS = {"pi": pi, "inf": inf, "nan": nan}

INFIX = {
    "less": Infix("<", "<", 2),
    "less_equal": Infix("<=", r"\le", 2),
    "greater": Infix(">", ">", 2),
    "greater_equal": Infix(">=", r"\ge", 2),
    "equal": Infix("==", "=", 2),
    "add": Infix("+", "+", 3),
    "sub": Infix("-", "-", 3),
    "mul": Infix("*", r"\,", 4),
    "div": Infix("/", "/", 4),
    "pow": Infix("**", "^", 6),
}
COMPARISONS = frozenset(name for name, infix in INFIX.items() if infix.precedence == 2)
NEGATION = 5  # the precedence of the sign in -x: below x**y, above x*y

WORDS = {
    # word          arity  NumPy                          LaTeX
    "neg": Word(1, "-{0}", "-{0}"),
    "abs": Word(1, "np.abs({0})", r"\left|{0}\right|"),
    "exp": Word(1, "np.exp({0})", r"e^{{{0}}}"),
    "expm1": Word(1, "np.expm1({0})", r"\left(e^{{{0}}} - 1\right)"),
    "log": Word(1, "np.log({0})", r"\ln\left({0}\right)"),
    "log1p": Word(1, "np.log1p({0})", r"\ln\left(1 + {0}\right)"),
    "log2": Word(1, "np.log2({0})", r"\log_2\left({0}\right)"),
    "log10": Word(1, "np.log10({0})", r"\log_{{10}}\left({0}\right)"),
    "sqrt": Word(1, "np.sqrt({0})", r"\sqrt{{{0}}}"),
    "cbrt": Word(1, "np.cbrt({0})", r"\sqrt[3]{{{0}}}"),
    "sin": Word(1, "np.sin({0})", r"\sin\left({0}\right)"),
    "cos": Word(1, "np.cos({0})", r"\cos\left({0}\right)"),
    "tan": Word(1, "np.tan({0})", r"\tan\left({0}\right)"),
    "asin": Word(1, "np.arcsin({0})", r"\arcsin\left({0}\right)"),
    "acos": Word(1, "np.arccos({0})", r"\arccos\left({0}\right)"),
    "atan": Word(1, "np.arctan({0})", r"\arctan\left({0}\right)"),
    "atan2": Word(2, "np.arctan2({0}, {1})", r"\operatorname{{atan2}}\left({0}, {1}\right)"),
    "sinh": Word(1, "np.sinh({0})", r"\sinh\left({0}\right)"),
    "cosh": Word(1, "np.cosh({0})", r"\cosh\left({0}\right)"),
    "tanh": Word(1, "np.tanh({0})", r"\tanh\left({0}\right)"),
    "asinh": Word(1, "np.arcsinh({0})", r"\operatorname{{arsinh}}\left({0}\right)"),
    "acosh": Word(1, "np.arccosh({0})", r"\operatorname{{arcosh}}\left({0}\right)"),
    "atanh": Word(1, "np.arctanh({0})", r"\operatorname{{artanh}}\left({0}\right)"),
    "erf": Word(1, "erf({0})", r"\operatorname{{erf}}\left({0}\right)"),
    "erfc": Word(1, "erfc({0})", r"\operatorname{{erfc}}\left({0}\right)"),
    "hypot": Word(2, "np.hypot({0}, {1})", r"\sqrt{{{0}^2 + {1}^2}}"),
    "maximum": Word(2, "np.maximum({0}, {1})", r"\max\left({0}, {1}\right)"),
    "minimum": Word(2, "np.minimum({0}, {1})", r"\min\left({0}, {1}\right)"),
}

# Words over all elements of an operand marked with a star. NumPy: along the first axis.
REDUCTIONS = {
    "sum": Word(1, "np.add.reduce({0})", r"\sum {0}"),
    "prod": Word(1, "np.multiply.reduce({0})", r"\prod {0}"),
    "maximum": Word(1, "np.maximum.reduce({0})", r"\max {0}"),
    "minimum": Word(1, "np.minimum.reduce({0})", r"\min {0}"),
    "count": Word(1, "len({0})", r"n"),
}
# Not a reduction: for each element, the product of all the other elements (no division, so
# that one factor of zero does not turn its own derivative into nan).
PRODUCT_OF_OTHERS = "prod_of_others"
