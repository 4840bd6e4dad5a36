"""Which classes are taken for which: the confusion matrix.

What is not here: the share of right answers alone (`judging`).

>>> print(Confusion([[3, 1], [0, 4]]))
shown  read as 0  1
─────  ─────────  ─
0      3          1
1                 4
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodiff import OptionError
from autodiff.extend import Table, Tabular, numpy
from nn.data import Data, examples_of
from nn.engines.protocols import Network

from .accuracy import Judge
from .outputs import outputs_of


class Confusion(Tabular):
    """How often each class was taken for each.

    Args:
        counts: for each class, how many of its examples were taken for each class.
        unread: how many examples were taken for none, because an output is nan.

    Attributes:
        counts: as given.
        unread: as given.
    """

    def __init__(self, counts: Sequence[Sequence[int]], unread: int = 0) -> None:
        self.counts: list[list[int]] = [list(row) for row in counts]
        self.unread: int = unread

    @property
    def total(self) -> int:
        """How many examples there are."""
        return sum(map(sum, self.counts)) + self.unread

    @property
    def right(self) -> int:
        """How many of them were taken for what they are."""
        return sum(row[label] for label, row in enumerate(self.counts))

    @property
    def accuracy(self) -> float:
        """The share of them, in [0, 1]."""
        return self.right / self.total

    def table(self) -> Table:
        """Return a row for each class, with what its examples were read as; zeros are left out."""
        columns = ("shown", "read as 0", *(f"{label}" for label in range(1, len(self.counts))))
        rows = [
            (f"{label}", *(f"{count}" if count else "" for count in row))
            for label, row in enumerate(self.counts)
        ]
        notes = (f"{self.unread} read as nothing: an output is nan",) if self.unread else ()
        return Table("", columns, rows, notes)


def confusion(net: Network, examples: Data) -> Confusion:
    """Count which classes a network takes for which.

    Args:
        net: the network.
        examples: at least one; their targets are classes, as for `accuracy`.

    Raises:
        ShapeError: if there are no examples.
        OptionError: if the targets are no classes.
    """
    given = examples_of(examples)
    targets: Any = given.target_array()
    judge = Judge(targets)
    if not judge.counts:
        raise OptionError("targets that are classes", "other numbers", "compare them yourself")
    size = max(2, targets.shape[1])
    counts = [[0] * size for _ in range(size)]
    reached = outputs_of(net, given)
    known = ~numpy().isnan(reached).any(1)
    pairs = zip(judge.classes(targets[known]), judge.classes(reached[known]), strict=True)
    for is_label, read_label in pairs:
        counts[is_label][read_label] += 1
    return Confusion(counts, len(known) - int(known.sum()))
