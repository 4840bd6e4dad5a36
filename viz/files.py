"""Write a file, all of it or nothing.

What is not here: what is written (`drawing`, `steps`).

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     path = write_whole(Path(folder) / "x.txt", b"chalk")
...     path.read_bytes()
b'chalk'
"""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

from .errors import SaveError

__all__ = ["save_error", "write_whole"]


def write_whole(target: Path, content: bytes) -> Path:
    """Write beside the target and then rename: whoever looks sees the old file or the new.

    Args:
        target: where to; a link stays a link.
        content: of the file.

    Returns:
        The target.

    Raises:
        SaveError: if it cannot be written.
    """
    aim = Path(os.path.realpath(target))
    beside = aim.with_name(f".{token_hex(8)}.part")
    try:
        try:
            beside.write_bytes(content)
            beside.replace(aim)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise save_error(target, error) from error
    return target


def save_error(target: Path, error: OSError) -> SaveError:
    """Return the error that says what the system had against a path."""
    return SaveError(
        "a path that can be written",
        f"{str(target)!r} ({error.strerror or error})",
        "save into a directory that exists and is yours to write",
    )
