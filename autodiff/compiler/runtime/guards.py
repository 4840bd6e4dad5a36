"""Comparisons met while recording, held against every example when the program runs.

What is not here: a second recording for the examples that fail (`branches`).

>>> from autodiff.compiler.ir.access import access_to
>>> x = access_to([0], is_batched=True)
>>> check = Check(">", x, x, (True,), (("x > 0", "model.py:3"),))
>>> failures([check], [np.array([[1.0, -1.0]]), np.array([[0.0, 0.0]])])
array([[False,  True]])
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.equations import Check
from autodiff.errors import BranchError
from autodiff.graph.hooks import RELATIONS


def failures(checks: Sequence[Check], sides: Sequence[Array]) -> NDArray[np.bool_]:
    """Tell which comparison of which example goes another way.

    Args:
        checks: the comparisons.
        sides: left and right of each check in turn, of shape (comparisons, batch).

    Returns:
        Shape (all comparisons, batch).
    """
    rows = [
        RELATIONS[check.relation](left, right) != np.array(check.outcomes)[:, None]
        for check, left, right in zip(checks, sides[::2], sides[1::2], strict=True)
    ]
    return np.concatenate(rows) if rows else np.zeros((0, 1), bool)


def refuse_branches(checks: Sequence[Check], sides: Sequence[Array], start: int) -> None:
    """Raise if a comparison goes another way.

    Args:
        checks: the comparisons.
        sides: as in `failures`.
        start: the number of the first example.

    Raises:
        BranchError: naming the comparison, its line, and the first example concerned.
    """
    failed = failures(checks, sides)
    if not failed.any():
        return
    example = int(np.flatnonzero(failed.any(0))[0])
    which = int(np.flatnonzero(failed[:, example])[0])
    texts = [text for check in checks for text in check.texts]
    outcomes = [outcome for check in checks for outcome in check.outcomes]
    numbers = [
        (a[example], b[example])
        for x, y in zip(sides[::2], sides[1::2], strict=True)
        for a, b in zip(x, y, strict=True)
    ]
    raise other_way(*texts[which], outcomes[which], numbers[which], start + example)


def other_way(
    comparison: str,
    line: str,
    outcome: bool,  # noqa: FBT001 a fact of the message
    numbers: tuple[float, float],
    row: int,
) -> BranchError:
    """Say that a comparison goes another way for a row than when it was recorded."""
    x, y = numbers
    return BranchError(
        f"{comparison} to be {outcome}, as it was when the function was recorded ({line})",
        f"{x:g} and {y:g} in row {row}",
        'write it with autodiff.where, or compile with on_branch="split"',
    )
