"""Formulas in exact arithmetic: rationals where possible, else enclosures of so many digits.

Numbers that are not finite follow IEEE arithmetic, as in the engine, and so does the sign of 0,
which a pole depends on: -0.0 stays a float. A rational of more than 4,096 bits becomes an
enclosure, for repeated squaring would double its length every time.

>>> from fractions import Fraction
>>> Precise(50).apply("div", [Fraction(1), Fraction(3)])
Fraction(1, 3)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal  # which `fractions` imports anyway
from fractions import Fraction
from functools import cached_property
from math import copysign, floor, inf, isfinite, isnan, isqrt, nan, pi, prod, ulp
from typing import Any, TypeAlias

from autodiff.formula.ieee import COMPARE, IEEE
from autodiff.formula.interpret import evaluate, is_list
from autodiff.formula.tree import Expression

from .enclosure import Enclosure
from .enclosures import Enclosures

Real: TypeAlias = Any  # a Fraction, an Enclosure, or a float: -0.0, or one that is not finite

_LONGEST = 4096  # bits
_HIGHEST = 64  # a whole power up to here stays rational
_LARGEST = (2.0 - 2.0**-52) * 2.0**1023
_SMALLEST = 5e-324

_ONE, _ZERO = Fraction(1), Fraction(0)
_CHOICES = frozenset({*COMPARE, "where", "abs", "neg", "maximum", "minimum", "floor", "round"})
EXACT = frozenset({*_CHOICES, "count"})  # functions whose result is never rounded


def _divided(x: Fraction, y: Fraction) -> Fraction:
    return x / y


def _floor(x: Fraction) -> Fraction:
    return Fraction(floor(x))


def _round(x: Fraction) -> Fraction:
    return Fraction(round(x))  # to the even one of two


def _modulo(x: Fraction, y: Fraction) -> Fraction:
    return x % y


_RATIONAL: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "neg": operator.neg,
    "maximum": max,
    "minimum": min,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": _divided,
    "mod": _modulo,
    "floor": _floor,
    "round": _round,
    "sum": lambda *xs: sum(xs, _ZERO),
    "prod": lambda *xs: prod(xs, start=_ONE),
}
_AT_0 = {
    **dict.fromkeys(("exp", "exp2", "cosh", "cos", "erfc"), _ONE),
    "normal_cdf": Fraction(1, 2),
    **dict.fromkeys(("expm1", "log1p", "sin", "tan", "asin", "atan", "sinh", "tanh"), _ZERO),
    **dict.fromkeys(("asinh", "atanh", "erf", "erfinv", "sqrt", "cbrt"), _ZERO),
}
_AT_1 = dict.fromkeys(("log", "log2", "log10", "acos", "acosh", "lgamma"), _ZERO)


class Precise:
    """Exact arithmetic, and for numbers that are not rational, enclosures.

    Args:
        digits: the precision of enclosures.
    """

    def __init__(self, digits: int) -> None:
        self.digits: int = digits
        self._known: dict[tuple[Any, ...], Real] = {}

    @cached_property
    def _enclosures(self) -> Enclosures:
        return Enclosures(self.digits)

    @property
    def pi(self) -> Enclosure:
        """Enclose pi, which formulas hold as a float."""
        return self._enclosures.pi()

    def evaluate(self, formula: Expression, environment: Mapping[str, Any]) -> Any:
        """Compute a formula over exact numbers, or lists of them."""
        result = evaluate(formula, environment, self.apply)
        return [real(x) for x in result] if is_list(result) else real(result)

    def apply(self, name: str, arguments: Sequence[Real | float]) -> Real:
        """Apply one function of the formula language.

        Raises:
            MissingPackageError: if the result is not rational, and mpmath is not installed.
        """
        xs = [self.pi if isinstance(x, float) and x == pi else real(x) for x in arguments]
        if name == "where":
            return self._where(*xs)
        if name in COMPARE:
            return self._compared(name, *xs)
        if any(isinstance(x, float) and not isfinite(x) for x in xs):
            return self._by_ieee(name, xs)
        plain = [_ZERO if isinstance(x, float) else x for x in xs]
        if all(isinstance(x, Fraction) for x in plain):
            try:
                result = _rational(name, plain)
            except ZeroDivisionError:
                return self._by_ieee(name, xs)
            if result is not None:
                return self._signed(name, xs) if not result else self._short(result)
            if _is_pole(name, plain):
                return self._by_ieee(name, xs)
        if name == "sub" and plain[0] is plain[1]:
            return _ZERO
        key = (name, *(id(x) if isinstance(x, Enclosure) else x for x in plain))
        if key not in self._known:  # equal computations are equal numbers, not just enclosures
            result = self._enclosures.apply(name, [self.enclosure(x) for x in plain])
            self._known[key] = result, plain  # which keeps the operands alive, and so their ids
        return self._known[key][0]

    def enclosure(self, x: Real) -> Enclosure:
        """Return a finite number as an enclosure."""
        if isinstance(x, Enclosure):
            return x
        return self._enclosures.of(Fraction(x))

    def float_of(self, x: Real) -> float:
        """Return the nearest float, of an enclosure that of its middle."""
        if isinstance(x, Enclosure):
            low, high = self._floats(x)
            if isfinite(low) and isfinite(high):
                return low / 2 + high / 2 if abs(low) > 1 else (low + high) / 2
            return low if low == high else nan
        return _float(x)

    def is_certain(self, x: Real, least: float = 0.0) -> bool:
        """Tell whether an exact number is known to a thousandth of an ulp of a float.

        Args:
            x: the number.
            least: a number whose ulps count if they are larger.
        """
        if not isinstance(x, Enclosure):
            return True
        low, high = self._floats(x)
        if not (isfinite(low) and isfinite(high)):
            return low == high
        unit = self._enclosures.context.mpf(ulp(max(abs(low), abs(high), least)))
        return bool(1024 * (x.high - x.low) <= unit)

    def text(self, x: Real, digits: int = 20) -> str:
        """Write a number: a short rational as a fraction, others to so many digits."""
        if isinstance(x, float):
            return repr(x) if x else "0"
        if isinstance(x, Fraction):
            if len(str(x.numerator)) + len(str(x.denominator)) <= digits // 2:
                return str(x)
            context = Context(prec=digits)
            return str(context.divide(Decimal(x.numerator), x.denominator)).lower()
        write = self._enclosures.write
        if self.is_certain(x) and (x.low > 0 or x.high < 0):
            return write(self.middle(x), digits)
        if self.is_certain(x) and isfinite(self.float_of(x)):
            return f"0 within {write(max(abs(x.low), abs(x.high)), 2)}"
        return f"from {write(x.low, 6)} to {write(x.high, 6)}"

    def middle(self, x: Real) -> Real:
        """Return the middle of an enclosure as a number of mpmath; other numbers as they are."""
        if not isinstance(x, Enclosure):
            return x
        context = self._enclosures.context
        if context.isinf(x.high) or context.isinf(x.low):
            return nan if context.isinf(x.high) and context.isinf(x.low) else max(x, key=abs)
        return context.ldexp(x.low + x.high, -1)

    def _where(self, condition: Real, x: Real, y: Real) -> Real:
        if isinstance(condition, Enclosure) and condition.low <= 0 <= condition.high:
            return x if x is y else self._enclosures.unknown
        return x if condition else y

    def _compared(self, name: str, x: Real, y: Real) -> Real:
        if not isinstance(x, Enclosure) and not isinstance(y, Enclosure):
            return Fraction(COMPARE[name](x, y))
        if any(isinstance(z, float) and isnan(z) for z in (x, y)):
            return _ZERO
        if x is y:
            return Fraction(name in {"equal", "less_equal", "greater_equal"})
        one, other = self._ends(x), self._ends(y)
        outcomes = {COMPARE[name](a, b) for a in one for b in other}
        overlap = one[0] <= other[1] and other[0] <= one[1]
        if len(outcomes) > 1 or (overlap and name == "equal"):
            return self._enclosures.unknown
        return Fraction(outcomes.pop())

    def _ends(self, x: Real) -> tuple[Real, Real]:
        if isinstance(x, float) and not isfinite(x):
            return self._enclosures.context.mpf(x), self._enclosures.context.mpf(x)
        return self.enclosure(x)

    def _short(self, x: Fraction) -> Real:
        size = max(x.numerator.bit_length(), x.denominator.bit_length())
        return x if size <= _LONGEST else self._enclosures.of(x)

    def _signed(self, name: str, xs: list[Real]) -> Real:
        """Return 0 with the sign that IEEE arithmetic gives it."""
        result = self._by_floats(name, xs)
        return result if not result and copysign(1.0, result) < 0 else _ZERO

    def _by_floats(self, name: str, xs: list[Real]) -> float:
        floats = [_float_like(x) for x in xs]
        return IEEE[name](floats) if name in {"sum", "prod"} else IEEE[name](*floats)

    def _by_ieee(self, name: str, xs: list[Real]) -> Real:
        """Apply a function where an operand is not finite, or the result is a pole."""
        if any(isinstance(x, float) and isnan(x) for x in xs):
            return nan if name != "pow" else real(self._by_floats(name, xs))
        if any(isinstance(x, Enclosure) and x.low <= 0 <= x.high for x in xs):
            return self._enclosures.unknown
        if name in {"maximum", "minimum"}:
            last = inf if name == "maximum" else -inf
            others = [x for x in xs if x != -last]
            if last in xs or not others:
                return last if last in xs else -last
            return self.apply(name, others) if len(others) > 1 else others[0]
        result = self._by_floats(name, xs)
        if name == "mod" and isfinite(result):  # by an infinity of the same sign
            return xs[0]
        if name in {"atan", "atan2"} and isfinite(result):  # a multiple of pi / 4
            eighths = Fraction(round(result / pi * 4), 4)
            return self.apply("mul", [self.pi, eighths]) if eighths else _ZERO
        return real(result)

    def _floats(self, x: Real) -> tuple[float, float]:
        if not isinstance(x, Enclosure):
            return _float(x), _float(x)
        limit = self._enclosures.context.mpf(_LARGEST)
        beyond = {True: inf, False: -inf}
        low, high = (float(end) if abs(end) <= limit else beyond[bool(end > 0)] for end in x)
        return low, high


def _rational(name: str, xs: Sequence[Any]) -> Fraction | None:
    """Return a rational result, or None where there is none, or it is not known to be one."""
    if name in _RATIONAL:
        return _RATIONAL[name](*xs)
    x = xs[0]
    if name in _AT_0 and not x:
        return _AT_0[name]
    if name in _AT_1 and x == 1:
        return _AT_1[name]
    if name == "exp2":
        return _power(Fraction(2), x)
    if name == "lgamma" and x == 2:
        return _ZERO
    if name == "hypot":
        return _root(x * x + xs[1] * xs[1])
    if name == "sqrt" and x > 0:
        return _root(x)
    if name == "pow":
        return _power(x, xs[1])
    if name in {"log2", "log10"} and x > 0:
        base = int(name[3:])
        exponent = round(IEEE[name](_float_like(x)))
        return Fraction(exponent) if Fraction(base) ** exponent == x else None
    return _ZERO if name == "atan2" and not x and xs[1] > 0 else None


def _power(x: Fraction, y: Fraction) -> Fraction | None:
    if not y or x == 1:
        return _ONE
    if not x:
        return _ZERO ** int(copysign(1, y))
    if y.denominator == 1 and abs(y) <= _HIGHEST:
        return x ** int(y)
    root = _root(x) if y.denominator == 2 and x > 0 and abs(y) <= _HIGHEST else None
    return root**y.numerator if root is not None else None


def _root(x: Fraction) -> Fraction | None:
    """Return the square root of a fraction if it is rational."""
    root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
    return root if root * root == x else None


def _is_pole(name: str, xs: Sequence[Any]) -> bool:
    """Tell whether a function is infinite at a rational."""
    x = xs[-1]
    if name in {"lgamma", "digamma", "polygamma"}:
        return x <= 0 and x.denominator == 1
    return (name in {"log", "log2", "log10"} and not x) or (
        (name == "log1p" and x == -1) or (name in {"atanh", "erfinv"} and abs(x) == 1)
    )


def _float(x: Real) -> float:
    try:
        return float(x)
    except OverflowError:
        return inf if x > 0 else -inf


def _float_like(x: Real) -> float:
    """Return a float on the same side of 0 and of inf."""
    if isinstance(x, float):
        return x
    near = x.low if isinstance(x, Enclosure) else x
    size = min(max(abs(_float(near)), _SMALLEST), _LARGEST) if near else 0.0
    return size if near >= 0 else -size


def real(x: Real | float) -> Real:
    """Convert a finite float or a bool to a Fraction; others are exact numbers already."""
    if isinstance(x, float | int) and isfinite(x) and (x or copysign(1.0, x) > 0):
        return Fraction(x)
    return x
