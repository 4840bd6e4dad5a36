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
from math import inf
from typing import Any, TypeVar

from .errors import ChalkgradError, OptionError, WrongTypeError, described
from .graph.node import is_array, number
from .graph.pytree import demand_short

T = TypeVar("T")


def sequence(xs: Iterable[T], expected: str) -> list[T] | tuple[T, ...]:
    """Return `xs` as a list or tuple; a NumPy array of one axis becomes a list of its elements.

    Args:
        xs: the flat sequence, of at most 10,000,000 elements.
        expected: what it should be, for the error.

    Raises:
        WrongTypeError: if it is not iterable, a text, or an array of no or several axes.
        OptionError: if it is too long.
    """
    if isinstance(xs, (list, tuple)):
        return xs
    shape: Any = getattr(xs, "shape", None)
    if is_array(xs) and isinstance(shape, tuple):
        array: Any = xs
        if array.ndim != 1:
            raise WrongTypeError(
                expected,
                f"an array of shape {array.shape}",
                "go row by row: [net(row) for row in rows]" if array.ndim else "pass a list",
            )
        demand_short(array, expected)
        return array.tolist()
    if isinstance(xs, Iterable) and not isinstance(xs, (str, bytes)):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        demand_short(xs, expected)
        try:
            return list(xs)
        except TypeError as error:  # a class of a kind that only claims to be iterable
            raise WrongTypeError(expected, described(xs), "pass a list") from error
    raise WrongTypeError(expected, described(xs), "pass a list")


def demand_function(x: object, expected: str, remedy: str) -> None:
    """Refuse what cannot be called.

    Args:
        x: the function.
        expected: what it should be, for the error.
        remedy: what to do, for the error.

    Raises:
        WrongTypeError: if it cannot be called.
    """
    if not callable(x):
        raise WrongTypeError(expected, described(x), remedy)


def not_negative(x: float, what: str, remedy: str = "write for example 1e-4") -> float:
    """Return `x` as a float, 0 <= x < inf.

    Args:
        x: the number.
        what: what it means, for the error.
        remedy: what to do, for the error.

    Raises:
        OperandError: if it is not a real number.
        OptionError: if it is out of range.
    """
    result = number(x)
    if 0 <= result < inf:
        return result
    raise OptionError(f"a finite number of at least 0 as {what}", described(x), remedy)


def truth(x: object, what: str) -> bool:
    """Return whether `x` is true.

    Args:
        x: a bool, or anything that is true or false.
        what: what it means, for the error.

    Raises:
        WrongTypeError: if it is neither, as an array of several elements is.
    """
    try:
        return bool(x)
    except Exception as error:
        raise WrongTypeError(f"True or False as {what}", described(x), "write True") from error


def whole(
    x: object,
    least: int,
    what: str,
    too_small: type[ChalkgradError] = OptionError,
    most: int | None = None,
) -> int:
    """Return `x` as an int of at least `least`.

    Args:
        x: the number.
        least: the smallest one that is allowed.
        what: what the number means, for the error.
        too_small: the error for a smaller number.
        most: the largest one that is allowed; by default there is none.

    Raises:
        WrongTypeError: if it is not a whole number.
        OptionError: if it is too large.
    """
    expected = f"a whole number of at least {least} as {what}"
    remedy = f"write {least} or more"
    try:
        result = operator.index(x)  # pyright: ignore[reportArgumentType] that is the question
    except TypeError:
        raise WrongTypeError(expected, described(x), remedy) from None
    if result < least:
        raise too_small(expected, described(x), remedy)
    if most is not None and result > most:
        raise OptionError(f"at most {most:,} as {what}", described(x), f"write {most} or fewer")
    return result
