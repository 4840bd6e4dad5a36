"""Losses of one example, as graphs. What is not here: the mean over examples (`training`).

>>> mean_squared_error([1.0, 2.0], [0.0, 4.0]).data
2.5
"""

from __future__ import annotations

from collections.abc import Iterable

from autodiff import Value, dot, log_softmax, mean, square
from autodiff.functions import Operand

from .checks import pair

__all__ = ["cross_entropy", "mean_squared_error"]


def mean_squared_error(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return 1/n * sum_j (a_j - y_j)**2.

    Args:
        outputs: the n outputs a, Values or numbers, as a flat list; n is at least 1.
        targets: the n outputs y that are wanted.

    Returns:
        A Value; of numbers alone, one without parents. The derivative by a_j is
        2/n * (a_j - y_j).

    Raises:
        SizeError: if there are not as many targets as outputs, or none.
        OperandError: if an element is neither a Value nor a real number.
    """
    reached, wanted = pair(outputs, targets)
    cost = mean([square(a - y) for a, y in zip(reached, wanted, strict=True)])
    return cost if isinstance(cost, Value) else Value(cost)  # pyright: ignore[reportUnnecessaryIsInstance] of numbers alone it is a float


def cross_entropy(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return -sum_j y_j * log(softmax(z)_j): how unexpected the wanted class is.

    From the outputs before any softmax (linear ones), so that nothing overflows.

    Args:
        outputs: the n outputs z of a linear layer, Values or numbers, as a flat list.
        targets: the n probabilities y that are wanted; for a class k, 1 at k and 0 elsewhere.

    Returns:
        A Value. Where the targets sum to 1, the derivative by z_j is softmax(z)_j - y_j
        (Bridle 1990).

    Raises:
        SizeError: if there are not as many targets as outputs, or none.
        OperandError: if an element is neither a Value nor a real number.

    >>> cross_entropy([0.0, 0.0], [1.0, 0.0]).data
    0.6931471805599453
    """
    reached, wanted = pair(outputs, targets)
    return -dot(wanted, log_softmax(reached))
