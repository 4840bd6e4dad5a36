"""Derivatives of a float function by differences: how large, how sure, and is there a kink?

Central differences at a ladder of steps, each an eighth of the one before, are extrapolated to
step 0 (Ridders 1982; Press et al., Numerical Recipes, section 5.7): the entry of the tableau
that changes least is the answer, and its change is the error estimate. The ladder spans the
scale of the argument and the scale 1, so that log at 1e-8 and sin at 1e6 both find a step. The
slopes from the left and from the right show a kink: their difference does not shrink with the
step.

What is not here: graphs and verdicts (`check`).

>>> slope = differentiate(lambda x: x * x, 3.0)
>>> round(slope.value, 9), slope.is_kink
(6.0, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import inf, isfinite, nan
from typing import NamedTuple

__all__ = ["NO_NOISE", "Noise", "Slope", "differentiate"]

_RATIO = 8.0
_EPSILON = 2.0**-52
_SMALLEST = 2.0**-1074  # what underflow rounds away


class Slope(NamedTuple):
    """What differences say about a derivative.

    Attributes:
        value: the extrapolated central difference; nan if no step gave finite values.
        error: how far off it may be: the estimate of the extrapolation plus the rounding.
        left: the slope from the left, at the smallest step that rounding leaves usable.
        right: the slope from the right, likewise.
        is_kink: whether left and right stay apart as the step shrinks.
    """

    value: float
    error: float
    left: float
    right: float
    is_kink: bool


class Noise(NamedTuple):
    """How exactly the function can be computed, beyond the rounding of its result.

    Attributes:
        fixed: the error of its values, whatever the step.
        growing: the error that grows with the step, for each unit of it.
    """

    fixed: float
    growing: float


NO_NOISE = Noise(0.0, 0.0)


class _Step(NamedTuple):
    """The differences at one step, and what rounding may add to them."""

    size: float
    central: float
    left: float
    right: float
    rounding: float


def differentiate(f: Callable[[float], float], x: float, noise: Noise = NO_NOISE) -> Slope:
    """Estimate the derivative of `f` at `x`.

    Args:
        f: a function of one float; it is called about 20 to 60 times.
        x: where; any finite float.
        noise: rounding inside `f`, where terms cancel.
    """
    middle = f(x)
    if not (isfinite(x) and isfinite(middle)):
        return Slope(nan, inf, nan, nan, is_kink=False)
    ladders = [[_differences(f, x, middle, size, noise) for size in sizes] for sizes in _ladders(x)]
    value, error = _best([estimate for steps in ladders for estimate in _extrapolated(steps)])
    sided = [s for steps in ladders for s in steps if isfinite(s.left) and isfinite(s.right)]
    usable = [s for s in sided if s.rounding <= 1e-5 * max(abs(s.left), abs(s.right))]
    finest = (usable or sided or [_Step(0.0, nan, nan, nan, inf)])[-1]
    return Slope(value, error, finest.left, finest.right, is_kink=_is_kink(usable))


def _ladders(x: float) -> list[list[float]]:
    """Return the steps to try, largest first: for the scale of `x`, and for the scale 1.

    One ladder spans both scales unless they lie far apart.
    """
    scale = abs(x) or 1.0
    large, small = max(scale, 1.0), min(scale, 1.0)
    spans = [(large, small)] if large < 2.0**30 * small else [(large, large), (small, small)]
    return [_steps(x, 2.0**-5 * top, 2.0**-20 * bottom) for top, bottom in spans]


def _steps(x: float, size: float, smallest: float) -> list[float]:
    sizes: list[float] = []
    while size >= smallest and size and x + size != x:
        sizes.append(size)
        size /= _RATIO
    return sizes


def _differences(
    f: Callable[[float], float], x: float, middle: float, size: float, noise: Noise
) -> _Step:
    above, below = x + size, x - size  # the steps really taken, rounded as they are
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

    Each estimate comes with its error: how much it changed by the extrapolation, and rounding.
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


def _best(estimates: list[tuple[float, float]]) -> tuple[float, float]:
    """Choose the estimate with the least relative error, if that is any good, else absolute.

    Steps across a pole, as for 1/x at x = 1e-8, have a small absolute error and no meaning; a
    derivative of 0 has no relative error.
    """
    if not estimates:
        return nan, inf
    value, error = min(estimates, key=lambda e: e[1] / abs(e[0]) if e[0] else inf)
    if error < 1e-3 * abs(value):
        return value, error
    return min(estimates, key=lambda estimate: estimate[1])


def _is_kink(steps: list[_Step]) -> bool:
    """Tell whether the gap between right and left slope stays as the step shrinks.

    Where the second derivative exists the gap falls with the step, by 8 from one to the next;
    three gaps that do not halve are a kink at x itself, not beside it.
    """
    last = steps[-3:]
    if len(last) < 3:
        return False
    gaps = [abs(step.right - step.left) for step in last]
    size = max(abs(last[-1].right), abs(last[-1].left))
    return gaps[-1] > 1e-4 * size and all(fine > 0.5 * coarse for coarse, fine in pairwise(gaps))
