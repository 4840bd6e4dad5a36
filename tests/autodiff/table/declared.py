"""Operations as a user declares them: of one operand, of two, and of many."""

from __future__ import annotations

import math

UNARY = (
    "wave",
    "x",
    "s * exp(-x**2), s = sin(2*x)",
    "2 * exp(-x**2) * (cos(2*x) - x * sin(2*x))",
)
BINARY = (
    "huber",
    "x delta=1",
    "where(a < delta, x**2 / 2, delta * (a - delta / 2)), a = abs(x)",
    "where(abs(x) < delta, x, delta * sign(x)) ; where(abs(x) < delta, 0, abs(x) - delta)",
)
STARRED = ("cubes", "w* x* b", "sum(w * x**3) + b**2", "x**3 ; 3 * w * x**2 ; 2*b")
REDUCING = ("spread", "x*", "sum(x**2) - sum(x)**2", "2*x - 2 * sum(x)")


def wave(x):
    return math.sin(2 * x) * math.exp(-x * x)
