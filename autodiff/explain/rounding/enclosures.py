"""Intervals that enclose real numbers, at the precision of a context of mpmath.

Every end is computed with 16 more bits than the context is asked for, and moved outwards by one
unit of those, so that errors of mpmath stay inside (interval arithmetic: Moore 1966).

>>> arithmetic = Enclosures(50)
>>> two = arithmetic.of(Fraction(2))
>>> x = arithmetic.apply("mul", [arithmetic.apply("sqrt", [two])] * 2)
>>> bool(x.low <= 2 <= x.high), bool(x.high - x.low < 1e-49)
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import nan
from typing import Any

from autodiff.system import package

from .enclosure import Bound, Enclosure
from .gamma import derivative_of_lgamma

_GUARD = 16  # bits
_HUGE = 1100  # a number beyond 2**1100 is out of the range of floats, and is not followed further


_DOMAINS = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt"), (0, None)),
    **dict.fromkeys(("asin", "acos", "atanh", "erfinv"), (-1, 1)),
    "log1p": (-1, None),
    "acosh": (1, None),
}
_EXPONENTIAL = frozenset({"exp", "expm1", "sinh", "cosh"})
_HIGHEST, _FARTHEST = 1000, -10_000  # polygamma of higher orders, or farther left, is too slow
_RANGES = {
    **dict.fromkeys(("sin", "cos", "tanh", "erf"), (-1, 1)),
    **dict.fromkeys(("exp", "exp2", "sqrt", "acosh", "acos", "hypot"), (0, None)),
    "cosh": (1, None),
    "expm1": (-1, None),
    "erfc": (0, 2),
    "normal_cdf": (0, 1),
}


class Enclosures:
    """Arithmetic of enclosures.

    Args:
        digits: the precision, in decimal digits.
    """

    def __init__(self, digits: int) -> None:
        self.context: Any = package("mpmath").mp.clone()
        self.context.dps = digits
        self._unit: Bound = self.context.mpf(2) ** -self.context.prec
        self.context.prec += _GUARD
        self.huge: Bound = self.context.mpf(2) ** _HUGE
        self.unknown: Enclosure = Enclosure(-self.context.inf, self.context.inf)

    def of(self, x: Fraction) -> Enclosure:
        """Enclose a rational."""
        ratio = self.context.mpf(x.numerator) / x.denominator
        bits, is_binary = x.numerator.bit_length(), not x.denominator & (x.denominator - 1)
        is_exact = is_binary and bits <= self.context.prec
        return Enclosure(ratio, ratio) if is_exact else self._wide(ratio, ratio)

    def write(self, x: Bound, digits: int) -> str:
        """Write a bound to so many digits."""
        if self.context.isinf(x):
            return "inf" if x > 0 else "-inf"
        with self.context.workdps(digits + 5):
            return self.context.nstr(+x, digits)

    def between(self, low: Bound, high: Bound) -> Enclosure:
        """Enclose what lies between two bounds."""
        return Enclosure(low, high)

    def point(self, x: Bound) -> Enclosure:
        """Enclose a number that was computed to within a unit."""
        return self._wide(x, x)

    def pi(self) -> Enclosure:
        """Enclose pi."""
        return self._wide(+self.context.pi, +self.context.pi)

    def apply(self, name: str, xs: Sequence[Enclosure]) -> Enclosure | float:
        """Apply a function of the formula language; nan is returned outside of its domain."""
        if any(self.context.isinf(x.low) and self.context.isinf(x.high) for x in xs):
            return self.unknown
        if name in _DOMAINS:
            low, high = _DOMAINS[name]
            [x] = xs
            if x.high < low or (high is not None and x.low > high):
                return nan
            if x.low < low or (high is not None and x.high > high):
                return self.unknown
        function = getattr(self, f"_{name}", None)
        result = function(*xs) if function else self._increasing(name, *xs)
        return result if isinstance(result, float) else self._kept(name, result)

    def _kept(self, name: str, x: Enclosure) -> Enclosure:
        """Keep a result inside the range of its function; what is no number is unknown."""
        low, high = x
        if self.context.isnan(low) or self.context.isnan(high):
            return self.unknown
        if name not in _RANGES:
            return x  # the same object, where an operand was chosen
        least, most = _RANGES[name]
        low, high = max(low, least), max(high, least)
        if most is not None:
            low, high = min(low, most), min(high, most)
        return Enclosure(self.context.mpf(low), self.context.mpf(high))

    def _wide(self, low: Bound, high: Bound) -> Enclosure:
        if self.context.isnan(low) or self.context.isnan(high):
            return self.unknown
        wide = low if self.context.isinf(low) else low - abs(low) * self._unit
        return Enclosure(wide, high if self.context.isinf(high) else high + abs(high) * self._unit)

    def _hull(self, bounds: Sequence[Bound]) -> Enclosure:
        if any(map(self.context.isnan, bounds)):
            return self.unknown
        return self._wide(min(bounds), max(bounds))

    def _increasing(self, name: str, x: Enclosure) -> Enclosure:
        function, low, high = getattr(self.context, name), x.low, x.high
        if name in _EXPONENTIAL:  # not followed far out: the bounds give way outwards
            infinity = self.context.inf
            low = min(low, self.huge) if low >= -self.huge else -infinity
            high = max(high, -self.huge) if high <= self.huge else infinity
        return self._wide(function(low), function(high))

    # -- arithmetic -----------------------------------------------------------------------------

    def _add(self, x: Enclosure, y: Enclosure) -> Enclosure:
        return self._wide(x.low + y.low, x.high + y.high)

    def _sub(self, x: Enclosure, y: Enclosure) -> Enclosure:
        return self._wide(x.low - y.high, x.high - y.low)

    def _mul(self, x: Enclosure, y: Enclosure) -> Enclosure:
        return self._hull([a * b for a in x for b in y])

    def _div(self, x: Enclosure, y: Enclosure) -> Enclosure:
        if y.low < 0 <= y.high or y.low == y.high == 0:
            return self.unknown
        if y.low > 0 or y.high < 0:
            return self._hull([a / b for a in x for b in y])
        if x.low > 0:
            return self._wide(x.low / y.high, self.context.inf)
        return self._wide(-self.context.inf, x.high / y.high) if x.high < 0 else self.unknown

    def _sum(self, *xs: Enclosure) -> Enclosure:
        total = Enclosure(self.context.zero, self.context.zero)
        for x in xs:
            total = self._add(total, x)
        return total

    def _prod(self, *xs: Enclosure) -> Enclosure:
        product = Enclosure(self.context.one, self.context.one)
        for x in xs:
            product = self._mul(product, x)
        return product

    def _neg(self, x: Enclosure) -> Enclosure:
        return Enclosure(-x.high, -x.low)

    def _abs(self, x: Enclosure) -> Enclosure:
        if x.low >= 0:
            return x
        return self._neg(x) if x.high <= 0 else Enclosure(self.context.zero, max(-x.low, x.high))

    def _maximum(self, *xs: Enclosure) -> Enclosure:
        top = Enclosure(max(x.low for x in xs), max(x.high for x in xs))
        return next((x for x in xs if x == top), top)

    def _minimum(self, *xs: Enclosure) -> Enclosure:
        least = Enclosure(min(x.low for x in xs), min(x.high for x in xs))
        return next((x for x in xs if x == least), least)

    def _pow(self, x: Enclosure, y: Enclosure) -> Enclosure | float:
        is_whole = y.low == y.high and self.context.isint(y.low)
        if x.low > 0 or (x.low == 0 and y.low > 0):
            logarithm = self._increasing("log", x)
            return self._increasing("exp", self._mul(logarithm, y))
        if not is_whole:
            floor = self.context.floor
            return nan if x.high < 0 and floor(y.low) == floor(y.high) < y.low else self.unknown
        if x.low <= 0 <= x.high and y.low < 0:
            return self.unknown
        size = self._abs(x)
        power = self._pow(size, y) if size.high else size
        if not isinstance(power, Enclosure) or not int(y.low) % 2:
            return power
        if x.high <= 0:
            return self._neg(power)
        one = self._pow(Enclosure(self.context.zero, -x.low), y)
        other = self._pow(Enclosure(self.context.zero, x.high), y)
        assert isinstance(one, Enclosure)
        assert isinstance(other, Enclosure)
        return Enclosure(-one.high, other.high)

    def _floor(self, x: Enclosure) -> Enclosure:
        return Enclosure(*map(self.context.floor, x))

    def _round(self, x: Enclosure) -> Enclosure:
        return Enclosure(*map(self.context.nint, x))

    def _mod(self, x: Enclosure, y: Enclosure) -> Enclosure | float:
        if y.low <= 0 <= y.high:
            return nan if y.low == y.high else self.unknown
        zero = self.context.zero
        least, most = (zero, y.high) if y.low > 0 else (y.low, zero)
        times = self._floor(self._div(x, y))
        if times.low != times.high or self.context.isinf(times.low):
            return Enclosure(least, most)
        rest = self._sub(x, self._mul(y, times))
        return Enclosure(max(rest.low, least), min(rest.high, most))

    # -- functions ------------------------------------------------------------------------------

    def _exp2(self, x: Enclosure) -> Enclosure:
        return self._increasing("exp", self._mul(x, self._increasing("log", self.of(Fraction(2)))))

    def _log2(self, x: Enclosure) -> Enclosure:
        return self._div(self._increasing("log", x), self._increasing("log", self.of(Fraction(2))))

    def _log10(self, x: Enclosure) -> Enclosure:
        return self._div(self._increasing("log", x), self._increasing("log", self.of(Fraction(10))))

    def _cbrt(self, x: Enclosure) -> Enclosure:
        root, sign = self.context.cbrt, self.context.sign
        return self._wide(*(sign(bound) * root(abs(bound)) for bound in x))

    def _acos(self, x: Enclosure) -> Enclosure:
        return self._wide(self.context.acos(x.high), self.context.acos(x.low))

    def _cosh(self, x: Enclosure) -> Enclosure:
        return self._increasing("cosh", self._abs(x))

    def _sin(self, x: Enclosure) -> Enclosure:
        return self._wave(self.context.sin, x)

    def _cos(self, x: Enclosure) -> Enclosure:
        return self._wave(self.context.cos, x)

    def _wave(self, function: Callable[[Bound], Bound], x: Enclosure) -> Enclosure:
        """Enclose a function whose slope is at most 1."""
        if not x.high - x.low < 1 or max(abs(x.low), abs(x.high)) > self.huge:
            return Enclosure(-self.context.one, self.context.one)
        middle = self.context.ldexp(x.low + x.high, -1)
        there, width = self._wide(*[function(middle)] * 2), x.high - x.low
        return self._wide(there.low - width, there.high + width)

    def _tan(self, x: Enclosure) -> Enclosure:
        return self._div(self._sin(x), self._kept("cos", self._cos(x)))

    def _hypot(self, x: Enclosure, y: Enclosure) -> Enclosure:
        bounds = zip(self._abs(x), self._abs(y), strict=True)
        return self._wide(*(self.context.hypot(a, b) for a, b in bounds))

    def _atan2(self, y: Enclosure, x: Enclosure) -> Enclosure:
        if x.low <= 0 and y.low <= 0 <= y.high:  # across the cut
            return self.unknown
        return self._hull([self.context.atan2(a, b) for a in y for b in x])

    def _erf(self, x: Enclosure) -> Enclosure:
        if max(abs(x.low), abs(x.high)) <= 1:
            return self._increasing("erf", x)
        return self._sub(self.of(Fraction(1)), self._erfc(x))

    def _erfc(self, x: Enclosure) -> Enclosure:
        return Enclosure(self._tail(x.high).low, self._tail(x.low).high)

    def _tail(self, x: Bound) -> Enclosure:
        """Enclose erfc(x); far out by its asymptotic series, of which two terms enclose it."""
        if x < 0:
            return self._sub(self.of(Fraction(2)), self._tail(-x))
        if x < 1_000_000:
            there = self.context.erfc(x)
            return self._wide(there, there)
        square = self._mul(Enclosure(x, x), Enclosure(x, x))
        density = self._increasing("exp", self._neg(square))
        root = self.context.sqrt(self.context.pi)
        below = (1 - 1 / (2 * square.high)) / (x * root)
        return self._wide(density.low * below, density.high / (x * root))

    def _normal_cdf(self, x: Enclosure) -> Enclosure:
        two = self.of(Fraction(2))
        return self._div(self._erfc(self._div(self._neg(x), self._increasing("sqrt", two))), two)

    def _erfinv(self, x: Enclosure) -> Enclosure:
        return Enclosure(self._erfinv_at(x.low).low, self._erfinv_at(x.high).high)

    def _erfinv_at(self, x: Bound) -> Enclosure:
        """Enclose the y with erf(y) = x: Newton's method, and erf on both sides of the result."""
        if x < 0:
            return self._neg(self._erfinv_at(-x))
        if not x or x == 1:
            end = self.context.inf if x else self.context.zero
            return Enclosure(end, end)
        y, share = self._newton(x), self._unit
        while share < 1:
            low, high = y * (1 - share), y * (1 + share)
            if x < 0.5:
                below, above = self._erf(Enclosure(low, low)), self._erf(Enclosure(high, high))
                is_between = below.high <= x <= above.low
            else:  # 1 - x is exact
                is_between = self._tail(low).low >= 1 - x >= self._tail(high).high
            if is_between:
                return Enclosure(low, high)
            share *= 2
        return self.unknown

    def _newton(self, x: Bound) -> Bound:
        """Approach erfinv(x) from one side, on erf or on the logarithm of erfc."""
        context = self.context
        factor = 2 / context.sqrt(context.pi)
        y = x / factor if x < 0.5 else context.sqrt(-context.log(1 - x))
        for _ in range(200):
            slope = factor * context.exp(-y * y)
            if x < 0.5:
                step = (context.erf(y) - x) / slope
            else:
                rest = context.erfc(y)
                step = context.log((1 - x) / rest) * rest / slope
            y -= step
            if abs(step) <= y * self._unit / 2**8:
                break
        return y

    def _lgamma(self, x: Enclosure) -> Enclosure:
        return self._derivative_of_lgamma(0, x)

    def _digamma(self, x: Enclosure) -> Enclosure:
        return self._derivative_of_lgamma(1, x)

    def _polygamma(self, n: Enclosure, x: Enclosure) -> Enclosure | float:
        floor = self.context.floor
        if n.high < 0 or floor(n.low) == floor(n.high) < n.low:
            return nan
        if n.low != n.high:
            return self.unknown
        if n.low > _HIGHEST or (n.low > 0 and x.low < _FARTHEST):
            return self.unknown
        return self._derivative_of_lgamma(int(n.low) + 1, x)

    def _derivative_of_lgamma(self, order: int, x: Enclosure) -> Enclosure:
        """Enclose lgamma or a derivative of it; the odd ones increase between two poles."""
        low, high = x
        floor = self.context.floor
        if self.context.isinf(high) or (
            low <= 0 and (floor(low) == low or floor(low) != floor(high))
        ):
            return self.unknown
        if low == high:
            return self._gamma(order, low)
        if order % 2 or (order and low > 0):
            one, other = (
                self._gamma(order, low),
                self._gamma(order, high),
            )
            return Enclosure(min(one.low, other.low), max(one.high, other.high))
        middle = self._gamma(order, self.context.ldexp(low + high, -1))
        slopes = [bound for end in x for bound in self._gamma(order + 1, end)]
        change: Bound = (high - low) * max(abs(slope) for slope in slopes)
        return self._wide(middle.low - change, middle.high + change)

    def _gamma(self, order: int, x: Bound) -> Enclosure:
        """Enclose it at a point, with more digits for what cancels on the way."""
        finer = Enclosures(self.context.dps + _GUARD)
        low, high = derivative_of_lgamma(finer, order, finer.context.mpf(x))
        return self._wide(self.context.mpf(low), self.context.mpf(high))
