"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from .errors import FileError, WrongTypeError, described


def checked_path(path: object, example: str) -> Path:
    """Return a path to write to.

    Args:
        path: a str or a `pathlib` path, which is checked.
        example: a path to show in the error.

    Raises:
        WrongTypeError: if it is neither.
        FileError: if it is empty or holds a NUL character.
    """
    is_path = isinstance(path, os.PathLike)
    text: object = os.fspath(cast("os.PathLike[str]", path)) if is_path else path
    if not isinstance(text, str):
        raise WrongTypeError("a path to save to", described(path), f"write {example!r}")
    if not text:
        raise FileError("a path to save to", "an empty one", f"write {example!r}")
    if "\0" in text:
        raise FileError("a path that can be written", repr(text), "leave the NUL character out")
    return Path(text)


def write_whole(target: Path, content: bytes) -> Path:
    """Write a file under a temporary name, then move it into place in one step.

    Other programs see the old file or the new one, never a part; if writing fails, the old one
    stays.

    Args:
        target: the path to write to; a link stays a link.
        content: the bytes of the file.

    Returns:
        The target.

    Raises:
        FileError: if the file cannot be written.
    """
    aim = Path(os.path.realpath(target))
    part = aim.with_name(f".{os.urandom(8).hex()}.part")
    try:
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(aim)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise file_error(target, error) from error
    return target


def file_error(target: Path, error: OSError) -> FileError:
    """Return the error that says why the system could not write to a path."""
    return FileError(
        "a path that can be written",
        f"{str(target)!r} ({error.strerror or error})",
        "save into a directory that exists and is yours to write",
    )
