"""Images of one digit as the inputs of a network: a square of grey levels, 0 paper and 1 ink.

>>> square_inputs([[0.0, 0.0], [0.0, 1.0]], 2)
[0.0, 0.0, 0.0, 1.0]
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from pathlib import Path
from typing import Any

from autodiff import ShapeError
from autodiff.extend import numpy, package
from nn.errors import DataError

_BOX = 20 / 28  # the part of the side that the ink fills in MNIST
_FAINT = 0.1  # anything below is paper
_LARGEST = 50_000_000  # pixels


def read_image(path: Path, input_count: int) -> list[float]:
    """Read an image of a digit as the inputs of a network.

    An image of the network's own size is taken as it is. Of any other, the ink is scaled into a box
    of 20/28 of the side, and its centre of mass put in the middle, as in MNIST (LeCun, Cortes,
    Burges 1998). If the edge of the image is light, its dark parts are the ink.

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
    pillow = package("PIL.Image")
    try:
        with pillow.open(path) as picture:
            if picture.width * picture.height > _LARGEST:
                size = f"{picture.width} x {picture.height}"
                raise DataError("a picture of a digit", f"{path} of {size} pixels", "scale it down")
            paper = pillow.new("RGBA", picture.size, "white")
            flat = pillow.alpha_composite(paper, picture.convert("RGBA")).convert("L")
    except (OSError, SyntaxError, pillow.DecompressionBombError) as error:
        raise DataError(f"a picture in {path}", f"{error}", "take a PNG of one digit") from error
    inputs = square_inputs(numpy().asarray(flat, float) / 255, side)
    if inputs is None:
        raise DataError(f"ink in {path}", "a picture without any", "write darker")
    return inputs


def square_inputs(grey: Sequence[Sequence[float]], side: int) -> list[float] | None:
    """Return grey levels as the inputs of a network of `side` x `side` pixels.

    Args:
        grey: rows of numbers from 0, black, to 1, white.
        side: of the square, in pixels.

    Returns:
        Numbers from 0, paper, to 1, ink, row by row; None if there is no ink.
    """
    array: Any = numpy().asarray(grey, float)
    edge = numpy().concatenate([array[0], array[-1], array[:, 0], array[:, -1]])
    ink = 1 - array if numpy().median(edge) > 0.5 else array
    if ink.shape == (side, side):
        return ink.reshape(-1).tolist()
    rows, columns = (numpy().flatnonzero((ink > _FAINT).any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    return _centred(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], side)


def _centred(ink: Any, side: int) -> list[float]:
    """Scale ink to its box, and put its centre of mass in the middle of a square."""
    pillow = package("PIL.Image")
    scale = _BOX * side / max(ink.shape)
    height, width = (max(1, round(scale * length)) for length in ink.shape)
    small = pillow.fromarray((ink * 255).astype("uint8")).resize(
        (width, height), pillow.Resampling.BOX if scale < 1 else pillow.Resampling.BILINEAR
    )
    scaled = numpy().asarray(small, float) / 255
    total = max(scaled.sum(), 1e-9)
    square = numpy().zeros((side, side))
    top = _start(scaled.sum(1), total, side)
    left = _start(scaled.sum(0), total, side)
    square[top : top + height, left : left + width] = scaled
    return square.reshape(-1).tolist()


def _start(masses: Any, total: float, side: int) -> int:
    """Return where the ink starts along an axis, so that its centre of mass is in the middle."""
    centre = float((masses * numpy().arange(len(masses))).sum() / total)
    return min(max(round((side - 1) / 2 - centre), 0), side - len(masses))
