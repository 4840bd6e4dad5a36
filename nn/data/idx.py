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
from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from autodiff.extend import numpy
from nn.errors import DataError

if TYPE_CHECKING:
    from autodiff.extend import Array

_GZIPPED = b"\x1f\x8b"
_BYTES = 8  # the code of that type
_LARGEST = 2**31  # bytes; more means a damaged head
_AGAIN = "delete it, and get it again"


def read_idx(path: Path) -> Array:
    """Read a file of bytes.

    Args:
        path: the file, gzipped or not, whatever its name.

    Returns:
        An array of uint8 with the axes that the file names.

    Raises:
        DataError: if the file is missing, cut off, damaged, too long, or not an idx file of bytes.
    """
    try:
        with path.open("rb") as file:
            is_gzipped = file.read(2) == _GZIPPED
            file.seek(0)
            if not is_gzipped:
                return _read(file, path)
            with gzip.open(file) as unpacked:
                return _read(cast("IO[bytes]", unpacked), path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError("a whole gzip file", f"a damaged one, {path} ({error})", _AGAIN) from error
    except OSError as error:
        raise DataError(
            f"a readable file {path}", f"{error.strerror}", "check path and rights"
        ) from error


def _read(file: IO[bytes], path: Path) -> Any:
    """Read an unpacked stream."""
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] != _BYTES or not start[3]:
        raise DataError(
            "an idx file of bytes, which begins with 0 0 8",
            f"{path}, which begins with {' '.join(map(str, start[:3])) or 'nothing'}",
            "put the file of that name from MNIST in its place",
        )
    head = file.read(4 * start[3])
    sizes = [int.from_bytes(head[at : at + 4], "big") for at in range(0, 4 * start[3], 4)]
    total = prod(sizes)
    if len(head) < 4 * start[3] or total > _LARGEST:
        raise DataError(
            "the sizes of an idx file", f"{path}, whose {start[3]} sizes are damaged", _AGAIN
        )
    content = file.read(total)
    if len(content) < total:
        raise DataError(
            f"{total} bytes after the head of {path}", f"{len(content)}, it is cut off", _AGAIN
        )
    if file.read(1):
        raise DataError(f"{total} bytes after the head of {path}", "more", _AGAIN)
    return numpy().frombuffer(content, "uint8").reshape(sizes)
