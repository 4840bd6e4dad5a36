"""The confusion matrix: which classes a network takes for which.

>>> print(Confusion([[3, 1], [0, 4]]))
shown  read as 0  1
─────  ─────────  ─
0      3          1
1                 4
"""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.extend import Table, Tabular, numpy
from nn.data import Data
from nn.engines.protocols import Network

from .accuracy import judged


class Confusion(Tabular):
    """A confusion matrix; prints as a table.

    Args:
        counts: for each class, the number of its examples that were taken for each class.
        unread: the number of examples taken for none because an output is nan; 0 by default.

    Each is kept as an attribute.
    """

    def __init__(self, counts: Sequence[Sequence[int]], unread: int = 0) -> None:
        self.counts: list[list[int]] = [list(row) for row in counts]
        self.unread: int = unread

    @property
    def total(self) -> int:
        """The number of examples."""
        return sum(map(sum, self.counts)) + self.unread

    @property
    def right(self) -> int:
        """The number of examples that were classified correctly."""
        return sum(row[label] for label, row in enumerate(self.counts))

    @property
    def accuracy(self) -> float:
        """The share of examples that were classified correctly, in [0, 1]."""
        return self.right / self.total

    def table(self) -> Table:
        """Return a row for each class with the counts of what it was read as, without zeros."""
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
        examples: at least one: Examples, pairs (inputs, targets), or two arrays. An int as target
            is the class. If an example has several targets, the largest is the class; a single one
            is a class if all are -1 or 1, or all 0 or 1.

    Returns:
        The matrix, two by two for a single target.

    Raises:
        ShapeError: if there are no examples, or inputs that the network does not take.
        WrongTypeError: if the examples are something else.
        DataError: if the targets are not classes.
    """
    judge, reached, targets = judged(net, examples)
    size = max(2, targets.shape[1])
    counts = [[0] * size for _ in range(size)]
    known = ~numpy().isnan(reached).any(1)
    pairs = zip(judge.classes(targets[known]), judge.classes(reached[known]), strict=True)
    for shown, read in pairs:
        counts[shown][read] += 1
    return Confusion(counts, len(known) - int(known.sum()))
