"""Mistakes in the state of a graph: data changed, parameters replaced, gradients added twice.

>>> from autodiff import Value
>>> w = Value(3.0, label="w")
>>> loss = w * w
>>> w.data = 4.0
>>> [finding.name for finding in changed(Graph([loss]), {w: "w"})]
['w']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from autodiff.display import digits
from autodiff.explain.births import births_of
from autodiff.explain.chain_rule.factors import is_stale
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .findings import Finding, Mistake

_CLOSE = 1e-6  # relative: several sweeps add up in another order than one


def not_connected(graph: Graph, parameters: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield the parameters that no loss depends on."""
    if not graph.roots:
        return
    labels = {node.label for node in graph.order if node.label}
    for parameter, name in parameters.items():
        if parameter in graph.names or parameter.parents:
            continue
        text = "the loss does not depend on it"
        if parameter.label in labels:
            text += f", but on another Value labelled {parameter.label}"
        remedy = "use this very Value in the forward pass; change w.data, not w"
        yield Finding(Mistake.NOT_CONNECTED, parameter, name, text, remedy)


def replaced(parameters: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield the parameters that are no leaves, as `p -= rate * p.grad` makes them."""
    for parameter, name in parameters.items():
        if parameter.parents:
            text = "it is computed, not a leaf: its gradient flows on to its operands"
            remedy = "change its data: p.data -= rate * p.grad"
            yield Finding(Mistake.REPLACED, parameter, name, text, remedy)


def accumulated(graph: Graph, names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield leaves whose gradient is not that of the losses, after their backward pass.

    Gradients that all differ by one factor up to 1 are sound: a mean of losses, or clipped by norm.
    """
    if not graph.roots or not all(root.parents and root.grad for root in graph.roots):
        return
    expected = graph.adjoints([root.grad for root in graph.roots])
    if _is_scaled(graph, expected):
        return
    size = max((abs(expected[leaf]) for leaf in graph.leaves), default=0.0)
    for leaf in graph.leaves:
        own = expected[leaf]
        if not abs(leaf.grad - own) > _CLOSE * max(abs(own), abs(leaf.grad), _CLOSE * size):
            continue
        times = leaf.grad / own if own else 0.0
        text = f"its gradient is {digits(leaf.grad)}, that of the loss {digits(own)}"
        if times > 1.5 and abs(times - round(times)) <= _CLOSE * times:
            text = f"its gradient is {round(times)} times that of the loss"
        remedy = "zero_grad() before each backward(); lint(*losses) if several are intended"
        yield Finding(Mistake.ACCUMULATED, leaf, names[leaf], text, remedy)


def changed(graph: Graph, names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield nodes whose data changed after the forward pass, on which the derivatives depend."""
    stale: dict[Node, None] = {}
    sound: set[Node] = set()  # nodes that agree with some node computed from them
    for node in graph.interior:
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
        text = f"its data was changed after the forward pass, to {digits(node.data)}"
        remedy = "loss.recompute(), or build the loss again, before backward()"
        yield Finding(Mistake.CHANGED, node, names[node], text, remedy)


def not_finite(graph: Graph, parameters: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield the first nan or inf of each loss that it reaches, and parameters that hold one."""
    met: set[Node] = set()
    for root in () if _is_finite(graph) else graph.roots:
        each = graph if len(graph.roots) == 1 else Graph([root])
        births = [] if _is_finite(each) else births_of(each)
        if births and births[0].node not in met:
            first = births[0]
            met.add(first.node)
            text = f"{first.computed} gives {digits(first.value)}"
            yield Finding(Mistake.NAN, first.node, first.name, text, "call why_nan(loss)")
    for parameter, name in parameters.items():
        for what, value in (("data", parameter.data), ("gradient", parameter.grad)):
            if not isfinite(value) and parameter not in met:
                text = f"its {what} is {digits(value)}"
                yield Finding(Mistake.NAN, parameter, name, text, "start from finite numbers")


def _is_finite(graph: Graph) -> bool:
    """Tell whether losses and adjoints are finite; an inf inside may be that of a running max."""
    return all(map(isfinite, [*(root.data for root in graph.roots), *graph.adjoints().values()]))


def _is_scaled(graph: Graph, expected: Mapping[Node, float]) -> bool:
    """Tell whether the gradients of all leaves are those expected times one factor up to 1."""
    pairs = [(leaf.grad, expected[leaf]) for leaf in graph.leaves]
    largest = max(pairs, key=lambda pair: abs(pair[1]), default=(0.0, 0.0))
    ratio = largest[0] / largest[1] if largest[1] else -1.0
    if not 0.0 <= ratio <= 1.0 + _CLOSE:
        return False
    size = abs(largest[1])
    return all(
        abs(grad - ratio * own) <= _CLOSE * max(ratio * abs(own), _CLOSE * size)
        for grad, own in pairs
    )
