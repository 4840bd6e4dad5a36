"""Timing two programs fairly: in turn, several rounds, the median of each, one thread.

What is not here: what is timed.

>>> Pair("twice", ours=lambda: sum(range(10)), peer=lambda: sum(range(20)), rounds=3).run().name
'twice'
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import NamedTuple

__all__ = ["Pair", "Ratio", "seconds"]


class Ratio(NamedTuple):
    """The medians of two programs, in seconds, and how many times faster ours is."""

    name: str
    ours: float
    peer: float

    @property
    def faster(self) -> float:
        """How many times our time goes into the peer's."""
        return self.peer / self.ours


@dataclass(frozen=True)
class Pair:
    """Two programs that do the same work."""

    name: str
    ours: Callable[[], object]
    peer: Callable[[], object]
    rounds: int = 7

    def run(self) -> Ratio:
        """Time both in turn, after one round that is not counted."""
        self.ours()
        self.peer()
        times = [(seconds(self.ours), seconds(self.peer)) for _ in range(self.rounds)]
        return Ratio(self.name, median(t[0] for t in times), median(t[1] for t in times))


def seconds(program: Callable[[], object]) -> float:
    """Run once, the collector on but with nothing of the others' to collect."""
    gc.collect()
    start = perf_counter()
    program()
    return perf_counter() - start
