"""Gradients that are not those of the loss: added up by mistake, or changed on purpose.

A leaf may be frozen, and gradients may be scaled, clipped by norm or by value, and decayed:

    grad = s * own + r * data       or       grad = clip(own, -c, c) + r * data

where `own` is the derivative of the loss, and the sign of the data may stand for the data.

>>> is_deliberate([Change(3.0, 0.5, 0.0), Change(2.0, 0.5, 1.0), Change(-0.1, -0.1, 4.0)])
True
>>> is_deliberate([Change(3.0, 6.0, 0.0), Change(-0.1, -0.2, 4.0)])
False
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import copysign
from typing import NamedTuple

from autodiff.display import digits
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .findings import Finding, Mistake

_CLOSE = 1e-6  # relative: several sweeps add up in another order than one
_STRONGEST = 0.1  # decay


class Change(NamedTuple):
    """The derivative of the losses by a leaf, its gradient, and its data."""

    own: float
    grad: float
    data: float


def accumulated(
    graph: Graph, trained: Sequence[Node], names: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield trained leaves whose gradient is not that of the losses, after their backward pass."""
    if not graph.roots or not all(root.parents and root.grad for root in graph.roots):
        return
    expected = graph.adjoints([root.grad for root in graph.roots])
    changes = {leaf: Change(expected[leaf], leaf.grad, leaf.data) for leaf in trained}
    if is_deliberate(list(changes.values())):
        return
    size = max(abs(change.own) for change in changes.values())
    for leaf, (own, grad, _) in changes.items():
        if not grad or _near(grad, own, size):
            continue
        times = grad / own if own else 0.0
        text = f"its gradient is {digits(grad)}, that of the loss {digits(own)}"
        if times > 1.5 and _near(times, round(times), 0.0):
            text = f"its gradient is {round(times)} times that of the loss"
        remedy = "zero_grad() before each backward(); lint(*losses) if several are intended"
        yield Finding(Mistake.ACCUMULATED, leaf, names[leaf], text, remedy)


def is_deliberate(changes: Sequence[Change]) -> bool:
    """Tell whether gradients follow from those of the losses by a change made on purpose.

    If one of them is that of the losses, gradients are set to 0: what adds up is not trained.
    """
    size = max((abs(change.own) for change in changes), default=0.0)
    live = [change for change in changes if change.grad or abs(change.own) <= _CLOSE * size]
    if not any(change.grad for change in live):
        return True
    if not size:
        return False
    if any(x.own and _near(x.grad, x.own, 0.0) for x in live):
        return True
    return any(
        all(_near(x.grad, wanted, size) for x, wanted in zip(live, gradients, strict=True))
        for gradients in (*_scaled(live), *_clipped_and_decayed(live))
    )


def _scaled(live: Sequence[Change]) -> Iterator[list[float]]:
    """Yield gradients with the scale of the largest, unless it counts backward passes."""
    top = max(live, key=lambda x: abs(x.own))
    scale = top.grad / top.own if top.own else 0.0
    is_count = scale > 1.5 and _near(scale, round(scale), 0.0)
    if (len(live) > 1 and not is_count) or 0.0 < scale <= 1.0 or scale == -1.0:
        yield [scale * x.own for x in live]


def _clipped_and_decayed(live: Sequence[Change]) -> Iterator[list[float]]:
    """Yield gradients of either form that agree in two leaves."""
    own = [x.own for x in live]
    grads = [x.grad for x in live]
    sizes = [abs(x) for x in own]
    top, least = sizes.index(max(sizes)), sizes.index(min(sizes))
    if len(live) > 1:
        yield _limited(own, max(map(abs, grads)))
    for decay in ([x.data for x in live], [copysign(1.0, x.data) for x in live]):
        rate = (grads[least] - own[least]) / decay[least] if decay[least] else 0.0
        if 0.0 < rate <= _STRONGEST:
            limit = abs(grads[top] - rate * decay[top])
            for base in (own, _limited(own, limit)):
                yield [x + rate * y for x, y in zip(base, decay, strict=True)]
        for base in (own, [copysign(1.0, x) for x in own]):
            scale, rate = _fit(grads, base, decay, top)
            if 0.0 < scale * base[top] / own[top] <= 1.0 and 0.0 < rate <= _STRONGEST:
                yield [scale * x + rate * y for x, y in zip(base, decay, strict=True)]


def _fit(
    grads: Sequence[float], base: Sequence[float], decay: Sequence[float], top: int
) -> tuple[float, float]:
    """Solve scale * base + rate * decay = grad for two leaves; 0, 0 if that is not possible."""
    determinants = [base[top] * y - x * decay[top] for x, y in zip(base, decay, strict=True)]
    other = max(range(len(base)), key=lambda i: abs(determinants[i]))
    determinant = determinants[other]
    if not determinant:
        return 0.0, 0.0
    scale = (grads[top] * decay[other] - grads[other] * decay[top]) / determinant
    return scale, (base[top] * grads[other] - base[other] * grads[top]) / determinant


def _limited(xs: Sequence[float], limit: float) -> list[float]:
    return [max(-limit, min(limit, x)) for x in xs]


def _near(x: float, y: float, size: float) -> bool:
    return abs(x - y) <= _CLOSE * max(abs(x), abs(y), _CLOSE * size)
