"""Units of a graph of scalars: a chain of additions is one sum, a neuron is one unit.

A unit is one node, or several that belong together: additions whose results are used once are
one sum; a sum of products is one dot; a dot whose products each have a leaf (its weight),
followed by an operation of one operand, is one neuron. `w1*x1 + w2*x2 + b` and
`dot([w1, w2], [x1, x2], b)` give the same unit.

>>> from autodiff import Value
>>> a, b, c = Value(1.0), Value(2.0), Value(3.0)
>>> [unit.kind for unit in contract([(a * b + c).tanh()])]
['leaf', 'leaf', 'leaf', 'neuron']
>>> contract([a + b + c])[-1].terms == (a, b, c)
True
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress
from typing import Any, NamedTuple, TypeAlias

from autodiff.graph.graph import Graph, graph_below
from autodiff.graph.node import Node
from autodiff.table.operation import Operation

Operand: TypeAlias = "Node | float"

_ADDS = frozenset({"add", "sum"})
_ADDITIVE = _ADDS | {"dot"}


class Unit(NamedTuple):
    """Nodes that form one step of a computation.

    Attributes:
        kind: "leaf", "sum", "dot", "neuron", or the name of the operation.
        node: the node whose value the unit has.
        parts: every node of the unit, each after its parents; the last one is `node`.
        products: the pairs that a dot or neuron multiplies, in order.
        terms: the operands added to the products; for any other unit, the operands in order.
    """

    kind: str
    node: Node
    parts: tuple[Node, ...]
    products: tuple[tuple[Operand, Operand], ...]
    terms: tuple[Operand, ...]

    @property
    def operation(self) -> Operation | None:
        """The last operation, for a neuron its activation; None for a leaf."""
        return self.node.operation


def contract(roots: Sequence[Node] | Graph) -> list[Unit]:
    """Divide the nodes below the roots into units.

    Args:
        roots: the ends of a graph, each of which ends a unit; or the graph.

    Returns:
        The units, each after those that it uses; every node is a part of exactly one.
    """
    graph = graph_below(roots)
    computed = {unit.node: unit for unit in computed_units(graph.order, graph.roots)}
    units: list[Unit] = []
    for node in graph.order:
        if node.operation is None:
            units.append(Unit("leaf", node, (node,), (), ()))
        elif node in computed:
            units.append(computed[node])
    return units


def computed_units(order: Sequence[Node], roots: Iterable[Node]) -> list[Unit]:
    """Divide the computed nodes of a graph into units.

    Args:
        order: all nodes, each after its parents.
        roots: the ends of the graph, each of which ends a unit.

    Returns:
        The units, each after those that it uses.
    """
    uses: dict[Any, int] = Counter(chain.from_iterable([node.parents for node in order]))
    for root in roots:
        uses[root] = 2  # never inside another unit
    taken: set[Node] = set()
    units: list[Unit] = []
    add, take = units.append, taken.update
    for node in reversed(order):  # children first: they decide what belongs to them
        operation = node.operation
        if operation is None or node in taken:
            continue
        if operation.name in _ADDITIVE:
            unit = _sum(node, uses)
        else:
            operands = node.operands
            unit = None
            if len(operands) == 1 and uses[operands[0]] == 1:
                unit = _neuron(node, operands[0], uses)
            unit = unit or Unit(operation.name, node, (node,), (), operands)
        if len(unit.parts) > 1:
            take(unit.parts)
        add(unit)
    units.reverse()
    return units


def _neuron(node: Node, before: Operand, uses: Mapping[Any, int]) -> Unit | None:
    """Make the unit of a dot that is used once, by a node of one operand; None if it is none."""
    if isinstance(before, Node) and before.operation and before.operation.name in _ADDITIVE:
        inner = _sum(before, uses)
        if _has_weights(inner):
            return inner._replace(kind="neuron", node=node, parts=(*inner.parts, node))
    return None


def _sum(head: Node, uses: Mapping[Any, int]) -> Unit:
    """Make the unit of a sum or dot that ends in `head`.

    Additions below the head that are used once belong to it, and so do products that are used
    once if it is a dot: if it has at least as many products as other Values, `w*x + b`, not
    `a + b + c*d`.
    """
    adds: list[Node] = []
    terms: list[Any] = []
    sizes: list[int] = []  # for each term, how many products it would be
    others = 0
    stack: list[Any] = list(head.operands[::-1])
    if head.operation is not None and head.operation.name == "dot":
        stack = [head]
    else:
        adds.append(head)
    pop, extend, add_term, add_size = stack.pop, stack.extend, terms.append, sizes.append
    while stack:
        item = pop()
        size = 0
        if item.__class__ is not float:
            operation = item.operation
            if operation is not None and (item is head or uses[item] == 1):
                kind = operation.name
                if kind == "mul":
                    size = 1
                elif kind in _ADDS:
                    adds.append(item)
                    extend(item.operands[::-1])
                    continue
                elif kind == "dot":
                    size = len(item.operands) // 2
            if not size:
                others += 1
        add_term(item)
        add_size(size)
    adds.reverse()  # each was met before its operands
    count = sum(sizes)
    if count and count >= others:
        return _dot(head, adds, terms, sizes)
    only_add = len(adds) == 1 and head.operation is not None and head.operation.name == "add"
    return Unit("add" if only_add else "sum", head, tuple(adds), (), tuple(terms))


def _dot(head: Node, adds: list[Node], terms: list[Any], sizes: list[int]) -> Unit:
    products: list[Any] = []
    rest: list[Operand] = []
    for term, size in zip(terms, sizes, strict=True):
        if not size:
            rest.append(term)
        elif term.operation.name == "mul":
            products.append(term.operands)
        else:
            weights, inputs, bias = term.operation.group(term.operands)
            products += zip(weights, inputs, strict=True)
            rest.append(bias)
    return Unit("dot", head, (*compress(terms, sizes), *adds), tuple(products), tuple(rest))


def _has_weights(unit: Unit) -> bool:
    """Tell whether each product has a weight: the length of a vector, say, multiplies x by x."""
    if unit.kind != "dot":
        return False
    for x, y in unit.products:
        is_weight = (isinstance(x, Node) and x.operation is None) or (
            isinstance(y, Node) and y.operation is None
        )
        if x is y or not is_weight:
            return False
    return True
