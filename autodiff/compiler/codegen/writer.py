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
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Block, Equation, Equations, Loop
from autodiff.compiler.ir.view import View, contiguous
from autodiff.formula.straight_line import Reference
from autodiff.formula.tree import Expression

from .block_names import BlockNames
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
        formulas: simplified ones, by operation, what is wanted, and the operands that are numbers.
        moving: the names that stand for something else in each step of a loop.
        loops: for each loop in the source, the names that it gives a meaning.
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
        self.moving: set[str] = set()
        self.formulas: dict[object, list[Expression]] = {}
        self.loops: dict[str, tuple[str, ...]] = {}
        self._loop: Loop | None = None
        self._gathers: dict[str, str] = {}
        self._names: dict[View, str] = {}
        self._pattern_names: dict[object, str] = {}
        self._counts: dict[str, int] = {}
        self._arguments: frozenset[str] = frozenset(names)
        self._issued: set[str] = set(names)
        self._block_names: BlockNames = BlockNames(self.program)
        for block in arguments:
            self.block(block, (block.size,))  # the name alone stands for the whole argument

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append(text)

    @contextmanager
    def loop(self, loop: Loop, *, is_back: bool) -> Generator[None]:
        """Make a loop of the lines that are written inside the block.

        Args:
            loop: the loop.
            is_back: whether the source begins with the last step.
        """
        before = len(self.lines)
        self._loop = loop
        yield
        self._loop = None
        body = self.lines[before:]
        del self.lines[before:]
        words = dict.fromkeys(re.findall(r"\w+", "\n".join(body)))
        names = tuple([word for word in words if word in self.moving])
        if body:
            steps = f"{loop.name}_back" if is_back else loop.name
            self.loops[steps] = names
            self.line(f"for {', '.join(names)}, in {steps}:")
            self.lines += [f"    {line}" for line in body]

    def _moves(self, step: int) -> tuple[str, int, int] | None:
        """Return how a view moves that moves this far in each step of the loop."""
        if not step:
            return None
        assert self._loop is not None
        return self._loop.name, self._loop.steps, step

    @property
    def steps(self) -> int:
        """The number of steps of the loop that is written; 1 outside loops."""
        return 1 if self._loop is None else self._loop.steps

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
            if wanted.moves is not None:
                self.moving.add(name)
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
        if 1 not in view.shape:
            return view
        pairs = zip(view.shape, view.strides, strict=True)
        strides = tuple([s if n > 1 else 0 for n, s in pairs])
        return view if strides == view.strides else view._replace(strides=strides)

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
        moves = self._moves(block.step)
        strides = contiguous(shape)
        view = View(memory, block.start, shape, strides, block.is_batched, moves=moves)
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
        view = self.view_of(access, access.shape, access.strides, is_adjoint=is_adjoint)
        stem = self.stem(access)
        return self.view(view._replace(is_column=is_column), parameters if stem == "p" else stem)

    def view_of(
        self,
        access: Access,
        shape: tuple[int, ...],
        strides: tuple[int, ...],
        *,
        is_adjoint: bool,
    ) -> View:
        """Return a view that begins where an affine read does, or one of its adjoint."""
        memory = self.memory(is_batched=access.is_batched, is_adjoint=is_adjoint)
        moves = self._moves(access.step)
        return View(memory, access.offset, shape, strides, access.is_batched, moves=moves)

    def gathered(self, access: Access, pattern: str) -> str:
        """Return the name of the memory for the numbers that a pattern gathers."""
        if pattern not in self._gathers:
            memory = "gathered" if access.is_batched else "gathered_static"
            start, size = self.sizes.get((memory, access.is_batched), 0), access.positions.size
            moves = None if access.shifts is None else self._moves(size)  # kept for the way back
            self.sizes[memory, access.is_batched] = start + size * (moves[1] if moves else 1)
            shape = access.shape
            view = View(memory, start, shape, contiguous(shape), access.is_batched, moves=moves)
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

    def pattern(
        self, stem: str, make: Callable[[], Any], key: object, *, is_moving: bool = False
    ) -> str:
        """Return the name of an array of positions or of a plan; equal keys have one name.

        Args:
            stem: how the name begins.
            make: makes the array or the plan; one that moves has an axis over the steps in front.
            key: what tells it from others.
            is_moving: whether it is another one in each step of the loop.
        """
        key = stem, key, is_moving and self._loop and self._loop.name
        if key not in self._pattern_names:
            name = self._fresh(stem)
            self._issued.add(name)
            self._pattern_names[key] = name
            self.patterns[name] = make()
            if is_moving:
                self.moving.add(name)
        return self._pattern_names[key]

    def stem(self, access: Access) -> str:
        """Return how the name of a read begins; see `BlockNames.of`."""
        return self._block_names.of(access, self._loop)
