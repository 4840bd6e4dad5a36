"""Optional packages: what each is needed for, and what to install.

>>> package("numpy").array([1, 2]).sum().item()
3
>>> package("no_such_package")
Traceback (most recent call last):
...
autodiff.errors.MissingPackageError: expected the package no_such_package, got No module named \
'no_such_package': pip install no_such_package
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from .errors import MissingPackageError

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
        name: the full name of the module, such as `safetensors.numpy`.

    Raises:
        MissingPackageError: if it is not installed; the message says what to install.
    """
    top = name.partition(".")[0]
    try:
        return import_module(name)
    except ImportError as error:
        what, install = _EXTRAS.get(top, (f"the package {top}", top))
        raise MissingPackageError(what, f"{error}", f"pip install {install}") from error


def numpy() -> Any:
    """Return NumPy, imported on first use: alone it takes as long as all else in `import nn`."""
    return import_module("numpy")
