"""Photographs and images of one digit as the inputs of a network: 0 is paper and 1 is ink.

>>> square_inputs([[0.0, 0.0], [0.0, 1.0]], 2)
[0.0, 0.0, 0.0, 1.0]
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodiff import ShapeError
from autodiff.extend import numpy, package
from nn.errors import DataError

from .ink import ink_of

if TYPE_CHECKING:
    from autodiff.extend import Array

_BOX = 20 / 28  # the part of the side that the ink fills in MNIST
_DIGITS = 8  # the side of scikit-learn's digits, whose ink fills it
_FAINT = 0.1  # of the strongest ink: anything below is no part of a stroke
_FULL = 70  # percentile of the pixels of strokes that counts as full: in MNIST it is 0.98
_LARGEST = 150_000_000  # bytes of an unpacked picture: 50 megapixels in colour
_SIDE = 512  # pixels: larger pictures are scaled down before the ink is sought


def read_image(path: Path, input_count: int) -> list[float]:
    """Read an image of a digit as the inputs of a network.

    The ink is told from the paper as in `square_inputs`; a camera's note on how it was held (EXIF)
    is followed.

    Args:
        path: of a file that Pillow opens.
        input_count: the number of inputs of the network, a square number.

    Returns:
        Grey levels from 0, paper, to 1, ink, row by row.

    Raises:
        ShapeError: if the number of inputs is not a square.
        DataError: if the file is missing, damaged, too large, not an image, or shows no ink.
        MissingPackageError: if Pillow is not installed.
    """
    side = isqrt(input_count)
    if side * side != input_count:
        raise ShapeError(
            "a network whose inputs are a square image", f"{input_count} inputs", "take another one"
        )
    inputs = square_inputs(_grey(path), side)
    if inputs is None:
        raise DataError(f"ink in {path}", "a picture without any", "write darker")
    return inputs


def _grey(path: Path) -> Any:
    """Return the grey levels of a picture, 0 black and 1 white, on white where it is transparent.

    Whatever Pillow raises, the picture is damaged: its readers of formats let many errors through.
    """
    pillow, operations = package("PIL.Image"), package("PIL.ImageOps")
    try:
        with warnings.catch_warnings(), pillow.open(path) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height * len(picture.getbands()) > _LARGEST:
                size = f"{picture.width} x {picture.height}"
                raise DataError(  # noqa: TRY301 only an open picture has a size
                    "a picture of a digit", f"{path} of {size} pixels", "scale it down"
                )
            picture.draft("L", (_SIDE, _SIDE))  # a JPEG need not be unpacked in full
            if picture.mode[0] in "IF":
                return _deep(operations.exif_transpose(picture))
            if "transparency" in picture.info or picture.mode in {"P", "PA", "LA", "La", "RGBa"}:
                whole = picture.convert("RGBA")
            else:
                whole = picture
            whole.thumbnail((_SIDE, _SIDE))
            upright = operations.exif_transpose(whole).convert("RGBA")
            paper = pillow.new("RGBA", upright.size, "white")
            flat = pillow.alpha_composite(paper, upright).convert("L")
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"a picture in {path}", f"{error}", "take a PNG of one digit") from error
    return numpy().asarray(flat, float) / 255


def _deep(picture: Any) -> Any:
    """Return the grey levels of an upright picture of 16 or 32 bits."""
    np, pillow = numpy(), package("PIL.Image")
    levels = np.array(picture, "float32")
    np.nan_to_num(levels, copy=False, posinf=0, neginf=0)
    most = float(levels.max())
    levels /= next((white for white in (1, 255, 65535) if most <= white), most)
    reduced = pillow.fromarray(levels)
    reduced.thumbnail((_SIDE, _SIDE))
    return np.asarray(reduced, float)


def square_inputs(grey: Sequence[Sequence[float]], side: int) -> list[float] | None:
    """Return grey levels as the inputs of a network of `side` x `side` pixels.

    Paper is what lies at the edge, evenly lit or not; what stands out from it and from its noise
    is ink, darker or lighter, and 1 at its strongest. The ink of an image of the network's own size
    stays in its place. Any other is prepared as the images that the network learnt from were:

    - as in MNIST (LeCun, Cortes, Burges 1998), the longer side of the ink fills 20/28 of the
      square, and its centre of mass lies on pixel `side / 2`, counted from 0, to the nearest pixel;
    - as in scikit-learn's digits, where `side` is 8, the longer side fills the square, and the
      centre of mass lies in the middle, unless ink would be cut off.

    Args:
        grey: rows of numbers from 0, black, to 1, white.
        side: of the square, in pixels.

    Returns:
        Numbers from 0, paper, to 1, ink, row by row; None if there is no ink.
    """
    ink, place = ink_of(numpy().asarray(grey, float))
    if place is None:
        return None
    ink = ink.clip(0, 1)
    return (ink if ink.shape == (side, side) else _centred(ink[place], side)).reshape(-1).tolist()


def _centred(ink: Array, side: int) -> Array:
    """Scale ink to its box, centre it in a square, and stretch it so that strokes reach 1."""
    np = numpy()
    rows, columns = (_placement(ink.sum(axis), max(ink.shape), side) for axis in (1, 0))
    square: Array = rows @ ink @ columns.T
    inked = square > _FAINT * square.max()
    return (square / np.percentile(square[inked], _FULL)).clip(0, 1)


def _placement(masses: Array, longest: int, side: int) -> Array:
    """Return the matrix that scales one axis of the ink and places it along a side of the square.

    A pixel of the square becomes the mean of the area that it covers, or, where that is less than
    a pixel of the ink, is interpolated linearly.

    Args:
        masses: of the ink, by pixel of this axis.
        longest: the longer side of the ink, in pixels.
        side: of the square.
    """
    np = numpy()
    length = len(masses)
    pixels = np.arange(length)
    centre = float(masses @ (pixels + 0.5)) / max(float(masses.sum()), 1e-9)
    if side == _DIGITS:
        size = side * length / longest
        start = side / 2 - centre * size / length
    else:
        size = max(1, round(_BOX * side * length / longest))
        start = round((side + 1) / 2 - centre * size / length)
    start = min(max(start, 0), side - size)
    step = length / size
    wide = max(step, 1.0)
    middles = (np.arange(side)[:, None] + 0.5 - start) * step
    ends, starts = (
        np.minimum(middles + wide / 2, pixels + 1),
        np.maximum(middles - wide / 2, pixels),
    )
    return (ends - starts).clip(0) / wide
