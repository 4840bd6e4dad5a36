"""Reads files in the idx format of MNIST: two zero bytes, a type, the sizes, the numbers.

Only bytes (type 8) are read, which is what MNIST has.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     path = Path(folder) / "labels"
...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]))
...     read_idx(path).tolist()
[7, 9]
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from autodiff.extend import numpy
from nn.errors import DataError

if TYPE_CHECKING:
    from autodiff.extend import Array

_GZIPPED = b"\x1f\x8b"
_BYTES = 8  # the code of that type
_LARGEST = 2**31  # bytes; more means a damaged head
_RATIO = 1100  # of which no gzip file is longer when unpacked
_CHUNK = 1 << 20  # bytes
_AXES = 32  # that every NumPy can have
_AGAIN = "delete it, and get it again"

T = TypeVar("T")


def read_idx(path: Path) -> Array:
    """Read a file of bytes.

    Args:
        path: the file, gzipped or not, whatever its name.

    Returns:
        An array of uint8 with the axes that the file names.

    Raises:
        DataError: if the file is missing, cut off, damaged, too long, or not an idx file of bytes.
    """
    return _opened(path, _content)


def idx_shape(path: Path) -> tuple[int, ...]:
    """Return the shape that a file names, without reading more; errors are those of `read_idx`."""
    return _opened(path, _shape)


def _opened(path: Path, read: Callable[[IO[bytes], Path], T]) -> T:
    try:
        with path.open("rb") as file:
            is_gzipped = file.read(2) == _GZIPPED
            file.seek(0)
            if not is_gzipped:
                return read(file, path)
            with gzip.open(file) as unpacked:
                return read(cast("IO[bytes]", unpacked), path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError("a whole gzip file", f"a damaged one, {path} ({error})", _AGAIN) from error
    except OSError as error:
        raise DataError(
            f"a readable file {path}", f"{error.strerror}", "check path and rights"
        ) from error


def _shape(file: IO[bytes], path: Path) -> tuple[int, ...]:
    """Read the head of an unpacked stream."""
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] != _BYTES or not start[3]:
        raise DataError(
            "an idx file of bytes, which begins with 0 0 8",
            f"{path}, which begins with {' '.join(map(str, start[:3])) or 'nothing'}",
            "put the file of that name from MNIST in its place",
        )
    head = file.read(4 * start[3])
    sizes = tuple(int.from_bytes(head[at : at + 4], "big") for at in range(0, 4 * start[3], 4))
    most = min(_LARGEST, path.stat().st_size * _RATIO)
    if len(head) < 4 * start[3] or start[3] > _AXES or prod(sizes) > most:
        raise DataError(
            "the sizes of an idx file", f"{path}, whose {start[3]} sizes are damaged", _AGAIN
        )
    return sizes


def _content(file: IO[bytes], path: Path) -> Any:
    """Read an unpacked stream."""
    sizes = _shape(file, path)
    total = prod(sizes)
    content = bytearray()
    while len(content) < total and (part := file.read(min(_CHUNK, total - len(content)))):
        content += part
    if len(content) < total:
        raise DataError(
            f"{total} bytes after the head of {path}", f"{len(content)}, it is cut off", _AGAIN
        )
    if file.read(1):
        raise DataError(f"{total} bytes after the head of {path}", "more", _AGAIN)
    return numpy().frombuffer(content, "uint8").reshape(sizes)
