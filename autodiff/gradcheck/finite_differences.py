"""Derivatives of a float function by finite differences, with an error estimate and kinks.

Central differences at a ladder of steps are extrapolated to step 0 (Ridders 1982; Press et al.,
Numerical Recipes, section 5.7): the entry of the tableau that changes least is the result, and
its change is the error estimate. The ladder spans the scale of the argument and the scale 1, so
that log at 1e-8 and sin at 1e6 both find a step. The finest steps that rounding leaves usable
decide: an estimate that contradicts them comes from steps across a pole or a kink. Where they do
not settle either, the derivative is unknown.

>>> slope = differentiate(lambda x: x * x, 3.0)
>>> round(slope.value, 9), slope.is_kink
(6.0, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from math import frexp, inf, isfinite, isnan, ldexp, nan
from typing import NamedTuple

from .step_sizes import FIRST, QUICK, SECOND, Ladder, ladders

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
        blur: the largest slope that may be rounding inside the function alone.
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
_UNKNOWN = Slope(nan, inf, nan, nan, is_kink=False, is_settled=False)


class _Step(NamedTuple):
    """The differences at one step, the rounding error they may have, and the largest value met."""

    central: float
    left: float
    right: float
    rounding: float
    largest: float


def differentiate(
    f: Callable[[float], float],
    x: float,
    noise: Noise = NO_NOISE,
    scale: float | None = None,
    *,
    quickly: bool = False,
) -> Slope:
    """Estimate the derivative of `f` at `x`.

    Args:
        f: a function of one float; it is called 20 to 60 times.
        x: the point; any finite float.
        noise: the rounding inside `f`, which matters where terms cancel.
        scale: the size of a movement that matters, beside 1; by default that of `x`.
        quickly: whether to take half of the steps, which will often do to agree.
    """
    ladder, middle = QUICK if quickly else FIRST, f(x)
    if not (isfinite(x) and isfinite(middle)):
        return _UNKNOWN
    tried = [
        [_differences(f, x, middle, size, noise) for size in sizes if x + size != x]
        for sizes in ladders(abs(x) if scale is None else scale, ladder)
    ]
    if _is_isolated(tried, lambda step: isfinite(step.central)):
        return _UNKNOWN
    return _settled(tried, ladder, noise, noise.growing * abs(x))


def confirms(f: Callable[[float], float], x: float, derivative: float, tolerance: float) -> bool:
    """Tell whether five values of `f` around `x` suffice to confirm a derivative.

    They often do; where they do not, the derivative may still be right.
    """
    size, middle = ldexp(1.0, frexp(x)[1] - 9), f(x)
    if size < 2.0**-1000 or not isfinite(derivative):
        return False
    coarse, fine = (_differences(f, x, middle, step, NO_NOISE) for step in (size, size / 8.0))
    estimate = fine.central + (fine.central - coarse.central) / 63.0
    is_near = abs(estimate - derivative) <= tolerance * abs(derivative)
    return is_near and abs(fine.right - fine.left) <= 0.05 * abs(derivative)  # no kink


def differentiate_twice(
    f: Callable[[float, float], float],
    scales: tuple[float, float],
    noise: Noise = NO_NOISE,
    *,
    same: bool = False,
) -> Slope:
    """Estimate the second derivative of `f` at (0, 0), by its first and its second argument.

    Args:
        f: a function of two movements; it is called 30 to 200 times.
        scales: the size of a movement that matters, beside 1, in each direction.
        noise: the rounding inside `f`, the rounding of the moved point included.
        same: whether both movements go the same way: f(s, t) depends on s + t alone.
    """
    middle = f(0.0, 0.0)
    if not isfinite(middle):
        return _UNKNOWN
    first = ladders(scales[0], SECOND)
    pairs = [(way, way) for way in first] if same else product(first, ladders(scales[1], SECOND))
    tried: list[list[_Step]] = []
    ulps = [_EPSILON * scale for scale in scales]
    for ways in pairs:
        shortest = min(map(len, ways))  # both shrink together, from the largest step of each
        steps = zip(*(way[:shortest] for way in ways), strict=True)
        moving = [(s, t) for s, t in steps if s >= ulps[0] and t >= ulps[1] and s * t]
        tried.append([_second_difference(f, middle, s, t, noise, same=same) for s, t in moving])
    if _is_isolated(tried, lambda step: not isnan(step.central)):
        return _UNKNOWN
    return _settled(tried, SECOND, noise, noise.fixed)


def _is_isolated(tried: Sequence[list[_Step]], is_known: Callable[[_Step], bool]) -> bool:
    """Tell whether a function has no values at the shortest step, as (-2)**y has none."""
    shortest = next((steps[-1] for steps in reversed(tried) if steps), None)
    return shortest is None or not is_known(shortest)


def _second_difference(  # noqa: PLR0913 one formula
    f: Callable[[float, float], float],
    middle: float,
    s: float,
    t: float,
    noise: Noise,
    *,
    same: bool,
) -> _Step:
    if same:
        ways = [(s, 0.0), (-s, 0.0), (2.0 * s, 0.0), (-2.0 * s, 0.0)]
        high, low, higher, lower = (f(*way) for way in ways)
        area = s * s
        parts = [higher - 2.0 * high + middle, middle - 2.0 * low + lower]
        whole, largest = high - 2.0 * middle + low, max(map(abs, (middle, high, low)))
    else:
        ways = [(a, b) for a in (s, -s) for b in (t, -t)]
        corners = [f(*way) for way in ways]
        sides = {way: f(*way) for way in ((s, 0.0), (-s, 0.0), (0.0, t), (0.0, -t))}
        area = 4.0 * s * t
        parts = [
            4.0 * (corner - sides[a, 0.0] - sides[0.0, b] + middle) * (1.0 if a * b > 0 else -1.0)
            for corner, (a, b) in zip(corners, ways, strict=True)
        ]
        whole, largest = corners[0] - corners[1] - corners[2] + corners[3], max(map(abs, corners))
    error = _EPSILON * largest + _SMALLEST + noise.fixed + noise.growing * max(s, t)
    low_part, high_part = min(parts) / area, max(parts) / area
    return _Step(whole / area, low_part, high_part, 8.0 * error / area, largest)


def _settled(tried: Sequence[list[_Step]], ladder: Ladder, noise: Noise, shake: float) -> Slope:
    """Find the value at which the differences settle, if they do.

    Nothing settles where an ulp of the point shakes the function by much of its size: every step
    is longer than what it would have to resolve, as for the sine of 1e22.
    """
    finite = [
        step for steps in tried for step in steps if isfinite(step.left) and isfinite(step.right)
    ]
    finest = _finest(finite, ladder.usable)
    if len(finest) < 2:
        return _UNKNOWN
    factor = ladder.ratio * ladder.ratio
    estimates = [estimate for steps in tried for estimate in _extrapolated(steps, factor)]
    value, error = _best(estimates, finest)
    last = finest[-1]
    blur = 4.0 * noise.growing if ladder is not SECOND else 0.0
    is_contradicted = any(  # by steps that rounding leaves too coarse to use, but not to refute
        abs(step.central - value) > error + step.rounding
        for step in finite[finite.index(last) + 1 :]
    )
    is_shaken = shake > 1e-3 * max(step.largest for step in finite)
    settled = not (is_contradicted or is_shaken) and all(
        _settles(new, old, new.rounding + old.rounding - 2.0 * blur)
        for old, new in pairwise(finest[-3:])
    )
    return Slope(value, error, last.left, last.right, _is_kink(finest), settled, blur)


def _settles(new: _Step, old: _Step, fixed: float) -> bool:
    """Tell whether the difference stays from one step to the next, and the slopes do not grow."""
    grows = any(
        abs(after) > 2.0 * abs(before) + 10.0 * fixed
        for after, before in ((new.left, old.left), (new.right, old.right))
    )
    return not grows and abs(new.central - old.central) <= 0.01 * abs(new.central) + 10.0 * fixed


def _finest(finite: list[_Step], usable: float) -> list[_Step]:
    """Return the steps that rounding leaves usable, the smallest last; all if that is under two."""
    slopes = [max(abs(step.left), abs(step.right)) - step.rounding for step in finite]
    largest = max(slopes, default=0.0)  # a slope below its rounding is none
    clear = [step for step in finite if step.rounding <= usable * largest]
    return clear if len(clear) >= 2 else finite


def _differences(
    f: Callable[[float], float], x: float, middle: float, size: float, noise: Noise
) -> _Step:
    above, below = x + size, x - size  # the steps really taken, after rounding
    high, low = f(above), f(below)
    largest = max(abs(high), abs(low), abs(middle))
    return _Step(
        central=(high - low) / (above - below),
        left=(middle - low) / (x - below),
        right=(high - middle) / (above - x),
        rounding=4.0 * ((_EPSILON * largest + _SMALLEST + noise.fixed) / size + noise.growing),
        largest=largest,
    )


def _extrapolated(ladder: list[_Step], ratio: float) -> Iterator[tuple[float, float]]:
    """Extrapolate central differences to step 0; the error of order 2k falls in column k.

    Each estimate comes with its error: its change by the extrapolation, plus the rounding.
    """
    steps = [step for step in ladder if isfinite(step.central)]
    column = [step.central for step in steps]
    factor = 1.0
    while len(column) > 1:
        factor *= ratio
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
