"""Functions of the formula language that `math` lacks, over floats.

They return inf at poles and nan outside their domains, and raise nothing.

>>> erfinv(0.5), digamma(1.0)
(0.4769362762044699, -0.577215664901533)
"""

from __future__ import annotations

import math
from functools import cache
from math import copysign, floor, inf, isfinite, nan, pi

_SQRT2, _SQRT2_HEAD = math.sqrt(2.0), 1.4142135679721832  # 27 bits
_SQRT2_TAIL = -5.599088178737374e-09  # sqrt(2) - head, as a float
_SPLITTER = 2.0**27 + 1.0
_TWO_OVER_ROOT_PI = 1.1283791670955126
_ASYMPTOTIC = 20.0  # from here on the series by Bernoulli numbers below is exact
_BERNOULLI = (  # B_2, B_4, ...
    (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510),
    (43867, 798), (-174611, 330),
)  # fmt: skip


def floor_of(x: float) -> float:
    """Return the largest whole number that is not above x; infinities, nan and -0 stay."""
    return float(floor(x)) if x and isfinite(x) else x


def round_of(x: float) -> float:
    """Return the nearest whole number, the even one of two; -0.2 becomes -0."""
    return copysign(float(round(x)), x) if isfinite(x) else x


def modulo(x: float, y: float) -> float:
    """Return Python's x % y, which has the sign of y; nan at y = 0 and at infinite x."""
    return x % y if y and not math.isinf(x) else nan


def normal_cdf(x: float) -> float:
    """Return erfc(-x / sqrt(2)) / 2, corrected for the rounding of the quotient."""
    if not -40.0 < x < 40.0:
        return nan if x != x else float(x > 0.0)  # noqa: PLR0124 nan
    z = x / _SQRT2
    shifted = _SPLITTER * z
    head = shifted - (shifted - z)
    tail = z - head
    lost = ((x - head * _SQRT2_HEAD) - tail * _SQRT2_HEAD - z * _SQRT2_TAIL) / _SQRT2
    return 0.5 * (math.erfc(-z) + _TWO_OVER_ROOT_PI * math.exp(-z * z) * lost)


def erfinv(x: float) -> float:
    """Return the y with erf(y) = x: a start (Giles, 2012), and three steps of Halley."""
    if not -1.0 < x < 1.0:
        return copysign(inf, x) if abs(x) == 1.0 else nan
    w = -math.log1p(-x * x)
    size = 2.0 / (pi * 0.147) + -w / 2.0
    y = copysign(math.sqrt(max(math.sqrt(size * size + w / 0.147) - size, 0.0)), x)
    for _ in range(3):
        off = math.erf(y) - x if abs(x) < 0.5 else copysign(1.0 - abs(x), x) - _far(y)
        step = off / (_TWO_OVER_ROOT_PI * math.exp(-y * y))
        y -= step / (1.0 + y * step)
    return y if abs(x) > 1e-150 else x / _TWO_OVER_ROOT_PI


def _far(y: float) -> float:
    return copysign(math.erfc(abs(y)), y)


def lgamma(x: float) -> float:
    """Return log(abs(gamma(x))); inf at 0, -1, -2, ... Around its zeros 1 and 2, a series."""
    if 1.5 <= x <= 2.5:
        return _near_two(x - 2.0)
    if 0.5 <= x < 1.5:
        return _near_two(x - 1.0) - math.log(x)
    if 2.5 < x <= 3.5:
        return _near_two(x - 3.0) + math.log(x - 1.0)
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return inf


def _near_two(z: float) -> float:
    total = 0.0
    for coefficient in reversed(_taylor()):
        total = (total + coefficient) * z
    return total


@cache
def _taylor() -> tuple[float, ...]:
    """Return the coefficients of lgamma(2 + z) by powers of z, from the first."""
    return tuple(polygamma(float(k), 2.0) / math.factorial(k + 1) for k in range(28))


def digamma(x: float) -> float:
    """Return the derivative of lgamma."""
    return polygamma(0.0, x)


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of digamma, n = 0, 1, 2, ...

    A recurrence moves x to 20 or more, where the asymptotic series holds (Abramowitz and Stegun
    6.4.11); negative x is reflected (6.4.7).
    """
    order = int(n) if n >= 0.0 and n.is_integer() and n < 100.0 else -1
    if order < 0 or x != x or x == -inf:  # noqa: PLR0124 nan
        return nan
    if x <= 0.0 and x == floor(x):
        return inf if order % 2 else copysign(inf, -x) if x == 0.0 and not order else nan
    if x < 0.0:
        mirrored = polygamma(n, 1.0 - x)
        return (-mirrored if order % 2 else mirrored) - _cotangent(order, x)
    sign = -1.0 if order % 2 == 0 else 1.0  # of (-1)**(n + 1)
    factor = float(math.factorial(order))
    terms: list[float] = []
    while x < _ASYMPTOTIC + order:
        terms.append(sign * factor * _negative_power(x, order + 1))
        x += 1.0
    return math.fsum([*terms, _asymptotic(order, x)])


def _negative_power(x: float, n: int) -> float:
    try:
        return math.pow(x, -n)
    except OverflowError:
        return inf


def _asymptotic(order: int, x: float) -> float:
    if x == inf:
        return 0.0 if order else inf
    sign = -1.0 if order % 2 == 0 else 1.0
    inverse = 1.0 / x
    total = math.factorial(order) * 0.5 * inverse
    total += math.factorial(order - 1) if order else 0.0
    for k, (numerator, denominator) in enumerate(_BERNOULLI, 1):
        rising = math.factorial(2 * k + order - 1) // math.factorial(2 * k)
        bernoulli = numerator / denominator * (rising if order else 1.0 / (2 * k))
        total += bernoulli * inverse ** (2 * k)
    if not order:
        return math.log(x) - total
    return sign * total * _negative_power(x, order)


def _cotangent(order: int, x: float) -> float:
    """Return the derivative of pi * cot(pi * x) of some order: a polynomial in the cotangent."""
    fraction = x - round(x)
    c = 1.0 / math.tan(pi * fraction)
    polynomial = [0.0, pi]
    for _ in range(order):
        slope = [k * coefficient for k, coefficient in enumerate(polynomial)][1:]
        polynomial = [
            -pi * ((slope[k] if k < len(slope) else 0.0) + (slope[k - 2] if k >= 2 else 0.0))
            for k in range(len(slope) + 2)
        ]
    total = 0.0
    for coefficient in reversed(polynomial):
        total = total * c + coefficient
    return total
