"""The vocabulary of formulas: every function, sign and constant that a formula may use.

>>> WORDS["asin"].numpy
'arcsin'
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
    """A function: the number of its arguments, its name in NumPy, and a template for LaTeX."""

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
    # word      arity  NumPy   LaTeX
    "neg": Word(1, "negative", "-{0}"),
    "abs": Word(1, "abs", r"\left|{0}\right|"),
    "exp": Word(1, "exp", r"e^{{{0}}}"),
    "expm1": Word(1, "expm1", r"\left(e^{{{0}}} - 1\right)"),
    "exp2": Word(1, "exp2", r"2^{{{0}}}"),
    "log": Word(1, "log", r"\ln\left({0}\right)"),
    "log1p": Word(1, "log1p", r"\ln\left(1 + {0}\right)"),
    "log2": Word(1, "log2", r"\log_2\left({0}\right)"),
    "log10": Word(1, "log10", r"\log_{{10}}\left({0}\right)"),
    "sqrt": Word(1, "sqrt", r"\sqrt{{{0}}}"),
    "cbrt": Word(1, "cbrt", r"\sqrt[3]{{{0}}}"),
    "sin": Word(1, "sin", r"\sin\left({0}\right)"),
    "cos": Word(1, "cos", r"\cos\left({0}\right)"),
    "tan": Word(1, "tan", r"\tan\left({0}\right)"),
    "asin": Word(1, "arcsin", r"\arcsin\left({0}\right)"),
    "acos": Word(1, "arccos", r"\arccos\left({0}\right)"),
    "atan": Word(1, "arctan", r"\arctan\left({0}\right)"),
    "atan2": Word(2, "arctan2", r"\operatorname{{atan2}}\left({0}, {1}\right)"),
    "sinh": Word(1, "sinh", r"\sinh\left({0}\right)"),
    "cosh": Word(1, "cosh", r"\cosh\left({0}\right)"),
    "tanh": Word(1, "tanh", r"\tanh\left({0}\right)"),
    "asinh": Word(1, "arcsinh", r"\operatorname{{arsinh}}\left({0}\right)"),
    "acosh": Word(1, "arccosh", r"\operatorname{{arcosh}}\left({0}\right)"),
    "atanh": Word(1, "arctanh", r"\operatorname{{artanh}}\left({0}\right)"),
    "erf": Word(1, "erf", r"\operatorname{{erf}}\left({0}\right)"),
    "erfc": Word(1, "erfc", r"\operatorname{{erfc}}\left({0}\right)"),
    "erfinv": Word(1, "erfinv", r"\operatorname{{erf}}^{{-1}}\left({0}\right)"),
    "normal_cdf": Word(1, "normal_cdf", r"\Phi\left({0}\right)"),
    "lgamma": Word(1, "lgamma", r"\ln\left|\Gamma\left({0}\right)\right|"),
    "digamma": Word(1, "digamma", r"\psi\left({0}\right)"),
    "polygamma": Word(2, "polygamma", r"\psi^{{\left({0}\right)}}\left({1}\right)"),
    "floor": Word(1, "floor", r"\left\lfloor {0} \right\rfloor"),
    "round": Word(1, "rint", r"\operatorname{{round}}\left({0}\right)"),
    "mod": Word(2, "remainder", r"\operatorname{{mod}}\left({0}, {1}\right)"),
    "hypot": Word(2, "hypot", r"\sqrt{{{0}^2 + {1}^2}}"),
    "maximum": Word(2, "maximum", r"\max\left({0}, {1}\right)"),
    "minimum": Word(2, "minimum", r"\min\left({0}, {1}\right)"),
}

# Words without a function in NumPy: programs over arrays call the float function for each number.
WITHOUT_NUMPY = frozenset({"erf", "erfc", "erfinv", "normal_cdf", "lgamma", "digamma", "polygamma"})

# Over all elements of an operand marked with a star.
REDUCTIONS = {
    "sum": Word(1, "add.reduce", r"\sum {0}"),
    "prod": Word(1, "multiply.reduce", r"\prod {0}"),
    "maximum": Word(1, "maximum.reduce", r"\max {0}"),
    "minimum": Word(1, "minimum.reduce", r"\min {0}"),
    "count": Word(1, "len", r"n"),
}
# Not a reduction: for each element, the product of all the other elements (no division, so
# that one factor of zero does not turn its own derivative into nan).
PRODUCT_OF_OTHERS = "prod_of_others"
