"""Photographs and images of one digit as the inputs of a network: 0 is paper and 1 is ink.

>>> square_inputs([[0.0, 0.0], [0.0, 1.0]], 2)
[0.0, 0.0, 0.0, 1.0]
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from math import isqrt
from pathlib import Path
from typing import Any

from autodiff import ShapeError
from autodiff.extend import numpy, package
from nn.errors import DataError

from .ink import ink_of

_BOX = 20 / 28  # the part of the side that the ink fills in MNIST
_LARGEST = 150_000_000  # bytes of an unpacked picture: 50 megapixels in colour
_SIDE = 256  # pixels: larger pictures are scaled down before the ink is sought


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
                return _deep(picture)
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
    """Return the grey levels of a picture of 16 or 32 bits."""
    levels = numpy().nan_to_num(numpy().asarray(picture, float), posinf=0, neginf=0)
    most = levels.max()
    return levels / next((white for white in (1, 255, 65535) if most <= white), most)


def square_inputs(grey: Sequence[Sequence[float]], side: int) -> list[float] | None:
    """Return grey levels as the inputs of a network of `side` x `side` pixels.

    Paper is what lies at the edge, evenly lit or not; what stands out from it and from its noise
    is ink, darker or lighter, and 1 at its strongest. The ink of an image of the network's own size
    stays in its place. Of any other, it is scaled into a box of 20/28 of the side, and its centre
    of mass put in the middle, as in MNIST (LeCun, Cortes, Burges 1998).

    Args:
        grey: rows of numbers from 0, black, to 1, white.
        side: of the square, in pixels.

    Returns:
        Numbers from 0, paper, to 1, ink, row by row; None if there is no ink.
    """
    ink, place = ink_of(numpy().asarray(grey, float))
    if place is None:
        return None
    return (
        ink.clip(0, 1).reshape(-1).tolist()
        if ink.shape == (side, side)
        else _centred(ink[place], side)
    )


def _centred(ink: Any, side: int) -> list[float]:
    """Scale ink to its box, and put its centre of mass in the middle of a square."""
    pillow = package("PIL.Image")
    scale = _BOX * side / max(ink.shape)
    height, width = (max(1, round(scale * length)) for length in ink.shape)
    small = pillow.fromarray(ink.astype("float32")).resize(
        (width, height), pillow.Resampling.LANCZOS if scale < 1 else pillow.Resampling.BILINEAR
    )
    scaled = numpy().asarray(small, float).clip(0, 1)
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
