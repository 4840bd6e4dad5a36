"""The steps that finite differences try: ladders from large to small.

>>> ladders(1.0, QUICK)
[[0.00390625, 0.00048828125, 6.103515625e-05, 7.62939453125e-06]]
"""

from __future__ import annotations

from math import frexp, isfinite, ldexp
from typing import NamedTuple


class Ladder(NamedTuple):
    """How steps follow each other.

    Attributes:
        largest: the first step, as a part of the larger scale.
        smallest: the last step, as a part of the smaller scale.
        ratio: of a step to the next.
        usable: the rounding error, as a part of the largest slope met, up to which a step counts.
    """

    largest: float
    smallest: float
    ratio: float
    usable: float


FIRST = Ladder(2.0**-5, 2.0**-26, 8.0, 1e-5)
QUICK = Ladder(2.0**-8, 2.0**-17, 8.0, 1e-5)
SECOND = Ladder(2.0**-3, 2.0**-19, 4.0, 1e-3)


def ends_of_the_ladder(scale: float) -> list[float]:
    """Return the largest and the smallest steps of a quick estimate, for a scale of movements."""
    return [steps[end] for steps in ladders(scale, QUICK) for end in (0, -1)]


def ladders(scale: float, ladder: Ladder) -> list[list[float]]:
    """Return the steps to try, largest first, for a scale and for the scale 1.

    One ladder spans both scales unless they lie far apart. Steps are powers of 2, so that most
    points they lead to are exact.
    """
    scale = ldexp(1.0, frexp(scale)[1] - 1) if scale and isfinite(scale) else 1.0
    large, small = max(scale, 1.0), min(scale, 1.0)
    spans = [(large, small)] if large < 2.0**30 * small else [(large, large), (small, small)]
    return [_steps(ladder.largest * top, ladder.smallest * end, ladder) for top, end in spans]


def _steps(size: float, smallest: float, ladder: Ladder) -> list[float]:
    sizes: list[float] = []
    while size >= smallest and size:
        sizes.append(size)
        size /= ladder.ratio
    return sizes
