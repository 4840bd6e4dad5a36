"""The front door: engine, networks, pictures and the command line under one name.

Every public name of `autodiff`, `nn` and `viz` is an attribute, and so are the packages. A package
is imported when one of its names is first used.

Two names stand for two things each: `chalkgrad.lint` is the engine's (`chalkgrad.nn.lint` looks at
a network), and `chalkgrad.pulls` is that of networks (`chalkgrad.viz.pulls` draws its result).

>>> import chalkgrad
>>> x = chalkgrad.Value(3.0)
>>> chalkgrad.grad(x * x, x).data
6.0
>>> chalkgrad.MLP(2, [3, 1], seed=1)
MLP of 2 -> 3 relu -> 1 linear, 13 parameters
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers: imported in reverse, since the last star import wins
    import autodiff as autodiff
    import nn as nn
    import viz as viz
    from viz import *  # noqa: F403
    from nn import *  # noqa: F403  # isort: skip
    from autodiff import *  # noqa: F403  # isort: skip

__version__ = "0.1.0"
_PACKAGES = ("autodiff", "nn", "viz")  # where two share a name, the first has it


def __getattr__(name: str) -> Any:
    """Return a package, or a public name of the first package that has it."""
    if name == "__all__":  # for `from chalkgrad import *`
        return [public for public in __dir__() if not public.startswith("_")]
    if not name.startswith("_"):
        value = _package(name) if name in _PACKAGES else _public(name)
        globals()[name] = value
        return value
    raise _unknown(name)


def __dir__() -> list[str]:
    """List every public name, and no name of a package that a user's file hides."""
    names = globals().keys() & {"__doc__", "__file__", "__version__"}
    for package in _PACKAGES:
        with suppress(ImportError):
            names |= {package, *_package(package).__all__}
    return sorted(names)


def _public(name: str) -> Any:
    hidden: ImportError | None = None
    for package in _PACKAGES:
        try:
            module = _package(package)
        except ImportError as error:  # a user's file has its name; the others still work
            if f'"{name}"' in _file(package).read_text(encoding="utf-8"):  # in its `__all__`
                hidden = hidden or error
            continue
        if name in module.__all__:
            return getattr(module, name)
    raise hidden or _unknown(name)


def _package(name: str) -> ModuleType:
    """Import a package of ours, unless a user's file of that name hides it."""
    ours = _file("autodiff")
    spec = find_spec("autodiff")
    found = spec.origin if spec else None
    if found is None or Path(found).resolve() != ours.resolve():
        # autodiff's own check, `own_package`, cannot be reached
        raise ImportError(
            f"expected the package autodiff of chalkgrad ({ours}), got {found}: rename that file, "
            "or run from another folder: it hides autodiff"
        )
    return import_module("autodiff.extend").own_package(name)


def _file(package: str) -> Path:
    return Path(__file__).parents[1] / package / "__init__.py"


def _unknown(name: str) -> AttributeError:
    text = f"module 'chalkgrad' has no attribute {name!r}"
    return AttributeError(text, name=name, obj=sys.modules[__name__])
