"""The operations of the derivative table by their definitions, over Taylor polynomials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp

from . import jets
from .jets import Jet


def _log_of(base: int) -> Callable[[Jet], Jet]:
    return lambda x: jets.log(x) / mp.log(base)


def _cbrt(x: Jet) -> Jet:
    size = x if x.value > 0 else -x
    return size ** (mp.mpf(1) / 3) * mp.sign(x.value)


def _inverse(value: Callable[[Any], Any], slope: Callable[[Jet], Jet]) -> Callable[[Jet], Jet]:
    return lambda x: x.integral(value(x.value), slope)


def _piece(condition: Callable[[Any], bool], yes: Any, no: Any) -> Callable[[Jet], Any]:
    return lambda x: (yes if condition(x.value) else no)(x)


def _same(x: Jet) -> Jet:
    return x


def _positive(x: Any) -> bool:
    return x > 0


def _constant(c: float) -> Callable[[Jet], Jet]:
    return lambda x: x * 0 + c


_SELU = mp.mpf(1.0507009873554805), mp.mpf(1.6732632423543772)
SMOOTH: dict[str, Callable[[Jet], Jet]] = {
    "neg": lambda x: -x,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "exp": jets.exp,
    "exp2": lambda x: jets.exp(x * mp.log(2)),
    "expm1": jets.expm1,
    "log": jets.log,
    "log1p": jets.log1p,
    "log2": _log_of(2),
    "log10": _log_of(10),
    "sqrt": jets.sqrt,
    "cbrt": _cbrt,
    "sin": jets.sin,
    "cos": jets.cos,
    "tan": lambda x: jets.sin(x) / jets.cos(x),
    "asin": _inverse(mp.asin, lambda t: 1 / jets.sqrt(1 - t * t)),
    "acos": _inverse(mp.acos, lambda t: -1 / jets.sqrt(1 - t * t)),
    "atan": _inverse(mp.atan, lambda t: 1 / (1 + t * t)),
    "sinh": lambda x: (jets.expm1(x) - jets.expm1(-x)) / 2,
    "cosh": lambda x: (jets.exp(x) + jets.exp(-x)) / 2,
    "tanh": jets.tanh,
    "sech": lambda x: 2 / (jets.exp(x) + jets.exp(-x)),
    "asinh": _inverse(mp.asinh, lambda t: 1 / jets.sqrt(1 + t * t)),
    "acosh": _inverse(mp.acosh, lambda t: 1 / jets.sqrt(t * t - 1)),
    "atanh": _inverse(mp.atanh, lambda t: 1 / (1 - t * t)),
    "erf": jets.erf,
    "erfc": jets.erfc,
    "erfinv": jets.erfinv,
    "normal_cdf": lambda x: jets.erfc(-x / mp.sqrt(2)) / 2,
    "normal_pdf": lambda x: jets.exp(-(x * x) / 2) / mp.sqrt(2 * mp.pi),
    "lgamma": jets.loggamma,
    "digamma": jets.digamma,
    "logit": lambda x: jets.log(x) - jets.log1p(-x),
    "relu6": _piece(lambda x: 0 < x < 6, _same, lambda x: _constant(6 * (x.value > 0))(x)),
    "softsign": _piece(_positive, lambda x: x / (1 + x), lambda x: x / (1 - x)),
    "one_minus_square": lambda x: 1 - x * x,
    "sigmoid_slope": lambda x: jets.exp(-x) / (1 + jets.exp(-x)) ** 2,
    "sigmoid": lambda x: 1 / (1 + jets.exp(-x)),
    "logsigmoid": lambda x: -jets.log1p(jets.exp(-x)),
    "softplus": lambda x: jets.log1p(jets.exp(x)),
    "relu": _piece(_positive, _same, _constant(0)),
    "abs": _piece(_positive, _same, lambda x: -x),
    "leaky_relu": _piece(_positive, _same, lambda x: x * 0.01),
    "elu": _piece(_positive, _same, jets.expm1),
    "selu": _piece(
        _positive, lambda x: x * _SELU[0], lambda x: jets.expm1(x) * (_SELU[0] * _SELU[1])
    ),
    "gelu": lambda x: x * jets.erfc(-x / mp.sqrt(2)) / 2,
    "gelu_tanh": lambda x: (
        x / (1 + jets.exp(-2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf(0.044715) * x * x * x)))
    ),
    "silu": lambda x: x / (1 + jets.exp(-x)),
    "mish": lambda x: x * jets.tanh(jets.log1p(jets.exp(x))),
    "hardtanh": _piece(lambda x: abs(x) < 1, _same, lambda x: _constant(mp.sign(x.value))(x)),
}


def _length(x: Jet, y: Jet) -> Jet:
    return jets.sqrt(x * x + y * y)


def _angle(y: Jet, x: Jet) -> Jet:
    small = abs(y.value) < abs(x.value)
    slope = y / x if small else -x / y
    turned = slope.integral(mp.atan(slope.value), lambda t: 1 / (1 + t * t))
    return turned + (mp.atan2(y.value, x.value) - turned.value)


PAIRS: dict[str, Callable[[Jet, Jet], Jet]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: jets.exp(y * jets.log(x)),
    "hypot": _length,
    "norm": _length,
    "atan2": _angle,
    "logsumexp": lambda x, y: jets.log(jets.exp(x) + jets.exp(y)),
    "prod": lambda x, y: x * y,
    "sum": lambda x, y: x + y,
    "mean": lambda x, y: (x + y) / 2,
    "var": lambda x, y: (x - y) * (x - y) / 4,
    "std": lambda x, y: (x - y) * (mp.sign(x.value - y.value) / 2),
    "xlogy": lambda x, y: x * jets.log(y),
    "exp_difference": lambda x, y: jets.exp(x - y),
    "direction_x": lambda x, y: x / _length(x, y),
    "direction_y": lambda x, y: y / _length(x, y),
    "mod": lambda x, y: x - y * mp.floor(x.value / y.value),
    "maximum": lambda x, y: x if x.value > y.value else y,
    "minimum": lambda x, y: x if x.value < y.value else y,
}
