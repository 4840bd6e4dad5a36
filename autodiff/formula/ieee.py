"""The functions of formulas over floats: fast ones, and ones with IEEE results.

`FAST` holds Python's own functions, which raise where IEEE arithmetic has an answer. `IEEE`
gives that answer: 1/0 is inf, exp(710) is inf, log(-1) is nan. Generated functions run on FAST
and fall back on IEEE when Python raises.

>>> IEEE["log"](0.0), IEEE["div"](-1.0, 0.0), IEEE["pow"](0.0, -1.0)
(-inf, -inf, inf)
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from math import copysign, inf, isfinite, isnan, nan
from operator import add, mul, neg, sub
from typing import Any

from . import special
from .words import WORDS

_UNITS = 2**1074  # in 1


def _total(terms: Iterable[float]) -> float:
    """Add without rounding in between, where `fsum` cannot: a term or a partial sum is infinite."""
    summands = list(terms)
    infinite = [x for x in summands if not isfinite(x)]
    if infinite:
        return sum(infinite)
    total = 0  # in units of the smallest float
    for x in summands:
        numerator, denominator = x.as_integer_ratio()
        total += numerator * (_UNITS // denominator)
    try:
        return total / _UNITS
    except OverflowError:
        return inf if total > 0 else -inf


def _product(factors: Iterable[float]) -> float:
    product = 1.0
    for factor in factors:
        product *= factor
    return product


def _products_of_others(factors: Sequence[float]) -> list[float]:
    """Return for each factor the product of the others: what is before it times what is after."""
    before: list[float] = []
    product = 1.0
    for factor in factors:
        before.append(product)
        product *= factor
    product = 1.0
    for index in range(len(factors) - 1, -1, -1):
        before[index] *= product
        product *= factors[index]
    return before


def _maximum(*values: float) -> float:
    """Return the largest, or nan where any is nan (Python's `max` depends on the order)."""
    return max(values) if not any(map(isnan, values)) else nan


def _minimum(*values: float) -> float:
    return min(values) if not any(map(isnan, values)) else nan


def _divide(x: float, y: float) -> float:
    if y != 0.0:
        return x / y
    return nan if x == 0.0 or isnan(x) else copysign(inf, x) * copysign(1.0, y)


def _power(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0.0 and y % 2.0 == 1.0 else inf
    except ValueError:  # 0**negative, or negative**fraction
        if x == 0.0:
            return copysign(inf, x) if y % 2.0 == 1.0 else inf
        return nan


def _ieee(
    function: Callable[[float], float],
    overflow: float = inf,
    poles: dict[float, float] | None = None,
) -> Callable[[float], float]:
    """Give `function` the result `overflow` where it overflows, at its poles, else nan."""
    at_pole = poles or {}

    def evaluate(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return overflow
        except ValueError:
            return at_pole.get(x, nan)

    return evaluate


def _sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return copysign(inf, x)


COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
}

ARITHMETIC = frozenset({"add", "sub", "mul", "div", "pow"})

FAST: dict[str, Callable[..., Any]] = {
    name: getattr(math, name) for name in WORDS if hasattr(math, name)
} | {
    "pow": math.pow,
    "abs": abs,
    "neg": neg,
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": _divide,
    "sum": math.fsum,
    "prod": _product,
    "count": len,
    "prod_of_others": _products_of_others,
    "maximum": _maximum,
    "minimum": _minimum,
    "floor": special.floor_of,
    "round": special.round_of,
    "mod": special.modulo,
    "erfinv": special.erfinv,
    "normal_cdf": special.normal_cdf,
    "lgamma": special.lgamma,
    "digamma": special.digamma,
    "polygamma": special.polygamma,
}

IEEE: dict[str, Callable[..., Any]] = FAST | {
    "pow": _power,
    "sum": _total,
    "exp": _ieee(math.exp),
    "exp2": _ieee(math.exp2),
    "expm1": _ieee(math.expm1),
    "log": _ieee(math.log, poles={0.0: -inf}),
    "log1p": _ieee(math.log1p, poles={-1.0: -inf}),
    "log2": _ieee(math.log2, poles={0.0: -inf}),
    "log10": _ieee(math.log10, poles={0.0: -inf}),
    "sqrt": _ieee(math.sqrt),
    "sin": _ieee(math.sin),
    "cos": _ieee(math.cos),
    "tan": _ieee(math.tan),
    "asin": _ieee(math.asin),
    "acos": _ieee(math.acos),
    "sinh": _sinh,
    "cosh": _ieee(math.cosh),
    "acosh": _ieee(math.acosh),
    "atanh": _ieee(math.atanh, poles={1.0: inf, -1.0: -inf}),
}
