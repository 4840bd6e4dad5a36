"""The reverse sweep over Values: derivatives that are graphs themselves.

>>> from autodiff import Value
>>> x = Value(3.0)
>>> pullback(Graph([x * x]), [1.0], [x])
[Value(data=6.0, grad=0.0)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autodiff.formula.interpret import evaluate, is_list
from autodiff.formula.simplify import simpler
from autodiff.formula.words import INFIX, REDUCTIONS
from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.hooks import observer
from autodiff.graph.node import Node, compare, number, variadic
from autodiff.operations import TABLE
from autodiff.table.operation import Operation

from .functions import Operand
from .functions import sum as sum_of
from .value import Value

_WHERE = TABLE["where"]


def pullback(graph: Graph, seeds: Sequence[Operand], wanted: Sequence[Value]) -> list[Value]:
    """Return sum_i seed_i * droot_i/dx for each wanted x, over a graph that was walked already."""
    adjoint = _adjoints(graph, seeds, wanted)
    return list(new_values([adjoint.get(x, 0.0) for x in wanted], graph))


def _adjoints(
    graph: Graph, seeds: Sequence[Operand], wanted: Sequence[Value]
) -> dict[Node, Operand]:
    """Sweep backwards along the paths that lead to the wanted nodes, and no others."""
    relevant: set[Node] = set(wanted)
    for node in graph.interior:
        if not relevant.isdisjoint(node.parents):
            relevant.add(node)
    adjoint: dict[Node, Operand] = {}

    def through(node: Node, _: list[Operand]) -> Iterator[tuple[Node, list[Operand]]]:
        if node.parents:
            for parent, derivative in derivatives(node, relevant):
                yield parent, [times(adjoint[node], derivative)]

    def plus(terms: list[Operand], more: list[Operand]) -> list[Operand]:
        terms += more
        return terms

    order = [node for node in graph.order if node in relevant]
    ends = [(root, [seed]) for root, seed in zip(graph.roots, seeds, strict=True)]
    for node, terms in sweep(order, ends, through, plus):
        adjoint[node] = total(terms)
    return adjoint


def derivatives(
    node: Node, among: set[Node] | dict[Node, Operand]
) -> Iterator[tuple[Node, Operand]]:
    """Yield the derivatives of a node by those of its operands that are `among` the given nodes.

    A derivative whose formula is 0 is left out.
    """
    operation = node.operation
    assert operation is not None
    grouped = operation.group(node.operands)
    _, formulas = operation.parsed
    environment: dict[str, Any] = dict(zip(operation.operands, grouped, strict=True)) | {
        "out": node
    }
    outside = not _contains(operation, grouped)
    for operands, derivative in zip(grouped, formulas, strict=True):
        several = operands if is_list(operands) else [operands]
        if not any(operand in among for operand in several if isinstance(operand, Node)):
            continue
        local = dict(environment)
        for name, expression in derivative.bindings:
            local[name] = evaluate(expression, local, apply, _reduces)
        result: Any = evaluate(derivative.result, local, apply, _reduces)
        results = result if is_list(result) else [result] * len(several)
        if outside:  # the node is nan; so are its derivatives, which must depend on the operands
            results = [apply("mul", [value, float("nan")]) for value in results]
        for operand, value in zip(several, results, strict=True):
            is_zero = value.__class__ is float and value == 0.0
            if isinstance(operand, Node) and operand in among and not is_zero:
                yield operand, value


def _contains(operation: Operation, grouped: Sequence[Any]) -> bool:
    """Tell whether operands lie in the domain; while a function is traced, by a comparison.

    The comparison is a guard, so that every example is asked anew.
    """
    if not operation.domain or observer() is None:
        return operation.contains(grouped)
    environment = dict(zip(operation.operands, grouped, strict=True))
    inside = operation.inside
    left, right = (evaluate(side, environment, apply, _reduces) for side in inside.arguments)
    return compare(INFIX[inside.function].sign, left, right)


def _reduces(name: str) -> bool:
    return name in REDUCTIONS or bool(TABLE[name].starred)


def times(adjoint: Operand, derivative: Operand) -> Operand:
    """Multiply; by a choice of 1 or 0, choose instead: a branch not taken gets 0, even of inf."""
    if isinstance(derivative, Value) and derivative.operation is _WHERE:
        operands: tuple[Any, ...] = derivative.operands
        if operands[1:] == (1.0, 0.0):
            return apply("where", [operands[0], adjoint, 0.0])
        if operands[1:] == (0.0, 1.0):
            return apply("where", [operands[0], 0.0, adjoint])
    return apply("mul", [adjoint, derivative])


def apply(name: str, operands: Sequence[Operand]) -> Operand:
    """Apply an operation, leaving out what changes nothing: times 1, plus 0, to the power 1."""
    row = TABLE[name]
    if not any(isinstance(operand, Node) for operand in operands):
        return row.function(*row.group([number(x) for x in operands]))[0]
    name, operands = simpler(name, operands, loosely=True)
    return variadic(TABLE[name], operands) if name else operands[0]


def total(terms: Sequence[Operand]) -> Operand:
    """Return the sum of some terms, at least one."""
    if len(terms) <= 2:
        return terms[0] if len(terms) == 1 else apply("add", terms)
    return sum_of(terms)


def new_values(found: Iterable[Operand], graph: Graph) -> Iterator[Value]:
    """Make every result a new Value, which the caller may label.

    d(x*y)/dx is y: a result that is a node of the graph itself becomes 1 * y.
    """
    of_the_graph = set(graph.order)
    for result in found:
        if result in of_the_graph:
            yield variadic(TABLE["mul"], [1.0, result])
        else:
            yield result if isinstance(result, Value) else Value(result)
