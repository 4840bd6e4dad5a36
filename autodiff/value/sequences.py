"""Functions of sequences: `dot(weights, inputs, bias)`, `softmax(xs)`, `log_softmax(xs)`.

>>> [round(p, 3) for p in softmax([1.0, 2.0, 3.0])]
[0.09, 0.245, 0.665]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import overload

from autodiff.errors import ShapeError
from autodiff.graph.hooks import observer
from autodiff.graph.node import data_of
from autodiff.operations import TABLE

from .function_types import Operand, apply_to, elements_of
from .functions import less, logsumexp, maximum, where
from .functions import sum as sum_of
from .value import Value

_DOT, _EXP_DIFFERENCE = TABLE["dot"], TABLE["exp_difference"]


def dot(weights: Iterable[Operand], inputs: Iterable[Operand], bias: Operand = 0.0) -> Value:
    """Return the pre-activation z = w.x + b as one node.

    Args:
        weights: n Values or numbers.
        inputs: n Values or numbers.
        bias: a Value or number; 0 by default.

    Returns:
        A node whose parents are the weights, the inputs and the bias that are Values. The
        products are added without rounding in between (`math.fsum`). If every operand is a
        number, a Value without parents.

    Raises:
        OperandError: if an operand is neither a Value nor a real number.
        WrongTypeError: if `weights` or `inputs` is not a sequence, or holds an array.
        ShapeError: if there are not as many inputs as weights, or none.
    """
    left, right = elements_of(weights), elements_of(inputs)
    if len(left) != len(right):
        raise ShapeError(
            f"as many inputs as weights ({len(left)})",
            f"{len(right)} inputs",
            "pass sequences of equal length",
        )
    result = apply_to(_DOT, (*left, *right, bias))
    return result if isinstance(result, Value) else Value(result)


@overload
def softmax(xs: Sequence[float]) -> list[float]: ...  # pyright: ignore[reportOverlappingOverload]
@overload
def softmax(xs: Sequence[Operand]) -> list[Value]: ...
def softmax(xs: Sequence[Operand]) -> Sequence[Operand]:
    """Return exp(x_i) / sum_j exp(x_j) for each x_i, without overflow.

    Args:
        xs: n Values or numbers.

    Returns:
        n Values; n floats if every operand is a number. Each is exp(x_i - top) over the
        sum of these, where top is the largest, a constant; the rounding of the difference is made
        up for.

        The derivative of a saturated share by its own operand, p * (1 - p), keeps the absolute
        precision of p: it is 0 where p rounds to 1, as in PyTorch and JAX.

    Raises:
        OperandError: if an operand is neither a Value nor a real number.
        WrongTypeError: if `xs` is not a sequence, or holds an array.
        ShapeError: if there are no operands.
    """
    elements, top = _with_top(xs)
    shares = [apply_to(_EXP_DIFFERENCE, (x, top)) for x in elements]
    total = sum_of(shares)
    return [share / total for share in shares]


@overload
def log_softmax(xs: Sequence[float]) -> list[float]: ...  # pyright: ignore[reportOverlappingOverload]
@overload
def log_softmax(xs: Sequence[Operand]) -> list[Value]: ...
def log_softmax(xs: Sequence[Operand]) -> Sequence[Operand]:
    """Return x_i - logsumexp(xs) for each x_i: finite where the logarithm of softmax is not.

    The largest is subtracted first, as a constant: the result does not depend on it, but
    logsumexp of numbers near 1e16 has no digits left for the difference.

    Args:
        xs: n Values or numbers.

    Returns:
        n Values; n floats if every operand is a number.

    Raises:
        OperandError: if an operand is neither a Value nor a real number.
        WrongTypeError: if `xs` is not a sequence, or holds an array.
        ShapeError: if there are no operands.
    """
    elements, top = _with_top(xs)
    shifted = [x - top for x in elements]
    total = logsumexp(shifted)
    return [x - total for x in shifted]


def _with_top(xs: Sequence[Operand]) -> tuple[tuple[Operand, ...], Operand]:
    """Return the elements, and the largest as a constant, or 0 where it is infinite."""
    elements = elements_of(xs)
    if not elements:
        raise ShapeError("at least one element", "none", "pass a list that is not empty")
    largest = maximum([_without_derivative(x) for x in elements])
    return elements, where(less(abs(largest), inf), largest, 0.0)


def _without_derivative(x: Operand) -> Operand:
    """Return the number alone; while a program is recorded, a leaf that it can compute again."""
    return x.detach() if isinstance(x, Value) and observer() is not None else data_of(x)
