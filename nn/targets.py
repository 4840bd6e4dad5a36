"""The targets that each loss can train; Values among them, as in a trace, are not judged.

>>> demand_probabilities([-1.0])
Traceback (most recent call last):
...
nn.errors.DataError: expected a number from 0 to 1 as every target of binary_cross_entropy, \
got float -1.0: write 0 for -1, or take hinge with a linear output for targets of -1 and 1
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from autodiff import ShapeError, Value
from autodiff.extend import Operand, described

from .errors import DataError

_ROUNDING = 1e-5  # by which probabilities in float32 may miss a sum of 1


def demand_distribution(targets: Sequence[Operand]) -> None:
    """Demand probabilities of two or more classes, for `cross_entropy`."""
    if len(targets) == 1:
        raise ShapeError(
            "two or more outputs and targets for cross_entropy, one for each class",
            "one, whose softmax is always 1",
            "write nn.MLP(n, [..., 2]), or take binary_cross_entropy with a sigmoid output",
        )
    numbers = [y for y in targets if not isinstance(y, Value)]
    is_whole = len(numbers) == len(targets)
    if not all(y >= 0 for y in numbers) or (is_whole and not abs(fsum(numbers) - 1) <= _ROUNDING):
        raise DataError(
            "probabilities that sum to 1 as targets of cross_entropy",
            described(numbers),
            "give the class of each example a 1 and the others a 0, or take binary_cross_entropy"
            " where an example may belong to several classes or none",
        )


def demand_probabilities(targets: Sequence[Operand]) -> None:
    """Demand numbers from 0 to 1, for `binary_cross_entropy`."""
    for y in targets:
        if not isinstance(y, Value) and not 0 <= y <= 1:
            raise DataError(
                "a number from 0 to 1 as every target of binary_cross_entropy",
                described(y),
                "write 0 for -1, or take hinge with a linear output for targets of -1 and 1",
            )


def demand_sides(targets: Sequence[Operand]) -> None:
    """Demand -1 or 1, for `hinge`."""
    for y in targets:
        if not isinstance(y, Value) and abs(y) != 1:
            remedy = "take cross_entropy for targets of 0 and 1, one for each class"
            raise DataError("-1 or 1 as every target of hinge", described(y), remedy)
