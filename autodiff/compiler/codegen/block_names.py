"""Names of reads: each is named after the block that it begins in.

>>> from autodiff.compiler.ir.access import access_to
>>> x = access_to([0, 1, 2], is_batched=False)
>>> BlockNames(Equations((), x, (), (), 3, {}, 0, 3, None)).of(x, None)
'p'
"""

from __future__ import annotations

from bisect import bisect_right

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Block, Equations, Loop


class BlockNames:
    """Finds the block at a position.

    Args:
        program: the equations.
    """

    def __init__(self, program: Equations) -> None:
        self._program: Equations = program
        self._loops: list[Loop] = [x for x in program.equations if isinstance(x, Loop)]
        self._blocks: dict[bool, list[Block]] = {True: [], False: []}
        for block in program.arguments:
            self._blocks[True].append(block)
        for statement in program.equations:
            for each in statement.body if isinstance(statement, Loop) else (statement,):
                self._blocks[each.block.is_batched].append(each.block)
        self._starts: dict[bool, list[int]] = {
            kind: [block.start for block in blocks] for kind, blocks in self._blocks.items()
        }

    def of(self, access: Access, loop: Loop | None) -> str:
        """Return the name of the block that a read begins in.

        It is "p" for parameters, "c" for constants, and ends in "_before" for the step before.

        Args:
            access: the read.
            loop: that it is in, or None.
        """
        offset, is_batched = access.offset, access.is_batched
        if loop is not None and access.shifts is not None and is_batched == loop.block.is_batched:
            inside = offset + access.step - loop.block.start
            if 0 <= inside < loop.block.step:
                return self._at(loop.block.start + inside, is_batched=is_batched) + "_before"
        return self._at(offset, is_batched=is_batched)

    def _at(self, offset: int, *, is_batched: bool) -> str:
        if not is_batched and offset < self._program.parameters:
            return "p"
        if not is_batched and offset in self._program.constants:
            return "c"
        for loop in self._loops:
            _, is_of_batch, start, size, step = loop.block
            if is_of_batch == is_batched and start <= offset < start + size:
                offset = start + (offset - start) % step
        blocks = self._blocks[is_batched]
        place = bisect_right(self._starts[is_batched], offset) - 1
        if place >= 0 and offset < blocks[place].start + blocks[place].size:
            return blocks[place].name
        return "zero"
