"""Losses of one example, as graphs: small when the outputs are what was wanted.

    half_squared_error      1/2 sum_j (y_j - a_j)**2         any outputs
    squared_error           sum_j (a_j - y_j)**2             any outputs
    mean_squared_error      1/n sum_j (a_j - y_j)**2         any outputs
    cross_entropy           -sum_j y_j log softmax(z)_j      linear outputs, one for each class
    binary_cross_entropy    -sum_j y_j log a_j + (1 - y_j) log(1 - a_j)      sigmoid outputs
    hinge                   sum_j max(0, 1 - y_j a_j)        linear outputs, y_j = -1 or 1

What is not here: the mean over examples (`training`).

>>> mean_squared_error([1.0, 2.0], [0.0, 4.0]).data
2.5
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from autodiff import (
    TABLE,
    OptionError,
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
from autodiff.extend import Operand, described

from .model.module import Module
from .validation import not_negative, pair, sequence


def half_squared_error(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return 1/2 * sum_j (y_j - a_j)**2, the quadratic cost of one example.

    Source: Nielsen 2015, equation 6; its 1/2 makes the derivative by a_j just a_j - y_j.
    Arguments, result and errors are those of `mean_squared_error`.

    >>> half_squared_error([1.0, 2.0], [0.0, 4.0]).data
    2.5
    """
    return 0.5 * squared_error(outputs, targets)


def squared_error(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return sum_j (a_j - y_j)**2; its derivative by a_j is 2 * (a_j - y_j).

    Arguments, result and errors are those of `mean_squared_error`.
    """
    return _value(sum(_squares(outputs, targets)))


def mean_squared_error(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return 1/n * sum_j (a_j - y_j)**2.

    Args:
        outputs: the n outputs a, Values or numbers, as a flat list; n is at least 1.
        targets: the n outputs y that are wanted.

    Returns:
        A Value; of numbers alone, one without parents. The derivative by a_j is
        2/n * (a_j - y_j).

    Raises:
        ShapeError: if there are not as many targets as outputs, or none.
        OperandError: if an element is neither a Value nor a real number.
    """
    return _value(mean(_squares(outputs, targets)))


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
        ShapeError: if there are not as many targets as outputs, or none.
        OperandError: if an element is neither a Value nor a real number.

    >>> cross_entropy([0.0, 0.0], [1.0, 0.0]).data
    0.6931471805599453
    """
    reached, wanted = pair(outputs, targets)
    return -dot(wanted, log_softmax(reached))


def binary_cross_entropy(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return -sum_j [y_j * log(a_j) + (1 - y_j) * log(1 - a_j)], a_j between 0 and 1.

    An output a = sigmoid(z) that is a Value is taken back to its z, where the same cost is
    softplus(z) - y * z: it neither overflows nor loses its derivative by z, which is a - y, where
    a rounds to 0 or 1. So the graph goes from the cost to z; a itself is no part of it.

    Source: Nielsen 2015, equation 63, for one example.

    Args:
        outputs: the n outputs a of a sigmoid layer, as a flat list.
        targets: the n outputs y that are wanted, each between 0 and 1.

    Raises:
        ShapeError: if there are not as many targets as outputs, or none.
        OptionError: if an output is not between 0 and 1.
        OperandError: if an element is neither a Value nor a real number.

    >>> binary_cross_entropy([0.5], [1.0]).data
    0.6931471805599453
    """
    reached, wanted = pair(outputs, targets)
    return _value(sum([_surprise(a, y) for a, y in zip(reached, wanted, strict=True)]))


def hinge(outputs: Iterable[Operand], targets: Iterable[Operand]) -> Value:
    """Return sum_j max(0, 1 - y_j * a_j): 0 where every output is beyond 1 on the right side.

    Source: Cortes, Vapnik 1995; with one output, the loss of micrograd's two moons.

    Args:
        outputs: the n outputs a of a linear layer, as a flat list.
        targets: the n sides y that are wanted, each -1 or 1.

    Raises:
        ShapeError: if there are not as many targets as outputs, or none.
        OptionError: if a target is a number other than -1 and 1.
        OperandError: if an element is neither a Value nor a real number.

    >>> hinge([0.25], [-1]).data
    1.25
    """
    reached, wanted = pair(outputs, targets)
    for y in wanted:
        if isinstance(y, float) and abs(y) != 1.0:
            remedy = "for one class after another, as 0 and 1, take cross_entropy"
            raise OptionError("-1 or 1 as every target of hinge", described(y), remedy)
    return _value(sum([relu(1 - y * a) for a, y in zip(reached, wanted, strict=True)]))


def weight_decay(weights: Module | Iterable[Value], strength: float) -> Value:
    """Return strength / 2 * sum w**2, to be added to a mean loss; biases are left alone.

    Source: J(W, b) = 1/m sum 1/2 |h - y|**2 + lambda/2 sum W**2. To train with it, give the
    optimiser `weight_decay=`, which takes the same steps at a fraction of the cost.

    Args:
        weights: a network, of which all parameters but the biases count; or Values, which all do.
        strength: lambda, at least 0.

    Raises:
        OptionError: if the strength is negative or not finite.

    >>> weight_decay([Value(3.0), Value(4.0)], 0.1).data
    1.25
    """
    is_network = isinstance(weights, Module)
    chosen = weights.decayed_parameters() if is_network else sequence(weights, "a list of weights")
    return not_negative(strength, "the strength of weight decay") / 2 * dot(chosen, chosen)


def _squares(outputs: Iterable[Operand], targets: Iterable[Operand]) -> list[Value]:
    reached, wanted = pair(outputs, targets)
    return [square(a - y) for a, y in zip(reached, wanted, strict=True)]


def _surprise(a: Operand, y: Operand) -> Operand:
    """Return the cross-entropy of one output between 0 and 1."""
    if isinstance(a, Value) and a.operation is TABLE["sigmoid"]:
        z = cast("Value", a.operands[0])
        return softplus(z) - y * z
    if not (a >= 0.0 and a <= 1.0):  # compared itself, so that a compiled loss checks every output
        data = a.data if isinstance(a, Value) else a
        remedy = "give the output layer the activation 'sigmoid'"
        raise OptionError("outputs between 0 and 1", described(data), remedy)
    wanted, unwanted = log(where(y, a, 1.0)), log(where(1 - y, 1 - a, 1.0))  # 0 * log(0) is 0
    return -(y * wanted + (1 - y) * unwanted)


def _value(cost: Operand) -> Value:
    """Return a cost as a Value; of numbers alone it is a float."""
    return cost if isinstance(cost, Value) else Value(cost)
