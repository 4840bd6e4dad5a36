"""The derivative table at extreme points, to the third derivative, against mpmath.

The oracle knows only what each operation computes; it differentiates by itself, in 340 digits.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import mpmath
from mpmath import mp

import autodiff
from autodiff import TABLE, Value, grad
from autodiff.extend import variadic

from .outcome import Outcome

DIGITS = 340
BOUNDS = {0: 8 * 2.0**-52, 1: 1e-12, 2: 1e-10, 3: 1e-8}  # relative error by order
LEAST, MOST = 2.0**-1022, 1.7976931348623157e308
_TINY = (1e-300, 1e-160, 1e-30, 1e-8, 1e-5, 1e-3)
_PLAIN = (0.1, 0.5, 0.7, 1.3, 3.7, 10.0)
_BRANCH = (1 - 1e-3, 1 - 2.0**-53, 1 + 2.0**-52, 1 + 1e-3)
_LARGE = (20.0, 36.5, 40.0, 100.0, 700.0, 1e4, 1e8, 1e160, 1e300)
SIZES = (*_TINY, *_PLAIN, *_BRANCH, *_LARGE)
UNITS = (1.0, 0.0)


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
_DOMAINS: dict[str, Callable[[float], bool]] = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt"), lambda x: x > 0),
    "log1p": lambda x: x > -1,
    **dict.fromkeys(("asin", "acos", "atanh"), lambda x: abs(x) < 1),
    "acosh": lambda x: x > 1,
    "reciprocal": lambda x: x != 0,
    "cbrt": lambda x: x != 0,
    "abs": lambda x: x != 0,
    **dict.fromkeys(("relu", "leaky_relu", "elu", "selu"), lambda x: x != 0),
    "hardtanh": lambda x: abs(x) != 1,
    **dict.fromkeys(("sin", "cos", "tan"), lambda x: abs(x) < 1e10),
}
_POLES = {  # where an infinity is due: the point, and the side from which to come
    "asin": (1.0, -1),
    "acos": (1.0, -1),
    "acosh": (1.0, 1),
    "atanh": (1.0, -1),
    "sqrt": (0.0, 1),
    "cbrt": (0.0, 1),
    "log": (0.0, 1),
    "log2": (0.0, 1),
    "log10": (0.0, 1),
}


def _exact(f: Callable[..., Any], point: Sequence[float], orders: Sequence[int]) -> Any:
    with mp.workdps(DIGITS):
        xs = tuple(map(mp.mpf, point))
        return f(*xs) if not any(orders) else mp.re(mpmath.diff(f, xs, tuple(orders)))


def _ours(name: str, point: Sequence[float], orders: Sequence[int]) -> float:
    xs = [Value(x) for x in point]
    y = variadic(TABLE[name], xs)
    for x, order in zip(xs, orders, strict=True):
        for _ in range(order):
            y = grad(y, x)
    return y.data


def judge(got: float, exact: Any, order: int) -> str:
    """Return what is wrong with a number, or ""."""
    size = abs(exact)
    if size > MOST:
        return "" if math.isinf(got) and (got > 0) == (exact > 0) else "not the infinity due"
    if size < LEAST:
        return "" if abs(got) <= LEAST else "not 0, where that is all a double can say"
    if not math.isfinite(got):
        return "not finite"
    with mp.workdps(30):
        error = abs((mp.mpf(got) - exact) / exact)
    return "" if error <= BOUNDS[order] else f"off by {mpmath.nstr(error, 2)}"


def _hunt_one(name: str, order: int, points: Iterator[tuple[float, ...]]) -> Outcome:
    f = SMOOTH.get(name) or PAIRS[name]
    failures: list[str] = []
    tried = 0
    for point in points:
        every = itertools.product(range(order + 1), repeat=len(point))
        for orders in (each for each in every if sum(each) == order):
            tried += 1
            exact = _exact(f, point, orders)
            got = _ours(name, point, orders)
            fault = judge(got, exact, order)
            if fault:
                due = mpmath.nstr(exact, 17)
                failures.append(f"{name}{point} by {orders}: {got!r}, {fault} (exact: {due})")
    return Outcome(f"{name}, order {order}", tried, failures, [])


def _points(name: str) -> Iterator[tuple[float, ...]]:
    if name in SMOOTH:
        allowed = _DOMAINS.get(name, lambda _: True)
        yield from ((s * x,) for x in SIZES for s in (1.0, -1.0) if allowed(s * x))
        return
    some = (1e-300, 1e-160, 1e-12, 1e-5, 0.3, 1 - 2.0**-53, 2.0, 40.0, 1e6, 1e160)
    for x, y in itertools.product(some, some):
        signs = (1.0, -1.0) if name != "pow" else (1.0,)
        for s in signs:
            if name == "pow" and y > 100:
                continue
            if x != y:
                yield (s * x, y)


def _poles() -> Outcome:
    failures: list[str] = []
    tried = 0
    for name, (x, side) in _POLES.items():
        for order in (1, 2, 3):
            with mp.workdps(700):
                near = mp.mpf(x) + side * mp.mpf(10) ** -600
                exact = mp.re(mp.diff(SMOOTH[name], near, order, h=mp.mpf(10) ** -650))
            if abs(exact) > 1e250:
                tried += 1
                got = _ours(name, (x,), (order,))
                if math.isnan(got):
                    failures.append(f"{name} at {x}, order {order}: nan, an infinity is due")
    return Outcome("poles: nan where an infinity is due", tried, failures, [])


def _softmax(random: Random, cases: int) -> Outcome:
    failures: list[str] = []
    for _ in range(cases):
        xs = [random.choice([1, 30, 700]) * random.uniform(-1, 1) for _ in range(4)]
        with mp.workdps(60):
            terms = [mp.exp(mp.mpf(x)) for x in xs]
            exact = [term / sum(terms) for term in terms]
        for i, got in enumerate(autodiff.softmax(xs)):
            fault = judge(got, exact[i], 0)
            if fault:
                failures.append(f"softmax({xs})[{i}]: {got!r}, {fault}")
    return Outcome("softmax, values", 4 * cases, failures, [])


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield the outcomes for every row and order; `cases` bounds the random ones alone."""
    for name in (*SMOOTH, *PAIRS):
        for order in range(4):
            yield _hunt_one(name, order, _points(name))
    yield _poles()
    yield _softmax(Random(seed), cases)
