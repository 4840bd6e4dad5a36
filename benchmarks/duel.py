"""Train our network and PyTorch's by the same recipe, taking turns epoch by epoch.

Both start from the same weights and take the same examples in the same order. Both are judged on
the test images after each epoch, which is timed too; ours includes compiling. Times are processor
times of one thread, so that other load on the machine counts for neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from statistics import median
from time import process_time
from typing import NamedTuple

import nn

from .torch_loop import TorchLoop


class Side(NamedTuple):
    """The times and accuracies of one side.

    Attributes:
        seconds: the time of each epoch.
        shares: the accuracy on the test images after each epoch.
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
    """A callback of `fit` that runs an epoch of PyTorch after each of ours.

    Args:
        peers: PyTorch's loops by name.
        examples: the number of training examples.
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
        """At the end of an epoch, run one of each peer."""
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
        """Print the times of all sides, and their ratios to ours."""
        print(f"  chalkgrad        {self.ours}")
        for name, side in self.sides.items():
            print(f"  PyTorch {name}  {side}")
        for name, side in self.sides.items():
            pairs = zip(side.seconds, self.ours.seconds, strict=True)
            steady = median(theirs / ours for theirs, ours in pairs)
            whole = side.total / self.ours.total
            print(f"  {whole:.2f} x faster than PyTorch {name}; epoch by epoch {steady:.2f} x")
        print(f"  {targets}\n", flush=True)
