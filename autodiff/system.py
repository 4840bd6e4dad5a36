"""What the machine may lack or refuse: packages to import, and files written whole.

>>> package("numpy").array([1, 2]).sum().item()
3
>>> package("no_such_package")
Traceback (most recent call last):
...
autodiff.errors.MissingPackageError: expected the package no_such_package, got No module named \
'no_such_package': pip install no_such_package
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from .errors import FileError, MissingPackageError, WrongTypeError, described

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# For each optional package: what it does here, and what to install.
_EXTRAS = {
    "sklearn": ("scikit-learn, which brings the images", "chalkgrad[data]"),
    "platformdirs": ("platformdirs, which knows the user's cache directory", "chalkgrad[data]"),
    "safetensors": ("safetensors, which reads and writes networks", "chalkgrad[save]"),
    "torch": ("PyTorch", "chalkgrad[torch]"),
    "onnx": ("onnx, which writes the format", "chalkgrad[onnx]"),
    "matplotlib": ("matplotlib, which draws plots", "chalkgrad[plots]"),
    "mpmath": ("mpmath, which computes with fifty digits", "chalkgrad[exact]"),
    "PIL": ("Pillow, which reads and writes images", "chalkgrad[pictures]"),
}


def package(name: str) -> Any:
    """Return a module of a package that may not be installed.

    Args:
        name: such as `safetensors.numpy`.

    Raises:
        MissingPackageError: if it is not installed; the message says what to install.
    """
    top = name.partition(".")[0]
    try:
        return import_module(name)
    except ImportError as error:
        what, install = _EXTRAS.get(top, (f"the package {top}", top))
        raise MissingPackageError(what, f"{error}", f"pip install {install}") from error


def own_package(name: str) -> ModuleType:
    """Return a package that is installed beside `autodiff`, unless a file of its name hides it.

    micrograd's file of layers is called nn.py: where a user keeps one in the working directory,
    Python finds it before our `nn`. It is found here without being run.

    Args:
        name: of the package, "nn" or "viz".

    Raises:
        MissingPackageError: if it is another module of this name, or missing; the message says
            which file stands in the way.
    """
    ours = Path(__file__).parents[1] / name / "__init__.py"
    found = _file_of(name)
    if found is not None and Path(found).resolve() == ours.resolve():
        return import_module(name)
    wanted = f"the package {name} of chalkgrad ({ours})"
    if not ours.is_file():
        raise MissingPackageError(wanted, "a folder without it", "pip install chalkgrad")
    remedy = f"rename that file, or run from another folder: it hides {name}"
    raise MissingPackageError(wanted, found or f"another module {name}", remedy)


def _file_of(name: str) -> str | None:
    """Return the file of the module that `import name` gives, without running it."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        return getattr(loaded, "__file__", None)
    spec = find_spec(name)
    return spec.origin if spec else None


def numpy() -> Any:
    """Return NumPy, whose import takes about as long as all of `import nn` without it."""
    return import_module("numpy")


def checked_path(path: object, example: str) -> Path:
    """Return a path to write to.

    Args:
        path: what should be a text or a `pathlib` path.
        example: of one, for the error.

    Raises:
        WrongTypeError: if it is neither.
        FileError: if no file can have this name.
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
    """Write a file beside its place, then put it there at once.

    Whoever looks sees the old file or the new one; whatever happens on the way, one of them stays.

    Args:
        target: where to; a link stays a link.
        content: of the file.

    Returns:
        The target.

    Raises:
        FileError: if it cannot be written.
    """
    aim = Path(os.path.realpath(target))
    part = aim.with_name(f".{token_hex(8)}.part")
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
    """Return the error that says what the system had against a path."""
    return FileError(
        "a path that can be written",
        f"{str(target)!r} ({error.strerror or error})",
        "save into a directory that exists and is yours to write",
    )
