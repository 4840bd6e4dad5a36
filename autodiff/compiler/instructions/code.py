"""The code that the engine in C walks: instructions of whole numbers, and constants beside them.

`autodiff/native/kernels.c` names the words, instructions and memories, and says what follows each.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Block
from autodiff.native.choice import engine

Words: TypeAlias = NDArray[np.int32]


class UncoveredError(Exception):
    """The instructions have no form for an equation: NumPy has to run the program."""


@cache
def number_of(kind: str, name: str) -> int:
    """Return the number of a name in the code.

    Args:
        kind: "WORDS", "RELATIONS", "INSTRUCTIONS" or "MEMORIES".
        name: one of these.
    """
    return getattr(engine, kind).index(name)


@cache
def memory_of(is_batched: bool, is_adjoint: bool = False) -> int:  # noqa: FBT001, FBT002 facts of a place
    """Return the number of the memory of values or of adjoints."""
    names = ("GRADIENT", "ADJOINTS") if is_adjoint else ("STATIC", "VALUES")
    return number_of("MEMORIES", names[is_batched])


class Code:
    """Writes instructions.

    Attributes:
        constants: the numbers that formulas read.
    """

    def __init__(self) -> None:
        self.constants: list[float] = []
        self._places: dict[str, int] = {}
        self._parts: list[Any] = []
        self._length: int = 0

    def constant(self, number: str) -> int:
        """Return the place of a number among the constants."""
        if number not in self._places:
            self._places[number] = len(self.constants)
            self.constants.append(float(number))
        return self._places[number]

    def write(self, instruction: str, head: Sequence[int], *rest: Words | bytes) -> None:
        """Write an instruction.

        Args:
            instruction: its name.
            head: what follows its number and its length.
            rest: what follows these, as int32 arrays or their bytes.
        """
        parts = [each if isinstance(each, bytes) else each.tobytes() for each in rest]
        length = 2 + len(head) + sum(map(len, parts)) // 4
        words = [number_of("INSTRUCTIONS", instruction), length, *head]
        self._parts += [np.array(words, np.int32).tobytes(), *parts]
        self._length += length

    @contextmanager
    def loop(self, steps: int, *, is_back: bool) -> Generator[None]:
        """Write the instructions inside a loop over steps."""
        outside, before = self._parts, self._length
        self._parts, self._length = [], 0
        yield
        inside, length = self._parts, self._length
        self._parts, self._length = outside, before
        body = b"".join(inside)
        if length:
            self.write("RUN_LOOP", [steps, int(is_back)], body)

    def __len__(self) -> int:
        return self._length

    def finished(self) -> Words:
        """Return all instructions."""
        return np.frombuffer(b"".join(self._parts), np.int32)

    def runs(self, columns: Words) -> tuple[int, bytes]:
        """Return how many runs the positions of several readers form, and the words of the runs.

        Args:
            columns: of shape (2, readers, count): positions, and how far they move with each step.
        """
        return engine.runs(columns, columns.shape[1])


def even_move(access: Access) -> int | None:
    """Return how far all positions of an access move with each step; None if they differ."""
    if access.shifts is None:
        return 0
    first = int(access.shifts.flat[0])
    return first if bool((access.shifts == first).all()) else None


def where_block(block: Block) -> list[int]:
    """Return the words for the results of an equation: the first position, and how it moves."""
    return [block.start, block.step]
