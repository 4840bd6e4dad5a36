r"""Printing formulas for people: plain text and LaTeX, with names or live numbers filled in.

What is not here: program text (`emit`), and where the numbers come from.

>>> from .parse import parse
>>> product = parse("x * (y + 1)", names={"x", "y"}, functions={}).result
>>> plain(product, {"x": "w1", "y": "-2"})
'w1 * (-2 + 1)'
>>> print(latex(product, {"x": "w_1", "y": "-2"}))
w_1\,\left(-2 + 1\right)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from .expression import Call, Expression, Name, Number, arguments_of, fold
from .words import ATOM, INFIX, NEGATION, REDUCTIONS, WORDS

__all__ = ["latex", "plain"]

Text: TypeAlias = tuple[str, int]  # a piece of text, and how tightly it binds


def plain(expression: Expression, names: Mapping[str, str] | None = None) -> str:
    """Print an expression as one line of text.

    Args:
        expression: the tree to print.
        names: what to write for each name; a name that is not given stands for itself.
    """

    def combine(tree: Expression, below: list[Text]) -> Text:
        if not isinstance(tree, Call):
            return _leaf(tree, names or {})
        if tree.function == "neg":
            return f"-{_wrap(below[0], NEGATION, '()')}", NEGATION
        if tree.function in INFIX:
            return _infix(tree.function, INFIX[tree.function].sign, below, "()")
        return f"{tree.function}({', '.join(text for text, _ in below)})", ATOM

    return fold(expression, arguments_of, combine)[0]


def latex(expression: Expression, names: Mapping[str, str] | None = None) -> str:
    """Print an expression as LaTeX for math mode; `names` as for `plain`, written in LaTeX."""

    def combine(tree: Expression, below: list[Text]) -> Text:
        if not isinstance(tree, Call):
            return _leaf(tree, names or {})
        texts = [text for text, _ in below]
        match tree.function:
            case "div":
                return rf"\frac{{{texts[0]}}}{{{texts[1]}}}", ATOM
            case "pow":
                return f"{_wrap(below[0], ATOM, _PARENTHESES)}^{{{texts[1]}}}", INFIX[
                    "pow"
                ].precedence
            case "where":
                condition, first, second = texts
                cases = rf"{first} & \text{{if }} {condition} \\ {second} & \text{{otherwise}}"
                return rf"\begin{{cases}} {cases} \end{{cases}}", ATOM
            case "neg":
                return f"-{_wrap(below[0], NEGATION, _PARENTHESES)}", NEGATION
            case name if name in INFIX:
                return _infix(name, INFIX[name].latex, below, _PARENTHESES)
            case name if name in REDUCTIONS and len(texts) == 1:
                return REDUCTIONS[name].latex.format(_wrap(below[0], 4, _PARENTHESES)), 4
            case name if name in WORDS:
                return WORDS[name].latex.format(*texts), ATOM
            case name:
                escaped = name.replace("_", r"\_")
                return rf"\operatorname{{{escaped}}}\left({', '.join(texts)}\right)", ATOM

    return fold(expression, arguments_of, combine)[0]


_PARENTHESES = (r"\left(", r"\right)")


def _leaf(tree: Number | Name, names: Mapping[str, str]) -> Text:
    text = f"{tree.value:.17g}" if isinstance(tree, Number) else names.get(tree.name, tree.name)
    return text, (NEGATION if text.startswith("-") else ATOM)


def _wrap(text: Text, precedence: int, parentheses: tuple[str, str] | str) -> str:
    return text[0] if text[1] >= precedence else f"{parentheses[0]}{text[0]}{parentheses[1]}"


def _infix(name: str, sign: str, below: list[Text], parentheses: tuple[str, str] | str) -> Text:
    """Join two operands; a negative number is protected on the right: x * (-2)."""
    precedence = INFIX[name].precedence
    first = _wrap(below[0], precedence + (name == "pow"), parentheses)
    protect = ATOM if below[1][0].startswith("-") else precedence + (name != "pow")
    space = "" if sign == r"\," else " "
    return f"{first}{space}{sign}{space}{_wrap(below[1], protect, parentheses)}", precedence
