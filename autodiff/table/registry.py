"""Finds operations by name, and expands those that formulas call.

A derivative may use other operations (`sigmoid(-x)`). For Values such a call is a node; for
floats and arrays it is replaced by the operation's formula.

>>> from autodiff.formula.printing import plain
>>> from autodiff.formula.parse import parse
>>> from autodiff import operations
>>> plain(expand(parse("sech(2*x)", ["x"], known_functions()).result))
'1 / cosh(2 * x)'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autodiff.errors import OperationError
from autodiff.formula.parse import ANY_NUMBER
from autodiff.formula.tree import Call, Expression, Number, arguments_of, fold, substitute
from autodiff.formula.words import INFIX, PRODUCT_OF_OTHERS, REDUCTIONS, WORDS

# Every operation by name: the built-in rows, then the user's.
TABLE: dict[str, Any] = {}


def lookup(name: str) -> Any:
    """Find an operation by name.

    Raises:
        OperationError: if the table has no such row, as when a graph is unpickled where the
            user's own operation was not declared.
    """
    if name not in TABLE:
        raise OperationError(
            "the name of an operation in the table",
            repr(name),
            "declare it with autodiff.operation first",
        )
    return TABLE[name]


def known_functions() -> dict[str, set[int]]:
    """Return what formulas may call, words and operations, with the numbers of arguments."""
    functions = {name: {word.arity} for name, word in WORDS.items()}
    functions |= {"where": {3}, PRODUCT_OF_OTHERS: {1}}
    for name, operation in list(TABLE.items()):
        count = len(operation.operands)
        allowed = set(range(count - len(operation.defaults), count + 1))
        functions.setdefault(name, set()).update({ANY_NUMBER} if operation.starred else allowed)
    for name in REDUCTIONS:
        functions.setdefault(name, set()).add(1)
    return functions


def expand(expression: Expression, beside: Mapping[str, Any] | None = None) -> Expression:
    """Replace the operations in an expression by their formulas until only words are left.

    Args:
        expression: the tree.
        beside: operations that are not in the table yet.

    Raises:
        OperationError: if a called operation is unknown, or takes several starred operands.
    """

    def combine(tree: Expression, below: list[Expression]) -> Expression:
        if not isinstance(tree, Call):
            return tree
        name = tree.function
        known = name in WORDS or name in INFIX or name in {"where", PRODUCT_OF_OTHERS}
        if known or (name in REDUCTIONS and len(below) == 1):
            return Call(name, tuple(below))
        operation = (beside or {}).get(name) or lookup(name)
        arguments: list[Any] = below if operation.starred else operation.group(below)
        if len(arguments) != len(operation.operands):
            raise OperationError(
                f"{name} over one starred operand",
                f"{len(arguments)} arguments",
                "write it as arithmetic",
            )
        replaced = {
            operand: Number(argument) if isinstance(argument, float) else argument
            for operand, argument in zip(operation.operands, arguments, strict=True)
        }
        return substitute(expand(operation.parsed[0].resolved()), replaced)

    return fold(expression, arguments_of, combine)


def uses(formula: Expression) -> set[str]:
    """Return the operations that a formula calls, directly or through others."""
    found: set[str] = set()
    pending = [formula]
    while pending:
        tree = pending.pop()
        pending += arguments_of(tree)
        if isinstance(tree, Call) and tree.function in TABLE and tree.function not in found:
            found.add(tree.function)
            pending.append(TABLE[tree.function].parsed[0].resolved())
    return found
