"""Tells ink from paper in a photograph: grey or uneven paper, noise of the sensor, light ink.

>>> ink, place = ink_of(numpy().array([[0.8, 0.8, 0.8], [0.8, 0.1, 0.8], [0.8, 0.8, 0.8]]))
>>> ink.round(3).tolist()
[[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
>>> ink_of(numpy().full((9, 9), 0.7))[1] is None
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodiff.extend import numpy

if TYPE_CHECKING:
    from autodiff.extend import Array

_STEP = 1 / 255  # of grey levels
_FAINT = 0.1  # of the strongest ink: anything below is paper
_FAINT_IN_NOISE = 0.15  # the same, where ink is blurred to be told from noise
_EDGE = 0.3  # of the strongest ink: where a blurred stroke ends
_WEAKEST = 0.12  # of the paper's brightness: weaker ink is dirt
_NEAR = 0.15  # of the brightness at the edge: what may be paper, at first
_SIGMAS = 5.0  # of noise: anything below is paper
_AVERAGED = 19 / 81  # the deviation of noise that is smoothed twice, of one
_FITS = 10  # rounds, each with the pixels that the one before took for paper
_GRID = 64  # pixels on a side that are fitted
_LEAST = 36  # pixels, for a fit of more than a constant
_RING = 8  # the edge is an eighth of the sides
_STRONGEST = 95  # percentile of the ink that counts as full


def ink_of(grey: Array) -> tuple[Array, tuple[slice, slice] | None]:
    """Return how much ink each pixel has, and where the ink is.

    Args:
        grey: grey levels from 0, black, to 1, white.

    Returns:
        Numbers from about 0, paper, to about 1, ink, and the rows and columns that hold the ink,
        or None if there is no ink.
    """
    np = numpy()
    paper, noise = _paper(grey)
    darker, lighter = paper - grey, grey - paper
    floor = max(3 * noise, _STEP)
    is_dark = (darker - floor).clip(0).sum() >= (lighter - floor).clip(0).sum()
    # light falls on paper and ink alike: their ratio is that of their colours
    room = np.maximum(paper if is_dark else 1 - paper, _STEP)
    ink: Array = (darker if is_dark else lighter) / room
    seen = even = ink
    faint = _FAINT
    if noise > _STEP:
        seen = even = _smoothed(ink)
        noise, faint = noise / 2, _FAINT_IN_NOISE  # a third, but for pixels at the edge
        if min(grey.shape) > _GRID:
            seen, noise = _smoothed(seen), noise * 2 * _AVERAGED
    least = _SIGMAS * noise / room
    inked = seen > np.maximum(least, _WEAKEST)
    if not inked.any():
        return np.zeros(grey.shape), None
    strongest = float(np.percentile(even[inked], _STRONGEST))
    inked = seen > np.maximum(least, faint * strongest)
    strokes = seen > np.maximum(least, _EDGE * strongest)
    if noise > _STEP or strongest < 1 - 2 * _STEP:  # a clean image stays as it is
        ink = np.where(inked, ink / strongest, 0.0)
    rows, columns = (np.flatnonzero(strokes.any(axis)) for axis in (1, 0))
    return ink, (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))


def _paper(grey: Array) -> tuple[Array, float]:
    """Return the brightness of the paper at each pixel, and the standard deviation of its noise.

    The brightness is a polynomial of second degree in the place, fitted to the edge, then to all
    that is near the fit before.
    """
    np = numpy()
    step = -(-max(grey.shape) // _GRID)
    # of a narrow strip enough rows stay for the polynomial
    down, across = (max(1, min(step, length // _RING)) for length in grey.shape)
    few = grey[::down, ::across]
    height, width = few.shape
    is_paper = np.ones(few.shape, bool)  # the edge, at first
    rim = [max(1, length // _RING) for length in few.shape]
    is_paper[rim[0] : height - rim[0], rim[1] : width - rim[1]] = False
    level = float(np.median(few[is_paper]))
    is_paper &= abs(few - level) <= max(3 * float(np.median(abs(few[is_paper] - level))), _NEAR)
    terms, noise, solution = _terms(few.shape), 0.0, np.array([level])
    degree = 1
    most = 6 if few.size > _LEAST else 1
    for _ in range(_FITS):
        chosen = terms[is_paper][:, :degree]
        solution = np.linalg.lstsq(chosen, few[is_paper], rcond=None)[0]
        residuals = few - terms[..., :degree] @ solution
        noise = _deviation(residuals[is_paper])
        before, is_paper = is_paper, abs(residuals) <= max(4 * noise, 2 * _STEP)
        if degree == most and (before == is_paper).all():
            break
        degree = most
    terms = _terms(grey.shape)[..., : len(solution)]
    return (terms @ solution).clip(0, 1), noise


def _terms(shape: tuple[int, ...]) -> Array:
    """Return the six terms of a polynomial of second degree, at each pixel."""
    np = numpy()
    y, x = np.meshgrid(*(np.linspace(-1, 1, length) for length in shape), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)


def _deviation(residuals: Array) -> float:
    """Return the standard deviation of residuals, by a quantile: white clips half."""
    return float(numpy().quantile(abs(residuals), 0.84)) / 1.405


def _smoothed(levels: Array) -> Array:
    """Return the means over three by three pixels."""
    np = numpy()
    padded = np.pad(levels, 1, "edge")
    height, width = levels.shape
    shifted = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    total: Array = np.add.reduce(shifted)
    return total / 9
