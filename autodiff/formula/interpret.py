"""Evaluates a formula over anything that has operations: Values, for higher derivatives.

A name stands for one operand, or for a list of them if it is starred; arithmetic with a list
goes element by element.

>>> from autodiff.formula.parse import parse
>>> tree = parse("2 * x", names={"x"}, functions={}).result
>>> evaluate(tree, {"x": [1.0, 5.0]}, lambda name, arguments: arguments[0] * arguments[1])
[2.0, 10.0]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard

from .tree import Expression, Name, Number, arguments_of, fold
from .words import PRODUCT_OF_OTHERS, REDUCTIONS

Operand: TypeAlias = Any  # whatever `apply` computes with: a Value, a float, a piece of text


def evaluate(
    expression: Expression,
    environment: Mapping[str, Operand],
    apply: Callable[[str, list[Operand]], Operand],
    reduces: Callable[[str], bool] = REDUCTIONS.__contains__,
) -> Operand:
    """Compute an expression over the operands in `environment`.

    Args:
        expression: the tree to compute.
        environment: for each name an operand, or a list of operands.
        apply: computes one function of the language on a flat list of operands.
        reduces: tells which functions take all elements of a list at once.

    Returns:
        An operand, or a list of them if the expression differs from element to element.
    """

    def combine(tree: Expression, below: list[Operand]) -> Operand:
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Name):
            return environment[tree.name]
        first = below[0]
        if is_list(first) and len(below) == 1:
            if tree.function == "count":
                return float(len(first))
            if tree.function == PRODUCT_OF_OTHERS:
                return _products_of_others(first, apply)
            if reduces(tree.function):
                return apply(tree.function, first)
        lengths = [len(operand) for operand in below if is_list(operand)]
        if not lengths:
            return apply(tree.function, below)
        columns = [operand if is_list(operand) else [operand] * lengths[0] for operand in below]
        return [apply(tree.function, list(row)) for row in zip(*columns, strict=True)]

    return fold(expression, arguments_of, combine)


def _products_of_others(
    xs: list[Operand], apply: Callable[[str, list[Operand]], Operand]
) -> list[Operand]:
    """Return for each operand the product of all others, in 3n multiplications.

    Each is the product of those before it times the product of those after it.
    """
    before: list[Operand] = [1.0]
    after: list[Operand] = [1.0]
    for x in xs[:-1]:
        before.append(apply("mul", [before[-1], x]))
    for x in xs[:0:-1]:
        after.append(apply("mul", [x, after[-1]]))
    return [
        apply("mul", [left, right]) for left, right in zip(before, reversed(after), strict=True)
    ]


def is_list(operand: Operand) -> TypeGuard[list[Operand]]:
    """Tell the elements of a starred operand from a single operand."""
    return isinstance(operand, list)
