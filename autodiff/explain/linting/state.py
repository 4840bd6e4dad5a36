"""Mistakes in the state of a graph: what was changed, replaced, added twice, or left out.

What is not here: mistakes in what is computed (`form_faults`), the report (`lint`).

>>> from autodiff import Value
>>> w = Value(3.0, label="w")
>>> loss = w * w
>>> w.data = 4.0
>>> [finding.name for finding in changed([loss], {w: "w"})]
['w']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from autodiff.display import digits
from autodiff.explain.chain_rule.factors import is_stale
from autodiff.explain.why_nan import why_nan
from autodiff.graph.backprop import adjoints
from autodiff.graph.node import Node
from autodiff.graph.traversal import interior_order, leaves, topological_order
from autodiff.operations import TABLE

from .findings import Finding, Mistake

_CLOSE = 1e-6  # several sweeps add up in another order than one
_ROUND = 1e-9  # how exactly a learning rate is a short decimal number
_WRITTEN = 6  # digits of a constant that a person may have written
_ADD, _SUB = TABLE["add"], TABLE["sub"]


def not_connected(roots: Sequence[Node], parameters: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield the parameters that no loss depends on."""
    if not roots:
        return
    graph = topological_order(roots)
    met = set(graph)
    labels = {node.label for node in graph if node.label}
    for parameter, name in parameters.items():
        if parameter in met or parameter.parents:
            continue
        text = "the loss does not depend on it"
        if parameter.label in labels:
            text += f", but on another Value labelled {parameter.label}"
        remedy = "use this very Value in the forward pass; change w.data, not w"
        yield Finding(Mistake.NOT_CONNECTED, parameter, name, text, remedy)


