"""Time programs fairly: in turn, for several rounds, by the median.

>>> Pair("twice", ours=lambda: sum(range(10)), peer=lambda: sum(range(20)), rounds=3).run().name
'twice'
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import NamedTuple

_STRETCH = 0.01  # seconds that a program runs in each round, if a call is shorter


class Ratio(NamedTuple):
    """The medians of two programs, in seconds, and how many times faster ours is."""

    name: str
    ours: float
    peer: float

    @property
    def faster(self) -> float:
        """How many times faster ours is."""
        return self.peer / self.ours


@dataclass(frozen=True)
class Pair:
    """Two programs that do the same work."""

    name: str
    ours: Callable[[], object]
    peer: Callable[[], object]
    rounds: int = 7

    def run(self) -> Ratio:
        """Time both in turn, after a warm-up round."""
        self.ours()
        self.peer()
        times = [(seconds(self.ours), seconds(self.peer)) for _ in range(self.rounds)]
        return Ratio(self.name, median(t[0] for t in times), median(t[1] for t in times))


def seconds(program: Callable[[], object]) -> float:
    """Return the time of one run, with the collector on but nothing left over to collect."""
    gc.collect()
    start = perf_counter()
    program()
    return perf_counter() - start


def interleaved(programs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Time programs that may be as short as microseconds, in turn.

    In every round each program is called repeatedly for a hundredth of a second, and every call is
    timed, so that other load on the machine falls on all of them alike.

    Args:
        programs: by name; each gets a warm-up call.
        rounds: the number of turns of each program.

    Returns:
        The median time of each program, in seconds.

    >>> sorted(interleaved({"a": lambda: sum(range(9)), "b": lambda: None}, rounds=2))
    ['a', 'b']
    """
    calls: dict[str, int] = {}
    for name, program in programs.items():
        program()
        calls[name] = max(1, round(_STRETCH / max(seconds(program), 1e-6)))
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        gc.collect()
        for name, program in programs.items():
            for _ in range(calls[name]):
                start = perf_counter()
                program()
                times[name].append(perf_counter() - start)
    return {name: median(found) for name, found in times.items()}


@contextmanager
def quiet_collector() -> Iterator[None]:
    """Keep the collector from visiting older objects: other libraries fill the heap."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
