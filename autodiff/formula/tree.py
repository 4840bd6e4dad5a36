"""The tree of a formula: numbers, names and calls, and the walk over it.

Arithmetic, comparison and choice are calls too (`x + y` is `Call("add", ...)`), so that every
printer has three cases. Trees are immutable and compare by structure. Walks are iterative: a
sum of ten thousand terms is a tree of depth ten thousand.

>>> Call("add", (Name("x"), Number(1.0)))
Call(function='add', arguments=(Name(name='x'), Number(value=1.0)))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias, TypeVar

Tree = TypeVar("Tree")
Result = TypeVar("Result")


class Number(NamedTuple):
    """A constant."""

    value: float


class Name(NamedTuple):
    """An operand, a binding of the formula, or `out`, the operation's own result."""

    name: str


class Call(NamedTuple):
    """A function of the language, or an operation of the table, applied to arguments."""

    function: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Number | Name | Call


class Formula(NamedTuple):
    """A parsed text: its result, and the bindings that followed it, in order."""

    text: str
    result: Expression
    bindings: tuple[tuple[str, Expression], ...] = ()

    def resolved(self) -> Expression:
        """Return the result with every binding put in its place."""
        resolved: dict[str, Expression] = {}
        for name, expression in self.bindings:
            resolved[name] = substitute(expression, resolved)
        return substitute(self.result, resolved)


def fold(
    root: Tree,
    children: Callable[[Tree], Iterable[Tree]],
    combine: Callable[[Tree, list[Result]], Result],
) -> Result:
    """Compute a result for every subtree, children first, without recursion.

    Args:
        root: the tree.
        children: lists the subtrees of a node.
        combine: makes the result of a node from the node and the results of its children, in
            the same order.
    """
    stack: list[tuple[Tree, list[Tree] | None]] = [(root, None)]
    results: list[Result] = []
    while stack:
        tree, visited = stack.pop()
        if visited is None:
            below = list(children(tree))
            stack.append((tree, below))
            stack.extend((child, None) for child in reversed(below))
        else:
            start = len(results) - len(visited)
            results[start:] = [combine(tree, results[start:])]
    return results[0]


def arguments_of(expression: Expression) -> tuple[Expression, ...]:
    """List the subtrees of an expression: the arguments of a call, else nothing."""
    return expression.arguments if isinstance(expression, Call) else ()


def substitute(expression: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """Put expressions in the place of names."""

    def combine(tree: Expression, arguments: list[Expression]) -> Expression:
        if isinstance(tree, Name):
            return replacements.get(tree.name, tree)
        return Call(tree.function, tuple(arguments)) if isinstance(tree, Call) else tree

    return fold(expression, arguments_of, combine) if replacements else expression


def replace_equal(expression: Expression, sought: Expression, by: Expression) -> Expression:
    """Put an expression in the place of every part that is equal to a sought one."""
    numbers: dict[tuple[object, ...], int] = {}

    def number_of(tree: Expression, below: list[int]) -> int:
        head = tree.function if isinstance(tree, Call) else repr(tree)
        return numbers.setdefault((head, *below), len(numbers))

    def combine(tree: Expression, below: list[tuple[int, Expression]]) -> tuple[int, Expression]:
        number = number_of(tree, [each for each, _ in below])
        if number == goal:
            return number, by
        if isinstance(tree, Call):
            return number, Call(tree.function, tuple([each for _, each in below]))
        return number, tree

    goal = fold(sought, arguments_of, number_of)
    return fold(expression, arguments_of, combine)[1]
