"""Which operation of a graph is wrong, when a gradient disagrees with differences.

Each operation is checked by itself: its local derivatives against differences of its own float
function, at the data of its operands.

>>> from autodiff import Value, relu
>>> [found.text for found in examine(Graph([relu(Value(0.0, label="x"))]), 1e-6)]
['relu(x) = where(x <= 0, 0, x) at v1 is at its kink: its derivative by x is a convention.']
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autodiff.display import digits
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .finite_differences import Slope, differentiate
from .verdicts import Verdict, judge


class SuspectOperation(NamedTuple):
    """An operation whose own local derivative is wrong, or that is at its kink.

    Attributes:
        node: the node that recorded it.
        operand: the position of the parent, from 0.
        recorded: the local derivative in the graph.
        numerical: the one that differences give.
        is_wrong: whether it is wrong; otherwise the operation is at its kink.
        text: the finding in a sentence.
    """

    node: Node
    operand: int
    recorded: float
    numerical: float
    is_wrong: bool
    text: str


def examine(graph: Graph, tolerance: float) -> Iterator[SuspectOperation]:
    """Yield the operations that are wrong or at a kink, in the order of computation.

    Args:
        graph: the graph.
        tolerance: the relative error up to which two derivatives agree.
    """
    for node in graph.interior:
        positions = [i for i, operand in enumerate(node.operands) if isinstance(operand, Node)]
        for index, position in enumerate(positions):
            slope, recorded = _local_slope(node, position), node.local_derivatives[index]
            row = judge("", recorded, slope, tolerance)
            place = f"{node.operation!r} at {graph.names[node]}"
            parent = graph.names[node.parents[index]]
            if row.verdict is Verdict.DISAGREES:
                text = (
                    f"The first wrong operation is {place}: its derivative by {parent} is recorded "
                    f"as {digits(recorded, 8)}, differences give {digits(slope.value, 8)}."
                )
            elif row.verdict is Verdict.KINK:
                text = f"{place} is at its kink: its derivative by {parent} is a convention."
            else:
                continue
            is_wrong = row.verdict is Verdict.DISAGREES
            yield SuspectOperation(node, index, recorded, slope.value, is_wrong, text)


def _local_slope(node: Node, position: int) -> Slope:
    operation = node.operation
    assert operation is not None
    floats = [x.data if isinstance(x, Node) else x for x in node.operands]

    def output(x: float) -> float:
        moved = [*floats[:position], x, *floats[position + 1 :]]
        return operation.function(*operation.group(moved))[0]

    return differentiate(output, floats[position])
