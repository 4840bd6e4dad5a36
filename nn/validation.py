"""What the other files ask of their arguments, with errors that say what to do.

What is not here: checks of single numbers (`autodiff.node.number`).

>>> whole("2 layers", 1, "the number of neurons")
Traceback (most recent call last):
...
autodiff.errors.ShapeError: expected a whole number of at least 1 as the number of neurons, \
got str '2 layers': write 1 or more
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from math import inf
from random import Random
from typing import Any, TypeVar

from autodiff import OptionError, ShapeError, Value, WrongTypeError
from autodiff.extend import Operand, described, is_array, number

T = TypeVar("T")


def sequence(xs: Iterable[T], expected: str) -> list[T] | tuple[T, ...]:
    """Return `xs` as a list or tuple; a NumPy array of one axis becomes a list of its elements.

    Args:
        xs: what should be a flat sequence.
        expected: what it should be, for the error.

    Raises:
        WrongTypeError: if it cannot be gone through, or is an array of several axes.
    """
    if isinstance(xs, (list, tuple)):
        return xs
    if is_array(xs):
        array: Any = xs
        if len(array.shape) > 1:
            raise WrongTypeError(
                expected,
                f"an array of shape {array.shape}",
                "go row by row: [net(row) for row in rows]",
            )
        return array.tolist()
    if isinstance(xs, Iterable) and not isinstance(xs, (str, bytes)):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        return list(xs)
    raise WrongTypeError(expected, described(xs), "pass a list")


def pair(
    outputs: Iterable[Operand], targets: Iterable[Operand]
) -> tuple[list[Operand], list[Operand]]:
    """Return outputs and targets as lists of Values and floats, of one length.

    Raises:
        WrongTypeError: if one is no sequence.
        OperandError: if an element is neither a Value nor a real number.
        ShapeError: if they differ in length, or are empty.
    """
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


def whole(x: object, least: int, what: str) -> int:
    """Return `x` as an int of at least `least`.

    Raises:
        ShapeError: if it is no whole number, or smaller.
    """
    try:
        result = operator.index(x)  # pyright: ignore[reportArgumentType] asked here
    except TypeError:
        result = least - 1
    if result < least:
        raise ShapeError(
            f"a whole number of at least {least} as {what}", described(x), f"write {least} or more"
        )
    return result


def positive(x: float, what: str) -> float:
    """Return `x` as a float above 0.

    Raises:
        OperandError: if it is no real number.
        OptionError: if it is not positive and finite.
    """
    result = number(x)
    if not 0 < result < inf:
        raise OptionError(
            f"a positive finite number as {what}", described(x), "write for example 0.1"
        )
    return result


def generator_of(seed: int | Random) -> Random:
    """Return the generator to draw from: a new one for an int, the given one to draw on from it.

    Raises:
        WrongTypeError: for anything else; None would make results that nobody can repeat.
    """
    if isinstance(seed, Random):
        return seed
    try:
        return Random(operator.index(seed))  # noqa: S311 weights, not secrets
    except TypeError:
        raise WrongTypeError(
            "an int or a random.Random as seed", described(seed), "write for example seed=0"
        ) from None


def not_negative(x: float, what: str) -> float:
    """Return `x` as a float of at least 0.

    Raises:
        OperandError: if it is no real number.
        OptionError: if it is negative or not finite.
    """
    result = number(x)
    if not 0 <= result < inf:
        raise OptionError(
            f"a finite number of at least 0 as {what}", described(x), "write for example 1e-4"
        )
    return result


def fraction(x: float, what: str) -> float:
    """Return `x` as a float in [0, 1).

    Raises:
        OperandError: if it is no real number.
        OptionError: if it is outside.
    """
    result = number(x)
    if not 0 <= result < 1:
        raise OptionError(
            f"a number from 0 to below 1 as {what}", described(x), "write for example 0.9"
        )
    return result
