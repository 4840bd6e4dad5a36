"""Files of networks and trainings: arrays of floats and metadata, read with errors of `nn`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autodiff.extend import path_to_read as any_path_to_read
from autodiff.extend import read_arrays as read_any_arrays

from .errors import DataError

if TYPE_CHECKING:
    from autodiff.extend import Array

_KINDS = ("float32", "float64")


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """Read arrays of floats and metadata.

    Raises:
        MissingPackageError: if safetensors is not installed.
        DataError: if the file is missing, cut off, changed, of another format, or holds anything
            but floats.
    """
    return read_any_arrays(path, _KINDS, DataError)


def exact_int(x: float) -> int:
    """Return a number of a file that stands for an int.

    Raises:
        ValueError: if it is not whole.
    """
    if x != int(x):
        raise ValueError(f"{x} is not whole")
    return int(x)


def path_to_read(path: object, example: str) -> Path:
    """Return the path of a file to read.

    Args:
        path: a str or a `pathlib` path, which is checked.
        example: a path to show in the error.

    Raises:
        WrongTypeError: if it is neither.
        DataError: if no file can have such a name.
    """
    return any_path_to_read(path, example, DataError)
