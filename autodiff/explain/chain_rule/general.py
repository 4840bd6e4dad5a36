"""The local derivatives of a node as formulas that hold for any numbers.

`why` simplifies a formula for the numbers at hand; a page whose numbers change needs it in general.

>>> from autodiff import Value
>>> w, x = Value(3.0), Value(2.0)
>>> z = w * x
>>> derivative_texts(z, {w: "w", x: "x", z: "z"})
['x', 'w']
>>> square = z**2
>>> derivative_texts(square, {z: "z", square: "C"})
['2 * z']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autodiff.formula.interpret import evaluate, is_list
from autodiff.formula.printing import plain
from autodiff.formula.simplify import simplified
from autodiff.formula.tree import Call, Expression, Name, Number
from autodiff.graph.node import Node

from .factors import place_in, shortened, written_out

_LONGEST = 120  # characters of a formula; a longer one is given as the table has it


def derivative_texts(node: Node, names: Mapping[Node, str]) -> list[str]:
    """Write the derivative of a computed node by each of its parents.

    Args:
        node: the node.
        names: of the node and of its parents.

    Returns:
        A formula for each parent, in their order; where it is long, the row of the table.
    """
    operation = node.operation
    assert operation is not None
    leaves = [Name(names[x]) if isinstance(x, Node) else Number(x) for x in node.operands]
    grouped = [Number(x) if isinstance(x, float) else x for x in operation.group(leaves)]
    environment: dict[str, Any] = dict(zip(operation.operands, grouped, strict=True))
    environment["out"] = Name(names[node])
    found: dict[int, Any] = {}
    texts: list[str] = []
    for flat, operand in enumerate(node.operands):
        if isinstance(operand, Node):
            index, element = place_in(operation, grouped, flat)
            if index not in found:
                found[index] = evaluate(written_out(operation, index), environment, _applied)
            result = found[index]
            text = plain(shortened(_tree(result[element] if is_list(result) else result)))
            texts.append(text if len(text) <= _LONGEST else operation.derivatives[index])
    return texts


def _applied(name: str, arguments: list[Any]) -> Expression:
    return simplified(Call(name, tuple(map(_tree, arguments))))


def _tree(x: Any) -> Expression:
    return Number(x) if isinstance(x, float) else x
