"""Proved bounds for lgamma and its derivatives: a shift, then Stirling's series with its remainder.

For x > 0 the remainder of the series lies between 0 and the first term left out, and so do those
of all its derivatives, because it is completely monotonic (Alzer, On some inequalities for the
gamma and psi functions, Mathematics of Computation 66, 1997, theorem 8; DLMF 5.11 and 5.15).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

from .enclosure import Arithmetic, Bound, Enclosure

_MOST_STEPS = 20_000  # of a shift


def derivative_of_lgamma(arithmetic: Arithmetic, order: int, x: Bound) -> Enclosure:
    """Enclose lgamma at a point, or its derivative of an order from 1.

    Args:
        arithmetic: the arithmetic to use.
        order: 0 for lgamma, 1 for digamma, n + 1 for polygamma(n, x).
        x: the point, not a pole; unknown where it is too far left.
    """
    context: Any = arithmetic.context
    least = context.prec // 5 + order + 2  # from where the terms become small enough
    count = max(0, int(context.ceil(least - x))) if x > -_MOST_STEPS else _MOST_STEPS
    if count >= _MOST_STEPS:
        return arithmetic.unknown
    start = arithmetic.point(x + count) if count else arithmetic.between(x, x)
    far = _series(arithmetic, order, start)
    steps = [x + place for place in range(count)]
    if not order:
        shift = arithmetic.of(Fraction(0))
        for place in range(0, count, 100):  # the rounding of so few stays within a unit
            product = abs(context.fprod(steps[place : place + 100]))
            log = _applied(arithmetic, "log", arithmetic.point(product))
            shift = _applied(arithmetic, "add", shift, log)
        return _applied(arithmetic, "sub", far, shift)
    terms = [arithmetic.point(1 / step**order) for step in steps]
    scale = arithmetic.of(Fraction((-1) ** order * factorial(order - 1)))
    total = _applied(arithmetic, "sum", *terms)
    return _applied(arithmetic, "add", far, _applied(arithmetic, "mul", scale, total))


def _series(arithmetic: Arithmetic, order: int, z: Enclosure) -> Enclosure:
    """Enclose it far out."""
    context: Any = arithmetic.context
    total = _head(arithmetic, order, z)
    inverse = _applied(arithmetic, "div", arithmetic.of(Fraction(1)), z)
    square = _applied(arithmetic, "mul", inverse, inverse)
    power = _applied(arithmetic, "pow", inverse, arithmetic.of(Fraction(order + 1)))
    size = context.inf
    for k in range(2, 2 * context.prec, 2):  # B_k (k + order - 2)! / k! / z**(k + order - 1)
        numerator, denominator = context.bernfrac(k)
        factor = Fraction(numerator * factorial(k + order - 2), denominator * factorial(k))
        term = _applied(arithmetic, "mul", arithmetic.of((-1) ** order * factor), power)
        size = max(abs(term.low), abs(term.high))
        if size < context.eps * abs(total.low):
            break
        total = _applied(arithmetic, "add", total, term)
        power = _applied(arithmetic, "mul", power, square)
    rest = arithmetic.between(-size, size)
    return _applied(arithmetic, "add", total, rest)


def _head(arithmetic: Arithmetic, order: int, z: Enclosure) -> Enclosure:
    """Enclose the terms before the series."""

    def of(*ratio: int) -> Enclosure:
        return arithmetic.of(Fraction(*ratio))

    def apply(name: str, *xs: Enclosure) -> Enclosure:
        return _applied(arithmetic, name, *xs)

    if order > 1:
        sign, m = (-1) ** order, order - 1
        first = apply("div", of(sign * factorial(m - 1)), apply("pow", z, of(m)))
        second = apply("div", of(sign * factorial(m), 2), apply("pow", z, of(order)))
        return apply("add", first, second)
    log = apply("log", z)
    if order:
        return apply("sub", log, apply("div", of(1, 2), z))
    constant = apply("div", apply("log", apply("mul", of(2), arithmetic.pi())), of(2))
    product = apply("mul", apply("sub", z, of(1, 2)), log)
    return apply("add", apply("sub", product, z), constant)


def _applied(arithmetic: Arithmetic, name: str, *xs: Enclosure) -> Enclosure:
    """Apply a function inside of its domain."""
    result = arithmetic.apply(name, xs)
    assert not isinstance(result, (float, int))
    return result
