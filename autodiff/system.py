"""Packages that may be missing or hidden: what each is needed for, and what to install.

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
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from .errors import MissingPackageError

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 pathlib costs 5 ms at import

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# For each optional package: what it does here, and what to install.
_EXTRAS = {
    "sklearn": ("scikit-learn", '"chalkgrad[data]"'),
    "platformdirs": ("platformdirs, which knows the user's cache directory", '"chalkgrad[data]"'),
    "safetensors": ("safetensors, which reads and writes networks", '"chalkgrad[save]"'),
    "torch": ("PyTorch", '"chalkgrad[torch]"'),
    "onnx": ("onnx, which writes the format", '"chalkgrad[onnx]"'),
    "jax": ("JAX", '"chalkgrad[jax]"'),
    "matplotlib": ("matplotlib, which draws plots", '"chalkgrad[plots]"'),
    "mpmath": ("mpmath, which computes with fifty digits", '"chalkgrad[exact]"'),
    "PIL": ("Pillow, which reads and writes images", '"chalkgrad[pictures]"'),
}


def on_first_use(
    namespace: dict[str, Any], where: Mapping[str, str], before: Callable[[], object] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package that imports some names on first use.

    Args:
        namespace: `globals()` of the package or of a module in it.
        where: for each name, the module that holds it, relative to the package: ".explain.trace".
        before: what to do before such an import; None, the default, for nothing.
    """

    def fetch(name: str) -> Any:
        """Import a name; raise an AttributeError if there is no such name."""
        if name not in where:
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}")
        if before is not None:
            before()
        found = getattr(import_module(where[name], namespace["__package__"]), name)
        namespace[name] = found
        return found

    def listed() -> list[str]:
        """Return every name, the later ones included."""
        return sorted({*namespace, *where})

    return fetch, listed


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
    ours = os.path.join(_ROOT, name, "__init__.py")  # noqa: PTH118
    found = _file_of(name)
    if found is not None and os.path.realpath(found) == os.path.realpath(ours):
        return import_module(name)
    wanted = f"the package {name} of chalkgrad ({ours})"
    if not os.path.exists(ours):  # noqa: PTH110
        raise MissingPackageError(wanted, "a folder without it", "pip install chalkgrad")
    remedy = f"rename that file, or run from another folder: it hides {name}"
    raise MissingPackageError(wanted, found or f"another module {name}", remedy)


def _file_of(name: str) -> str | None:
    """Return the file of the module that `import name` gives, without running it."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        return getattr(loaded, "__file__", None)
    from importlib.util import find_spec  # noqa: PLC0415 costs 2 ms at import

    spec = find_spec(name)
    return spec.origin if spec else None


@cache
def numpy() -> Any:
    """Return NumPy, imported on first use: alone it takes as long as all else in `import nn`."""
    return import_module("numpy")
