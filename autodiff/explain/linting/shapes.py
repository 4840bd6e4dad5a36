"""The patterns in graphs that `lint` looks for, recognised by formulas rather than by names.

>>> from autodiff import Value, maximum, relu, tanh, where
>>> z, shapes = Value(0.5), Shapes()
>>> units = [relu(z), maximum(0.0, z), where(z > 0, z, 0.0), tanh(z)]
>>> [shapes.rectified(node) is z for node in units]
[True, True, True, False]
>>> [len(shapes.linear_parents(node)) for node in (z / 10, 10 / z, z * z)]
[1, 0, 2]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from autodiff.formula.interpret import is_list
from autodiff.formula.tree import Call, Expression, Name, Number, arguments_of
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.operations import TABLE
from autodiff.table.operation import Operation

_WHERE = TABLE["where"]
_RECTIFIED = [(0.0, 0.0), (1.0, 1.0)]  # value and slope at -1 and at 1


class Shapes:
    """Which operations are linear and which rectify; each is examined once."""

    def __init__(self) -> None:
        self._linear: dict[Operation, tuple[bool, ...]] = {}
        self._relus: dict[tuple[object, ...], bool] = {}

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

    def rectified(self, node: Node) -> Node | None:
        """Return z if a node is relu of z in any form, such as maximum(0, z), else None."""
        if node.operation is _WHERE:
            return _branch(node)
        is_relu = len(node.parents) == 1 and self._rectifies(node)
        return node.parents[0] if is_relu else None

    def _rectifies(self, node: Node) -> bool:
        """Tell whether an operation of one parent gives relu."""
        operation = node.operation
        if operation is None or node.data not in (0.0, node.parents[0].data):
            return False
        constants = tuple(None if isinstance(x, Node) else x for x in node.operands)
        key = (operation, *constants)
        if key not in self._relus:
            place = constants.index(None)
            found: list[tuple[float, float]] = []
            for z in (-1.0, 1.0):
                floats = [z if x is None else x for x in constants]
                value, slopes = operation.function(*operation.group(floats))
                found.append((value, slopes[place]))
            self._relus[key] = found == _RECTIFIED
        return self._relus[key]


def _branch(node: Node) -> Node | None:
    """Return the branch of a `where` whose other branch is the number 0, or a leaf of 0."""
    branches = node.operands[1:]
    others = [x for x in branches if isinstance(x, Node) and (x.parents or x.data)]
    zeros = [x for x in branches if not isinstance(x, Node) and not x]
    zeros += [x for x in branches if isinstance(x, Node) and not x.parents and not x.data]
    return others[0] if len(others) == len(zeros) == 1 else None


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
