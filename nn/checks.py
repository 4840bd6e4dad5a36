"""What the other files ask of their arguments, with errors that say what to do.

What is not here: checks of single numbers (`autodiff.node.number`).

>>> whole("2 layers", 1, "the number of neurons")
Traceback (most recent call last):
...
nn.errors.SizeError: expected a whole number of at least 1 as the number of neurons, \
got str '2 layers': write 1 or more
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from math import inf
from random import Random
from typing import Any, TypeVar

from autodiff.functions import Operand
from autodiff.node import is_array, number
from autodiff.value import Value

from .errors import NetworkTypeError, SettingError, SizeError

__all__ = ["flat", "generator_of", "positive", "same_length", "sequence", "whole"]

T = TypeVar("T")


def sequence(xs: Iterable[T], expected: str) -> list[T] | tuple[T, ...]:
    """Return `xs` as a list or tuple; a NumPy array of one axis becomes a list of its elements.

    Args:
        xs: what should be a flat sequence.
        expected: what it should be, for the error.

    Raises:
        NetworkTypeError: if it cannot be gone through, or is an array of several axes.
    """
    if isinstance(xs, (list, tuple)):
        return xs
    if is_array(xs):
        array: Any = xs
        if len(array.shape) > 1:
            raise NetworkTypeError(
                expected,
                f"an array of shape {array.shape}",
                "go row by row: [net(row) for row in rows]",
            )
        return array.tolist()
    if isinstance(xs, Iterable) and not isinstance(xs, (str, bytes)):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        return list(xs)
    raise NetworkTypeError(expected, described(xs), "pass a list")


def flat(xs: Iterable[Operand], expected: str) -> list[Operand]:
    """Return `xs` as a list of Values and floats.

    Raises:
        NetworkTypeError: if it is no sequence.
        OperandError: if an element is neither a Value nor a real number.
    """
    return [x if isinstance(x, Value) else number(x) for x in sequence(xs, expected)]


def same_length(outputs: list[Operand], targets: list[Operand]) -> None:
    """Refuse outputs and targets that do not belong together.

    Raises:
        SizeError: if they differ in length, or are empty.
    """
    if len(outputs) != len(targets) or not outputs:
        raise SizeError(
            f"one target for each of {len(outputs)} outputs" if outputs else "at least one output",
            f"{len(targets)} targets" if outputs else "none",
            "pass two flat lists of equal length",
        )


def whole(x: object, least: int, what: str) -> int:
    """Return `x` as an int of at least `least`.

    Raises:
        SizeError: if it is no whole number, or smaller.
    """
    try:
        result = operator.index(x)  # pyright: ignore[reportArgumentType] asked here
    except TypeError:
        result = least - 1
    if result < least:
        raise SizeError(
            f"a whole number of at least {least} as {what}", described(x), f"write {least} or more"
        )
    return result


def positive(x: float, what: str) -> float:
    """Return `x` as a float above 0.

    Raises:
        OperandError: if it is no real number.
        SettingError: if it is not positive and finite.
    """
    result = number(x)
    if not 0 < result < inf:
        raise SettingError(
            f"a positive finite number as {what}", described(x), "write for example 0.1"
        )
    return result


def generator_of(seed: int | Random) -> Random:
    """Return the generator to draw from: a new one for an int, the given one to draw on from it.

    Raises:
        NetworkTypeError: for anything else; None would make results that nobody can repeat.
    """
    if isinstance(seed, Random):
        return seed
    try:
        return Random(operator.index(seed))  # noqa: S311 weights, not secrets
    except TypeError:
        raise NetworkTypeError(
            "an int or a random.Random as seed", described(seed), "write for example seed=0"
        ) from None


def described(x: object) -> str:
    """Say what arrived, in at most one line."""
    text = repr(x)
    return f"{type(x).__name__} {text if len(text) <= 60 else text[:57] + '...'}"
