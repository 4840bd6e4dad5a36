"""The rows of the table as functions of numbers of mpmath, at the precision of its context.

>>> mp.nstr(SMOOTH["sigmoid"](mp.mpf(0)), 5), mp.nstr(PAIRS["hypot"](mp.mpf(3), mp.mpf(4)), 5)
('0.5', '5.0')
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp


def _erfc(x: Any) -> Any:
    """Return erfc; mpmath cannot compute it far out, where a double says 0 or 2."""
    return mp.erfc(x) if abs(x) < 1000 else mp.mpf(0 if x > 0 else 2)


SMOOTH: dict[str, Callable[[Any], Any]] = {
    "neg": lambda x: -x,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": lambda x: mp.log(x) / mp.log(10),
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "sech": mp.sech,
    "asinh": mp.asinh,
    "acosh": mp.acosh,
    "atanh": mp.atanh,
    "erf": lambda x: mp.erf(x) if abs(x) < 1000 else mp.sign(x),
    "erfc": _erfc,
    "exp2": lambda x: mp.power(2, x),
    "normal_cdf": lambda x: _erfc(-x / mp.sqrt(2)) / 2,
    "lgamma": lambda x: mp.re(mp.loggamma(x)),
    "digamma": mp.digamma,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "logsigmoid": lambda x: -mp.log1p(mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "relu": lambda x: x if x > 0 else mp.mpf(0),
    "abs": abs,
    "leaky_relu": lambda x: x if x > 0 else x * mp.mpf(0.01),
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "selu": lambda x: (
        mp.mpf(1.0507009873554805) * (x if x > 0 else mp.mpf(1.6732632423543772) * mp.expm1(x))
    ),
    "gelu": lambda x: x * _erfc(-x / mp.sqrt(2)) / 2,
    "gelu_tanh": lambda x: (
        x / (1 + mp.exp(-2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf(0.044715) * x**3)))
    ),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "mish": lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "hardtanh": lambda x: max(mp.mpf(-1), min(mp.mpf(1), x)),
}
PAIRS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": mp.power,
    "hypot": lambda x, y: mp.sqrt(x * x + y * y),
    "norm": lambda x, y: mp.sqrt(x * x + y * y),
    "atan2": mp.atan2,
    "logsumexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y)),
    "prod": lambda x, y: x * y,
    "maximum": max,
    "minimum": min,
}
