"""Arrays and metadata in one safetensors file, with a SHA-256 of both.

Unlike a pickle, such a file never executes anything.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     write_arrays(Path(folder) / "a.safetensors", {"x": numpy().ones(2)}, {"made": "today"})
...     read_arrays(Path(folder) / "a.safetensors")
({'x': array([1., 1.])}, {'made': 'today'})
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from autodiff import FileError
from autodiff.extend import checked_path, described, numpy, package, write_whole

from .errors import DataError

if TYPE_CHECKING:
    from autodiff.extend import Array

_DIGEST = "sha256"
_KINDS = ("float32", "float64")


def write_arrays(path: Path, arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write arrays of floats and metadata; an older file stays in place until all is written.

    Raises:
        MissingPackageError: if safetensors is not installed.
        FileError: if the file cannot be written.
    """
    content = package("safetensors.numpy").save(
        dict(arrays), {**metadata, _DIGEST: _digest(arrays, metadata)}
    )
    write_whole(path, content)


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """Read arrays and metadata.

    Raises:
        MissingPackageError: if safetensors is not installed.
        DataError: if the file is missing, cut off, changed, of another format, or holds anything
            but floats.
    """
    library = package("safetensors")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"a readable file {path}", f"{error.strerror}", "check the path") from error
    try:
        arrays = package("safetensors.numpy").load(content)
        metadata = _metadata(content)
    except (library.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            "a whole safetensors file", f"{path}: {error}", "take another copy of it"
        ) from error
    for name, array in arrays.items():
        if array.dtype.name not in _KINDS:
            raise DataError("arrays of floats", f"{array.dtype} {name} in {path}", "replace it")
    if metadata.pop(_DIGEST, None) != _digest(arrays, metadata):
        raise DataError(
            "the content whose SHA-256 was saved",
            f"other content in {path}",
            "take another copy of it",
        )
    return arrays, metadata


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
    try:
        return checked_path(path, example)
    except FileError as error:
        raise DataError("the path of a file", described(path), f"write {example!r}") from error


def _metadata(content: bytes) -> dict[str, str]:
    """Return the words of a file whose head safetensors has read: its length, then JSON."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]).get("__metadata__") or {}


def _digest(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> str:
    """Return the SHA-256 of the metadata and of the names, types, shapes and data of the arrays."""
    total = sha256(repr(sorted(metadata.items())).encode())
    for name in sorted(arrays):
        array = numpy().ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()
