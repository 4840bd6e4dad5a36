"""Formulas in which some operands are known numbers: what can be decided is decided.

`pow` with the exponent 2 becomes a square, its derivative `2 * x`, without a choice left. Only
what keeps every IEEE result is done: `x * 0` stays, for x may be inf. What is not here:
printing (`emit`), straight-line programs (`steps`).

>>> from autodiff.formula.parse import parse
>>> from autodiff.formula.printing import plain
>>> derivative = parse("where(y == 0, 0, y * x**(y - 1))", ["x", "y"], {"where": {3}}).result
>>> plain(reduced(derivative, {"y": Number(2.0)}))
'2 * x'
"""

from __future__ import annotations

from collections.abc import Mapping

from .ieee import ARITHMETIC, COMPARE, IEEE
from .tree import Call, Expression, Number, arguments_of, fold, substitute
from .words import WORDS

_NEUTRAL_RIGHT = {"mul": 1.0, "div": 1.0, "pow": 1.0, "sub": 0.0}


def reduced(expression: Expression, known: Mapping[str, Expression]) -> Expression:
    """Put known operands in their places, and compute what then holds numbers only.

    Args:
        expression: the tree, operations written out in words.
        known: for names of operands, what takes their place.
    """
    return fold(substitute(expression, known), arguments_of, _reduce)


def _reduce(tree: Expression, below: list[Expression]) -> Expression:
    if not isinstance(tree, Call):
        return tree
    name = tree.function
    values = [each.value for each in below if isinstance(each, Number)]
    if len(values) == len(below):
        if name in COMPARE:
            return Number(float(COMPARE[name](*values)))
        if name in ARITHMETIC or (name in WORDS and len(values) <= WORDS[name].arity):
            return Number(IEEE[name](*values))
    if name == "where":
        return _chosen(below)
    return _without_neutral(name, below)


def _chosen(below: list[Expression]) -> Expression:
    condition, first, second = below
    if isinstance(condition, Number):
        return first if condition.value else second
    is_comparison = isinstance(condition, Call) and condition.function in COMPARE
    if is_comparison and (first, second) == (Number(1.0), Number(0.0)):
        return condition  # that is what a comparison is as a number
    if is_comparison and condition == Call("less_equal", (second, first)):
        return Call("maximum", (second, first))  # relu: nan passes through both; of -0 and 0, 0
    return Call("where", tuple(below))


def _without_neutral(name: str, below: list[Expression]) -> Expression:
    """Leave out a factor 1, a term that is subtracted as 0, and a double sign."""
    first, last = below[0], below[-1]
    if name in _NEUTRAL_RIGHT and last == Number(_NEUTRAL_RIGHT[name]):
        return first
    if name == "mul" and first == Number(1.0):
        return last
    if name == "mul" and first == Number(-1.0):
        return Call("neg", (last,))
    if name == "neg" and isinstance(first, Call) and first.function == "neg":
        return first.arguments[0]
    return Call(name, tuple(below))
