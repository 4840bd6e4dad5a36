"""The derivative table at extreme points, to the third derivative, against mpmath.

The oracle knows only what each operation computes; it differentiates by power series, in so many
digits that nothing cancels.
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

from . import jets
from .definitions import PAIRS, SMOOTH
from .jets import Jet
from .outcome import Outcome

DIGITS = 1500  # 1e-300 beside 1e160, to the third power
BOUNDS = {0: 8 * 2.0**-52, 1: 1e-12, 2: 1e-10, 3: 1e-8}  # relative error by order
LEAST, MOST = 2.0**-1022, 1.7976931348623157e308
_TINY = (1e-300, 1e-160, 1e-30, 1e-8, 1e-5, 1e-3)
_PLAIN = (0.1, 0.5, 0.7, 1.3, 3.7, 10.0)
_BRANCH = (1 - 1e-3, 1 - 2.0**-53, 1 + 2.0**-52, 1 + 1e-3)
_LARGE = (20.0, 36.5, 40.0, 100.0, 700.0, 1e4, 1e8, 1e160, 1e300)
SIZES = (*_TINY, *_PLAIN, *_BRANCH, *_LARGE)


_DOMAINS: dict[str, Callable[[float], bool]] = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt"), lambda x: x > 0),
    "log1p": lambda x: x > -1,
    **dict.fromkeys(("asin", "acos", "atanh"), lambda x: abs(x) < 1),
    "acosh": lambda x: x > 1,
    "reciprocal": lambda x: x != 0,
    "erfinv": lambda x: abs(x) < 1,
    "logit": lambda x: 0 < x < 1,
    **dict.fromkeys(("lgamma", "digamma"), lambda x: x > -50 and (x > 0 or x != int(x))),
    "cbrt": lambda x: x != 0,
    "abs": lambda x: x != 0,
    **dict.fromkeys(("relu", "relu6", "softsign", "leaky_relu", "elu", "selu"), lambda x: x != 0),
    "hardtanh": lambda x: abs(x) != 1,
    **dict.fromkeys(("sin", "cos", "tan"), lambda x: abs(x) < 1e10),
}
_KNOWN: dict[str, tuple[str, Callable[[Sequence[float], int], bool]]] = {
    "pow": ("x**(y - order) overflows", lambda p, n: (p[1] - n) * math.log10(p[0]) > 300),
    **dict.fromkeys(
        ("hypot", "norm", "atan2"),
        ("1 / r**2 overflows", lambda p, n: n > 1 and math.hypot(*p) < 1e-154),
    ),
    **dict.fromkeys(
        ("direction_x", "direction_y"),
        (
            "1 / r**2 overflows; or between two floats the derivative is 0",
            lambda p, n: n > 1 and (math.hypot(*p) < 1e-154 or abs(math.prod(p)) == 2 - 2.0**-52),
        ),
    ),
    "std": ("of two operands they are 0, left by differences", lambda _, n: n > 1),
    "digamma": ("near a zero", lambda p, n: n == 0 and abs(p[0] + 0.504) < 0.01),
    "logsumexp": (
        "a share is 1/2 to 16 digits; or the difference of the operands is rounded",
        lambda p, n: (n == 3 and abs(p[0] - p[1]) < 1e-4) or n == 0,
    ),
    **dict.fromkeys(
        ("normal_cdf", "normal_pdf"),
        (
            "between two floats the derivative is 0",
            lambda p, n: n > 1 and abs(abs(p[0]) - 1) < 1e-9,
        ),
    ),
}  # by row: what double precision cannot do, and at which points and orders
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


def _hunt_row(name: str) -> Iterator[Outcome]:
    f: Callable[..., Jet] = SMOOTH.get(name) or PAIRS[name]
    failures: dict[int, list[str]] = {order: [] for order in BOUNDS}
    known: dict[int, list[str]] = {order: [] for order in BOUNDS}
    reason, is_known = _KNOWN.get(name, ("", lambda _point, _order: False))
    tried = dict.fromkeys(BOUNDS, 0)
    for point in _points(name):
        with mp.workdps(DIGITS):
            exact = f(*jets.variables(point))
        for orders in itertools.product(range(jets.ORDER + 1), repeat=len(point)):
            order = sum(orders)
            if order > jets.ORDER:
                continue
            tried[order] += 1
            due = exact.derivative(orders)
            got = _ours(name, point, orders)
            fault = judge(got, due, order)
            if fault:
                text = mpmath.nstr(due, 17)
                line = f"{name}{point} by {orders}: {got!r}, {fault} ({text})"
                if is_known(point, order):
                    known[order].append(f"{line}: {reason}")
                else:
                    failures[order].append(line)
    for order in BOUNDS:
        yield Outcome(f"{name}, order {order}", tried[order], failures[order], known[order])


def _points(name: str) -> Iterator[tuple[float, ...]]:
    if name in SMOOTH:
        allowed = _DOMAINS.get(name, lambda _: True)
        yield from ((s * x,) for x in SIZES for s in (1.0, -1.0) if allowed(s * x))
        return
    some = (1e-300, 1e-160, 1e-12, 1e-5, 0.3, 1 - 2.0**-53, 2.0, 20.0, 40.0, 1e6, 1e160)
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
        with mp.workdps(DIGITS):
            near = mp.mpf(x) + side * mp.mpf(10) ** -600
            exact = SMOOTH[name](*jets.variables([near]))
        for order in (1, 2, 3):
            due = exact.derivative([order])
            if abs(due) > 1e250:
                tried += 1
                got = _ours(name, (x,), (order,))
                if not (math.isinf(got) and (got > 0) == (due > 0)):
                    failures.append(f"{name} at {x}, order {order}: {got}, not the infinity due")
    return Outcome("poles: where an infinity is due", tried, failures, [])


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


def hunt(cases: int, seed: int, rows: Sequence[str] = ()) -> Iterator[Outcome]:
    """Yield the outcomes by row and order.

    Args:
        cases: the number of random operands of softmax; the other points are fixed.
        seed: of these.
        rows: the rows to try; all, the poles and softmax by default.
    """
    for name in rows or (*SMOOTH, *PAIRS):
        yield from _hunt_row(name)
    if not rows:
        yield _poles()
        yield _softmax(Random(seed), cases)
