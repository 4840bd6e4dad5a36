"""Applying a formula to anything that has operations: Values, for derivatives of derivatives.

A name stands for one operand, or for a list of them if it is starred; arithmetic with a list
goes element by element. What the operations do is the caller's business (`apply`).

>>> from .parse import parse
>>> tree = parse("2 * x", names={"x"}, functions={}).result
>>> evaluate(tree, {"x": [1.0, 5.0]}, lambda name, arguments: arguments[0] * arguments[1])
[2.0, 10.0]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from .expression import Expression, Name, Number, arguments_of, fold
from .words import PRODUCT_OF_OTHERS, REDUCTIONS

__all__ = ["evaluate"]

T = TypeVar("T")


def evaluate(
    expression: Expression,
    environment: Mapping[str, T | float | list[T | float]],
    apply: Callable[[str, list[T | float]], T | float],
) -> T | float | list[T | float]:
    """Compute an expression over the operands in `environment`.

    Args:
        expression: the tree to compute.
        environment: for each name an operand, or a list of operands.
        apply: computes one function of the language on a flat list of operands.
    """

    def elementwise(
        name: str, below: list[T | float | list[T | float]]
    ) -> T | float | list[T | float]:
        lengths = {len(argument) for argument in below if isinstance(argument, list)}
        if not lengths:
            return apply(name, [argument for argument in below if not isinstance(argument, list)])
        return [
            apply(name, [a[index] if isinstance(a, list) else a for a in below])
            for index in range(max(lengths))
        ]

    def combine(
        tree: Expression, below: list[T | float | list[T | float]]
    ) -> T | float | list[T | float]:
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Name):
            return environment[tree.name]
        first = below[0]
        if isinstance(first, list) and len(below) == 1:
            if tree.function == "count":
                return float(len(first))
            if tree.function == PRODUCT_OF_OTHERS:
                others = (first[:index] + first[index + 1 :] for index in range(len(first)))
                return [apply("prod", rest) if rest else 1.0 for rest in others]
            if tree.function in REDUCTIONS:
                return apply(tree.function, first)
        return elementwise(tree.function, below)

    return fold(expression, arguments_of, combine)
