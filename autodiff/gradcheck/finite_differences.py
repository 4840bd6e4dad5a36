"""Derivatives of a float function by finite differences, with an error estimate and kinks.

Central differences at a ladder of steps, each an eighth of the one before, are extrapolated to
step 0 (Ridders 1982; Press et al., Numerical Recipes, section 5.7): the entry of the tableau
that changes least is the result, and its change is the error estimate. The ladder spans the
scale of the argument and the scale 1, so that log at 1e-8 and sin at 1e6 both find a step. The
finest steps that rounding leaves usable decide: an estimate that contradicts them comes from
steps across a pole or a kink. Where they do not settle either, the derivative is unknown.

>>> slope = differentiate(lambda x: x * x, 3.0)
>>> round(slope.value, 9), slope.is_kink
(6.0, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import inf, isfinite, nan
from typing import NamedTuple

_RATIO = 8.0
_EPSILON = 2.0**-52
_SMALLEST = 2.0**-1074  # the error of an underflow


class Slope(NamedTuple):
    """A derivative by finite differences.

    Attributes:
        value: the extrapolated central difference; nan if no step gave finite values.
        error: its error estimate: that of the extrapolation plus the rounding.
        left: the slope from the left, at the smallest step that rounding leaves usable.
        right: the slope from the right, likewise.
        is_kink: whether both slopes settle as the step shrinks, at different values.
        is_settled: whether the central difference settles.
        blur: the largest slope that may be nothing but rounding inside the function.
    """

    value: float
    error: float
    left: float
    right: float
    is_kink: bool
    is_settled: bool
    blur: float = 0.0


class Noise(NamedTuple):
    """The error of a function's values, beyond the rounding of the result.

    Attributes:
        fixed: the part that does not depend on the step.
        growing: the part that grows with the step, per unit of it.
    """

    fixed: float
    growing: float


NO_NOISE = Noise(0.0, 0.0)


class _Step(NamedTuple):
    """The differences at one step, and the rounding error they may have."""

    size: float
    central: float
    left: float
    right: float
    rounding: float


def differentiate(f: Callable[[float], float], x: float, noise: Noise = NO_NOISE) -> Slope:
    """Estimate the derivative of `f` at `x`.

    Args:
        f: a function of one float; it is called 20 to 60 times.
        x: the point; any finite float.
        noise: the rounding inside `f`, which matters where terms cancel.
    """
    middle = f(x)
    if not (isfinite(x) and isfinite(middle)):
        return Slope(nan, inf, nan, nan, is_kink=False, is_settled=False)
    ladders = [[_differences(f, x, middle, size, noise) for size in sizes] for sizes in _ladders(x)]
    finest = _finest([step for steps in ladders for step in steps])
    if len(finest) < 2:
        return Slope(nan, inf, nan, nan, is_kink=False, is_settled=False)
    estimates = [estimate for steps in ladders for estimate in _extrapolated(steps)]
    value, error = _best(estimates, finest)
    last, before = finest[-1], finest[-2]
    moved = abs(last.central - before.central)
    fixed = last.rounding + before.rounding - 8.0 * noise.growing  # without the blur
    settled = moved <= 0.01 * abs(last.central) + 10.0 * fixed
    blur = 4.0 * noise.growing
    return Slope(value, error, last.left, last.right, _is_kink(finest), settled, blur)


def _finest(steps: list[_Step]) -> list[_Step]:
    """Return the steps that rounding leaves usable, the smallest last.

    Rounding is too large if it exceeds 1e-5 of the largest slope met at any step.
    """
    finite = [step for step in steps if isfinite(step.left) and isfinite(step.right)]
    largest = max((max(abs(step.left), abs(step.right)) for step in finite), default=0.0)
    return [step for step in finite if step.rounding <= 1e-5 * largest] or finite


def _ladders(x: float) -> list[list[float]]:
    """Return the steps to try, largest first, for the scale of `x` and for the scale 1.

    One ladder spans both scales unless they lie far apart.
    """
    scale = abs(x) or 1.0
    large, small = max(scale, 1.0), min(scale, 1.0)
    spans = [(large, small)] if large < 2.0**30 * small else [(large, large), (small, small)]
    return [_steps(x, 2.0**-5 * top, 2.0**-26 * bottom) for top, bottom in spans]


def _steps(x: float, size: float, smallest: float) -> list[float]:
    sizes: list[float] = []
    while size >= smallest and size and x + size != x:
        sizes.append(size)
        size /= _RATIO
    return sizes


def _differences(
    f: Callable[[float], float], x: float, middle: float, size: float, noise: Noise
) -> _Step:
    above, below = x + size, x - size  # the steps really taken, after rounding
    high, low = f(above), f(below)
    largest = max(abs(high), abs(low), abs(middle))
    return _Step(
        size=size,
        central=(high - low) / (above - below),
        left=(middle - low) / (x - below),
        right=(high - middle) / (above - x),
        rounding=4.0 * ((_EPSILON * largest + _SMALLEST + noise.fixed) / size + noise.growing),
    )


def _extrapolated(ladder: list[_Step]) -> Iterator[tuple[float, float]]:
    """Extrapolate central differences to step 0; the error of order 2k falls in column k.

    Each estimate comes with its error: its change by the extrapolation, plus the rounding.
    """
    steps = [step for step in ladder if isfinite(step.central)]
    column = [step.central for step in steps]
    factor = 1.0
    while len(column) > 1:
        factor *= _RATIO * _RATIO
        finer: list[float] = []
        for coarse, fine in pairwise(column):
            finer.append(fine + (fine - coarse) / (factor - 1.0))
        for index, value in enumerate(finer):
            change = max(abs(value - column[index]), abs(value - column[index + 1]))
            yield value, change + steps[len(steps) - len(finer) + index].rounding
        column = finer


def _best(estimates: list[tuple[float, float]], finest: list[_Step]) -> tuple[float, float]:
    """Choose the estimate with the least error among those that the finest steps confirm."""
    last, before = finest[-1], finest[-2]
    slack = abs(last.central - before.central) + last.rounding + before.rounding
    near = [estimate for estimate in estimates if abs(estimate[0] - last.central) <= 4.0 * slack]
    return min(near, key=lambda estimate: estimate[1], default=(last.central, slack))


def _is_kink(finest: list[_Step]) -> bool:
    """Tell whether left and right slope settle at different values.

    At a jump, and where the function is noise, at least one slope grows as the step shrinks.
    """
    last, before = finest[-1], finest[-2]
    gap = abs(last.right - last.left)
    allowed = 0.05 * gap + last.rounding + before.rounding
    settled = abs(last.left - before.left) <= allowed and abs(last.right - before.right) <= allowed
    size = max(abs(last.left), abs(last.right))
    return settled and gap > 1e-4 * size and gap > 20.0 * last.rounding
