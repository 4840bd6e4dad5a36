"""Which positions of a program depend on a parameter, and which equations have an adjoint.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.compiler.ir.equations import Block, Equations, Sum, Term
>>> x = access_to([0], is_batched=False)
>>> y = Sum(Block("y", False, 2, 1), (1,), (Term(x),))
>>> needed_positions(Equations((y,), x, (), (), 1, {}, 0, 3, None))[False]
array([ True, False,  True])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .access import Access, Positions
from .equations import Block, Elementwise, Equation, Equations, Loop
from .operations import DETACH


def flags(program: Equations) -> dict[bool, NDArray[np.bool_]]:
    """Return a flag for every position, batched and static ones, none of them set."""
    return {True: np.zeros(program.batched_size, bool), False: np.zeros(program.static_size, bool)}


def _read(access: Access, steps: int) -> Positions:
    """Return the positions that an access reads in any step."""
    return access.positions if access.shifts is None else access.over(steps)


def _computed(block: Block, steps: int) -> Positions | slice:
    """Return the positions of a block in any step."""
    return slice(block.start, block.start + block.size) if steps == 1 else block.over(steps)


def needed_positions(program: Equations) -> dict[bool, NDArray[np.bool_]]:
    """Return which positions depend on a parameter."""
    needed = flags(program)
    needed[False][: program.parameters] = True
    for statement in program.equations:
        is_loop = isinstance(statement, Loop)
        steps = statement.steps if is_loop else 1

        def is_reached(equation: Equation, steps: int = steps) -> bool:
            reads = equation.accesses()
            return any(needed[each.is_batched][_read(each, steps)].any() for each in reads)

        def reach(equation: Equation, steps: int = steps) -> None:
            needed[equation.block.is_batched][_computed(equation.block, steps)] = True

        spread(statement.body if is_loop else (statement,), is_reached, reach)
    return needed


def spread(
    body: Sequence[Equation],
    is_reached: Callable[[Equation], bool],
    reach: Callable[[Equation], None],
) -> None:
    """Pass a property on from equation to equation, until no step of a loop reaches another."""
    waiting = [
        each for each in body if not isinstance(each, Elementwise) or each.operation is not DETACH
    ]
    before = 0
    while before != len(waiting):
        before = len(waiting)
        rest: list[Equation] = []
        for equation in waiting:
            if is_reached(equation):
                reach(equation)
            else:
                rest.append(equation)
        waiting = rest


def reached_blocks(program: Equations, needed: dict[bool, NDArray[np.bool_]]) -> frozenset[str]:
    """Return the names of the blocks that have an adjoint.

    Args:
        program: with one output.
        needed: the positions that depend on a parameter.
    """
    touched = flags(program)
    touched[program.outputs.is_batched][program.outputs.positions] = True
    found: set[str] = set()
    for statement in reversed(program.equations):
        is_loop = isinstance(statement, Loop)
        steps = statement.steps if is_loop else 1

        def is_reached(equation: Equation, steps: int = steps) -> bool:
            is_batched, places = equation.block.is_batched, _computed(equation.block, steps)
            return bool(touched[is_batched][places].any() and needed[is_batched][places].any())

        def reach(equation: Equation, steps: int = steps) -> None:
            found.add(equation.block.name)
            for access in equation.accesses():
                positions = _read(access, steps)
                if needed[access.is_batched][positions].any():
                    touched[access.is_batched][positions] = True

        spread(statement.body[::-1] if is_loop else (statement,), is_reached, reach)
    return frozenset(found)
