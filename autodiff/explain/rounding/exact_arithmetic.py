"""Formulas in exact arithmetic: rationals where possible, else fifty digits by mpmath.

Numbers that are not finite follow IEEE arithmetic, as in the engine. A rational of more than
4,096 bits is rounded to fifty digits, for repeated squaring would double its length every time.

>>> from fractions import Fraction
>>> Precise(50).apply("div", [Fraction(1), Fraction(3)])
Fraction(1, 3)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal  # which `fractions` imports anyway
from fractions import Fraction
from math import isfinite, prod
from typing import Any, TypeAlias

from autodiff.formula.ieee import COMPARE, IEEE
from autodiff.formula.interpret import evaluate, is_list
from autodiff.formula.tree import Expression
from autodiff.system import package

Real: TypeAlias = Any  # a Fraction, a number of mpmath, or a float that is not finite

_LONGEST = 4096  # bits
_HIGHEST = 64  # a whole power up to here stays rational

_ONE, _ZERO = Fraction(1), Fraction(0)


def _truth(relation: Callable[[Real, Real], bool]) -> Callable[[Real, Real], Real]:
    return lambda x, y: _ONE if relation(x, y) else _ZERO


def _divided(x: Real, y: Real) -> Real:
    return x / y


def _chosen(condition: Real, x: Real, y: Real) -> Real:
    return x if condition else y


def _floor(x: Real) -> Real:
    return Fraction(int(x // 1))


def _round(x: Real) -> Real:
    down = _floor(x)
    above = x - down - Fraction(1, 2)
    return down + (above > 0 or (above == 0 and down % 2))


def _modulo(x: Real, y: Real) -> Real:
    return x - y * _floor(x / y)


_CHOICES: Mapping[str, Callable[..., Real]] = {
    **{name: _truth(compare) for name, compare in COMPARE.items()},
    "where": _chosen,
    "abs": abs,
    "neg": operator.neg,
    "maximum": max,
    "minimum": min,
    "floor": _floor,
    "round": _round,
}
EXACT = frozenset({*_CHOICES, "count"})  # functions whose result is never rounded
_RATIONAL: Mapping[str, Callable[..., Real]] = {
    **_CHOICES,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": _divided,
    "sum": lambda *xs: sum(xs, _ZERO),
    "prod": lambda *xs: prod(xs, start=_ONE),
    "mod": _modulo,
}


class Precise:
    """Exact arithmetic, and for numbers that are not rational, arithmetic of high precision.

    Args:
        digits: the digits of numbers that are not rational.
    """

    def __init__(self, digits: int) -> None:
        self._digits: int = digits
        self._context: Any = None

    def evaluate(self, formula: Expression, environment: Mapping[str, Any]) -> Any:
        """Compute a formula over exact numbers, or lists of them."""
        result = evaluate(formula, environment, self.apply)
        return [_real(x) for x in result] if is_list(result) else _real(result)

    def apply(self, name: str, arguments: Sequence[Real | float]) -> Real:
        """Apply one function of the formula language.

        Raises:
            MissingPackageError: if the result is not rational, and mpmath is not installed.
        """
        xs = [_real(x) for x in arguments]
        if name == "where":
            return xs[1] if xs[0] else xs[2]
        if any(isinstance(x, float) for x in xs):  # inf or nan
            return self._by_ieee(name, xs)
        try:
            if all(isinstance(x, Fraction) for x in xs):
                result = self._rational(name, xs)
                if result is not None:
                    return self._short(result)
            return self._by_mpmath(name, xs)
        except (ZeroDivisionError, ValueError):  # a pole, or outside the domain
            return self._by_ieee(name, xs)

    def float_of(self, x: Real) -> float:
        """Return the nearest float."""
        try:
            return float(x)
        except OverflowError:
            return float("inf") if x > 0 else float("-inf")

    def text(self, x: Real, digits: int = 20) -> str:
        """Write a number: a short rational as a fraction, others to so many digits."""
        if isinstance(x, float):
            return repr(x)
        if isinstance(x, Fraction):
            if len(str(x.numerator)) + len(str(x.denominator)) <= digits // 2:
                return str(x)
            context = Context(prec=digits)
            return str(context.divide(Decimal(x.numerator), x.denominator)).lower()
        return self._mpmath().nstr(x, digits)

    def _rational(self, name: str, xs: list[Fraction]) -> Fraction | None:
        """Return a rational result, or None where there is none."""
        if name in _RATIONAL:
            return _RATIONAL[name](*xs)
        if name == "pow" and xs[1].denominator == 1 and abs(xs[1]) <= _HIGHEST:
            return xs[0] ** int(xs[1])
        return None

    def _short(self, x: Fraction) -> Real:
        size = max(x.numerator.bit_length(), x.denominator.bit_length())
        return x if size <= _LONGEST else self._number(x)

    def _by_ieee(self, name: str, xs: list[Real]) -> Real:
        floats = [self.float_of(x) for x in xs]
        if name in _CHOICES and name not in {"abs", "neg", "maximum", "minimum", "floor", "round"}:
            return _CHOICES[name](*floats)
        function = IEEE[name]
        return _real(function(floats) if name in {"sum", "prod"} else function(*floats))

    def _by_mpmath(self, name: str, xs: list[Real]) -> Real:
        context = self._mpmath()
        numbers = [self._number(x) for x in xs]
        special: dict[str, Callable[..., Real]] = {
            **_CHOICES,
            "add": operator.add,
            "sub": operator.sub,
            "mul": operator.mul,
            "div": _divided,
            "pow": context.power,
            "mod": _modulo,
            "exp2": lambda x: context.power(2, x),
            "lgamma": lambda x: context.re(context.loggamma(x)),
            "normal_cdf": context.ncdf,
            "polygamma": lambda n, x: context.psi(int(n), x) if n == int(n) else context.nan,
            "sum": lambda *terms: context.fsum(terms),
            "prod": lambda *factors: context.fprod(factors),
        }
        match name:
            case "log2" | "log10":
                result = context.log(numbers[0], int(name[3:]))
            case "cbrt":
                result = context.sign(numbers[0]) * context.cbrt(abs(numbers[0]))
            case _:
                result = (special.get(name) or getattr(context, name))(*numbers)
        if isinstance(result, Fraction):
            return result
        if isinstance(result, context.mpc) or not context.isfinite(result):
            return self._by_ieee(name, xs)  # not a real number: nan, or a pole
        return result

    def _number(self, x: Real) -> Real:
        context = self._mpmath()
        if not isinstance(x, Fraction):
            return x
        return context.mpf(x.numerator) / context.mpf(x.denominator)

    def _mpmath(self) -> Any:
        """Return a context of mpmath of our own, for its global precision is not ours to change."""
        if self._context is None:
            self._context = package("mpmath").mp.clone()
            self._context.dps = self._digits
        return self._context


def _real(x: Real | float) -> Real:
    """Convert a finite float or a bool to a Fraction; others are exact numbers already."""
    if isinstance(x, float | int):
        return Fraction(x) if isfinite(x) else x
    return x
