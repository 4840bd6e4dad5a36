"""`trace(loss)`: the evaluation table of the textbooks, every node forward and backward.

The rows are in the order of computation: the expression of each node in terms of the names above
it, its value, the derivative by each operand, and its adjoint d loss / d node.

>>> from autodiff import Value
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> print(trace(x * w + 1))
name  expression  value  local derivatives    adjoint
────  ──────────  ─────  ───────────────────  ───────
x                 2                           -3
w                 -3                          2
v1    x * w       -6     ∂/∂x = -3, ∂/∂w = 2  1
v2    v1 + 1      -5     ∂/∂v1 = 1            1
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.errors import WrongTypeError, described
from autodiff.formula.interpret import evaluate, is_list
from autodiff.formula.printing import plain
from autodiff.formula.tree import Call, Expression, Name, Number, arguments_of, fold
from autodiff.formula.words import INFIX
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.table.operation import Operation
from autodiff.value.value import Value

_SHOWN = 6  # terms or derivatives of one node that are written out


class TraceRow(NamedTuple):
    """One node of the evaluation table.

    Attributes:
        node: the node itself.
        name: its label, its variable, or v1, v2, ...
        expression: how it was computed, in terms of names; "" for a leaf.
        value: its data.
        local_derivatives: the name of each parent with the derivative by it, in order; a parent
            that is two operands occurs twice.
        adjoint: the derivative of the end of the graph by this node.
    """

    node: Node
    name: str
    expression: str
    value: float
    local_derivatives: tuple[tuple[str, float], ...]
    adjoint: float


class Trace(Tabular):
    """An evaluation table; prints as in a textbook.

    Attributes:
        rows: one for each node, in the order of computation.
    """

    def __init__(self, rows: Iterable[TraceRow]) -> None:
        self.rows: tuple[TraceRow, ...] = tuple(rows)

    def table(self, significant: int = 6) -> Table:
        """Return the rows as a table of text.

        Args:
            significant: how many significant digits numbers have; 6 by default.
        """
        return Table(
            title="",
            columns=("name", "expression", "value", "local derivatives", "adjoint"),
            rows=[
                (
                    row.name,
                    row.expression,
                    digits(row.value, significant),
                    _derivatives_text(row.local_derivatives, significant),
                    digits(row.adjoint, significant),
                )
                for row in self.rows
            ],
        )


def trace(loss: Value, *, names: Mapping[str, object] | None = None) -> Trace:
    """Tabulate how a Value was computed and how its derivative flows back.

    Args:
        loss: the end of a graph; its adjoint is 1. No `.grad` is read or changed.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        The table; as data it is its `rows`.

    Raises:
        WrongTypeError: if `loss` is not a Value, or `names` not a mapping.
    """
    if not isinstance(loss, Value):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise WrongTypeError(
            "a Value for loss", described(loss), "pass the result of the computation"
        )
    graph = Graph([loss], names)
    adjoint = graph.adjoints()
    return Trace(
        tuple(
            TraceRow(
                node=node,
                name=name,
                expression=expression_of(node, graph.names),
                value=node.data,
                local_derivatives=tuple(
                    (graph.names[parent], derivative)
                    for parent, derivative in zip(node.parents, node.local_derivatives, strict=True)
                ),
                adjoint=adjoint[node],
            )
            for node, name in graph.names.items()
        )
    )


def expression_of(node: Node, names: Mapping[Node, str]) -> str:
    """Write how a node was computed, in terms of the names of its operands; "" for a leaf.

    Arithmetic and sums are written out (`w1 * x1 + w2 * x2 + b`), other operations as a call
    (`tanh(n)`).
    """
    operation = node.operation
    if operation is None:
        return ""
    leaves = [Name(names[x]) if isinstance(x, Node) else Number(x) for x in node.operands]
    grouped = [x if not isinstance(x, float) else Number(x) for x in operation.group(leaves)]
    formula = operation.parsed[0].resolved()
    environment = dict(zip(operation.operands, grouped, strict=True))
    if _is_arithmetic(formula) and not _is_long(grouped):
        return _plain(evaluate(formula, environment, _joined))
    return f"{operation.sign}({', '.join(_listed(operation, grouped))})"


def _is_arithmetic(formula: Expression) -> bool:
    def combine(tree: Expression, below: list[bool]) -> bool:
        return all(below) and (
            not isinstance(tree, Call) or tree.function in {*INFIX, "neg", "sum", "count"}
        )

    return fold(formula, arguments_of, combine)


def _is_long(grouped: Sequence[Any]) -> bool:
    return any(len(operands) > _SHOWN for operands in grouped if is_list(operands))


def _joined(name: str, arguments: list[Any]) -> Expression:
    """Apply a function to formulas: a sum is written with plus signs."""
    terms = tuple(Number(x) if isinstance(x, float) else x for x in arguments)
    if name != "sum":
        return Call(name, terms)
    total: Expression = terms[0]
    for term in terms[1:]:
        total = Call("add", (total, term))
    return total


def _listed(operation: Operation, grouped: Sequence[Any]) -> list[str]:
    texts: list[str] = []
    for name, operands in zip(operation.operands, grouped, strict=True):
        if not is_list(operands):
            texts.append(_plain(operands))
        elif len(operands) <= _SHOWN:
            texts += [_plain(operand) for operand in operands]
        else:
            shown = [_plain(operand) for operand in operands[: _SHOWN // 2]]
            texts += [*shown, f"... {len(operands)} {name}"]
    return texts


def _plain(expression: Expression) -> str:
    """Print a formula, its constants to six digits."""

    def shortened(tree: Expression, below: list[Expression]) -> Expression:
        if isinstance(tree, Number):
            return Name(digits(tree.value))
        return Call(tree.function, tuple(below)) if isinstance(tree, Call) else tree

    return plain(fold(expression, arguments_of, shortened))


def _derivatives_text(derivatives: Sequence[tuple[str, float]], significant: int) -> str:
    shown = [f"∂/∂{name} = {digits(value, significant)}" for name, value in derivatives[:_SHOWN]]
    more = len(derivatives) - len(shown)
    return ", ".join([*shown, *([f"... {more} more"] if more else [])])
