"""An independent engine: formulas over mpmath's numbers, derivatives by its differences.

It shares with the project only the parsed formula of a value; no derivative text, no float
function and no graph.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath

from autodiff.formula.interpret import evaluate
from autodiff.formula.parse import parse
from autodiff.formula.tree import Expression
from autodiff.formula.words import WORDS
from autodiff.table.registry import expand, known_functions

DIGITS = 60

_WORDS: Mapping[str, Callable[..., Any]] = {
    name: getattr(mpmath, name) for name in WORDS if hasattr(mpmath, name)
} | {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": mpmath.power,
    "neg": lambda x: -x,
    "less": lambda x, y: mpmath.mpf(x < y),
    "less_equal": lambda x, y: mpmath.mpf(x <= y),
    "greater": lambda x, y: mpmath.mpf(x > y),
    "greater_equal": lambda x, y: mpmath.mpf(x >= y),
    "equal": lambda x, y: mpmath.mpf(x == y),
    "where": lambda c, x, y: x if c else y,
    "abs": abs,
    "maximum": max,
    "minimum": min,
    "sum": lambda *xs: mpmath.fsum(xs),
    "prod": lambda *xs: mpmath.fprod(xs),
    "log2": lambda x: mpmath.log(x, 2),
    "log10": lambda x: mpmath.log(x, 10),
    "sqrt": mpmath.sqrt,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "atan2": mpmath.atan2,
    "hypot": mpmath.hypot,
    "exp2": lambda x: mpmath.power(2, x),
    "round": mpmath.nint,
    "mod": lambda x, y: x - y * mpmath.floor(x / y),
    "normal_cdf": mpmath.ncdf,
    "lgamma": lambda x: mpmath.re(mpmath.loggamma(x)),
    "digamma": mpmath.digamma,
    "polygamma": lambda n, x: mpmath.psi(int(n), x),
}


def value(expression: Expression, environment: Mapping[str, Any]) -> Any:
    """Evaluate an expression of words over mpmath numbers, or lists of them."""
    return evaluate(expression, environment, lambda name, xs: _WORDS[name](*map(mpmath.mpf, xs)))


def function_of(text: str, names: Sequence[str]) -> Callable[..., Any]:
    """Return the expression in `text` as a function of mpmath numbers."""
    tree = expand(parse(text, list(names), known_functions()).resolved())
    return lambda *xs: value(tree, dict(zip(names, xs, strict=True)))


def derivative(f: Callable[..., Any], point: Sequence[float], orders: Sequence[int]) -> float:
    """Return a partial derivative of `f`, by differences in sixty digits."""
    with mpmath.workdps(DIGITS):
        exact = tuple(mpmath.mpf(x) for x in point)
        return float(mpmath.re(mpmath.diff(f, exact, tuple(orders))))