def replaced(
    roots: Sequence[Node], parameters: Mapping[Node, str], names: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield parameters that are results of a computation, as `p -= rate * p.grad` makes them.

    Where no parameters are given: leaves less a constant that is a short multiple of a gradient
    from before. That is a guess, so it is made only of rates up to 1 and of constants that nobody
    writes: (a - 1)**2 has the gradient 2 at a = 2, and is no step of 0.5. A rate such as 1/3 is not
    guessed, nor a step after which gradients were set to 0.
    """
    remedy = "change its data: p.data -= rate * p.grad"
    for parameter, name in parameters.items():
        if parameter.parents:
            text = "it is computed, no leaf: its gradient goes on to what it was computed from"
            yield Finding(Mistake.REPLACED, parameter, name, text, remedy)
    earlier = _earlier_gradients(roots)
    shifts = _shifts(roots)
    for leaf, gradient in earlier.items():
        node, moved = leaf, 0.0
        while node in shifts and leaf not in parameters:
            node, constant = shifts[node]
            moved += constant
            rate = moved / gradient
            is_step = 0 < rate <= 1 and _is_short(rate, 3) and not _is_short(moved, _WRITTEN)
            if is_step and node not in parameters:
                text = f"it is {names[leaf]} - {digits(rate, 3)} * gradient: a node, no leaf"
                yield Finding(Mistake.REPLACED, node, names[node], text, remedy)
                break


def accumulated(roots: Sequence[Node], names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield leaves whose gradient is another than that of the losses, which were swept.

    All gradients times one number up to 1 are sound: a mean of losses, or clipped by their norm.
    """
    swept = _swept(roots)
    if not swept:
        return
    shifts = _shifts(roots)
    expected = adjoints(roots, [root.grad for root in roots])
    if _is_scaled(roots, expected):
        return
    size = max((abs(expected.get(leaf, 0.0)) for leaf in leaves(roots)), default=0.0)
    for leaf in leaves(roots):
        own = expected.get(leaf, 0.0)
        gap = abs(leaf.grad - own)
        if not gap > _CLOSE * max(abs(own), abs(leaf.grad), _CLOSE * size) or leaf in shifts:
            continue
        times = leaf.grad / own if own else 0.0
        text = f"its gradient is {digits(leaf.grad)}, that of the loss {digits(own)}"
        if times > 1.5 and abs(times - round(times)) <= _CLOSE * times:
            text = f"its gradient is {round(times)} times that of the loss"
        remedy = "zero_grad() before each backward(); lint(*losses) where several are meant"
        yield Finding(Mistake.ACCUMULATED, leaf, names[leaf], text, remedy)


def changed(roots: Sequence[Node], names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield nodes whose data is not what the forward pass met: derivatives are those of then."""
    stale: dict[Node, None] = {}
    sound: set[Node] = set()  # nodes that some node computed from them agrees with
    for node in interior_order(roots):
        if is_stale(node):
            stale[node] = None
        else:
            pairs = zip(node.parents, node.local_derivatives, strict=True)
            sound.update(parent for parent, derivative in pairs if derivative)
    suspects: dict[Node, None] = {}
    leaves_below: dict[Node, list[Node]] = {}
    for node in stale:
        below = [x for x in node.parents if x not in sound]
        leaves_below[node] = [x for x in below if not x.parents]
        if not leaves_below[node]:  # no leaf explains it: a computed node was given other data
            suspects |= dict.fromkeys([x for x in below if x in stale] or [node])
    for node in stale:
        if node not in suspects and suspects.keys().isdisjoint(node.parents):
            suspects |= dict.fromkeys(leaves_below[node])
    for node in suspects:
        text = f"its data is {digits(node.data)}, which the forward pass did not meet"
        remedy = "loss.recompute(), or build the loss again, before backward()"
        yield Finding(Mistake.CHANGED, node, names[node], text, remedy)


def not_finite(roots: Sequence[Node], parameters: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield the first nan or inf of each loss that it reaches, and parameters that hold one."""
    remedy = "see why_nan(loss)"
    met: set[Node] = set()
    for root in roots:
        if all(map(isfinite, (root.data, *adjoints([root], [1.0]).values()))):
            continue  # an inf that goes no further, as the start of a running maximum
        first = why_nan(root).first
        if first is not None and first.node not in met:
            met.add(first.node)
            text = f"{first.computed} gives {digits(first.value)}"
            yield Finding(Mistake.NAN, first.node, first.name, text, remedy)
    for parameter, name in parameters.items():
        for what, value in (("data", parameter.data), ("gradient", parameter.grad)):
            if not isfinite(value) and parameter not in met:
                text = f"its {what} is {digits(value)}"
                yield Finding(Mistake.NAN, parameter, name, text, "start from finite numbers")


def _swept(roots: Sequence[Node]) -> bool:
    """Tell whether every loss had its backward pass."""
    return bool(roots) and all(root.parents and root.grad for root in roots)


def _is_scaled(roots: Sequence[Node], expected: Mapping[Node, float]) -> bool:
    """Tell whether the gradients of all leaves are those expected times one number up to 1."""
    pairs = [(leaf.grad, expected.get(leaf, 0.0)) for leaf in leaves(roots)]
    largest = max(pairs, key=lambda pair: abs(pair[1]), default=(0.0, 0.0))
    ratio = largest[0] / largest[1] if largest[1] else -1.0
    if not 0.0 <= ratio <= 1.0 + _CLOSE:
        return False
    size = abs(largest[1])
    return all(
        abs(grad - ratio * own) <= _CLOSE * max(ratio * abs(own), _CLOSE * size)
        for grad, own in pairs
    )


def _is_short(x: float, count: int) -> bool:
    """Tell whether a number has so many significant digits or fewer."""
    return abs(x - float(digits(x, count))) <= _ROUND * abs(x)


def _earlier_gradients(roots: Sequence[Node]) -> dict[Node, float]:
    """Return the gradients of leaves that are left from other losses."""
    expected = adjoints(roots, [root.grad for root in roots]) if _swept(roots) else {}
    found: dict[Node, float] = {}
    for leaf in leaves(roots):
        own = expected.get(leaf, 0.0)
        if abs(leaf.grad - own) > _CLOSE * max(abs(own), abs(leaf.grad)):
            found[leaf] = leaf.grad - own
    return found


def _shifts(roots: Sequence[Node]) -> dict[Node, tuple[Node, float]]:
    """Return for nodes less a constant that difference, and the constant."""
    found: dict[Node, tuple[Node, float]] = {}
    for node in interior_order(roots):
        match node.operands:
            case (Node() as x, float(constant)) if node.operation is _SUB:
                found[x] = node, constant
            case (Node() as x, float(constant)) | (float(constant), Node() as x) if (
                node.operation is _ADD
            ):
                found[x] = node, -constant
            case _:
                pass
    return found
