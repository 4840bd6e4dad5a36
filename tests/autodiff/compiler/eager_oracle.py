"""The eager engine as the oracle of compiled programs: the same function, example by example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autodiff import Value

RELATIVE = 1e-12


class Eager(NamedTuple):
    """What the eager engine gives for a batch."""

    outputs: np.ndarray  # of every example
    mean: float
    gradient: np.ndarray
    size: float  # of the largest contribution to the gradient


def rows_of(arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The examples of a batch, in nested lists of Values."""
    lists = [_values(np.asarray(each, float).tolist()) for each in arguments]
    return list(zip(*lists, strict=True)) if lists else [()]


def _values(nested: Any) -> Any:
    return [_values(each) for each in nested] if isinstance(nested, list) else Value(nested)


def eager(function: Callable[..., Any], leaves: Sequence[Value], arguments: Sequence[Any]) -> Eager:
    """Run a function of one output on a batch, and accumulate gradients as `backward` does."""
    before = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = 0.0
    examples = rows_of(arguments)
    outputs: list[float] = []
    size = total = 0.0
    for example in examples:
        result = function(*example)
        last = [leaf.grad for leaf in leaves]
        if isinstance(result, Value):
            result.backward()
        outputs.append(result.data if isinstance(result, Value) else result)
        total += outputs[-1]
        steps = [abs(leaf.grad - old) for leaf, old in zip(leaves, last, strict=True)]
        size = max([size, *(step for step in steps if np.isfinite(step))])
    gradient = np.array([leaf.grad for leaf in leaves]) / len(examples)
    for leaf, grad in zip(leaves, before, strict=True):
        leaf.grad = grad
    return Eager(np.array(outputs), total / len(examples), gradient, size)


def assert_close(
    actual: Any, expected: Any, scale: float = 0.0, relative: float = RELATIVE
) -> None:
    """Hold numbers against each other: inf and nan exactly, others relative to the larger of
    themselves and a scale."""
    got, wanted = np.asarray(actual, float), np.asarray(expected, float)
    assert got.shape == wanted.shape
    finite = np.isfinite(wanted)
    assert np.array_equal(np.isnan(got), np.isnan(wanted)), (got, wanted)
    assert np.array_equal(got[~finite], wanted[~finite], equal_nan=True), (got, wanted)
    allowed = relative * np.maximum(np.abs(wanted[finite]), scale)
    wrong = np.abs(got[finite] - wanted[finite]) > allowed
    assert not wrong.any(), (got[finite][wrong], wanted[finite][wrong], scale)


def assert_equal_to_eager(
    program: Any,
    function: Callable[..., Any],
    leaves: Sequence[Value],
    arguments: Sequence[Any],
    relative: float = RELATIVE,
) -> None:
    """Hold values, mean and gradient of a program against the eager engine."""
    reference = eager(function, leaves, arguments)
    scale = float(
        np.max(np.abs(reference.outputs), initial=0.0, where=np.isfinite(reference.outputs))
    )
    assert_close(program(*arguments), reference.outputs, scale, relative)
    mean, gradient = program.value_and_grad(*arguments)
    assert_close(mean, reference.mean, scale, relative)
    assert_close(gradient, reference.gradient, reference.size, relative)
