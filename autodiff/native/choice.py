"""Which engine runs: the one in C where it was built, else the one in Python.

CHALKGRAD_PURE=1 in the environment chooses Python. Both give the same numbers, bit for bit.

>>> reason.partition(",")[0] in {"native", "pure Python"}
True
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

_PURE = "CHALKGRAD_PURE"


def _chosen() -> tuple[Any, str]:
    if os.environ.get(_PURE, "0") not in {"", "0"}:
        return None, f"pure Python, because {_PURE} is set"
    try:
        return import_module("autodiff.native.engine"), "native"
    except ImportError:
        return None, "pure Python, because the installation found no C compiler"


engine, reason = _chosen()
