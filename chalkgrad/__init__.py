"""The front door: engine, networks, pictures and the command line under one name.

Every public name of `autodiff`, `nn` and `viz` is an attribute, fetched when it is first used.
Where two packages share a name, the first in this order has it: `chalkgrad.lint` is the engine's,
`chalkgrad.nn.lint` that of networks.

>>> import chalkgrad
>>> x = chalkgrad.Value(3.0)
>>> chalkgrad.grad(x * x, x).data
6.0
>>> chalkgrad.MLP(2, [3, 1], seed=1)
MLP of 2 -> 3 relu -> 1 linear, 13 parameters
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors and type checkers; at run time `__getattr__` does it
    import autodiff as autodiff
    import nn as nn
    import viz as viz
    from autodiff import *  # noqa: F403
    from nn import *  # noqa: F403
    from viz import *  # noqa: F403

__version__ = "0.1.0"
_PACKAGES = ("autodiff", "nn", "viz")


def __getattr__(name: str) -> Any:
    """Fetch a package, or a public name from the first package that has it."""
    if name in _PACKAGES:
        return import_module(name)
    for package in map(import_module, _PACKAGES):
        if name in package.__all__:
            value = getattr(package, name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'chalkgrad' has no attribute {name!r}", name=name, obj=None)


def __dir__() -> list[str]:
    """List every public name."""
    names = {name for package in map(import_module, _PACKAGES) for name in package.__all__}
    return sorted({*names, *_PACKAGES, "__version__"})
