"""Formulas as straight-line programs: one operation a step, equal ones computed once.

What a program over arrays needs that writes every result into memory it already has. What is
not here: the memory, and how a step is spelled (`autodiff.program`).

>>> from autodiff.formula.parse import parse
>>> words = {"exp": {1}}
>>> tree = parse("1 / (1 + exp(-x))", ["x"], words).result
>>> for step in steps([tree])[0]:
...     print(step)
Step(number=1, function='neg', arguments=('x',))
Step(number=2, function='exp', arguments=(1,))
Step(number=3, function='add', arguments=(1.0, 2))
Step(number=4, function='div', arguments=(1.0, 3))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from .simplify import as_product
from .tree import Expression, Name, Number, arguments_of, fold

Reference: TypeAlias = "int | str | float"  # the number of a step, the name of an operand, a number


class Step(NamedTuple):
    """One function applied to what came before.

    Attributes:
        number: from 1 on.
        function: a word, a reduction, an operation of arithmetic, a comparison or "where".
        arguments: numbers of earlier steps, names of operands, constants.
    """

    number: int
    function: str
    arguments: tuple[Reference, ...]


def steps(trees: Sequence[Expression]) -> tuple[list[Step], list[Reference]]:
    """Write expressions out as one program.

    Returns:
        The steps, and where each of the expressions is found after them.
    """
    program: list[Step] = []
    known: dict[object, int] = {}

    def combine(tree: Expression, below: list[Reference]) -> Reference:
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Name):
            return tree.name
        return number_of(tree.function, below)

    def number_of(function: str, arguments: Sequence[Reference]) -> int:
        function, arguments = as_product(function, arguments)
        while function in _PAIRWISE and len(arguments) > 2:
            arguments = [number_of(function, arguments[:2]), *arguments[2:]]
        key = function, *((type(x), repr(x)) for x in arguments)
        if key not in known:
            known[key] = len(program) + 1
            program.append(Step(len(program) + 1, function, tuple(arguments)))
        return known[key]

    return program, [fold(tree, arguments_of, combine) for tree in trees]


_PAIRWISE = frozenset({"maximum", "minimum"})
