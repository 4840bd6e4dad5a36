"""Which engine runs: the one in C where it was built, else the one in Python.

CHALKGRAD_PURE=1 in the environment chooses Python. Both give the same numbers, bit for bit.

>>> in_use.partition(",")[0] in {"native", "pure Python"}
True
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

_PURE = "CHALKGRAD_PURE"
_MODULE = "autodiff.native.engine"


def _chosen() -> tuple[Any, str]:
    if os.environ.get(_PURE, "0") not in {"", "0"}:
        return None, f"pure Python, because {_PURE} is set"
    try:
        return import_module(_MODULE), "native"
    except ModuleNotFoundError:
        return None, "pure Python, because no C compiler was found when it was installed"
    except ImportError as error:  # built for another machine, for example
        return None, f"pure Python, because {_MODULE} cannot be loaded: {error}"


engine, in_use = _chosen()
"""The engine's inner loops in C, where they could be built; everything works without them."""
