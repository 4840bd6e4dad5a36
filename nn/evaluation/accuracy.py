"""Which answers are right: the largest output, or of a single one, the side it lies on.

What is not here: how wrong the others are (`losses`).

>>> judge = Judge([[0.0], [1.0]])
>>> judge.share([[0.3], [0.4]], [[0.0], [1.0]])
0.5
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodiff import OptionError
from autodiff.extend import numpy
from nn.data import Data, examples_of
from nn.engines.protocols import Network

from .outputs import outputs_of

if TYPE_CHECKING:
    from autodiff.extend import Array

_CUTS = (({-1.0, 1.0}, 0.0), ({0.0, 1.0}, 0.5))  # of targets, where the one class ends


class Judge:
    """Tells right answers from wrong ones, in the way that the targets of a data set ask for.

    Args:
        targets: of all examples, row by row. Of several in a row, the largest is the class; a
            single one is a class if all are -1 or 1, or all 0 or 1.

    Attributes:
        cut: of a single output, where the one class ends and the other begins.
        counts: whether the targets are classes at all.
    """

    def __init__(self, targets: Any) -> None:
        array = numpy().asarray(targets, float)
        self.cut: float | None = None
        self.counts: bool = array.shape[1] > 1
        if not self.counts:
            values = set(numpy().unique(array).tolist())
            cuts = [cut for sides, cut in _CUTS if values <= sides]
            self.cut = cuts[0] if cuts else None
            self.counts = bool(cuts)

    def share(self, outputs: Any, targets: Any) -> float | None:
        """Return the share of right answers in [0, 1]; None if the targets are no classes.

        An answer with a nan is never right.
        """
        if not self.counts:
            return None
        reached = numpy().asarray(outputs, float)
        right = self.classes(reached) == self.classes(numpy().asarray(targets, float))
        return float((right & ~numpy().isnan(reached).any(1)).mean())

    def classes(self, rows: Array) -> Array:
        """Return the class that each row of outputs or targets means, from 0."""
        return rows.argmax(1) if self.cut is None else (rows > self.cut)[:, 0].astype(int)


def accuracy(net: Network, examples: Data) -> float:
    """Return the share of examples, in [0, 1], that a network classifies rightly.

    Args:
        net: the network.
        examples: at least one. Of several targets, the largest is the class; a single target is
            a class if all are -1 or 1, or all 0 or 1.

    Raises:
        ShapeError: if there are no examples.
        OptionError: if the targets are no classes.
    """
    given = examples_of(examples)
    targets = given.target_array()
    share = Judge(targets).share(outputs_of(net, given), targets)
    if share is None:
        remedy = "compare the outputs yourself"
        raise OptionError("targets that are classes", "other numbers", remedy)
    return share
