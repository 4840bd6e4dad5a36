"""Checks of arguments, with errors that say what to write instead.

>>> whole(0, 1, "the number of neurons")
Traceback (most recent call last):
...
autodiff.errors.OptionError: expected a whole number of at least 1 as the number of neurons, \
got int 0: write 1 or more
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, TypeVar

from .errors import ChalkgradError, OptionError, WrongTypeError, described
from .graph.node import is_array

T = TypeVar("T")


def sequence(xs: Iterable[T], expected: str) -> list[T] | tuple[T, ...]:
    """Return `xs` as a list or tuple; a NumPy array of one axis becomes a list of its elements.

    Args:
        xs: the flat sequence.
        expected: what it should be, for the error.

    Raises:
        WrongTypeError: if it is not iterable, a text, or an array of several axes.
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


def whole(x: object, least: int, what: str, too_small: type[ChalkgradError] = OptionError) -> int:
    """Return `x` as an int of at least `least`.

    Args:
        x: the number.
        least: the smallest one that is allowed.
        what: what the number means, for the error.
        too_small: the error for a smaller number.

    Raises:
        WrongTypeError: if it is not a whole number.
    """
    expected = f"a whole number of at least {least} as {what}"
    remedy = f"write {least} or more"
    try:
        result = operator.index(x)  # pyright: ignore[reportArgumentType] that is the question
    except TypeError:
        raise WrongTypeError(expected, described(x), remedy) from None
    if result < least:
        raise too_small(expected, described(x), remedy)
    return result
