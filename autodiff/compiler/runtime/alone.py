"""The lock of a program: one thread at a time, without NumPy's warnings.

>>> alone = Alone()
>>> with alone:
...     float(np.float64(1.0) / 0.0)
inf
"""

from __future__ import annotations

from threading import Lock, get_ident
from typing import Any

import numpy as np

from autodiff.errors import ReplayError


class Alone:
    """A lock around NumPy without warnings.

    Args:
        is_numpy: whether NumPy computes; its warnings need no switch where C does.

    Raises:
        ReplayError: if the thread that holds the lock enters it again.
    """

    def __init__(self, *, is_numpy: bool = True) -> None:
        self._is_numpy: bool = is_numpy
        self._lock: Lock = Lock()
        self._owner: int | None = None
        self._before: Any = {}

    def __enter__(self) -> None:
        if self._owner == get_ident():
            raise ReplayError(
                "a compiled function that does not call its own program",
                "such a call, while the program traces it again",
                "call the function itself",
            )
        self._lock.acquire()
        self._owner = get_ident()
        if self._is_numpy:
            self._before = np.seterr(all="ignore")

    def __exit__(self, *error: object) -> None:
        if self._is_numpy:
            np.seterr(**self._before)
        self._owner = None
        self._lock.release()
