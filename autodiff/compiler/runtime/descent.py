"""Steps of gradient descent on the mini-batches of one data set, many in one call."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.tracing.record import Argument
from autodiff.errors import BranchError, OptionError, ShapeError, described
from autodiff.graph.node import number
from autodiff.validation import sequence

from .inputs import array_of, batch_of, check_out
from .runner import Runner


class Descent(NamedTuple):
    """Steps to take.

    Attributes:
        columns: for each argument the numbers of all examples, of shape (examples, numbers of
            one), of the dtype of the program or bytes.
        divisors: by which the numbers of each argument are divided.
        examples: of every step, of shape (steps, batch).
        rates: the learning rate of every step.
        losses: receive the mean output of every mini-batch, before its step.
    """

    columns: tuple[Array, ...]
    divisors: tuple[float, ...]
    examples: NDArray[np.int64]
    rates: NDArray[np.float64]
    losses: NDArray[np.float64]


def descent_of(  # noqa: PLR0913 what a user passes
    arguments: Sequence[Argument],
    given: Sequence[Any],
    batches: Any,
    rates: Any,
    divisors: Sequence[float] | None,
    out: NDArray[np.float64] | None,
    kind: Any,
) -> Descent:
    """Return the steps that a user asks for, checked.

    Args:
        arguments: of the traced function.
        given: arrays of all examples, or nested lists.
        batches: the examples of every step, from 0, of shape (steps, batch).
        rates: the learning rate of every step.
        divisors: one for each argument; None for ones.
        out: receives the losses; None for a new array.
        kind: the dtype of the program.

    Raises:
        ShapeError: if a shape does not fit.
        OperandError: if something holds anything but real numbers.
        OptionError: if an example is not there, or a divisor is 0.
    """
    if divisors is None:
        divisors = [1.0] * len(given)
    numbers = tuple(map(number, sequence(divisors, "a list of divisors")))
    if len(numbers) != len(given) or not all(x and isfinite(x) for x in numbers):
        raise OptionError(
            f"{len(given)} finite divisors other than 0, one for each argument",
            described(divisors),
            "write 1 where nothing is to be divided",
        )
    nothing = np.zeros((), kind)
    shapes = [np.broadcast_to(nothing, x.shape) if _are_bytes(x) else x for x in given]
    checked = batch_of(arguments, shapes, kind)
    rows = [
        np.ascontiguousarray(x.reshape(len(x), -1)) if _are_bytes(x) else _divided(found.T, divisor)
        for x, found, divisor in zip(given, checked, numbers, strict=True)
    ]
    examples = _examples(batches, checked[0].shape[1])
    speeds = np.ascontiguousarray(array_of(rates, "rates", float))
    if speeds.shape != (len(examples),):
        raise ShapeError(
            f"{len(examples)} numbers as rates, one for each step",
            f"shape {speeds.shape}",
            "pass one for each row of batches",
        )
    if not np.isfinite(speeds).all():
        raise OptionError("finite rates", described(rates), "pass numbers such as 0.1")
    if out is not None:
        check_out(out, speeds, "rates", "make it with np.empty(len(batches))")
    losses = np.empty(len(examples)) if out is None or not out.flags.c_contiguous else out
    return Descent(tuple(rows), numbers, examples, speeds, losses)


def _are_bytes(x: Any) -> bool:
    return x.__class__ is np.ndarray and x.dtype == np.uint8


def _divided(rows: Array, divisor: float) -> Array:
    return np.ascontiguousarray(rows if divisor == 1.0 else rows / rows.dtype.type(divisor))


def _examples(batches: Any, count: int) -> NDArray[np.int64]:
    try:
        found: Array = np.asarray(batches)
    except ValueError:  # of several lengths
        found = np.empty(0)
    if found.ndim != 2 or found.dtype.kind not in "iu" or not found.shape[1]:
        raise ShapeError(
            "whole numbers of shape (steps, batch) as batches",
            f"shape {found.shape} of type {found.dtype}",
            "pass a list of examples for each step, all of one length",
        )
    if found.size and not 0 <= found.min() <= found.max() < count:
        raise OptionError(
            f"examples from 0 to {count - 1}",
            f"{found.min()} to {found.max()}",
            "count the rows of the arguments from 0",
        )
    return np.array(found, np.int64, order="C")  # of our own: it is read without Python's lock


def stepwise(runner: Runner, descent: Descent, parameters: int) -> int:
    """Take the steps one by one; return how many, up to one that cannot be taken.

    Args:
        runner: of the program; its static vector begins with the parameters.
        descent: the steps.
        parameters: their number.
    """
    vector, gradient = runner.static[:parameters], runner.gradient[:parameters]
    descended = np.empty_like(vector)
    for step, examples in enumerate(descent.examples):
        rows = [x[examples] for x in descent.columns]
        given = [
            (x.astype(vector.dtype) / vector.dtype.type(divisor) if _are_bytes(x) else x).T
            for x, divisor in zip(rows, descent.divisors, strict=True)
        ]
        try:
            loss = runner.differentiate(given, None, len(examples))
        except BranchError:
            return step
        if not isfinite(loss) or not np.isfinite(gradient).all():
            return step
        np.multiply(gradient, vector.dtype.type(descent.rates[step]), out=descended)
        vector -= descended
        descent.losses[step] = loss
    return len(descent.examples)
