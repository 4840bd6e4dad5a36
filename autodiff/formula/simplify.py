"""The algebraic rules by which formulas, graphs and programs are simplified.

>>> from autodiff.formula.parse import parse
>>> from autodiff.formula.printing import plain
>>> derivative = parse("where(y == 0, 0, y * x**(y - 1))", ["x", "y"], {"where": {3}}).result
>>> plain(reduced(derivative, {"y": Number(2.0)}))
'2 * x'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from .ieee import ARITHMETIC, COMPARE, IEEE
from .tree import Call, Expression, Name, Number, arguments_of, fold, substitute
from .words import WORDS

T = TypeVar("T")
Known = tuple[str, int, float]  # a function, the side of its known operand, that operand

# What is left of the other operand x. There is no rule for 0 * x, which is nan where x is inf.
_RULES: dict[Known, str] = {
    ("mul", 0, 1.0): "x",
    ("mul", 1, 1.0): "x",
    ("div", 1, 1.0): "x",
    ("pow", 1, 1.0): "x",
    ("sub", 1, 0.0): "x",
    ("mul", 0, -1.0): "-x",
    ("mul", 1, -1.0): "-x",
}
_LOOSE_RULES: dict[Known, str] = _RULES | {
    ("add", 0, 0.0): "x",
    ("add", 1, 0.0): "x",
    ("pow", 1, 0.0): "1",
}


def simpler(
    name: str, operands: Sequence[T | float], *, loosely: bool = False
) -> tuple[str, Sequence[T | float]]:
    """Simplify one operation, given the operands that are known numbers.

    Args:
        name: the operation.
        operands: floats where they are known; of any other class where they are not.
        loosely: whether to apply two more rules: x + 0 is x (but -0 + 0 is 0), and x**0 is 1
            (one number, even where x stands for several).

    Returns:
        The operation to apply and its operands. The name is empty where the one operand that
        is left is the result. Without `loosely` the result keeps every bit.

    >>> simpler("mul", ["x", -1.0]), simpler("where", [1.0, "x", "y"]), simpler("exp", ["x"])
    (('neg', ['x']), ('', ['x']), ('exp', ['x']))
    """
    if name == "where" and isinstance(operands[0], float):
        return "", [operands[1] if operands[0] else operands[2]]
    if name == "where" and operands[1] is operands[2]:
        return "", [operands[1]]
    if len(operands) == 2:
        rules = _LOOSE_RULES if loosely else _RULES
        for side in (0, 1):
            constant = operands[side]
            left = rules.get((name, side, constant)) if isinstance(constant, float) else None
            if left is not None:
                return "neg" if left == "-x" else "", [1.0 if left == "1" else operands[1 - side]]
    return name, operands


def as_product(name: str, operands: Sequence[T | float]) -> tuple[str, Sequence[T | float]]:
    """Write a square as x * x, which is rounded correctly in every library.

    >>> as_product("pow", ["x", 2.0])
    ('mul', ['x', 'x'])
    """
    if name == "pow" and isinstance(operands[1], float) and operands[1] == 2.0:
        return "mul", [operands[0], operands[0]]
    return name, operands


def simplified(expression: Expression) -> Expression:
    """Compute the parts of a formula that hold numbers only, and apply the rules to the others."""
    return fold(expression, arguments_of, _simplify)


def reduced(expression: Expression, known: Mapping[str, Expression]) -> Expression:
    """Put known operands in their places, and simplify a formula for arrays.

    Args:
        expression: the tree, with operations written out in words.
        known: for names of operands, what takes their place.
    """

    def combine(tree: Expression, below: list[Expression]) -> Expression:
        simple = _simplify(tree, below)
        if isinstance(simple, Call) and simple.function == "where":
            return _without_choice(simple)
        return simple

    return fold(substitute(expression, known), arguments_of, combine)


def _simplify(tree: Expression, below: list[Expression]) -> Expression:
    if not isinstance(tree, Call):
        return tree
    name = tree.function
    values = [each.value for each in below if isinstance(each, Number)]
    if len(values) == len(below):
        if name in COMPARE:
            return Number(float(COMPARE[name](*values)))
        if name in ARITHMETIC or (name in WORDS and len(values) <= WORDS[name].arity):
            return Number(IEEE[name](*values))
    if name == "where" and below[1] == below[2] and isinstance(below[1], Name):
        return below[1]
    name, operands = simpler(name, [x.value if isinstance(x, Number) else x for x in below])
    trees = tuple(Number(x) if isinstance(x, float | int) else x for x in operands)
    if not name:
        return trees[0]
    if name == "neg" and isinstance(trees[0], Call) and trees[0].function == "neg":
        return trees[0].arguments[0]
    return Call(name, trees)


def _without_choice(choice: Call) -> Expression:
    """Write a choice as the comparison or the maximum that it is, if it is one."""
    condition, first, second = choice.arguments
    if isinstance(condition, Call) and condition.function in COMPARE:
        if (first, second) == (Number(1.0), Number(0.0)):
            return condition  # as a number a comparison is 1 or 0
        if condition == Call("less_equal", (second, first)):
            return Call("maximum", (second, first))  # relu: of -0 and 0 it gives 0, of nan nan
    return choice
