"""The paths that a picture marks: from a Value to the drawn end.

What is not here: how they are found (`autodiff.explain.paths`), how they are marked (`dot`,
`path_table`).

>>> from autodiff import Value
>>> a = Value(3.0)
>>> found = paths_between(a, a * a + a)
>>> found.number, found.total
(3, 7.0)
"""

from __future__ import annotations

from autodiff.explain import paths
from autodiff.explain.paths import Path, Paths
from autodiff.node import Node

from .errors import HighlightError

__all__ = ["Path", "Paths", "paths_between"]

_MOST = 12  # paths that are written out: a column that one still reads


def paths_between(start: Node, end: Node, most: int = _MOST) -> Paths:
    """Find the paths from one node to another that was computed from it.

    Args:
        start: where they start.
        end: where they end.
        most: how many of the largest to write out.

    Raises:
        HighlightError: if `end` was not computed from `start`.
    """
    found = paths.paths_between(start, end, most)
    if not found.number:
        raise HighlightError(
            "highlight as a Value that the drawn one was computed from",
            repr(start),
            "pass one of the Values in its expression, the same object and no copy",
        )
    return found
