"""Weights of examples and classes, which multiply the loss of each example.

The weight is passed as one more target, so that every engine handles it.

>>> from nn.losses import squared_error
>>> weighted(squared_error)([3.0], [1.0, 0.5]).data
2.0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from autodiff import OptionError, ShapeError, Value
from autodiff.extend import described, is_array, not_negative, numpy, sequence
from nn.data import Examples
from nn.engines.protocols import Loss
from nn.errors import DataError
from nn.evaluation.accuracy import Judge

if TYPE_CHECKING:
    from autodiff.extend import Array

Weights: TypeAlias = "Sequence[float] | Array | Mapping[int, float]"


def weighted(loss: Loss) -> Loss:
    """Return the loss whose last target is the weight of the example."""

    def cost(outputs: list[Value], targets: Iterable[Any]) -> Value:
        *wanted, weight = targets
        return weight * loss(outputs, wanted)

    return cost


def with_weights(examples: Examples, weights: Array | float) -> Examples:
    """Return examples with their weights, or the same for all, as one more target."""
    column = numpy().broadcast_to(weights, len(examples))
    targets = numpy().column_stack([examples.target_array(), column])
    return Examples(examples.inputs, targets)


def weights_of(weights: Weights, examples: Examples, judge: Judge) -> Array:
    """Return the weight of each example.

    Args:
        weights: a number for each example; or a number by class, 1 for classes not named.
        examples: at least one.
        judge: what knows their classes.

    Raises:
        ShapeError: if there are not as many weights as examples.
        OptionError: if a weight is negative or not finite, all are 0, or there is no such class.
        DataError: if weights are given by class and the targets are not classes.
        OperandError: if a weight is not a real number.
    """
    if isinstance(weights, Mapping):
        found = _by_class(weights, examples, judge)
    else:
        given: Any = weights
        listed = given.tolist() if is_array(given) else sequence(given, "a list of weights")
        found = numpy().array([not_negative(x, "the weight of an example") for x in listed])
    if len(found) != len(examples):
        remedy = "give each example one, in the order of the data"
        raise ShapeError(f"{len(examples)} weights of examples", f"{len(found)}", remedy)
    if not found.any():
        raise OptionError("an example with a weight above 0", "none", "weigh some of them 1")
    return found


def _by_class(weights: Mapping[int, float], examples: Examples, judge: Judge) -> Array:
    targets = examples.target_array()
    if not judge.counts:
        remedy = "give each example a weight: weights=[1.0, 0.5, ...]"
        raise DataError("targets that are classes", "other numbers", remedy)
    by_class = numpy().ones(max(2, targets.shape[1]))
    for label, weight in weights.items():
        if label not in range(len(by_class)):
            remedy = "weigh the classes by their numbers, as {0: 1.0, 1: 2.5}"
            expected = f"a class from 0 to {len(by_class) - 1}"
            raise OptionError(expected, described(cast("object", label)), remedy)
        by_class[label] = not_negative(weight, f"the weight of class {label}")
    return by_class[judge.classes(targets)]
