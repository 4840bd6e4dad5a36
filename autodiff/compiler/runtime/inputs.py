"""Checks of the arrays that users pass to a program, and their shape for the runtime.

>>> batch_of([Argument("x", (2,), ())], [[[1, 2], [3, 4], [5, 6]]], float)
[array([[1., 3., 5.],
       [2., 4., 6.]])]
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.tracing.record import Argument
from autodiff.errors import OperandError, ShapeError, described
from autodiff.graph.node import number
from autodiff.graph.pytree import demand_short


def batch_of(arguments: Sequence[Argument], given: Sequence[Any], kind: Any) -> list[Array]:
    """Return each argument in shape (numbers of one example, batch).

    Args:
        arguments: of the traced function.
        given: arrays or nested lists, each of shape (batch, *shape of one example).
        kind: the dtype of the program.

    Raises:
        ShapeError: for a wrong number of arguments, or a wrong shape.
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
        array = array_of(x, argument.name, kind)
        if not array.ndim:
            raise ShapeError(
                f"a batch as {argument.name}",
                "a single number",
                "pass a list with one entry for each example",
            )
        if array.shape == (0,):  # an empty list, for examples of any shape
            array = array.reshape(0, *argument.shape)
        shape = array.shape
        batch = shape[0] if batch < 0 else batch
        if shape[1:] != argument.shape or shape[0] != batch:
            raise _shape_error(argument, array, batch)
        arrays.append(array.T if len(shape) == 2 else array.reshape(batch, prod(shape[1:])).T)
    return arrays


def _shape_error(argument: Argument, array: Array, batch: int) -> ShapeError:
    if array.shape[1:] == argument.shape:
        remedy = "give all arguments the same number of examples, along the first axis"
    elif array.shape == argument.shape:
        remedy = f"for one example write [{argument.name}]"
    else:
        remedy = "pass examples of the traced shape, stacked along a first axis"
    return ShapeError(
        f"{argument.name} of shape {(batch, *argument.shape)}", f"{array.shape}", remedy
    )


def array_of(x: Any, name: str, kind: Any) -> Array:
    """Return real numbers as an array; an int too large for a float becomes inf.

    Args:
        x: an array or nested lists.
        name: of the argument, for messages.
        kind: the dtype wanted.

    Raises:
        OperandError: if it holds anything but real numbers, or masked ones.
        OptionError: if it is a range of more than 10,000,000.
    """
    if x.__class__ is np.ndarray and x.dtype == kind:
        return x  # the common case
    if isinstance(x, range):
        demand_short(x, f"an array or lists as {name}")
    rows: Sequence[Any] = [x, *x] if x.__class__ in {list, tuple} else [x]
    if any(map(_is_masked, rows)):
        raise OperandError(
            f"numbers only as {name}", "masked entries", "write x.filled(...), or leave them out"
        )
    try:
        array: Array = np.asarray(x)
        if array.dtype.kind == "O":
            flat = [number(each) for each in array.ravel().tolist()]
            array = np.array(flat, float).reshape(array.shape)
    except (ValueError, OperandError):
        array = np.empty(0, object)
    if array.dtype == kind:
        return array
    if array.dtype.kind not in "fiub":
        raise OperandError(
            f"an array of real numbers as {name}",
            described(x) if array.dtype.kind != "O" else f"{type(x).__name__} of mixed contents",
            "pass numbers, in lists of equal length; a Value's number is v.data",
        )
    with np.errstate(all="ignore"):  # a number too large for float32 becomes inf
        return np.asarray(array, kind)


def _is_masked(x: Any) -> bool:
    """Tell whether an array hides some of its entries; `numpy.ma` itself is slow to import."""
    return type(x).__module__.startswith("numpy.ma") and bool(np.any(x.mask))


def check_out(out: Any, wanted: Array, what: str, remedy: str) -> None:
    """Raise `ShapeError` unless `out` can receive numbers in the place of those of an array.

    Args:
        out: what a user passed.
        wanted: the array; `out` must not share its memory.
        what: it is called.
        remedy: how to make one.
    """
    shape, kind = getattr(out, "shape", None), getattr(out, "dtype", None)
    fits = (shape, kind) == (wanted.shape, wanted.dtype)
    if not fits or np.may_share_memory(out, wanted) or not out.flags.writeable:
        arrived = f"shape {shape} and type {kind}" if kind is not None else described(out)
        if fits and not out.flags.writeable:
            arrived = "one that is read-only"
            fits = False
        raise ShapeError(
            f"out as an array of shape {wanted.shape} and type {wanted.dtype}",
            f"the {what} themselves" if fits else arrived,
            remedy,
        )
