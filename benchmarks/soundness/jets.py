"""Taylor polynomials of one or two variables to the third order, in arithmetic of many digits.

A function evaluated at `variables(x, y)` gives its value and all its derivatives to the third.
The rules are those of power series; the derivative table of the engine has no part in them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp

ORDER = 3


class Jet:
    """A polynomial in the steps from a point.

    Args:
        terms: the coefficients, by the powers of the two steps; those left out are 0.
    """

    def __init__(self, terms: dict[tuple[int, int], Any]) -> None:
        self.terms: dict[tuple[int, int], Any] = terms

    @property
    def value(self) -> Any:
        """The coefficient without a step: the value at the point."""
        return self.terms.get((0, 0), mp.mpf(0))

    def derivative(self, orders: Sequence[int]) -> Any:
        """Return the derivative of the given orders by each variable."""
        i, j = (*orders, 0)[:2]
        return self.terms.get((i, j), mp.mpf(0)) * math.factorial(i) * math.factorial(j)

    def compose(self, coefficients: Sequence[Any]) -> Jet:
        """Return sum_k coefficients[k] * step**k, where step is this polynomial less its value."""
        step = Jet({powers: c for powers, c in self.terms.items() if powers != (0, 0)})
        total, power = Jet({(0, 0): coefficients[0]}), Jet({(0, 0): mp.mpf(1)})
        for coefficient in coefficients[1:]:
            power = power * step
            total = total + power * coefficient
        return total

    def integral(self, value: Any, slope: Callable[[Jet], Jet]) -> Jet:
        """Apply the function that has this value at the point, and that derivative."""
        one = slope(Jet({(0, 0): self.value, (1, 0): mp.mpf(1)}))
        below = [one.terms.get((k, 0), mp.mpf(0)) / (k + 1) for k in range(ORDER)]
        return self.compose([value, *below])

    def __add__(self, other: Any) -> Jet:
        terms = dict(self.terms)
        for powers, c in _jet(other).terms.items():
            terms[powers] = terms[powers] + c if powers in terms else c
        return Jet(terms)

    def __mul__(self, other: Any) -> Jet:
        terms: dict[tuple[int, int], Any] = {}
        for (i, j), c in self.terms.items():
            for (k, m), d in _jet(other).terms.items():
                if i + j + k + m <= ORDER:
                    terms[i + k, j + m] = terms.get((i + k, j + m), 0) + c * d
        return Jet(terms)

    def __pow__(self, exponent: Any) -> Jet:
        x = self.value
        coefficients = [x**exponent]
        for k in range(1, ORDER + 1):
            coefficients.append(coefficients[-1] * (exponent - k + 1) / k / x)
        return self.compose(coefficients)

    def __neg__(self) -> Jet:
        return self * -1

    def __sub__(self, other: Any) -> Jet:
        return self + -_jet(other)

    def __rsub__(self, other: Any) -> Jet:
        return -self + other

    def __truediv__(self, other: Any) -> Jet:
        return self * _jet(other) ** -1

    def __rtruediv__(self, other: Any) -> Jet:
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__


def variables(point: Sequence[Any]) -> list[Jet]:
    """Return the coordinates of a point as polynomials: each is its value plus its own step."""
    steps = [(1, 0), (0, 1)]
    return [
        Jet({(0, 0): mp.mpf(x), step: mp.mpf(1)})
        for x, step in zip(point, steps[: len(point)], strict=True)
    ]


def _jet(x: Any) -> Jet:
    return x if isinstance(x, Jet) else Jet({(0, 0): mp.mpf(x)})


def exp(x: Jet) -> Jet:
    """Return e to the power x."""
    y = mp.exp(x.value)
    return x.compose([y, y, y / 2, y / 6])


def expm1(x: Jet) -> Jet:
    """Return e**x - 1."""
    return x.integral(mp.expm1(x.value), exp)


def log(x: Jet) -> Jet:
    """Return the natural logarithm."""
    return x.integral(mp.log(x.value), lambda t: 1 / t)


def log1p(x: Jet) -> Jet:
    """Return log(1 + x)."""
    return x.integral(mp.log1p(x.value), lambda t: 1 / (1 + t))


def sqrt(x: Jet) -> Jet:
    """Return the square root."""
    return x ** mp.mpf(0.5)


def sin(x: Jet) -> Jet:
    """Return the sine."""
    s, c = mp.sin(x.value), mp.cos(x.value)
    return x.compose([s, c, -s / 2, -c / 6])


def cos(x: Jet) -> Jet:
    """Return the cosine."""
    s, c = mp.sin(x.value), mp.cos(x.value)
    return x.compose([c, -s, -c / 2, s / 6])


def tanh(x: Jet) -> Jet:
    """Return the hyperbolic tangent."""
    return x.integral(mp.tanh(x.value), lambda t: 4 / (exp(t) + exp(-t)) ** 2)


def erf(x: Jet) -> Jet:
    """Return the error function."""
    value = mp.erf(x.value) if abs(x.value) < 1000 else mp.sign(x.value)
    return x.integral(value, lambda t: 2 / mp.sqrt(mp.pi) * exp(-(t * t)))


def erfc(x: Jet) -> Jet:
    """Return 1 - erf(x); mpmath cannot compute it far out, where a double says 0 or 2."""
    value = mp.erfc(x.value) if abs(x.value) < 1000 else mp.mpf(0 if x.value > 0 else 2)
    return x.integral(value, lambda t: -2 / mp.sqrt(mp.pi) * exp(-(t * t)))


def erfinv(x: Jet) -> Jet:
    """Return the inverse of the error function."""
    with mp.workdps(60):
        y = mp.erfinv(x.value)
        slope = mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
    return x.compose([y, slope, y * slope**2, slope**3 * (1 + 4 * y * y) / 3])


def loggamma(x: Jet) -> Jet:
    """Return the logarithm of the absolute value of the gamma function."""
    with mp.workdps(60):
        value = mp.re(mp.loggamma(x.value))
        below = [mp.psi(k, x.value) / math.factorial(k + 1) for k in range(ORDER)]
    return x.compose([value, *below])


def digamma(x: Jet) -> Jet:
    """Return the derivative of `loggamma`."""
    with mp.workdps(60):
        return x.compose([mp.psi(k, x.value) / math.factorial(k) for k in range(ORDER + 1)])
