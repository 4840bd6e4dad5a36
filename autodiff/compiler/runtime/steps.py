"""The steps of a loop: what its names stand for, from the first step to the last or back.

>>> import numpy as np
>>> steps = Steps([np.arange(3), np.arange(6).reshape(3, 2)], is_back=True)
>>> [(int(a), b.tolist()) for a, b in steps]
[(2, [4, 5]), (1, [2, 3]), (0, [0, 1])]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.codegen.scatter import MovingScatter

Column = Array | MovingScatter


class Steps:
    """Iterates over the steps; what the names stand for is made at the first use, and kept.

    A program that is only called never makes that of the way back.

    Args:
        columns: for each name what it stands for, along the first axis.
        is_back: whether the last step comes first.
    """

    def __init__(self, columns: Sequence[Column], *, is_back: bool) -> None:
        self._columns: list[Iterable[Any]] = [x[::-1] if is_back else x for x in columns]
        self._kept: list[tuple[Any, ...]] | None = None

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Return an iterator over the tuples of what the names stand for."""
        if self._kept is None:
            self._kept = list(zip(*self._columns, strict=True))
        return iter(self._kept)
