"""The share of examples that a network classifies correctly.

The class that a row means is its largest element; of a single one, the side it lies on.

>>> judge = Judge([[0.0], [1.0]])
>>> judge.share([[0.3], [0.4]], [[0.0], [1.0]])
0.5
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodiff import ChalkgradError, Value, no_grad
from autodiff.extend import demand_function, numpy
from nn.data import Data, Examples, examples_of
from nn.engines.compiled import BatchProgram, blocks
from nn.engines.eager import numbers_of
from nn.engines.protocols import Network
from nn.errors import DataError

if TYPE_CHECKING:
    from autodiff.extend import Array

_CUTS = (({-1.0, 1.0}, 0.0), ({0.0, 1.0}, 0.5))  # targets of two classes, and what divides them
_FEW = 100  # examples of MNIST; the network answers so many one by one in the time to compile it


class Judge:
    """Tells right outputs from wrong ones, by the kind of targets that a data set has.

    Args:
        targets: of all examples, row by row. If a row has several, the largest is the class; a
            single one is a class if all are -1 or 1, or all 0 or 1.

    Attributes:
        counts: whether the targets are classes at all.
        cut: the number that divides the two classes of a single output; None for several.
    """

    def __init__(self, targets: Any) -> None:
        array = numpy().asarray(targets, float)
        self.cut: float | None = None
        self.counts: bool = array.shape[1] > 1
        if not self.counts:
            values = set(numpy().unique(array).tolist())
            self.cut = next((cut for sides, cut in _CUTS if values <= sides), None)
            self.counts = self.cut is not None

    def share(self, outputs: Any, targets: Any) -> float | None:
        """Return the share of right outputs in [0, 1]; None if the targets are not classes.

        A row of outputs with a nan is never right.
        """
        if not self.counts:
            return None
        reached = numpy().asarray(outputs, float)
        right = self.classes(reached) == self.classes(numpy().asarray(targets, float))
        return float((right & ~numpy().isnan(reached).any(1)).mean())

    def classes(self, rows: Array) -> Array:
        """Return the class that each row of outputs or targets means, from 0."""
        return rows.argmax(1) if self.cut is None else (rows > self.cut)[:, 0].astype(int)


def judged(net: Network, examples: Data) -> tuple[Judge, Array, Array]:
    """Return what judges examples, and their outputs and targets, one row for each.

    Raises:
        ShapeError: if there are no examples.
        DataError: if the targets are not classes.
        WrongTypeError: if the network cannot be called.
    """
    demand_function(net, "a network", "pass a network, or a function of inputs")
    given = examples_of(examples, net)
    targets = given.target_array()
    judge = Judge(targets)
    if not judge.counts:
        raise DataError("targets that are classes", "other numbers", "compare the outputs yourself")
    return judge, outputs_of(net, given), targets


def accuracy(net: Network, examples: Data) -> float:
    """Return the share of examples, in [0, 1], that a network classifies correctly.

    Args:
        net: the network.
        examples: at least one: Examples, pairs (inputs, targets), or two arrays. An int as target
            is the class. If an example has several targets, the largest is the class; a single one
            is a class if all are -1 or 1, or all 0 or 1.

    Raises:
        ShapeError: if there are no examples, or inputs that the network does not take.
        WrongTypeError: if the examples are something else.
        DataError: if the targets are not classes.
    """
    judge, outputs, targets = judged(net, examples)
    share = judge.share(outputs, targets)
    assert share is not None
    return share


def outputs_of(net: Network, examples: Examples) -> Array:
    """Return the outputs, one row for each example; no graph is kept.

    Many examples run through a compiled program, if the network can be compiled.
    """
    if len(examples) >= _FEW and callable(getattr(net, "parameters", None)):
        try:
            arrays = examples.as_arrays()
            program = BatchProgram(net, net.parameters(), (arrays[0][0],))
            rows = [program(block.arrays()[0]) for block in blocks(arrays)]
            return numpy().concatenate(rows).reshape(len(examples), -1)
        except ChalkgradError:  # it reads its inputs as numbers, or they differ in length
            pass
    with no_grad():
        outputs: list[Any] = [net(inputs) for inputs, _ in examples]
        return numbers_of([[row] if isinstance(row, Value) else row for row in outputs])
