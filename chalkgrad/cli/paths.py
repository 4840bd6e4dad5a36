"""Checks, before anything is computed, that files can be read, or written at the end.

>>> demand_drawable("curves.txt")
Traceback (most recent call last):
...
autodiff.errors.OptionError: expected a path that ends in .png, .svg or .pdf, got 'curves.txt': \
write 'curves.svg'
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from autodiff import FileError, OptionError
from autodiff.extend import checked_path, package

_PICTURES = (".png", ".svg", ".pdf")


def demand_drawable(path: str | Path) -> None:
    """Check the path of a picture, such as one of `--draw`; nothing is written.

    Args:
        path: a file .png, .svg or .pdf.

    Raises:
        FileError: if the file, or its folder, is missing or cannot be written to.
        OptionError: if its ending is another.
    """
    _demand_file(checked_path(path, "graph.svg"), _PICTURES, "graph.svg")


def demand_page(path: str | Path) -> None:
    """Check the path of a page, such as that of `--explore`; nothing is written.

    Args:
        path: a file .html.

    Raises:
        FileError: if the file, or its folder, is missing or cannot be written to.
        OptionError: if its ending is another.
    """
    _demand_file(checked_path(path, "page.html"), (".html", ".htm"), "page.html")


def demand_readable(path: Path) -> None:
    """Check that a picture can be read, such as one of those of `predict`.

    Raises:
        FileError: if it is missing, is a folder, or may not be read.
    """
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise FileError(
            "a picture that can be read", f"{str(path)!r} ({error.strerror})", "name another file"
        ) from error


def demand_writable(save: Path | None, plot: Path | None, pictures: Path | None) -> None:
    """Check the paths of `--save`, `--plot` and `--pictures`; nothing is written.

    Args:
        save: the file of the network, .safetensors.
        plot: the file of the training curves, .png, .svg or .pdf.
        pictures: a folder, which need not exist yet.

    Raises:
        FileError: if a folder is missing or cannot be written to.
        OptionError: if an ending is unknown.
        MissingPackageError: if the package that writes the file is not installed.
    """
    if save is not None:
        _demand_file(save, (".safetensors",), "network.safetensors")
        package("safetensors.numpy")
    if plot is not None:
        _demand_file(plot, _PICTURES, "curves.svg")
    if pictures is not None:
        # missing folders will be made in the nearest one that exists
        nearest = next(place for place in (pictures, *pictures.parents) if place.exists())
        _demand_folder(nearest, pictures)
    if plot is not None or pictures is not None:
        package("matplotlib")


def _demand_file(path: Path, endings: tuple[str, ...], example: str) -> None:
    if path.is_dir():
        raise _unwritable(path, errno.EISDIR, f"name a file in it, such as {example}")
    if path.suffix.lower() not in endings:
        *others, last = endings
        known = f"{', '.join(others)} or {last}" if others else last
        named = Path(example) if path.name.startswith(".") else path
        remedy = f"write {str(path.with_name(named.stem + Path(example).suffix))!r}"
        raise OptionError(f"a path that ends in {known}", repr(str(path)), remedy)
    file = Path(os.path.realpath(path)) if path.is_symlink() else path
    _demand_folder(file.parent, path)
    if path.exists() and not os.access(path, os.W_OK):
        raise _unwritable(path, errno.EACCES, "name another file")


def _demand_folder(folder: Path, path: Path) -> None:
    if not folder.exists():
        raise _unwritable(path, errno.ENOENT, f"make the folder {folder} first")
    if not folder.is_dir():
        raise _unwritable(path, errno.ENOTDIR, f"{folder} is a file; name a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(path, errno.EACCES, "name a folder of yours")


def _unwritable(path: Path, code: int, remedy: str) -> FileError:
    return FileError("a path that can be written", f"{str(path)!r} ({os.strerror(code)})", remedy)
