"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import cast

from .errors import FileError, WrongTypeError, described

_PERMISSIONS = 0o7777


def checked_path(path: object, example: str) -> Path:
    """Return a path to write to.

    Args:
        path: a str or a `pathlib` path, which is checked.
        example: a path to show in the error.

    Raises:
        WrongTypeError: if it is neither.
        FileError: if it is empty or too long, or holds a character that no name of a file may have.
    """
    is_path = isinstance(path, os.PathLike)
    text: object = os.fspath(cast("os.PathLike[str]", path)) if is_path else path
    if not isinstance(text, str):
        raise WrongTypeError("a path to save to", described(path), f"write {example!r}")
    if not text:
        raise FileError("a path to save to", "an empty one", f"write {example!r}")
    if not _is_encodable(text):
        what = "the NUL character" if "\0" in text else "halves of surrogate pairs"
        raise FileError("a path that can be written", repr(text), f"leave {what} out")
    try:
        os.lstat(text)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise file_error(Path(text), error) from error
    return Path(text)


def write_whole(target: Path, content: bytes) -> Path:
    """Write a file under a temporary name, then move it into place in one step.

    Other programs see the old file or the new one, never a part; if writing fails, the old one
    stays. What is not a regular file, such as a pipe or a device, is written to directly.

    Args:
        target: the path to write to. A symbolic link stays, and the file that it points to is
            replaced; a file that is replaced passes on its permissions.
        content: the bytes of the file.

    Returns:
        The target.

    Raises:
        FileError: if the file cannot be written, or exists and is write-protected.
    """
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(target)), content)
    except (OSError, ValueError) as error:  # ValueError: a name that cannot be one
        raise file_error(target, error) from error
    return target


def _replace(target: Path, content: bytes) -> None:
    if target.is_symlink():  # which os.path.realpath leaves only in a circle of links
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    is_there = target.exists()
    if is_there and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    part = target.with_name(f".{os.urandom(8).hex()}.part")
    try:
        with part.open("xb") as file:
            if is_there:
                part.chmod(target.stat().st_mode & _PERMISSIONS)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _is_encodable(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def file_error(target: Path, error: OSError | ValueError) -> FileError:
    """Return the error that says why the system could not write to a path."""
    return FileError(
        "a path that can be written",
        f"{str(target)!r} ({getattr(error, 'strerror', None) or error})",
        "save into a directory that exists and is yours to write",
    )
