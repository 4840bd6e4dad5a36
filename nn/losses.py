"""Losses of one example, as graphs.

half_squared_error      1/2 sum_j (y_j - a_j)**2         any outputs
squared_error           sum_j (a_j - y_j)**2             any outputs
mean_squared_error      1/n sum_j (a_j - y_j)**2         any outputs
cross_entropy           -sum_j y_j log softmax(z)_j      linear outputs; y_j >= 0, with sum 1
binary_cross_entropy    -sum_j y_j log a_j + (1 - y_j) log(1 - a_j)      sigmoid outputs
hinge                   sum_j max(0, 1 - y_j a_j)        linear outputs, y_j = -1 or 1
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from autodiff import (
    TABLE,
    OptionError,
    ShapeError,
    Value,
    dot,
    log,
    log_softmax,
    mean,
    relu,
    softplus,
    square,
    sum,
    where,
)
from autodiff.extend import Operand, described, not_negative, number, sequence

from .model.module import Module
from .targets import demand_distribution, demand_probabilities, demand_sides

if TYPE_CHECKING:
    from autodiff.extend import Array


def half_squared_error(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return 1/2 * sum_j (y_j - a_j)**2, the quadratic cost of one example.

    The 1/2 makes its derivative by a_j just a_j - y_j (Nielsen 2015, equation 6).

    Args:
        outputs: the n outputs a of the network, Values or numbers, as a flat list; n >= 1.
        targets: the n wanted outputs y, Values or numbers, as a flat list.

    Returns:
        The cost; a leaf if outputs and targets are all numbers.

    Raises:
        ShapeError: if outputs and targets differ in length, or are empty.
        WrongTypeError: if one of them is not a flat sequence.
        OperandError: if an element is neither a Value nor a real number.

    >>> half_squared_error([1.0, 2.0], [0.0, 4.0]).data
    2.5
    """
    return 0.5 * squared_error(outputs, targets)


