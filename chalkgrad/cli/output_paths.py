"""Checks, before a training starts, that its files can be written when it ends.

>>> demand_writable(None, Path("curves.txt"), None)
Traceback (most recent call last):
...
nn.errors.DataError: expected to draw into curves.txt, got the ending '.txt': name a .png, .svg or \
.pdf
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from autodiff.extend import package
from nn import DataError

_NETWORKS = (".safetensors",)
_PICTURES = (".png", ".svg", ".pdf")


def demand_writable(save: Path | None, plot: Path | None, pictures: Path | None) -> None:
    """Check the paths of `--save`, `--plot` and `--pictures`; nothing is written.

    Args:
        save: the file of the network, .safetensors.
        plot: the file of the training curves, .png, .svg or .pdf.
        pictures: a folder, which need not exist yet.

    Raises:
        DataError: if a folder is missing or cannot be written to, or an ending is unknown.
        MissingPackageError: if the package that writes the file is not installed.
    """
    if save is not None:
        _demand_file(save, "to write", _NETWORKS)
        package("safetensors.numpy")
    if plot is not None:
        _demand_file(plot, "to draw into", _PICTURES)
    if pictures is not None:
        # missing folders will be made in the nearest one that exists
        nearest = next(place for place in (pictures, *pictures.parents) if place.exists())
        _demand_folder(nearest, f"to draw into {pictures}")
    if plot is not None or pictures is not None:
        package("matplotlib")


def _demand_file(path: Path, purpose: str, endings: tuple[str, ...]) -> None:
    expected = f"{purpose} {path}"
    _demand_folder(path.parent, expected)
    if path.is_dir():
        raise DataError(expected, os.strerror(errno.EISDIR), "name a file in it")
    if path.suffix.lower() not in endings:
        *others, last = endings
        known = f"{', '.join(others)} or {last}" if others else last
        raise DataError(expected, f"the ending {path.suffix!r}", f"name a {known}")


def _demand_folder(folder: Path, expected: str) -> None:
    if not folder.exists():
        raise DataError(expected, os.strerror(errno.ENOENT), f"make the folder {folder} first")
    if not folder.is_dir():
        raise DataError(expected, os.strerror(errno.ENOTDIR), f"{folder} is a file; name a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataError(expected, os.strerror(errno.EACCES), "name a folder of yours")
