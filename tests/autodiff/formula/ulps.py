"""Compares floats by units in the last place, and reads them from other programs bit by bit."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence


def bits(x: float) -> str:
    """The 64 bits in hexadecimal digits, for another program to read."""
    return struct.pack(">d", x).hex()


def of_bits(text: str) -> float:
    return struct.unpack(">d", bytes.fromhex(text))[0]


def ulps_apart(x: float, y: float) -> float:
    """How many floats lie between: 0 for equal ones, 0.0 and -0.0 and two nans among them."""
    if x == y or (math.isnan(x) and math.isnan(y)):
        return 0
    if math.isnan(x) or math.isnan(y):
        return math.inf
    return abs(_place(x) - _place(y))


def _place(x: float) -> int:
    (place,) = struct.unpack(">q", struct.pack(">d", x))
    return place if place >= 0 else -(place & 0x7FFFFFFFFFFFFFFF)


def furthest(found: Sequence[float], expected: Sequence[float]) -> float:
    """The largest distance between two lists."""
    pairs = zip(found, expected, strict=True)
    return max((ulps_apart(x, y) for x, y in pairs), default=0)
