"""Mistakes in the state of a graph: data changed, parameters replaced or not connected, nan.

>>> from autodiff import Value
>>> w = Value(3.0, label="w")
>>> loss = w * w
>>> w.data = 4.0
>>> [finding.name for finding in changed(Graph([loss]), {w: "w"})]
['w']
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import isfinite

from autodiff.display import digits
from autodiff.explain.births import births_of
from autodiff.explain.chain_rule.factors import is_stale
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .findings import Finding, Mistake

_INDICES = re.compile(r"(\.\d+|\[\d+\])+$")


def not_connected(
    graph: Graph, parameters: Mapping[Node, str], places: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield the parameters that no loss depends on.

    A batch need not use every row of a table. Elements of one list, of which some are connected,
    are a table, unless one alone is missing among parameters without names.

    Args:
        graph: of the losses.
        parameters: the parameters and their names.
        places: the name of each, or its place in a list.
    """
    if not graph.roots:
        return
    labels = {node.label for node in graph.order if node.label}
    apart = [x for x in parameters if x not in graph.names and not x.parents]
    lists = {x: _INDICES.sub("", place) for x, place in places.items()}
    used = {lists[x] for x in parameters if x in graph.names}
    missing = Counter(lists[x] for x in apart)
    for parameter in apart:
        place = lists[parameter]
        is_alone = missing[place] == 1 and places[parameter].endswith("]")
        if place != places[parameter] and place in used and not is_alone:
            continue
        text = "the loss does not depend on it"
        if parameter.label in labels:
            text += f", but on another Value labelled {parameter.label}"
        remedy = "use this very Value in the forward pass; change w.data, not w"
        yield Finding(Mistake.NOT_CONNECTED, parameter, parameters[parameter], text, remedy)


def replaced(parameters: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield the parameters that are not leaves, as `p -= rate * p.grad` makes them."""
    for parameter, name in parameters.items():
        if parameter.parents:
            text = "it is computed, not a leaf: its gradient flows on to its operands"
            remedy = "change its data: p.data -= rate * p.grad"
            yield Finding(Mistake.REPLACED, parameter, name, text, remedy)


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
