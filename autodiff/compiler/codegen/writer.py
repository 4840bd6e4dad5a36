"""The writer of a program: its lines, and the names of the views that they read and write.

The runtime makes every view once for a size of batch.

>>> from autodiff.compiler.ir.access import access_to
>>> x = access_to([0, 1, 2], is_batched=False)
>>> writer = Writer(Equations((), x, (), (), 3, {}, 0, 3, None))
>>> writer.name_of(x), writer.name_of(x, is_adjoint=True), writer.name_of(x.split((3, 1)))
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

from .names import unreserved

_VALUES_OF = {"adjoints": "values", "gradient": "static"}
# Names that are numbered from the first on: weights, biases, other parameters, constants,
# gathered numbers; positions and plans.
_NUMBERED = frozenset({"W", "b", "p", "c", "g", "at_b", "at_s", "to_b", "to_s", "owner", "lengths"})


class Writer:
    """Collects lines, views and patterns.

    Args:
        program: the equations.

    Attributes:
        program: the equations, with arguments renamed where the source needs their names.
        lines: of the source so far.
        views: by name.
        patterns: arrays of positions and plans to scatter, by name.
        sizes: of gathered and scratch memory, by name and whether it has a batch axis.
        numbers: that occur in formulas, by name.
        notes: for each block the view of its results, and the views that its equation reads.
    """

    def __init__(self, program: Equations) -> None:
        names = unreserved([block.name for block in program.arguments])
        arguments = tuple(
            block._replace(name=name) for block, name in zip(program.arguments, names, strict=True)
        )
        self.program: Equations = program._replace(arguments=arguments)
        self.lines: list[str] = []
        self.views: dict[str, View] = {}
        self.patterns: dict[str, Any] = {}
        self.sizes: dict[tuple[str, bool], int] = {}
        self.numbers: dict[str, float] = {}
        self.notes: dict[str, tuple[str, list[str]]] = {}
        self._gathers: dict[str, str] = {}
        self._names: dict[View, str] = {}
        self._pattern_names: dict[object, str] = {}
        self._counts: dict[str, int] = {}
        self._arguments: frozenset[str] = frozenset(names)
        self._issued: set[str] = set(names)
        self._blocks: dict[bool, list[Block]] = {True: [], False: []}
        for block in (*arguments, *(each.block for each in program.equations)):
            self._blocks[block.is_batched].append(block)
        for block in arguments:
            self.block(block, (block.size,))  # the name alone stands for the whole argument

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append(text)

    def view(self, wanted: View, stem: str) -> str:
        """Return the name of a view; equal views have one name.

        Args:
            wanted: the view.
            stem: how a new name begins; an adjoint is named after its value instead.
        """
        wanted = self.normal(wanted)
        if wanted not in self._names:
            values = _VALUES_OF.get(wanted.memory)
            if values is None:
                name = self._fresh(stem)
            else:
                value = wanted._replace(memory=values)
                column = value._replace(is_column=True)
                name = "d" + self.view(column if column in self._names else value, stem)
                while name in self._issued:
                    name += "_"
            self._issued.add(name)
            self._names[wanted] = name
            self.views[name] = wanted
        return self._names[wanted]

    def _fresh(self, stem: str) -> str:
        """Return an unused name: the stem, alone or with a number."""
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
        """Return the same view with stride 0 along axes of length 1, so that it has one form."""
        pairs = zip(view.shape, view.strides, strict=True)
        return view._replace(strides=tuple(s if n > 1 else 0 for n, s in pairs))

    @staticmethod
    def memory(*, is_batched: bool, is_adjoint: bool = False) -> str:
        """Return the name of one of the four vectors."""
        if is_adjoint:
            return "adjoints" if is_batched else "gradient"
        return "values" if is_batched else "static"

    def result(self, equation: Equation, *, is_adjoint: bool = False) -> str:
        """Return the name of the results of an equation, or of their adjoint."""
        return self.block(equation.block, equation.shape, is_adjoint=is_adjoint)

    def block(self, block: Block, shape: tuple[int, ...], *, is_adjoint: bool = False) -> str:
        """Return the name of a block in a shape."""
        memory = self.memory(is_batched=block.is_batched, is_adjoint=is_adjoint)
        view = View(memory, block.start, shape, contiguous(shape), block.is_batched)
        return self.view(view, block.name)

    def name_of(
        self,
        access: Access,
        *,
        is_adjoint: bool = False,
        is_column: bool = False,
        parameters: str = "p",
    ) -> str:
        """Return the name of an affine read, or of its adjoint.

        Args:
            access: the read.
            is_adjoint: whether the adjoint is wanted.
            is_column: whether the view gets an axis of length 1, to broadcast against the batch.
            parameters: the stem for parameters: "W" for weights, "b" for biases, "p" for others.
        """
        assert access.strides is not None
        memory = self.memory(is_batched=access.is_batched, is_adjoint=is_adjoint)
        view = View(
            memory, access.offset, access.shape, access.strides, access.is_batched, is_column
        )
        stem = self.stem(access.offset, is_batched=access.is_batched)
        return self.view(view, parameters if stem == "p" else stem)

    def gathered(self, access: Access, pattern: str) -> str:
        """Return the name of the memory for the numbers that a pattern gathers."""
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
        """Return the name of scratch memory, whose contents nothing reads after the equation."""
        memory = f"{'mask' if is_mask else 'scratch'}{register}"
        size = max(1, int(np.prod(shape)))
        key = memory, is_batched
        self.sizes[key] = max(size, self.sizes.get(key, 0))
        stem = ("" if is_batched else "s") + ("m" if is_mask else "t")
        view = View(memory, 0, shape, contiguous(shape), is_batched)
        return self.view(view, f"{stem}{register}")

    def is_mask(self, name: str) -> bool:
        """Tell whether a name is that of truth values."""
        return name in self.views and self.views[name].memory.startswith("mask")

    def literal(self, x: Reference) -> str:
        """Return a name as it is, and for a number the name of an array without axes.

        With a small array, NumPy takes twice as long over a Python number.
        """
        if not isinstance(x, float):
            return str(x)
        name = "_" + re.sub(r"\W", "_", repr(x).removesuffix(".0"))
        while self.numbers.setdefault(name, x) is not x and repr(self.numbers[name]) != repr(x):
            name += "_"
        return name

    def pattern(self, stem: str, make: Callable[[], Any], key: object) -> str:
        """Return the name of an array of positions or of a plan; equal keys have one name."""
        if (stem, key) not in self._pattern_names:
            name = self._fresh(stem)
            self._issued.add(name)
            self._pattern_names[stem, key] = name
            self.patterns[name] = make()
        return self._pattern_names[stem, key]

    def stem(self, offset: int, *, is_batched: bool) -> str:
        """Return the name of the block at an offset: "p" for parameters, "c" for constants."""
        if not is_batched and offset < self.program.parameters:
            return "p"
        if not is_batched and offset in self.program.constants:
            return "c"
        blocks = self._blocks[is_batched]
        place = bisect_right(blocks, offset, key=lambda block: block.start) - 1
        if place >= 0 and offset < blocks[place].start + blocks[place].size:
            return blocks[place].name
        return "zero"
