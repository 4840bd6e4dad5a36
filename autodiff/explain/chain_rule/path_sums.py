"""Exact sums over paths: what goes up, what goes down, and how many paths of each kind.

Local derivatives are floats, that is whole numbers times powers of two, so products and sums of
them can be exact. The positive and the negative products are added apart: neither side cancels.
Numbers longer than 2,048 bits are cut there, so that no depth of a graph costs too much; a sum is
then exact to 2**-2000 of its own size, and exact without qualification for forty factors or so.

What is not here: single paths (`paths`).

>>> from autodiff import Value
>>> a = Value(3.0)
>>> sides = sides_between(a, a * a - a)
>>> sides.positive.rounded(), sides.negative.rounded(), sides.positives, sides.negatives
(6.0, 1.0, 2, 1)
"""

from __future__ import annotations

from collections.abc import Iterable
from math import frexp, inf, isfinite, ldexp
from typing import NamedTuple

from autodiff.graph.node import Node

from .paths import Paths, between

_LONGEST = 2048  # bits of a number that is kept whole
_MANTISSA = 53
_ENOUGH = 66  # bits that decide how an int rounds to a float, with one for all the others


class Whole(NamedTuple):
    """The number significand * 2**exponent, as long as it needs to be."""

    significand: int
    exponent: int

    def plus(self, other: Whole) -> Whole:
        """Return the sum."""
        high, low = (self, other) if self.exponent >= other.exponent else (other, self)
        gap = high.exponent - low.exponent
        if not high.significand or not low.significand:
            return high if high.significand else low
        if gap > low.significand.bit_length() + _LONGEST:
            return high  # the other would be cut off anyway
        return _cut((high.significand << gap) + low.significand, low.exponent)

    def times(self, other: Whole) -> Whole:
        """Return the product."""
        return _cut(self.significand * other.significand, self.exponent + other.exponent)

    def minus(self, other: Whole) -> Whole:
        """Return the difference."""
        return self.plus(Whole(-other.significand, other.exponent))

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


ZERO, ONE = Whole(0, 0), Whole(1, 0)


class Sides(NamedTuple):
    """The sums of the positive and of the negative products, and the number of paths of each kind.

    Attributes:
        positive: the sum of the products above 0.
        negative: the sum of the sizes of those below 0.
        positives: how many are above 0.
        negatives: how many are below 0.
        zeros: how many are 0.
    """

    positive: Whole = ZERO
    negative: Whole = ZERO
    positives: int = 0
    negatives: int = 0
    zeros: int = 0

    @property
    def total(self) -> Whole:
        """The sum of all products."""
        return self.positive.minus(self.negative)

    @property
    def size(self) -> float:
        """The sum of the sizes of all products: what rounding errors are to be measured by."""
        return self.positive.plus(self.negative).rounded()

    def through(self, factor: float) -> Sides:
        """Return the sums of the same paths, each with one finite factor more."""
        if not factor:
            return Sides(zeros=self.positives + self.negatives + self.zeros)
        size = _whole(abs(factor))
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


def sides_between(start: Node, end: Node) -> Sides | None:
    """Sum the products along all paths, exactly.

    Args:
        start: where the paths start.
        end: where they end.

    Returns:
        The sums and counts; None if a factor on some path is nan or inf.
    """
    nodes = between(start, end)
    if start not in nodes:
        return Sides()
    found: dict[Node, Sides] = {end: Sides(positive=ONE, positives=1)}
    for node in reversed(nodes):
        if node is start:
            continue
        sides = found.pop(node)
        for parent, factor in zip(node.parents, node.local_derivatives, strict=True):
            if parent not in nodes:
                continue
            if not isfinite(factor):
                return None
            part = sides.through(factor)
            found[parent] = found[parent].plus(part) if parent in found else part
    return found[start]


class Remainder(NamedTuple):
    """What the largest paths leave of a sum over paths.

    Attributes:
        rest: the sum of the products of all others, added exactly and then rounded once.
        rounding: how far rounding takes the adjoint from the exact sum of all products.
        size: the sum of the sizes of all products.
    """

    rest: float
    rounding: float
    size: float


def remainder(start: Node, end: Node, found: Paths) -> Remainder:
    """Return what the largest paths leave; `rest` is nan where inf is taken from inf.

    Args:
        start: where the paths start.
        end: where they end.
        found: the paths between them.
    """
    is_all = len(found.largest) == found.number
    sides = sides_between(start, end)
    if sides is None or not isfinite(found.total):  # IEEE arithmetic has the last word
        rest = 0.0 if is_all else found.total - sum(path.product for path in found.largest)
        return Remainder(rest, 0.0, abs(found.total))
    others = exact = sides.total
    for path in found.largest:
        others = others.minus(product_of(path.factors))
    rounding = product_of([found.total]).minus(exact)
    return Remainder(0.0 if is_all else others.rounded(), rounding.rounded(), sides.size)


def product_of(factors: Iterable[float]) -> Whole:
    """Return the exact product of finite factors."""
    product = ONE
    for factor in factors:
        product = product.times(_whole(factor))
    return product


def _whole(x: float) -> Whole:
    mantissa, exponent = frexp(x)
    return _shortened(int(ldexp(mantissa, _MANTISSA)), exponent - _MANTISSA)


def _shortened(significand: int, exponent: int) -> Whole:
    """Move factors of two into the exponent: most local derivatives are 1."""
    zeros = (significand & -significand).bit_length() - 1
    return (
        Whole(significand >> zeros, exponent + zeros) if zeros > 0 else Whole(significand, exponent)
    )


def _cut(significand: int, exponent: int) -> Whole:
    excess = abs(significand).bit_length() - _LONGEST
    if excess > 0:
        return Whole(significand >> excess, exponent + excess)
    return Whole(significand, exponent)
