r"""Prints formulas as plain text and LaTeX, with names or numbers filled in.

>>> from autodiff.formula.parse import parse
>>> product = parse("x * (y + 1)", names={"x", "y"}, functions={}).result
>>> plain(product, {"x": "w1", "y": "-2"})
'w1 * (-2 + 1)'
>>> print(latex(product, {"x": "w_1", "y": "-2"}))
w_1\,\left(-2 + 1\right)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isinf, isnan
from typing import TypeAlias

from .tree import Call, Expression, Name, Number, arguments_of, fold
from .words import ATOM, COMPARISONS, INFIX, NEGATION, REDUCTIONS, WORDS

Text: TypeAlias = tuple[str, int]  # a piece of text, and how tightly it binds


def plain(expression: Expression, names: Mapping[str, str] | None = None) -> str:
    """Print an expression as one line of text.

    Args:
        expression: the tree to print.
        names: what to write for each name; a name that is not given stands for itself.
    """

    def combine(tree: Expression, below: list[Text]) -> Text:
        if not isinstance(tree, Call):
            return _leaf(tree, names or {}, _plain_number)
        if tree.function == "neg":
            return f"-{_wrap(below[0], _after_minus(tree), '()')}", NEGATION
        if tree.function in INFIX:
            return _infix(tree.function, INFIX[tree.function].sign, below, "()")
        return f"{tree.function}({', '.join(text for text, _ in below)})", ATOM

    return fold(expression, arguments_of, combine)[0]


def latex(expression: Expression, names: Mapping[str, str] | None = None) -> str:
    """Print an expression as LaTeX for math mode; `names` as for `plain`, written in LaTeX."""

    def combine(tree: Expression, below: list[Text]) -> Text:
        if not isinstance(tree, Call):
            return _leaf(tree, names or {}, _latex_number)
        if tree.function in _LATEX:
            return _LATEX[tree.function](tree, below)
        if tree.function in INFIX:
            return _infix(tree.function, INFIX[tree.function].latex, below, _PARENTHESES)
        if tree.function in REDUCTIONS and len(below) == 1:
            return REDUCTIONS[tree.function].latex.format(_wrap(below[0], 4, _PARENTHESES)), 4
        return _latex_function(tree, below)

    return fold(expression, arguments_of, combine)[0]


def _latex_function(tree: Call, below: list[Text]) -> Text:
    texts = [text for text, _ in below]
    if tree.function in WORDS:
        return WORDS[tree.function].latex.format(*texts), ATOM
    escaped = tree.function.replace("_", r"\_")
    return rf"\operatorname{{{escaped}}}\left({', '.join(texts)}\right)", ATOM


def _latex_power(tree: Call, below: list[Text]) -> Text:
    base = tree.arguments[0]
    is_open = isinstance(base, Call) and base.function in _NOT_A_BASE
    first = _wrap((below[0][0], 0 if is_open else below[0][1]), ATOM, _PARENTHESES)
    return f"{first}^{{{below[1][0]}}}", INFIX["pow"].precedence


def _latex_choice(_: Call, below: list[Text]) -> Text:
    condition, first, second = (text for text, _ in below)
    cases = rf"{first} & \text{{if }} {condition} \\ {second} & \text{{otherwise}}"
    return rf"\begin{{cases}} {cases} \end{{cases}}", ATOM


def _latex_of_parts(tree: Call, below: list[Text]) -> Text:
    """Print a word whose template puts signs next to its arguments."""
    parts = [
        _wrap(
            (text, 0 if isinstance(part, Call) and part.function == "div" else precedence),
            ATOM,
            _PARENTHESES,
        )
        for part, (text, precedence) in zip(tree.arguments, below, strict=True)
    ]
    return WORDS[tree.function].latex.format(*parts), ATOM


def _latex_extreme(tree: Call, below: list[Text]) -> Text:
    listed = ", ".join(text for text, _ in below)
    return rf"\{tree.function[:3]}\left({listed}\right)", ATOM


_PARENTHESES = (r"\left(", r"\right)")

# As bases these need parentheses, else the exponent seems to belong to their last part only.
_NOT_A_BASE = frozenset(
    {"div", "where", "exp", "expm1", "log1p", "hypot", "neg", *INFIX, *REDUCTIONS}
)


def _latex_fraction(_: Call, below: list[Text]) -> Text:
    return rf"\frac{{{below[0][0]}}}{{{below[1][0]}}}", ATOM


def _latex_negation(tree: Call, below: list[Text]) -> Text:
    return f"-{_wrap(below[0], _after_minus(tree), _PARENTHESES)}", NEGATION


def _after_minus(tree: Call) -> int:
    """Return how tightly a text must bind after a minus sign: a number with a sign is protected."""
    return NEGATION if isinstance(tree.arguments[0], Call) else ATOM


_LATEX: Mapping[str, Callable[[Call, list[Text]], Text]] = {
    "div": _latex_fraction,
    "pow": _latex_power,
    "where": _latex_choice,
    "neg": _latex_negation,
    "hypot": _latex_of_parts,
    "log1p": _latex_of_parts,
    "maximum": _latex_extreme,
    "minimum": _latex_extreme,
}


def _plain_number(value: float) -> str:
    return repr(value).removesuffix(".0")


def _latex_number(value: float) -> str:
    """Write a number for LaTeX: powers of ten in full, infinity as its sign."""
    if isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    mantissa, exponent, power = _plain_number(value).partition("e")
    if not exponent:
        return r"\mathrm{nan}" if isnan(value) else mantissa
    ten = f"10^{{{int(power)}}}"
    return ten if mantissa == "1" else rf"{mantissa}\cdot {ten}"


def _leaf(tree: Number | Name, names: Mapping[str, str], number: Callable[[float], str]) -> Text:
    text = number(tree.value) if isinstance(tree, Number) else names.get(tree.name, tree.name)
    if r"\cdot" in text:
        return text, INFIX["mul"].precedence  # a power of ten is not the base of a further power
    return text, (NEGATION if text.startswith("-") else ATOM)


def _wrap(text: Text, precedence: int, parentheses: tuple[str, str] | str) -> str:
    return text[0] if text[1] >= precedence else f"{parentheses[0]}{text[0]}{parentheses[1]}"


def _infix(name: str, sign: str, below: list[Text], parentheses: tuple[str, str] | str) -> Text:
    """Join two operands; a negative number is protected on the right: x * (-2).

    Signs that group to the left protect their right side, powers their left side, comparisons
    both.
    """
    precedence = INFIX[name].precedence
    left = name == "pow" or name in COMPARISONS
    first = _wrap(below[0], precedence + left, parentheses)
    protect = ATOM if below[1][0].startswith("-") else precedence + (name != "pow")
    second = _wrap(below[1], protect, parentheses)
    if sign == r"\," and second[0].isdigit():
        sign = r"\cdot"  # two numerals side by side would read as one
    space = "" if sign == r"\," else " "
    return f"{first}{space}{sign}{space}{second}", precedence
