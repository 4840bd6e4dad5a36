"""The patterns in graphs that `lint` looks for, read off formulas rather than names.

>>> from autodiff import Value, maximum, relu, tanh
>>> z, shapes = Value(0.5), Shapes()
>>> [shapes.rectifies(node) for node in (relu(z), maximum(0.0, z), tanh(z))]
[True, True, False]
>>> [len(shapes.linear_parents(node)) for node in (z / 10, 10 / z, z * z)]
[1, 0, 2]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from autodiff.formula.interpret import is_list
from autodiff.formula.tree import Call, Expression, Name, Number, arguments_of
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.table.operation import Operation

_RECTIFIED = [(0.0, 0.0), (1.0, 1.0)]  # value and slope at -1 and at 1


class Shapes:
    """Which operations are linear and which rectify; each is examined once."""

    def __init__(self) -> None:
        self._linear: dict[Operation, tuple[bool, ...]] = {}
        self._rectifies: dict[tuple[object, ...], bool] = {}

    def linear_parents(self, node: Node) -> list[Node]:
        """Return the parents that a node is linear in: the derivative by them does not use them."""
        operation = node.operation
        if operation is None:
            return []
        if operation not in self._linear:
            used = _names_by_operand(operation)
            self._linear[operation] = tuple(
                names is not None and names.isdisjoint({operand, "out"})
                for operand, names in zip(operation.operands, used, strict=True)
            )
        return _chosen(node, operation, self._linear[operation])

    def rectifies(self, node: Node) -> bool:
        """Tell whether a node is relu of its only parent, in any form, such as maximum(0, z)."""
        operation = node.operation
        if (
            operation is None
            or len(node.parents) != 1
            or node.data not in (0.0, node.parents[0].data)
        ):
            return False
        constants = tuple(None if isinstance(x, Node) else x for x in node.operands)
        key = (operation, *constants)
        if key not in self._rectifies:
            place = constants.index(None)
            found: list[tuple[float, float]] = []
            for z in (-1.0, 1.0):
                floats = [z if x is None else x for x in constants]
                value, slopes = operation.function(*operation.group(floats))
                found.append((value, slopes[place]))
            self._rectifies[key] = found == _RECTIFIED
        return self._rectifies[key]


def kinds_of(graph: Graph) -> dict[Node, int]:
    """Number the nodes of a graph: equal computations of the same leaves have equal numbers."""
    numbers: dict[tuple[object, ...], int] = {}
    found: dict[Node, int] = {}
    for node in graph.order:
        key: tuple[object, ...] = (node,)
        if node.operation is not None:
            operands = (found[x] if isinstance(x, Node) else repr(x) for x in node.operands)
            key = (node.operation, *operands)
        found[node] = numbers.setdefault(key, len(numbers))
    return found


def region(node: Node, onwards: Callable[[Node], Iterable[Node]]) -> Iterator[Node]:
    """Yield a node and all nodes that `onwards` reaches from it, once each."""
    met, pending = {node}, [node]
    while pending:
        node = pending.pop()
        yield node
        for parent in reversed(list(onwards(node))):
            if parent not in met:
                met.add(parent)
                pending.append(parent)


def _names_by_operand(operation: Operation) -> list[set[str] | None]:
    """Return the names in the derivative by each operand; None where that is 0."""
    trees = [derivative.resolved() for derivative in operation.parsed[1]]
    return [None if tree == Number(0.0) else _names(tree) for tree in trees]


def _names(formula: Expression) -> set[str]:
    """Return the names in a formula, except those that are only counted."""
    found: set[str] = set()
    pending = [formula]
    while pending:
        tree = pending.pop()
        if isinstance(tree, Name):
            found.add(tree.name)
        elif not isinstance(tree, Call) or tree.function != "count":
            pending += arguments_of(tree)
    return found


def _chosen(node: Node, operation: Operation, wanted: Sequence[bool]) -> list[Node]:
    """Return the nodes among the wanted operands of a row."""
    chosen: list[Node] = []
    for operand, is_wanted in zip(operation.group(node.operands), wanted, strict=True):
        if is_wanted:
            elements = operand if is_list(operand) else [operand]
            chosen += [x for x in elements if isinstance(x, Node)]
    return chosen
