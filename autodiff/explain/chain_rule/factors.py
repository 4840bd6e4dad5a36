"""One factor of the chain rule on paper: its formula from the table, simplified for its operands.

    tanh(z)      dtanh/dz = sech(z)**2 = sech(0.5)**2

Arithmetic of plain numbers is carried out, and where a formula chooses between cases, the case
that holds is taken.

>>> from autodiff import Value
>>> from autodiff.formula.printing import plain
>>> x = Value(3.0, label="x")
>>> factor = factor_of(x**2, 0)
>>> plain(factor.formula, {factor.keys[x]: "x"})
'2 * x'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, isnan
from typing import Any, NamedTuple, TypeAlias

from autodiff.display import digits
from autodiff.formula.interpret import evaluate, is_list
from autodiff.formula.simplify import simpler
from autodiff.formula.tree import (
    Call,
    Expression,
    Name,
    Number,
    arguments_of,
    fold,
    replace_equal,
    substitute,
)
from autodiff.graph.node import Node
from autodiff.graph.node import evaluate as evaluate_node
from autodiff.operations import HELPERS
from autodiff.table.operation import Operation
from autodiff.table.registry import lookup

_SHOWN = 6  # terms of a sum that are written out


class Factor(NamedTuple):
    """The derivative of a node by one of its parents.

    Attributes:
        node: the node.
        parent: the parent.
        value: the local derivative, as it was recorded.
        formula: the derivative over the operands at hand, as a tree; constants in six digits.
        keys: for the node and each of its parents, its name in that tree.
        general: the derivative in the row of the table, as a tree.
        text: the derivative in the row of the table, as text.
        precise: `formula` with all digits of its constants.
    """

    node: Node
    parent: Node
    value: float
    formula: Expression
    keys: dict[Node, str]
    general: Expression
    text: str
    precise: Expression


class _Term(NamedTuple):
    """A part of a formula, and its value with the present data."""

    tree: Expression
    value: float


class Derivatives(NamedTuple):
    """The derivatives of one node, shared by all its factors."""

    keys: dict[Node, str]
    environment: dict[str, Any]
    places: list[int]
    results: dict[int, Any]


# Of one report: the derivatives of a mean of thousands are derived once.
DerivativeCache: TypeAlias = dict[Node, Derivatives]


def factor_of(node: Node, position: int, cache: DerivativeCache | None = None) -> Factor:
    """Return the derivative of a computed node by one of its parents.

    Args:
        node: the node.
        position: the index of the parent.
        cache: the derivatives of nodes met before; it is added to.
    """
    operation = node.operation
    assert operation is not None
    cache = {} if cache is None else cache
    if node not in cache:
        cache[node] = _derivatives(node, operation)
    keys, environment, places, results = cache[node]
    grouped = [environment[name] for name in operation.operands]
    index, element = place_in(operation, grouped, places[position])
    derivative = written_out(operation, index)
    if index not in results:
        results[index] = evaluate(derivative, environment, _apply)
    result = results[index]
    tree = _term(result[element] if is_list(result) else result).tree
    value, text = node.local_derivatives[position], operation.derivatives[index]
    parent = node.parents[position]
    return Factor(node, parent, value, shortened(tree), keys, derivative, text, tree)


def written_out(operation: Operation, index: int) -> Expression:
    """Return a derivative with those parts as arithmetic that the table keeps for itself."""

    def combine(tree: Expression, below: list[Expression]) -> Expression:
        if not isinstance(tree, Call):
            return tree
        part = lookup(tree.function).parsed[0] if tree.function in HELPERS else None
        if part is None or part.bindings:
            return Call(tree.function, tuple(below))
        names = lookup(tree.function).operands
        return substitute(part.result, dict(zip(names, below, strict=True)))

    tree = fold(operation.parsed[1][index].resolved(), arguments_of, combine)
    own = Call(operation.name, tuple(map(Name, operation.operands)))
    return replace_equal(tree, own, Name("out"))


def subtrees(formula: Expression) -> Iterator[Expression]:
    """Yield a formula and all its parts."""
    pending = [formula]
    while pending:
        tree = pending.pop()
        yield tree
        pending += arguments_of(tree)


def _derivatives(node: Node, operation: Operation) -> Derivatives:
    keys = {parent: f"x{index}" for index, parent in enumerate(node.parents)} | {node: "out"}
    terms = [
        _Term(Name(keys[x]), x.data) if isinstance(x, Node) else _Term(Number(x), x)
        for x in node.operands
    ]
    grouped = [_term(x) for x in operation.group(terms)]
    places = [i for i, operand in enumerate(node.operands) if isinstance(operand, Node)]
    environment: dict[str, Any] = dict(zip(operation.operands, grouped, strict=True))
    environment["out"] = _Term(Name("out"), node.data)
    return Derivatives(keys, environment, places, {})


def shortened(formula: Expression) -> Expression:
    """Round the constants of a formula to few digits."""

    def combine(tree: Expression, below: list[Expression]) -> Expression:
        if isinstance(tree, Number):
            return Number(float(digits(tree.value)))
        return Call(tree.function, tuple(below)) if isinstance(tree, Call) else tree

    return fold(formula, arguments_of, combine)


def is_stale(node: Node) -> bool:
    """Tell whether the operands of a computed node would now give other data."""
    assert node.operation is not None
    now = evaluate_node(node.operation, node.operands)[0]
    return now != node.data and not (isnan(now) and isnan(node.data))


def outside(node: Node) -> str:
    """Return the domain of a node's operation if the operands lie outside it, else ""."""
    operation = node.operation
    assert operation is not None
    return "" if operation.contains(operation.group(node.operands)) else operation.domain


