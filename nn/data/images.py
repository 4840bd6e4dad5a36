"""Pictures of a digit as the inputs of a network: grey levels of a square, ink is 1.

Source of the centring: the description of MNIST (LeCun, Cortes, Burges 1998): the ink fits a box of
20 of 28 pixels, and its centre of mass lies in the middle. What is not here: answers (`MLP`).

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

_BOX = 20 / 28  # of the side, what the ink fills
_FAINT = 0.1  # below it there is no ink
_LARGEST = 50_000_000  # pixels


def read_image(path: Path, input_count: int) -> list[float]:
    """Read a picture as the inputs of a network.

    Args:
        path: a file that Pillow opens.
        input_count: how many inputs the network has: a square number.

    Returns:
        Numbers in [0, 1], row by row.

    Raises:
        ShapeError: if the number of inputs is no square.
        DataError: if the file is missing, damaged, too large or no picture, or shows nothing.
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
    grey = numpy().asarray(flat, float) / 255
    try:
        return square_inputs(grey, side)
    except ShapeError as error:
        raise DataError(f"ink in {path}", "a picture without any", "write darker") from error


def square_inputs(grey: Sequence[Sequence[float]], side: int) -> list[float]:
    """Return grey levels as the inputs of a network of `side` x `side` pixels.

    A picture of that size is taken as it is. Of any other, the ink is cut out, scaled and centred
    as in MNIST. If its edge is light, dark is ink.

    Args:
        grey: rows of numbers from 0, black, to 1, white.
        side: of the square.

    Raises:
        ShapeError: if there is no ink.
    """
    array: Any = numpy().asarray(grey, float)
    edge = numpy().concatenate([array[0], array[-1], array[:, 0], array[:, -1]])
    ink = 1 - array if numpy().median(edge) > 0.5 else array
    if ink.shape == (side, side):
        return ink.reshape(-1).tolist()
    rows, columns = (numpy().flatnonzero((ink > _FAINT).any(axis)) for axis in (1, 0))
    if not len(rows):
        raise ShapeError("a picture with ink", "one without any", "take another one")
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
    """Return where ink begins along an axis, so that its centre of mass is in the middle."""
    centre = float((masses * numpy().arange(len(masses))).sum() / total)
    return min(max(round((side - 1) / 2 - centre), 0), side - len(masses))
