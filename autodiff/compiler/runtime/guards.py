"""Guards: the comparisons of a trace, checked for every example when the program runs.

>>> from autodiff.compiler.ir.access import access_to
>>> x = access_to([0], is_batched=True)
>>> group = GuardGroup(">", x, x, (True,), (("x > 0", "model.py:3"),))
>>> failed_guards([group], [np.array([[1.0, -1.0]]), np.array([[0.0, 0.0]])])
array([[False,  True]])
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.equations import GuardGroup
from autodiff.errors import BranchError, OptionError
from autodiff.graph.hooks import IN_RANGE, RELATIONS


def failed_guards(groups: Sequence[GuardGroup], sides: Sequence[Array]) -> NDArray[np.bool_]:
    """Tell for every guard and example whether the outcome differs from the trace.

    Args:
        groups: the guards.
        sides: left and right operands of each group in turn, of shape (guards, batch).

    Returns:
        An array of shape (all guards, batch).
    """
    rows = [
        RELATIONS[group.relation](left, right) != _column(group.outcomes)
        for group, left, right in zip(groups, sides[::2], sides[1::2], strict=True)
    ]
    if len(rows) == 1:
        return rows[0]
    return np.concatenate(rows) if rows else np.zeros((0, 1), bool)


@lru_cache(maxsize=256)
def _column(outcomes: tuple[bool, ...]) -> NDArray[np.bool_]:
    return np.array(outcomes)[:, None]


def check_guards(groups: Sequence[GuardGroup], sides: Sequence[Array], start: int) -> None:
    """Raise if a guard fails.

    Args:
        groups: the guards.
        sides: as in `failed_guards`.
        start: the number of the first example.

    Raises:
        BranchError: naming the first example with a failed guard, the guard and its line.
    """
    failed = failed_guards(groups, sides)
    if not failed.any():
        return
    example = int(np.flatnonzero(failed.any(0))[0])
    which = int(np.flatnonzero(failed[:, example])[0])
    x, y = (np.concatenate(side)[which, example] for side in (sides[::2], sides[1::2]))
    raise guard_error(*guard_at(groups, which), (x, y), start + example)


def guard_at(groups: Sequence[GuardGroup], which: int) -> tuple[GuardGroup, int]:
    """Return the group of a guard, and its place there.

    Args:
        groups: the guards.
        which: the number of the guard among all, from 0.
    """
    ends = list(accumulate(len(group.outcomes) for group in groups))
    number = bisect_right(ends, which)
    return groups[number], which - (ends[number - 1] if number else 0)


def guard_error(
    group: GuardGroup, place: int, numbers: tuple[float, float], example: int
) -> BranchError:
    """Return the error for a guard that fails.

    Args:
        group: of the guard.
        place: of the guard in the group.
        numbers: its operands for the example.
        example: its number in the batch.
    """
    outcome = group.outcomes[place]
    return branch_error(group.relation, *group.texts[place], outcome, numbers, example)


def branch_error(  # noqa: PLR0913 the facts of the message
    relation: str,
    comparison: str,
    line: str,
    outcome: bool,  # noqa: FBT001 a fact of the message
    numbers: tuple[float, float],
    example: int,
) -> BranchError:
    """Return the error for a comparison whose outcome differs from the trace.

    Args:
        relation: of the comparison.
        comparison: as "x > 0".
        line: its source line.
        outcome: in the trace.
        numbers: its operands for the example.
        example: its number in the batch.
    """
    x, y = numbers
    is_index = relation == IN_RANGE
    return BranchError(
        f"{comparison} to be {outcome}, as in the traced example ({line})",
        f"{x:g}{'' if is_index else f' and {y:g}'} in example {example}",
        "pass the whole number of a row, counted from 0"
        if is_index
        else 'write it with autodiff.where, or compile with on_branch="split"',
    )


def unsaved() -> OptionError:
    """Return the error for saving a program that is not array equations."""
    return OptionError(
        "a program of array equations to save",
        "one that runs the traced graph itself, as with exact=True",
        "compile the function without exact=True",
    )
