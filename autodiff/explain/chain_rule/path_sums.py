"""Exact sums over paths: the positive products, the negative ones, and how many there are of each.

Floats are dyadic rationals, so products and sums of local derivatives can be exact. Positive and
negative products are added separately, so that neither side cancels. Numbers longer than 2,048
bits are cut, so that deep graphs stay cheap; a sum is then exact to 2**-2000 of its own size, and
without qualification for some forty factors.

>>> from autodiff import Value
>>> from autodiff.graph.graph import Graph
>>> a = Value(3.0)
>>> sides = sides_of(Span(a, Graph([a * a - a])))
>>> sides.positive.rounded(), sides.negative.rounded(), sides.positives, sides.negatives
(6.0, 1.0, 2, 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import frexp, inf, isfinite, ldexp
from typing import NamedTuple

from autodiff.graph.backprop import sweep
from autodiff.graph.node import Node

from .paths import Paths, Span

_LONGEST = 2048  # bits of a significand
_MANTISSA = 53
_ENOUGH = 66  # leading bits that decide how an int rounds to a float, with a sticky bit


class Dyadic(NamedTuple):
    """The number significand * 2**exponent, of any length."""

    significand: int
    exponent: int

    def plus(self, other: Dyadic) -> Dyadic:
        """Return the sum."""
        high, low = (self, other) if self.exponent >= other.exponent else (other, self)
        gap = high.exponent - low.exponent
        if not high.significand or not low.significand:
            return high if high.significand else low
        if gap > low.significand.bit_length() + _LONGEST:
            return high  # the low one would be cut off anyway
        return _cut((high.significand << gap) + low.significand, low.exponent)

    def times(self, other: Dyadic) -> Dyadic:
        """Return the product."""
        return _cut(self.significand * other.significand, self.exponent + other.exponent)

    def minus(self, other: Dyadic) -> Dyadic:
        """Return the difference."""
        return self.plus(Dyadic(-other.significand, other.exponent))

    def rounded(self) -> float:
        """Return the nearest float."""
        size, exponent = abs(self.significand), self.exponent
        excess = size.bit_length() - _ENOUGH
        if excess > 0:
            rest = size & ((1 << excess) - 1)
            size, exponent = size >> excess | bool(rest), exponent + excess
        try:
            result = ldexp(float(size), exponent)
        except OverflowError:
            result = inf
        return -result if self.significand < 0 else result


ZERO, ONE = Dyadic(0, 0), Dyadic(1, 0)


class Sides(NamedTuple):
    """The sums of positive and of negative products, and the numbers of paths.

    Attributes:
        positive: the sum of the positive products.
        negative: the sum of the sizes of the negative products.
        positives: how many products are positive.
        negatives: how many are negative.
        zeros: how many are 0.
    """

    positive: Dyadic = ZERO
    negative: Dyadic = ZERO
    positives: int = 0
    negatives: int = 0
    zeros: int = 0

    @property
    def total(self) -> Dyadic:
        """The sum of all products."""
        return self.positive.minus(self.negative)

    @property
    def size(self) -> float:
        """The sum of the sizes of all products, the scale of rounding errors."""
        return self.positive.plus(self.negative).rounded()

    def through(self, factor: float) -> Sides:
        """Return the sums of the same paths, each with one more finite factor."""
        if not factor:
            return Sides(zeros=self.positives + self.negatives + self.zeros)
        size = _dyadic(abs(factor))
        positive, negative = self.positive.times(size), self.negative.times(size)
        if factor > 0:
            return self._replace(positive=positive, negative=negative)
        return Sides(negative, positive, self.negatives, self.positives, self.zeros)

    def plus(self, other: Sides) -> Sides:
        """Return the sums over these paths and others."""
        return Sides(
            self.positive.plus(other.positive),
            self.negative.plus(other.negative),
            self.positives + other.positives,
            self.negatives + other.negatives,
            self.zeros + other.zeros,
        )


def sides_of(span: Span) -> Sides | None:
    """Sum the products along all paths, exactly.

    Returns:
        The sums and counts; None if a factor on some path is nan or inf.
    """
    if not all(isfinite(factor) for node in span.nodes for _, _, factor in span.edges(node)):
        return None

    def through(node: Node, sides: Sides) -> Iterator[tuple[Node, Sides]]:
        for _, parent, factor in span.edges(node):
            yield parent, sides.through(factor)

    found = Sides()
    ends = [(span.end, Sides(positive=ONE, positives=1))]
    for node, sides in sweep(list(span.nodes), ends, through, Sides.plus):
        if node is span.start:
            found = sides
    return found


class Remainder(NamedTuple):
    """The part of a sum over paths that the largest paths leave.

    Attributes:
        rest: the sum of the products of all other paths, added exactly and then rounded once.
        rounding: the rounding error of the adjoint: the adjoint minus the exact sum.
        size: the sum of the sizes of all products.
    """

    rest: float
    rounding: float
    size: float


def remainder(found: Paths) -> Remainder:
    """Return the sum without the largest paths; `rest` is nan where inf is taken from inf."""
    is_all = len(found.largest) == found.number
    sides = sides_of(found.span)
    if sides is None or not isfinite(found.total):  # then IEEE arithmetic decides
        rest = 0.0 if is_all else found.total - sum(path.product for path in found.largest)
        return Remainder(rest, 0.0, abs(found.total))
    others = exact = sides.total
    for path in found.largest:
        others = others.minus(product_of(path.factors))
    rounding = product_of([found.total]).minus(exact)
    return Remainder(0.0 if is_all else others.rounded(), rounding.rounded(), sides.size)


def product_of(factors: Iterable[float]) -> Dyadic:
    """Return the exact product of finite factors."""
    product = ONE
    for factor in factors:
        product = product.times(_dyadic(factor))
    return product


def _dyadic(x: float) -> Dyadic:
    mantissa, exponent = frexp(x)
    return _shortened(int(ldexp(mantissa, _MANTISSA)), exponent - _MANTISSA)


def _shortened(significand: int, exponent: int) -> Dyadic:
    """Move factors of two into the exponent; most local derivatives are powers of two."""
    zeros = (significand & -significand).bit_length() - 1
    return (
        Dyadic(significand >> zeros, exponent + zeros)
        if zeros > 0
        else Dyadic(significand, exponent)
    )


def _cut(significand: int, exponent: int) -> Dyadic:
    excess = abs(significand).bit_length() - _LONGEST
    if excess > 0:
        return Dyadic(significand >> excess, exponent + excess)
    return Dyadic(significand, exponent)
