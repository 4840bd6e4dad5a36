"""Checks of the numbers and seeds that networks and training are given.

>>> positive(-0.1, "the learning rate")
Traceback (most recent call last):
...
autodiff.errors.OptionError: expected a positive finite number as the learning rate, \
got float -0.1: write for example 0.1
"""

from __future__ import annotations

import operator
from math import inf
from random import Random

from autodiff import OptionError, WrongTypeError
from autodiff.extend import described, number


def positive(x: float, what: str) -> float:
    """Return `x` as a float, 0 < x < inf.

    Raises:
        OperandError: if it is not a real number.
        OptionError: if it is out of range.
    """
    result = number(x)
    if 0 < result < inf:
        return result
    raise OptionError(f"a positive finite number as {what}", described(x), "write for example 0.1")


def fraction(x: float, what: str) -> float:
    """Return `x` as a float, 0 <= x < 1.

    Raises:
        OperandError: if it is not a real number.
        OptionError: if it is out of range.
    """
    result = number(x)
    if 0 <= result < 1:
        return result
    raise OptionError(
        f"a number from 0 to below 1 as {what}", described(x), "write for example 0.9"
    )


def generator_of(seed: int | Random) -> Random:
    """Return a new generator for an int; a given generator is drawn on from where it stands.

    Raises:
        WrongTypeError: for anything else, None included: results must be reproducible.
    """
    if isinstance(seed, Random):
        return seed
    try:
        return Random(operator.index(seed))  # noqa: S311 weights, not secrets
    except TypeError:
        raise WrongTypeError(
            "an int or a random.Random as seed", described(seed), "write for example seed=0"
        ) from None
