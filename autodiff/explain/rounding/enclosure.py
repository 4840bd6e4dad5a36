"""A real number between two bounds, and what computes with such numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, TypeAlias

Bound: TypeAlias = Any  # a number of mpmath


class Enclosure(NamedTuple):
    """A finite real number between two bounds; a bound of inf says that it may be any size."""

    low: Bound
    high: Bound


class Arithmetic(Protocol):
    """Arithmetic of enclosures at the precision of a context of mpmath."""

    context: Any
    unknown: Enclosure

    def of(self, x: Fraction) -> Enclosure:
        """Enclose a rational number."""
        ...

    def point(self, x: Bound) -> Enclosure:
        """Enclose a number that was rounded once."""
        ...

    def between(self, low: Bound, high: Bound) -> Enclosure:
        """Enclose what lies between two bounds."""
        ...

    def pi(self) -> Enclosure:
        """Enclose pi."""
        ...

    def apply(self, name: str, xs: Sequence[Any]) -> Enclosure | float:
        """Apply a function; a float says that there is no real result."""
        ...
