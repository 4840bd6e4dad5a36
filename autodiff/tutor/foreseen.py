"""What every mistake would give at every place of a graph, for a page that judges by itself.

>>> from autodiff import Value
>>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
>>> found = foreseen_mistakes(Graph([w * x]))
>>> found[w]["gradient"][0]
(-2.0, 1.0, 'the sign is wrong', 'sign')
"""

from __future__ import annotations

from math import isfinite
from typing import TypeAlias

from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .verdict.diagnosis import Tried, tried
from .verdict.forward import tried_values
from .verdict.problem import Circumstances, Problem

# The wrong number, how implausible the mistake is, the mistake in words, and its kind.
Foreseen: TypeAlias = tuple[float, float, str, str]

_MOST = 200  # mistakes for one question


def foreseen_mistakes(graph: Graph) -> dict[Node, dict[str, list[Foreseen]]]:
    """Try every mistake at every node of a graph.

    Args:
        graph: of one root, the loss; small, as a graph is that is worked out by hand.

    Returns:
        For each node its wrong "value"s, unless it is a leaf, and its wrong "gradient"s, unless
        it is the loss: the most plausible first, one for each kind of mistake and each number.
    """
    shared = Circumstances(graph)
    found: dict[Node, dict[str, list[Foreseen]]] = {}
    for node in graph.order:
        questions = found.setdefault(node, {})
        if node.operation is not None:
            questions["value"] = _listed(tried_values(shared, node), node.data)
        if node is not graph.end:
            problem = Problem(shared, node)
            questions["gradient"] = _listed(tried(problem), problem.gradient)
    return found


def _listed(mistakes: Tried, truth: float) -> list[Foreseen]:
    best: dict[tuple[str, float], Foreseen] = {}
    for kind, cost, candidate in mistakes:
        key = (kind, candidate.value)
        is_better = key not in best or cost < best[key][1]
        if is_better and isfinite(candidate.value) and candidate.value != truth:
            best[key] = (candidate.value, cost, candidate.text, kind)
    return sorted(best.values(), key=lambda each: each[1])[:_MOST]
