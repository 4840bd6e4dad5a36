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
from typing import cast

from autodiff.errors import described

from .errors import PathTypeError, PictureFormatError, SaveError

__all__ = ["checked_path", "save_error", "write_whole"]


def checked_path(path: object, example: str) -> Path:
    """Return a path to write to.

    Args:
        path: what should be a text or a `pathlib` path.
        example: of one, for the error.

    Raises:
        PathTypeError: if it is neither.
        PictureFormatError: if it is empty.
        SaveError: if no file can have this name.
    """
    is_path = isinstance(path, os.PathLike)
    text: object = os.fspath(cast("os.PathLike[str]", path)) if is_path else path
    if not isinstance(text, str):
        raise PathTypeError("a path to save to", described(path), f"write {example!r}")
    if not text:
        raise PictureFormatError("a path to save to", "an empty one", f"write {example!r}")
    if "\0" in text:
        raise SaveError("a path that can be written", repr(text), "leave the NUL character out")
    return Path(text)


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
