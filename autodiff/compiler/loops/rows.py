"""Products that read the rows of an argument in place, and the arguments that have to be loaded.

An argument lies example by example; a block of examples position by position. A product with a
long row is faster than the copy from one to the other.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.compiler.ir.equations import Block
>>> left = access_to(range(32), is_batched=False).split((2, 16))
>>> part = MatrixProduct(left, access_to(range(16), is_batched=True))
>>> y = Sum(Block("y", True, 16, 2), (2,), (part,))
>>> x = Block("x", True, 0, 16)
>>> program = Equations((y,), part.right, (), (x,), 32, {}, 18, 32, None)
>>> list(products_in_rows(program).values())
[Row(argument=0, start=0)]
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from autodiff.compiler.ir.equations import Equations, Loop, MatrixProduct, Sum

_SHORT = 16  # numbers of a row that are as well loaded


class Row(NamedTuple):
    """Where the right factors of a product lie.

    Attributes:
        argument: its number.
        start: the place of the first factor in a row of the argument.
    """

    argument: int
    start: int


def _sums(program: Equations) -> Iterator[Sum]:
    """Yield the sums over examples that no loop repeats."""
    for equation in program.equations:
        if isinstance(equation, Sum) and equation.block.is_batched:
            yield equation


def products_in_rows(program: Equations) -> dict[int, Row]:
    """Return the products that read rows in place, by their `id`: at most one of a sum."""
    found: dict[int, Row] = {}
    for equation in _sums(program):
        for part in equation.parts:
            row = _row(program, part) if isinstance(part, MatrixProduct) else None
            if row is not None:
                found[id(part)] = row
                break
    return found


def _row(program: Equations, part: MatrixProduct) -> Row | None:
    """Return where the right factors lie; None if not in a row."""
    left, right = part.left, part.right
    if left.is_batched or left.strides is None or left.strides[1] != 1:
        return None
    if not right.is_batched or right.strides != (1,) or right.positions.size < _SHORT:
        return None
    for number, block in enumerate(program.arguments):
        at = right.offset - block.start
        if at >= 0 and at + right.positions.size <= block.size:
            return Row(number, at)
    return None


def loaded_arguments(program: Equations, in_rows: Container[int]) -> set[int]:
    """Return the numbers of the arguments that are read other than in rows.

    Args:
        program: the equations.
        in_rows: the products that read rows, by their `id`.
    """
    reads = [(program.outputs, 1)]  # and in how many steps of a loop
    for group in program.guards:
        reads += [(group.left, 1), (group.right, 1)]
    for statement in program.equations:
        is_loop = isinstance(statement, Loop)
        steps = statement.steps if is_loop else 1
        for equation in statement.body if is_loop else (statement,):
            read = equation
            if isinstance(equation, Sum):
                parts = [part for part in equation.parts if id(part) not in in_rows]
                read = equation._replace(parts=tuple(parts))
            reads += [(access, steps) for access in read.accesses()]
    starts = [block.start for block in program.arguments]
    ends = [block.start + block.size for block in program.arguments]
    found: set[int] = set()
    for access, steps in reads:
        if len(found) == len(starts):
            break
        if access.is_batched:
            positions = access.over(steps)
            least, most = int(positions.min()), int(positions.max())
            found |= {
                number
                for number, (start, end) in enumerate(zip(starts, ends, strict=True))
                if least < end and most >= start
            }
    return found
