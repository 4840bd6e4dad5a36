"""One training run of ours and PyTorch's of the same recipe, epoch by epoch in turn.

Both begin with the same weights and take the same examples in the same order; both are judged by
the test images after each epoch, which is timed too. Ours pays for the compilation. Times are those
of the processor, of one thread: what else the machine does counts for neither. What is not here:
the recipes (`benchmarks.training`).
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from statistics import median
from time import process_time
from typing import NamedTuple

import nn

from .torch_loop import TorchLoop

__all__ = ["Duel", "Side"]


class Side(NamedTuple):
    """How one side did.

    Attributes:
        seconds: of each epoch.
        shares: the accuracy on the test images after each.
    """

    seconds: list[float]
    shares: list[float]

    @property
    def total(self) -> float:
        """The time of the whole run in seconds."""
        return sum(self.seconds)

    def __str__(self) -> str:
        return (
            f"{self.total:7.1f} s  {median(self.seconds):6.2f} s an epoch"
            f"  best {max(self.shares):.2%}  last {self.shares[-1]:.2%}"
        )


class Duel:
    """A callback of `fit` that lets PyTorch run an epoch after each of ours.

    Args:
        peers: PyTorch's loops by name.
        examples: how many there are to learn from.
        seed: of their order.
    """

    def __init__(self, peers: Mapping[str, TorchLoop], examples: int, seed: int) -> None:
        self._peers = peers
        self._order = list(range(examples))
        self._generator = Random(seed)
        self.ours = Side([], [])
        self.sides: dict[str, Side] = {name: Side([], []) for name in peers}
        self._start = process_time()

    def start(self) -> None:
        """Start our clock."""
        self._start = process_time()

    def __call__(self, record: nn.Record) -> None:
        """At the end of an epoch, let the others run."""
        if record.validation_accuracy is None:
            return
        self.ours.seconds.append(process_time() - self._start)
        self.ours.shares.append(record.validation_accuracy)
        self._generator.shuffle(self._order)
        for name, peer in self._peers.items():
            start = process_time()
            peer.epoch(self._order)
            share = peer.accuracy()
            self.sides[name].seconds.append(process_time() - start)
            self.sides[name].shares.append(share)
        self._start = process_time()

    def report(self, targets: str) -> None:
        """Print both sides, and the ratio to the faster of PyTorch's."""
        print(f"  chalkgrad        {self.ours}")
        for name, side in self.sides.items():
            print(f"  PyTorch {name}  {side}")
        for name, side in self.sides.items():
            pairs = zip(side.seconds, self.ours.seconds, strict=True)
            steady = median(theirs / ours for theirs, ours in pairs)
            whole = side.total / self.ours.total
            print(f"  {whole:.2f} x faster than PyTorch {name}; epoch by epoch {steady:.2f} x")
        print(f"  {targets}\n", flush=True)
