"""Checking and shaping what users pass to a program: batches of arrays.

What is not here: one example, which is recorded (`record`).

>>> batch_of([Argument("x", (2,), ())], [[[1, 2], [3, 4], [5, 6]]], float)
[array([[1., 3., 5.],
       [2., 4., 6.]])]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.tracing.record import Argument
from autodiff.errors import OperandError, ShapeError, described


def batch_of(arguments: Sequence[Argument], given: Sequence[Any], kind: Any) -> list[Array]:
    """Return each argument in shape (numbers of one example, batch).

    Args:
        arguments: what the program was recorded with.
        given: arrays or nested lists, each of shape (batch, *shape of one example).
        kind: the dtype of the program.

    Raises:
        ShapeError: if there are more or fewer arguments, or a shape does not fit.
        OperandError: if an argument does not hold real numbers.
    """
    if len(given) != len(arguments):
        names = ", ".join(argument.name for argument in arguments)
        raise ShapeError(
            f"{len(arguments)} arguments ({names})", f"{len(given)}", "pass an array for each"
        )
    batch = -1
    arrays: list[Array] = []
    for argument, x in zip(arguments, given, strict=True):
        array = _numbers(x, argument, kind)
        shape = array.shape
        batch = shape[0] if batch < 0 else batch
        if shape[1:] != argument.shape or shape[0] != batch or not batch:
            _refuse(argument, array, batch)
        arrays.append(array.T if len(shape) == 2 else array.reshape(batch, -1).T)
    return arrays


def _refuse(argument: Argument, array: Array, batch: int) -> NoReturn:
    """Raise for an array of a wrong shape."""
    if not batch:
        raise ShapeError(
            "at least one example", "an empty batch", "pass arrays of length 1 or more"
        )
    raise ShapeError(
        f"{argument.name} of shape {(batch, *argument.shape)}",
        f"{array.shape}",
        "the first axis counts examples, in all arguments alike"
        if array.shape[1:] == argument.shape
        else _remedy(argument, array),
    )


def _numbers(x: Any, argument: Argument, kind: Any) -> Array:
    try:
        array: Array = np.asarray(x)
    except ValueError:
        array = np.empty(0, object)
    if array.dtype == kind and array.ndim:
        return array  # the common case
    if array.dtype.kind not in "fiub":
        raise OperandError(
            f"an array of real numbers as {argument.name}",
            described(x) if array.dtype.kind != "O" else f"{type(x).__name__} of mixed contents",
            "pass numbers, in lists of equal length; a Value's number is v.data",
        )
    if array.ndim == 0:
        raise ShapeError(
            f"a batch as {argument.name}",
            "a single number",
            "pass a list with one entry an example",
        )
    with np.errstate(all="ignore"):  # a number too large for float32 becomes inf
        return np.asarray(array, kind)


def _remedy(argument: Argument, array: Array) -> str:
    if array.shape == argument.shape:
        return f"for one example write [{argument.name}]"
    return "pass what the program was recorded with, stacked along a first axis"
