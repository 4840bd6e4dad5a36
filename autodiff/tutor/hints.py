"""Hints for one step of a calculation by hand: first the rule, then the numbers filled in.

>>> from autodiff import Value, label
>>> w, x = Value(3.0), Value(2.0)
>>> loss = (w * x).tanh()
>>> label(w=w, x=x, z=loss.parents[0], L=loss)
>>> for hint in of_gradient(Circumstances(Graph([loss])), w):
...     print(hint)
∂L/∂w = ∂L/∂z * ∂z/∂w, where ∂z/∂w = x
∂L/∂w = 2.45765e-05 * 2
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from autodiff.display import digits, given
from autodiff.explain.chain_rule.factors import factor_of
from autodiff.explain.trace import expression_of
from autodiff.formula.printing import plain
from autodiff.formula.tree import Call
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .verdict.problem import Circumstances, Edge, Problem

_MOST = 4  # terms that are written out
_LONGEST = 60  # characters of a formula


def of_value(graph: Graph, node: Node) -> list[str]:
    """Return the hints for the data of a computed node.

    Args:
        graph: whose names are used.
        node: the node.
    """
    name, row = graph.names[node], node.operation
    assert row is not None
    rule = f"{name} = {expression_of(node, graph.names)}"
    if row.about:
        rule += f", {_about(node, graph.names)}"
    numbers = expression_of(node, {x: _protected(x.data) for x in node.parents})
    return [rule, f"{name} = {numbers}"]


def _about(node: Node, names: Mapping[Node, str]) -> str:
    """Return what an operation returns, in words and as a formula, over the names at hand."""
    row = node.operation
    assert row is not None
    if row.starred:
        return row.about
    shown = [names[x] if isinstance(x, Node) else digits(x) for x in node.operands]
    known = dict(zip(row.operands, shown, strict=False))
    parts = re.split(r"\b(" + "|".join(row.operands) + r")\b", row.about)
    about = "".join(known.get(part, part) for part in parts)
    formula = row.parsed[0].resolved()
    is_own = isinstance(formula, Call) and formula.function == row.name
    text = plain(formula, known)
    return about if is_own or len(text) > _LONGEST else f"{about}: {text}"


def of_gradient(shared: Circumstances, node: Node) -> list[str]:
    """Return the hints for the adjoint of a node: the chain rule over its uses.

    Args:
        shared: the graph.
        node: the node, of which the loss is computed.
    """
    problem = Problem(shared, node)
    edges, symbol = problem.uses[node], shared.symbol(node)
    shown = edges[:_MOST]
    more = [f"... {len(edges) - _MOST} more"] if len(edges) > _MOST else []
    end = shared.graph.end
    products = [
        f"1 * ({_formula(shared, e)})"  # of the loss itself, ∂L/∂z is the local derivative
        if e.node is end
        else f"{shared.symbol(e.node)} * {_local_name(shared, e)}"
        for e in shown
    ]
    rules = [
        f"{_local_name(shared, e)} = {_formula(shared, e)}" for e in shown if e.node is not end
    ]
    where = f", where {', '.join(rules)}" if rules else ""
    numbers = [f"{_protected(shared.adjoint[e.node])} * {_protected(e.derivative)}" for e in shown]
    uses = f"{problem.name(node)} is used {len(edges)} times: " if len(edges) > 1 else ""
    return [
        f"{uses}{symbol} = {' + '.join([*products, *more])}{where}",
        f"{symbol} = {' + '.join([*numbers, *more])}",
    ]


def _local_name(shared: Circumstances, edge: Edge) -> str:
    name = f"∂{shared.names[edge.node]}/∂{shared.names[edge.parent]}"
    if edge.node.parents.count(edge.parent) > 1:
        return f"{name} (operand {edge.position + 1})"
    return name


def _formula(shared: Circumstances, edge: Edge) -> str:
    factor = factor_of(edge.node, edge.position, shared.cache)
    formula = plain(factor.formula, {key: shared.names[x] for x, key in factor.keys.items()})
    return formula if len(formula) <= _LONGEST else factor.text


def _protected(value: float) -> str:
    text = given(value)
    return f"({text})" if text.startswith("-") else text