def squared_error(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return sum_j (a_j - y_j)**2, whose derivative by a_j is 2 * (a_j - y_j).

    Args:
        outputs: the n outputs a of the network, Values or numbers, as a flat list; n >= 1.
        targets: the n wanted outputs y, Values or numbers, as a flat list.

    Returns:
        The cost; a leaf if outputs and targets are all numbers.

    Raises:
        ShapeError: if outputs and targets differ in length, or are empty.
        WrongTypeError: if one of them is not a flat sequence.
        OperandError: if an element is neither a Value nor a real number.

    >>> squared_error([1.0, 2.0], [0.0, 4.0]).data
    5.0
    """
    return _value(sum(_squares(outputs, targets)))


def mean_squared_error(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return 1/n * sum_j (a_j - y_j)**2, whose derivative by a_j is 2/n * (a_j - y_j).

    Args:
        outputs: the n outputs a of the network, Values or numbers, as a flat list; n >= 1.
        targets: the n wanted outputs y, Values or numbers, as a flat list.

    Returns:
        The cost; a leaf if outputs and targets are all numbers.

    Raises:
        ShapeError: if outputs and targets differ in length, or are empty.
        WrongTypeError: if one of them is not a flat sequence.
        OperandError: if an element is neither a Value nor a real number.

    >>> mean_squared_error([1.0, 2.0], [0.0, 4.0]).data
    2.5
    """
    return _value(mean(_squares(outputs, targets)))


def cross_entropy(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return -sum_j y_j * log(softmax(z)_j), the surprise at the wanted class.

    It takes the outputs before the softmax, so that nothing overflows. Its derivative by z_j is
    softmax(z)_j - y_j (Bridle 1990).

    Args:
        outputs: the n outputs z of a linear layer, Values or numbers, as a flat list; n >= 2.
        targets: the n wanted probabilities y, each at least 0, with a sum of 1; for
            class k, 1 at k and 0 elsewhere.

    Returns:
        The cost; a leaf if outputs and targets are all numbers.

    Raises:
        ShapeError: if outputs and targets differ in length, or there are fewer than two.
        DataError: if the targets are not probabilities that sum to 1.
        WrongTypeError: if one of them is not a flat sequence.
        OperandError: if an element is neither a Value nor a real number.

    >>> cross_entropy([0.0, 0.0], [1.0, 0.0]).data
    0.6931471805599453
    """
    reached, wanted = _pair(outputs, targets)
    demand_distribution(wanted)
    return -dot(wanted, log_softmax(reached))


def binary_cross_entropy(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return -sum_j [y_j * log(a_j) + (1 - y_j) * log(1 - a_j)], a_j between 0 and 1.

    For an output a = sigmoid(z) that is a Value, the same cost is computed as softplus(z) - y * z.
    It does not overflow, and where a rounds to 0 or 1 it keeps its derivative by z, which is
    a - y. The graph then leads from the cost to z and leaves a out. (Nielsen 2015, equation 63,
    for one example.)

    Args:
        outputs: the n outputs a of a sigmoid layer, Values or numbers, as a flat list; n >= 1.
        targets: the n wanted outputs y, each from 0 to 1.

    Returns:
        The cost; a leaf if outputs and targets are all numbers.

    Raises:
        ShapeError: if outputs and targets differ in length, or are empty.
        OptionError: if an output is not between 0 and 1: the last layer lacks its sigmoid.
        DataError: if a target is not between 0 and 1.
        WrongTypeError: if one of them is not a flat sequence.
        OperandError: if an element is neither a Value nor a real number.

    >>> binary_cross_entropy([0.5], [1.0]).data
    0.6931471805599453
    """
    reached, wanted = _pair(outputs, targets)
    demand_probabilities(wanted)
    return _value(sum([_surprise(a, y) for a, y in zip(reached, wanted, strict=True)]))


def hinge(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return sum_j max(0, 1 - y_j * a_j), which is 0 where each y_j * a_j is at least 1.

    (Cortes, Vapnik 1995; with one output, the loss of micrograd's two moons.)

    Args:
        outputs: the n outputs a of a linear layer, Values or numbers, as a flat list; n >= 1.
        targets: the n wanted sides y, each -1 or 1.

    Returns:
        The cost; a leaf if outputs and targets are all numbers.

    Raises:
        ShapeError: if outputs and targets differ in length, or are empty.
        DataError: if a target is a number other than -1 and 1.
        WrongTypeError: if one of them is not a flat sequence.
        OperandError: if an element is neither a Value nor a real number.

    >>> hinge([0.25], [-1]).data
    1.25
    """
    reached, wanted = _pair(outputs, targets)
    demand_sides(wanted)
    return _value(sum([relu(1 - y * a) for a, y in zip(reached, wanted, strict=True)]))


def weight_decay(weights: Module | Iterable[Value], strength: float) -> Value:
    """Return strength / 2 * sum w**2, a penalty to add to a mean loss.

    An optimiser with `weight_decay=strength` takes the same steps at a fraction of the cost.
    (Krogh, Hertz 1991.)

    Args:
        weights: a network, of which all parameters but the biases are squared; or the Values to
            square.
        strength: lambda, finite and at least 0.

    Returns:
        The penalty, whose derivative by each w is strength * w.

    Raises:
        OptionError: if the strength is negative or not finite.
        WrongTypeError: if `weights` is neither a network nor a flat sequence.
        OperandError: if the strength is not a real number.

    >>> weight_decay([Value(3.0), Value(4.0)], 0.1).data
    1.25
    """
    is_network = isinstance(weights, Module)
    chosen = weights.decayed_parameters() if is_network else sequence(weights, "a list of weights")
    return not_negative(strength, "the strength of weight decay") / 2 * dot(chosen, chosen)


def _pair(
    outputs: Iterable[Operand], targets: Iterable[Operand]
) -> tuple[list[Operand], list[Operand]]:
    """Return outputs and targets as lists of Values and floats, of one length."""
    reached, wanted = (
        [x if isinstance(x, Value) else number(x) for x in sequence(xs, f"a flat list of {what}")]
        for xs, what in ((outputs, "outputs"), (targets, "targets"))
    )
    if len(reached) != len(wanted) or not reached:
        raise ShapeError(
            f"one target for each of {len(reached)} outputs, and one or more",
            f"{len(wanted)} targets",
            "pass two flat lists of equal length",
        )
    return reached, wanted


def _squares(outputs: Iterable[Operand], targets: Iterable[Operand]) -> list[Value]:
    reached, wanted = _pair(outputs, targets)
    return [square(a - y) for a, y in zip(reached, wanted, strict=True)]


def _surprise(a: Operand, y: Operand) -> Operand:
    """Return the cross-entropy of one output between 0 and 1."""
    if isinstance(a, Value) and a.operation is TABLE["sigmoid"]:
        z = cast("Value", a.operands[0])
        return softplus(z) - y * z
    if not (a >= 0.0 and a <= 1.0):  # on the Value: a compiled loss then guards every output
        data = a.data if isinstance(a, Value) else a
        remedy = "give the output layer the activation 'sigmoid'"
        raise OptionError("outputs between 0 and 1", described(data), remedy)
    wanted, unwanted = log(where(y, a, 1.0)), log(where(1 - y, 1 - a, 1.0))  # 0 * log(0) is 0
    return -(y * wanted + (1 - y) * unwanted)


def _value(cost: Operand) -> Value:
    """Return a cost as a Value; of numbers alone it is a float."""
    return cost if isinstance(cost, Value) else Value(cost)


def demand_targets(loss: Callable[..., Any], targets: Array) -> None:
    """Refuse targets that a loss of this module cannot train; other losses check their own.

    A compiled run calls its loss for one example only, so that `fit` checks all of them here.

    Args:
        loss: of one example, from outputs and targets.
        targets: of all examples, one row for each.

    Raises:
        ShapeError: if there is one target where the loss needs a class for each.
        DataError: if a target is a number that the loss cannot train.
    """
    demand = next((demand for known, demand in _DEMANDS if known is loss), None)
    if demand is not None:
        for row in {row.tobytes(): row for row in targets}.values():
            demand(row.tolist())


_DEMANDS = (
    (cross_entropy, demand_distribution),
    (binary_cross_entropy, demand_probabilities),
    (hinge, demand_sides),
)