def place_in(operation: Operation, grouped: Sequence[Any], flat: int) -> tuple[int, int]:
    """Return the operand of the row that a flat position is in, and the element of it."""
    for index in range(len(operation.operands)):
        length = len(grouped[index]) if is_list(grouped[index]) else 1
        if flat < length:
            return index, flat
        flat -= length
    raise AssertionError(flat)


def _term(x: Any) -> Any:
    """Return a float, which is a default or a constant, as a term."""
    return _Term(Number(x), x) if isinstance(x, float) else x


def _apply(name: str, arguments: list[Any]) -> _Term:
    """Apply a function to terms, simplified for the values at hand."""
    terms: list[_Term] = [_term(x) for x in arguments]
    row: Operation = lookup(name)
    value = row.function(*row.group([term.value for term in terms]))[0]
    trees = tuple(term.tree for term in terms)
    if all(isinstance(tree, Number) for tree in trees) and isfinite(value):
        return _Term(Number(value), value)
    match name, trees:
        case "where", (condition, x, y):
            simple = isinstance(x, Number) and isinstance(y, Number)
            if not simple or x == y or isinstance(condition, Number):
                return _Term(x if terms[0].value else y, value)
        case ("mul", (Number(0.0), _) | (_, Number(0.0))) if not value:
            return _Term(Number(0.0), 0.0)
        case _:
            pass
    operands = [tree.value if isinstance(tree, Number) else tree for tree in trees]
    name, left = simpler(name, operands, loosely=True)
    trees = tuple(Number(tree) if isinstance(tree, float | int) else tree for tree in left)
    return _Term(_joined(name, trees) if name else trees[0], value)


def _joined(name: str, trees: tuple[Expression, ...]) -> Expression:
    """Write a call of a function; a sum with plus signs, and only a few of many terms."""
    if name != "sum":
        return Call(name, trees)
    shown = trees if len(trees) <= _SHOWN else (*trees[: _SHOWN // 2], Name("..."), trees[-1])
    total: Expression = shown[0]
    for tree in shown[1:]:
        total = Call("add", (total, tree))
    return total
