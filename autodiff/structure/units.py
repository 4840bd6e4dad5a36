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

from collections.abc import Sequence
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
    uses = dict.fromkeys(graph.order, 0)
    for node in graph.order:
        for parent in node.parents:
            uses[parent] += 1
    for root in graph.roots:
        uses[root] += 2  # never inside another unit
    taken: set[Node] = set()
    units: list[Unit] = []
    for node in reversed(graph.order):  # children first: they decide what belongs to them
        if node not in taken:
            unit = _unit(node, uses)
            if len(unit.parts) > 1:
                taken.update(unit.parts)
            units.append(unit)
    units.reverse()
    return units


def _unit(node: Node, uses: dict[Node, int]) -> Unit:
    """Make the unit that ends in a node."""
    operation = node.operation
    if operation is None:
        return Unit("leaf", node, (node,), (), ())
    if operation.name in _ADDITIVE:
        return _sum(node, uses)
    if len(node.operands) == 1 and uses[node.parents[0]] == 1:
        before = node.parents[0].operation
        if before is not None and before.name in _ADDITIVE:
            inner = _sum(node.parents[0], uses)
            if _has_weights(inner):
                return inner._replace(kind="neuron", node=node, parts=(*inner.parts, node))
    return Unit(operation.name, node, (node,), (), node.operands)


def _sum(head: Node, uses: dict[Node, int]) -> Unit:
    """Make the unit of a sum or dot that ends in `head`.

    It is a dot if it has at least as many products as other Values: `w*x + b`, not `a + b + c*d`.
    """
    adds, terms = _flattened(head, uses)
    factors: dict[Node, int] = {}  # the nodes that would be products, and how many each holds
    others = 0
    for term in terms:
        if isinstance(term, Node):
            count = _product_count(term) if term is head or uses[term] == 1 else 0
            if count:
                factors[term] = count
            else:
                others += 1
    if factors and sum(factors.values()) >= others:
        return _dot(head, adds, terms, factors)
    only_add = len(adds) == 1 and head.operation is not None and head.operation.name == "add"
    return Unit("add" if only_add else "sum", head, tuple(adds), (), tuple(terms))


def _flattened(head: Node, uses: dict[Node, int]) -> tuple[list[Node], list[Operand]]:
    """Return the additions below `head` that are used once, and the terms from left to right."""
    adds: list[Node] = []
    terms: list[Operand] = []
    stack: list[Operand] = [head]
    while stack:
        item = stack.pop()
        if isinstance(item, Node) and (item is head or uses[item] == 1):
            operation = item.operation
            if operation is not None and operation.name in _ADDS:
                adds.append(item)
                stack.extend(reversed(item.operands))
                continue
        terms.append(item)
    adds.reverse()  # each was met before its operands
    return adds, terms


def _dot(head: Node, adds: list[Node], terms: list[Operand], factors: dict[Node, int]) -> Unit:
    products: list[tuple[Any, Any]] = []
    rest: list[Operand] = []
    for term in terms:
        if not isinstance(term, Node) or term not in factors:
            rest.append(term)
        elif term.operation is not None and term.operation.name == "dot":
            weights, inputs, bias = term.operation.group(term.operands)
            products += zip(weights, inputs, strict=True)
            rest.append(bias)
        else:
            products.append(term.operands)  # pyright: ignore[reportArgumentType] of a mul: two
    return Unit("dot", head, (*factors, *adds), tuple(products), tuple(rest))


def _product_count(node: Node) -> int:
    name = "" if node.operation is None else node.operation.name
    return 1 if name == "mul" else len(node.operands) // 2 if name == "dot" else 0


def _has_weights(unit: Unit) -> bool:
    """Tell whether each product has a weight: the length of a vector, say, multiplies x by x."""
    return unit.kind == "dot" and all(
        x is not y and any(isinstance(z, Node) and z.operation is None for z in (x, y))
        for x, y in unit.products
    )
