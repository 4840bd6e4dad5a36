"""Arrays and metadata in one safetensors file, with a SHA-256 of both.

Unlike a pickle, such a file never executes anything.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     write_arrays(Path(folder) / "a.safetensors", {"x": numpy().ones(2)}, {"made": "today"})
...     read_arrays(Path(folder) / "a.safetensors", ("float64",), FileError)
({'x': array([1., 1.])}, {'made': 'today'})
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .errors import ChalkgradError, FileError, described
from .files import checked_path, write_whole
from .system import numpy, package

if TYPE_CHECKING:
    from .system import Array

_DIGEST = "sha256"
MakeError: TypeAlias = Callable[[str, str, str], ChalkgradError]


def write_arrays(path: Path, arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write arrays and metadata; an older file stays in place until all is written.

    Raises:
        MissingPackageError: if safetensors is not installed.
        FileError: if the file cannot be written.
    """
    content = package("safetensors.numpy").save(
        dict(arrays), {**metadata, _DIGEST: _digest(arrays, metadata)}
    )
    write_whole(path, content)


def read_arrays(
    path: Path, kinds: Collection[str], error: MakeError
) -> tuple[dict[str, Array], dict[str, str]]:
    """Read arrays and metadata.

    Args:
        path: of the file.
        kinds: the dtypes that the arrays may have.
        error: makes the error from what was expected, what arrived and what to do.

    Raises:
        MissingPackageError: if safetensors is not installed.
        ChalkgradError: as `error` makes it, if the file is missing, cut off, changed, of another
            format, or holds arrays of other dtypes.
    """
    library = package("safetensors")
    try:
        content = path.read_bytes()
    except OSError as cause:
        raise error(f"a readable file {path}", f"{cause.strerror}", "check the path") from cause
    try:
        arrays = package("safetensors.numpy").load(content)
        metadata = _metadata(content)
    except (library.SafetensorError, KeyError, TypeError, ValueError) as cause:
        raise error(
            "a whole safetensors file", f"{path}: {cause}", "take another copy of it"
        ) from cause
    for name, array in arrays.items():
        if array.dtype.name not in kinds:
            wanted = "arrays of floats" if "int64" not in kinds else f"arrays of {'/'.join(kinds)}"
            raise error(wanted, f"{array.dtype} {name} in {path}", "replace it")
    if metadata.pop(_DIGEST, None) != _digest(arrays, metadata):
        raise error(
            "the content whose SHA-256 was saved",
            f"other content in {path}",
            "take another copy of it",
        )
    return arrays, metadata


def path_to_read(path: object, example: str, error: MakeError) -> Path:
    """Return the path of a file to read.

    Args:
        path: a str or a `pathlib` path, which is checked.
        example: a path to show in the error.
        error: makes the error from what was expected, what arrived and what to do.

    Raises:
        WrongTypeError: if it is neither.
        ChalkgradError: as `error` makes it, if no file can have such a name.
    """
    try:
        return checked_path(path, example)
    except FileError as cause:
        raise error("the path of a file", described(path), f"write {example!r}") from cause


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
