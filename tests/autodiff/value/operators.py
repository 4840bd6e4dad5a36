"""The operators of arithmetic and of order, and a kind of Value of one's own."""

from __future__ import annotations

import operator

import numpy as np

from autodiff import Value

OPERATORS = [
    # operator, operation, derivative by the left and by the right operand at (x, y)
    (operator.add, "add", lambda x, y: 1.0, lambda x, y: 1.0),
    (operator.sub, "sub", lambda x, y: 1.0, lambda x, y: -1.0),
    (operator.mul, "mul", lambda x, y: y, lambda x, y: x),
    (operator.truediv, "div", lambda x, y: 1 / y, lambda x, y: -x / y / y),
    (operator.pow, "pow", lambda x, y: y * x ** (y - 1), lambda x, y: x**y * np.log(x)),
]
OPERATOR_NAMES = [row[1] for row in OPERATORS]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]


class Parameter(Value):
    """A kind of Value that a user might derive."""

    __slots__ = ()
