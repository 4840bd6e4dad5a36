"""A loop of equations as one step of a scan: what passes from step to step, and what is read.

In the step every number has the position that it has in the first one. Those that were computed
before are written there, and reads from outside get positions beyond the end of the vector.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .access import Access, Positions
from .equations import Equation, Loop, with_reads


class Outside(NamedTuple):
    """A read of numbers that the loop does not compute.

    Attributes:
        is_batched: which vector they are in.
        source: their positions in every step, along a first axis; of length 1 if none moves.
        target: their positions in the vector of a step.
    """

    is_batched: bool
    source: Positions
    target: Positions


class Scan(NamedTuple):
    """A loop as a scan.

    Attributes:
        body: the equations, as they read in a step.
        carried: the positions of what passes from step to step.
        move: how far results move from one step to the next.
        outside: the reads from outside.
        results: the positions of the results of a step.
        size: of the vector of a step.
    """

    body: tuple[Equation, ...]
    carried: Positions
    move: int
    outside: list[Outside]
    results: Positions
    size: int


def scan_of(loop: Loop, size: int) -> Scan | None:
    """Return a loop as a scan; None if a step reads another's results in an irregular way.

    Args:
        loop: the loop.
        size: of the vector that it computes.
    """
    blocks = [equation.block for equation in loop.body]
    results = np.concatenate([block.positions for block in blocks])
    first, move, is_batched = int(results.min()), blocks[0].step, blocks[0].is_batched
    computed = np.zeros(size, bool)
    computed[results + move * np.arange(loop.steps)[:, None]] = True
    outside: list[Outside] = []
    before: set[int] = set()
    end, is_regular = size, int(results.max()) < first + move

    def change(access: Access) -> Access:
        nonlocal end, is_regular
        source = access.over(loop.steps)
        shared = access.is_batched == is_batched
        own = computed[source].any(0) if shared else np.zeros(access.shape, bool)
        shifts = np.zeros(access.shape, np.intp) if access.shifts is None else access.shifts
        is_regular &= bool((shifts[own] == move).all())
        before.update(access.positions[own & (access.positions < first)].tolist())
        positions = access.positions.copy()
        if not own.all():
            positions[~own] = target = np.arange(end, end + int((~own).sum()))
            outside.append(Outside(access.is_batched, source[:, ~own], target))
            end += target.size
        return Access(is_batched, positions, None)

    body = tuple([with_reads(equation, change) for equation in loop.body])
    if not is_regular:
        return None
    chains = [range(start, first, move) for start in before]
    carried = np.array(sorted({position for chain in chains for position in chain}), np.intp)
    return Scan(body, carried, move, outside, results, end)
