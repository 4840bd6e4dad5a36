"""A graph as flat lists: what a script needs to compute it again, forward and backward.

A node is a number, its place in topological order; an operand is a node, or ~k for the k-th plain
number. Formulas are templates: {0} stands for the name or the number of the first operand, {out}
for those of the node.

>>> from autodiff import Value
>>> x = Value(3.0, label="x")
>>> found = program_of(Graph([x * x + 1]))
>>> found["starts"], found["operands"], found["numbers"], found["formulas"]
([0, 0, 2, 4], [0, 0, 1, -1], [1.0], ['{0}', '{0} * {0}', '1', '{0} + 1'])
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from autodiff.extend import (
    Graph,
    Node,
    Operation,
    derivative_texts,
    emit_javascript,
    expression_of,
    javascript_runtime,
)

Form: TypeAlias = tuple[object, ...]


def program_of(graph: Graph) -> dict[str, Any]:
    """Return a graph of one root as data.

    Args:
        graph: the graph.

    Returns:
        `names` of the nodes, `operations`, for each node its operation (-1 for a
        leaf), `operands` with `starts` of those of each node, plain `numbers`, `leaves` with their
        data, and the templates of values and of derivatives, with the place of that of each node
        and each operand in them.
    """
    place = {node: index for index, node in enumerate(graph.order)}
    operations = operations_of(graph)
    rows = {operation: index for index, operation in enumerate(operations)}
    texts = _Templates()
    numbers: list[float] = []
    operands: list[int] = []
    starts = [0]
    for node in graph.order:
        for operand in node.operands:
            if isinstance(operand, Node):
                operands.append(place[operand])
            else:
                operands.append(~len(numbers))
                numbers.append(operand)
        starts.append(len(operands))
        texts.add(node)
    return {
        "names": list(graph.names.values()),
        "labelled": [index for index, node in enumerate(graph.order) if node in graph.labels],
        "operations": [_described(each) for each in operations],
        "codes": [rows[x.operation] if x.operation else -1 for x in graph.order],
        "operands": operands,
        "starts": starts,
        "numbers": numbers,
        "leaves": {str(place[leaf]): leaf.data for leaf in graph.leaves},
        "formulas": list(texts.known),
        "formula": texts.values,
        "slopes": texts.slopes,
    }


def operations_of(graph: Graph) -> list[Operation]:
    """Return the operations of a graph, in the order in which they first occur."""
    return list(dict.fromkeys(node.operation for node in graph.interior if node.operation))


def script_of(graph: Graph) -> str:
    """Return the operations of a graph as a list of functions in JavaScript, `OPERATIONS`."""
    functions = [
        emit_javascript(f"operation{index}", *each.expanded(), each.starred)
        for index, each in enumerate(operations_of(graph))
    ]
    text = "\n".join(functions)
    names = ", ".join(f"operation{index}" for index in range(len(functions)))
    inside = f"{javascript_runtime(text)}\n{text}\nreturn [{names}];\n"
    return f"const OPERATIONS = (() => {{\n{inside}}})();\n"  # names of its own


def _described(operation: Operation) -> dict[str, Any]:
    return {
        "name": operation.name,
        "sign": operation.sign,
        "starred": [each in operation.starred for each in operation.operands],
        "defaults": list(operation.defaults),
    }


class _Templates:
    """The formulas of nodes, each text once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.values: list[int] = []  # for each node
        self.slopes: list[int] = []  # for each operand
        self._forms: dict[Form, tuple[int, list[int]]] = {}

    def add(self, node: Node) -> None:
        """Add the templates of a node; equal forms of nodes share them."""
        if node.operation is None:
            self.values.append(-1)
            return
        form = (node.operation, *_form(node))
        if form not in self._forms:
            self._forms[form] = self._made(node)
        value, slopes = self._forms[form]
        self.values.append(value)
        self.slopes += slopes

    def _made(self, node: Node) -> tuple[int, list[int]]:
        names = {node: "{out}"}
        for position, operand in enumerate(node.operands):
            if isinstance(operand, Node):
                names.setdefault(operand, f"{{{position}}}")
        by_parent = iter(self._places(derivative_texts(node, names)))
        slopes = [next(by_parent) if isinstance(x, Node) else -1 for x in node.operands]
        [value] = self._places([expression_of(node, names)])
        return value, slopes

    def _places(self, texts: Iterable[str]) -> list[int]:
        return [self.known.setdefault(text, len(self.known)) for text in texts]


def _form(node: Node) -> Iterable[object]:
    """Return what the texts of a node depend on, beside names: numbers, and operands used twice."""
    first: dict[Node, int] = {}
    for position, operand in enumerate(node.operands):
        if isinstance(operand, Node):
            yield first.setdefault(operand, position), True
        else:
            yield operand
