"""The text of a program while it is written: lines, and the names of the memory they use.

Every name stands for a view that is made once for a size of batch (`memory`). What is not
here: what the lines compute (`forward`, `reverse`).

>>> from autodiff.compiler.ir.access import access_to
>>> x = access_to([0, 1, 2], is_batched=False)
>>> writer = Writer(Equations((), x, (), (), 3, {}, 0, 3, None))
>>> writer.of_access(x), writer.of_access(x, is_adjoint=True), writer.of_access(x.split((3, 1)))
('p1', 'dp1', 'p2')
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Block, Equation, Equations
from autodiff.compiler.ir.view import View, contiguous
from autodiff.formula.straight_line import Reference

_BESIDE = {"adjoints": "values", "gradient": "static"}
# Weights, biases, other parameters, constants, what was gathered; patterns.
_NUMBERED = frozenset({"W", "b", "p", "c", "g", "at_b", "at_s", "to_b", "to_s", "owner", "lengths"})


_NO_NAME = re.compile(r"\W")


class Writer:
    """Collects lines, views and patterns.

    Args:
        program: the equations.
    """

    def __init__(self, program: Equations) -> None:
        self.program: Equations = program
        self.lines: list[str] = []
        self.views: dict[str, View] = {}
        self.patterns: dict[str, Any] = {}
        self.sizes: dict[tuple[str, bool], int] = {}  # of gathered and scratch memory
        self.numbers: dict[str, float] = {}
        self._gathers: dict[str, str] = {}
        self.notes: dict[str, tuple[str, list[str]]] = {}  # of each block: its name, what it reads
        self._names: dict[View, str] = {}
        self._pattern_names: dict[object, str] = {}
        self._counts: dict[str, int] = {}
        self._arguments: set[str] = {block.name for block in program.arguments}
        self._issued: set[str] = set(self._arguments)
        self._blocks: dict[bool, list[Block]] = {True: [], False: []}
        for block in (*program.arguments, *(each.block for each in program.equations)):
            self._blocks[block.is_batched].append(block)
        for block in program.arguments:
            self.block(block, (block.size,))  # the name alone stands for the whole argument

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append(text)

    def view(self, wanted: View, stem: str) -> str:
        """Return the name of a view; equal views have one name."""
        wanted = self.normal(wanted)
        if wanted not in self._names:
            beside = _BESIDE.get(wanted.memory)
            if beside is None:
                name = self._fresh(stem)
            else:  # an adjoint is called after the value
                value = wanted._replace(memory=beside)
                column = value._replace(is_column=True)
                name = "d" + self.view(column if column in self._names else value, stem)
                while name in self._issued:
                    name += "_"
            self._issued.add(name)
            self._names[wanted] = name
            self.views[name] = wanted
        return self._names[wanted]

    def _fresh(self, stem: str) -> str:
        """Return a name that nothing has: the stem itself, or with a number."""
        while True:
            count = self._counts.get(stem, 0) + 1
            self._counts[stem] = count
            is_first = count == 1 and stem not in _NUMBERED
            if is_first and stem in self._arguments:
                return stem
            name = stem if is_first else stem + "_" * (stem not in _NUMBERED) + str(count)
            if name not in self._issued:
                return name

    @staticmethod
    def normal(view: View) -> View:
        """Return a view with stride 0 along axes of length 1, so that equal ones are equal."""
        pairs = zip(view.shape, view.strides, strict=True)
        return view._replace(strides=tuple(s if n > 1 else 0 for n, s in pairs))

    @staticmethod
    def memory(*, is_batched: bool, is_adjoint: bool = False) -> str:
        """Return the name of one of the four vectors."""
        if is_adjoint:
            return "adjoints" if is_batched else "gradient"
        return "values" if is_batched else "static"

    def result(self, equation: Equation, *, is_adjoint: bool = False) -> str:
        """Return the name of what an equation computes, or of its adjoint."""
        return self.block(equation.block, equation.shape, is_adjoint=is_adjoint)

    def block(self, block: Block, shape: tuple[int, ...], *, is_adjoint: bool = False) -> str:
        """Return the name of a block in a shape."""
        memory = self.memory(is_batched=block.is_batched, is_adjoint=is_adjoint)
        view = View(memory, block.start, shape, contiguous(shape), block.is_batched)
        return self.view(view, block.name)

    def of_access(
        self,
        access: Access,
        *,
        is_adjoint: bool = False,
        is_column: bool = False,
        parameters: str = "p",
    ) -> str:
        """Return the name of an affine read, or of its adjoint; parameters are called as asked."""
        assert access.strides is not None
        memory = self.memory(is_batched=access.is_batched, is_adjoint=is_adjoint)
        view = View(
            memory, access.offset, access.shape, access.strides, access.is_batched, is_column
        )
        stem = self.stem(access.offset, is_batched=access.is_batched)
        return self.view(view, parameters if stem == "p" else stem)

    def gathered(self, access: Access, pattern: str) -> str:
        """Return the name of memory that keeps what was gathered by a pattern."""
        if pattern not in self._gathers:
            memory = "gathered" if access.is_batched else "gathered_static"
            start = self.sizes.get((memory, access.is_batched), 0)
            self.sizes[memory, access.is_batched] = start + access.positions.size
            shape = access.shape
            view = View(memory, start, shape, contiguous(shape), access.is_batched)
            self._gathers[pattern] = self.view(view, "g")
        return self._gathers[pattern]

    def scratch(
        self,
        register: int | str,
        shape: tuple[int, ...],
        *,
        is_batched: bool,
        is_mask: bool = False,
    ) -> str:
        """Return the name of memory whose contents are of no use after the equation."""
        memory = f"{'mask' if is_mask else 'scratch'}{register}"
        size = max(1, int(np.prod(shape)))
        key = memory, is_batched
        self.sizes[key] = max(size, self.sizes.get(key, 0))
        stem = ("" if is_batched else "s") + ("m" if is_mask else "t")
        view = View(memory, 0, shape, contiguous(shape), is_batched)
        return self.view(view, f"{stem}{register}")

    def is_mask(self, name: str) -> bool:
        """Tell whether a name stands for truth values."""
        return name in self.views and self.views[name].memory.startswith("mask")

    def spelled(self, x: Reference) -> str:
        """Return the name of memory as it is, and of a number that of an array without axes.

        NumPy takes twice as long over a Python number beside a small array.
        """
        if not isinstance(x, float):
            return str(x)
        name = "_" + _NO_NAME.sub("_", f"{x!r}".removesuffix(".0"))
        while self.numbers.setdefault(name, x) is not x and repr(self.numbers[name]) != repr(x):
            name += "_"
        return name

    def pattern(self, stem: str, make: Callable[[], Any], key: object) -> str:
        """Return the name of an array of positions, or of a plan made of them."""
        if (stem, key) not in self._pattern_names:
            name = self._fresh(stem)
            self._issued.add(name)
            self._pattern_names[stem, key] = name
            self.patterns[name] = make()
        return self._pattern_names[stem, key]

    def stem(self, offset: int, *, is_batched: bool) -> str:
        """Return how the block at an offset is called."""
        if not is_batched and offset < self.program.parameters:
            return "p"
        if not is_batched and offset in self.program.constants:
            return "c"
        blocks = self._blocks[is_batched]
        place = bisect_right(blocks, offset, key=lambda block: block.start) - 1
        if place >= 0 and offset < blocks[place].start + blocks[place].size:
            return blocks[place].name
        return "zero"
