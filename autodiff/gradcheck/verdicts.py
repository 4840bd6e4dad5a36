"""The verdict on a derivative and its finite difference.

There are four, because two different numbers need not be a mistake: at a kink there is more than
one slope, and some derivatives are too small for any step to resolve.

>>> from autodiff.gradcheck.finite_differences import differentiate
>>> judge("x", 1.0, differentiate(abs, 2.0), 1e-6).verdict.value
'agrees'
"""

from __future__ import annotations

from enum import Enum
from math import isfinite
from typing import NamedTuple

from autodiff.display import digits

from .finite_differences import Slope

UNDERFLOW = 2.0**-1022  # below it, numbers have fewer digits, or none
_LARGEST = 1.7976931348623157e308


class Verdict(Enum):
    """The outcome of comparing a derivative with its finite difference."""

    AGREES = "agrees"
    KINK = "kink"
    UNRESOLVED = "step cannot resolve it"
    DISAGREES = "disagrees"


class CheckRow(NamedTuple):
    """One derivative, by backpropagation and by differences.

    Attributes:
        name: the leaf or argument that the derivative is by.
        analytic: the derivative by backpropagation.
        numerical: the extrapolated central difference.
        error: the error estimate of that difference.
        left: the slope from the left.
        right: the slope from the right.
        verdict: the outcome.
    """

    name: str
    analytic: float
    numerical: float
    error: float
    left: float
    right: float
    verdict: Verdict

    @property
    def relative_error(self) -> float:
        """|analytic - numerical| / max(|analytic|, |numerical|), and 0 for 0 against 0."""
        size = max(abs(self.analytic), abs(self.numerical))
        return abs(self.analytic - self.numerical) / size if size else 0.0

    def describe(self) -> str:
        """Return the verdict as text, at a kink with both slopes."""
        if self.verdict is not Verdict.KINK:
            return self.verdict.value
        return f"kink: slope {digits(self.left)} on the left, {digits(self.right)} on the right"


def judge(name: str, analytic: float, slope: Slope, tolerance: float) -> CheckRow:
    """Compare a derivative with a slope found by differences.

    A kink stays a kink where the derivative, by convention between the two slopes, equals the
    central difference. A derivative of exactly 0 agrees with differences that are nothing but
    rounding; any other derivative of that size is too small for a step to resolve.

    Args:
        name: the leaf or argument that the derivative is by.
        analytic: the derivative by backpropagation.
        slope: the finite differences.
        tolerance: the relative error up to which the two agree.
    """
    numerical = slope.value
    gap = abs(analytic - numerical)  # inf or nan if either is, and then not below any bound
    close = tolerance * min(max(abs(analytic), abs(numerical)), _LARGEST)
    low, high = sorted((slope.left, slope.right)) if slope.is_kink else (0.0, 0.0)
    slack = max(tolerance * max(abs(low), abs(high)), 1e-3 * (high - low))  # steps are finite
    settled = slope.is_settled or slope.is_kink
    is_nothing = gap <= 4.0 * (slope.error if settled else slope.blur)
    if slope.is_kink and low - slack <= analytic <= high + slack:
        verdict = Verdict.KINK
    elif gap <= max(close, UNDERFLOW) or (analytic == 0.0 and is_nothing):
        verdict = Verdict.AGREES
    elif not isfinite(numerical) or not settled or gap <= 4.0 * slope.error:
        verdict = Verdict.UNRESOLVED
    elif not isfinite(gap) and slope.error > 1e-3 * max(abs(numerical), 1.0):
        verdict = Verdict.UNRESOLVED  # differences this coarse do not rule out a pole
    else:
        verdict = Verdict.DISAGREES
    return CheckRow(name, analytic, numerical, slope.error, slope.left, slope.right, verdict)
