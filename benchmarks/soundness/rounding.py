"""How rounding may move a result: graphs computed again with noise, and with sums added in turn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeAlias

import numpy as np

from autodiff import Value
from autodiff.extend import Graph, Node, refresh

_SUMS = ("add", "sub", "sum", "mean", "var", "std", "dot")

Noise: TypeAlias = Callable[[float], float]


def noises(ulp: float, count: int) -> list[Noise]:
    """Return what moves floats by one or two ulps, none of them, or to float32 if that is the ulp.

    Args:
        ulp: of a number of size 1.
        count: how many generators of random ulps.
    """

    def some_ulps(random: Random) -> Noise:
        return lambda x: x * (1.0 + random.choice((-2, -1, 1, 2)) * ulp)

    def rounded(x: float) -> float:
        with np.errstate(over="ignore"):
            return float(np.float32(x))

    moved = [some_ulps(Random(run)) for run in range(count)]
    return [*moved, float, rounded] if ulp == 2.0**-23 else [*moved, float]


def shake(ends: Sequence[Value], noise: Noise) -> None:
    """Compute a graph again: every datum and local derivative moved, every sum added in turn."""
    for node in Graph(ends).interior:
        refresh(node)
        total = _added(node)
        node.data = noise(total if math.isfinite(total) else node.data)
        node.local_derivatives = tuple(map(noise, node.local_derivatives))


def _added(node: Node) -> float:
    """Return a sum, added term by term with rounding; the data of other nodes."""
    operation = node.operation
    assert operation is not None
    floats = _operands(node)
    if operation.name == "sum":
        return _in_turn(floats)
    if operation.name == "dot":
        parts: Any = operation.group(floats)
        weights, xs, bias = parts
        return _in_turn([*(w * x for w, x in zip(weights, xs, strict=True)), bias])
    return node.data


def _operands(node: Node) -> list[float]:
    return [float(x.data) if isinstance(x, Node) else float(x) for x in node.operands]


def _in_turn(terms: Sequence[float]) -> float:
    """Add floats from left to right, each sum rounded, which Python's `sum` no longer does."""
    total = 0.0
    for term in terms:
        total += term
    return total


def partial_sums_overflow(ends: Sequence[Value]) -> bool:
    """Tell whether a sum in a graph has finite terms that overflow in some order of adding."""
    for node in Graph(ends).interior:
        if node.operation is not None and node.operation.name in _SUMS:
            terms = [abs(x) for x in _operands(node)]
            if all(map(math.isfinite, terms)) and math.isinf(_in_turn(terms)):
                return True
    return False


def spread(runs: Sequence[Any], plain: Any) -> Any:
    """Return how far noise moves a result; nan where it moves to or from inf and nan."""
    plain = np.asarray(plain, float)
    worst = np.zeros_like(plain)
    with np.errstate(all="ignore"):
        for run in runs:
            step = np.abs(np.asarray(run, float) - plain)
            is_same = (run == plain) | (np.isnan(run) & np.isnan(plain))
            worst = np.maximum(
                worst, np.where(is_same, 0.0, np.where(np.isfinite(step), step, np.nan))
            )
    return worst
