"""The writer of Python over floats: equations unrolled inside one step of a chain.

Within a step every number is a local name. What a step leaves to others goes through lists; what
all steps read, or add to, is loaded before the loop and stored after it.

>>> from autodiff.compiler.loops.places import Affine, Reader
>>> writer = ChainWriter()
>>> writer.nest((2,), lambda index: writer.put(Reader(True, 3, (1,)), index, "0.5"))
>>> writer.lines
['x1 = v[3] = 0.5', 'x2 = v[4] = 0.5']
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from autodiff.compiler.ir.equations import Equations, Loop
from autodiff.compiler.ir.reach import flags
from autodiff.formula.dialects import PYTHON
from autodiff.formula.emit_statements import Elements

from .places import STEP, Affine, Reader
from .writer import Writer

FEW = 16  # numbers outside steps that are written one by one


class Place(NamedTuple):
    """A place that is known but for the step of the chain.

    Attributes:
        is_batched: whether in v and a, else in s and g.
        constant: the place in the first step.
        factor: how far it moves with each step.
    """

    is_batched: bool
    constant: int
    factor: int


class _Chain:
    """What is known of the loop that is being written.

    Attributes:
        loop: the equations.
        values: local names of values, for one step.
        adjoints: local names of adjoints, for one step.
        steady: local names of adjoints that all steps add to.
        before, after: lines around the loop.
        factors: of the step, in places.
        pure: the places whose adjoint no other step and no other equation adds to.
        is_regular: whether no step reads a fixed place that some step computes.
    """

    def __init__(self, loop: Loop, sharing: tuple[frozenset[int], bool]) -> None:
        self.loop: Loop = loop
        self.values: dict[Place, str] = {}
        self.adjoints: dict[Place, str] = {}
        self.steady: dict[Place, str] = {}
        self.before: list[str] = []
        self.after: list[str] = []
        self.factors: set[int] = set()
        self.pure: frozenset[int]
        self.is_regular: bool
        self.pure, self.is_regular = sharing
        first, last = loop.body[0].block, loop.body[-1].block
        self.own: range = range(first.start, last.start + last.size)
        self.whole: range = range(loop.block.start, loop.block.start + loop.block.size)

    def is_own(self, place: Place) -> bool:
        """Tell whether the step at hand computes a place."""
        block = self.loop.block
        same = place.is_batched == block.is_batched and place.factor == block.step
        return same and place.constant in self.own

    def is_steady(self, place: Place) -> bool:
        """Tell whether a place is the same in every step, and none computes it."""
        is_inside = place.is_batched == self.loop.block.is_batched and place.constant in self.whole
        return not place.factor and not is_inside


class ChainWriter(Writer):
    """Writes equations number by number.

    Args:
        program: the equations, to tell what the steps of a loop share; None without loops.
    """

    def __init__(self, program: Equations | None = None) -> None:
        super().__init__(PYTHON)
        self._program: Equations | None = program
        self._values: dict[Place, str] = {}
        self._chain: _Chain | None = None

    def start(self) -> None:
        """Begin another function: it has no local names yet."""
        self.lines, self._values = [], {}

    def nest(self, shape: Sequence[int], body: Callable[[list[Affine]], None]) -> None:
        """Write what is inside a nest of loops, once for all indices; of a long one the loops."""
        if not self.unrolls(prod(shape)):
            super().nest(shape, body)
            return
        for indices in product(*map(range, shape)):
            body([Affine(index) for index in indices])

    def unrolls(self, count: int) -> bool:
        """Tell whether so many terms are written one by one: inside a step always."""
        return self._chain is not None or count <= FEW

    def let(self, stem: str, text: str) -> str:
        """Name a number that has no name yet."""
        return text if text.isidentifier() else super().let(stem, text)

    def elements(self, reader: Reader, indices: Sequence[Affine], count: int) -> Elements:
        """Return the elements of a starred operand, in a list."""
        texts = [self.get(reader, [Affine(k), *indices]) for k in range(count)]
        name = super().let("xs", f"[{', '.join(texts)}]")
        return Elements(f"{name}[{{}}]", name, str(count))

    @contextmanager
    def chain(self, loop: Loop, *, is_back: bool) -> Generator[None]:
        """Write the lines inside a loop over the steps of a chain."""
        assert self._program is not None
        outside, self.lines = self.lines, []
        chain = self._chain = _Chain(loop, _sharing(self._program, loop))
        self._depth += 1
        yield
        for place, name in chain.adjoints.items():
            if not chain.is_own(place):
                self.line(f"{self._spelled('a', place)} += {name}")
        body, self.lines = self.lines, []
        for factor in sorted(chain.factors):
            self.line(f"{_offset(factor)} = {factor} * {STEP}")
        body = self.lines + body or [f"{'    ' * self._depth}pass"]
        self._depth -= 1
        self._chain, self.lines = None, outside
        opening = self.dialect.back if is_back else self.dialect.loop
        for text in [*chain.before, opening(STEP, str(loop.steps))]:
            self.line(text)
        self.lines += body
        for text in chain.after:
            self.line(text)

    # -- the lists ----------------------------------------------------------------------------

    def _place_of(self, reader: Reader, indices: Sequence[Affine]) -> Place | None:
        """Return a place; None where only the running program knows it."""
        at = reader.at(indices)
        if any(name != STEP for _, name in at.terms):
            return None
        if reader.positions is None:
            return Place(reader.is_batched, at.constant, at.terms[0][0] if at.terms else 0)
        shift = reader.step if reader.shifts is None else int(reader.shifts[at.constant])
        return Place(reader.is_batched, int(reader.positions[at.constant]), shift)

    def _spelled(self, memory: str, place: Place) -> str:
        names = {"v": "s", "a": "g"}
        memory = memory if place.is_batched else names[memory]
        if not place.factor:
            return f"{memory}[{place.constant}]"
        assert self._chain is not None
        if place.factor != 1:
            self._chain.factors.add(place.factor)
        moved = Affine(place.constant, ((1, _offset(place.factor)),))
        return f"{memory}[{moved}]"

    def get(self, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the local name of a value; write the line that loads it, where it is new."""
        place = self._place_of(reader, indices)
        if place is None:
            return super().get(reader, indices)
        chain = self._chain
        known = self._values.get(place) if chain is None or not place.factor else None
        if known is not None:
            return known
        if chain is None:
            name = self._values[place] = super().let("x", self._spelled("v", place))
            return name
        if place not in chain.values:
            name = chain.values[place] = self.name("x")
            line = f"{name} = {self._spelled('v', place)}"
            if chain.is_steady(place):
                chain.before.append(line)
            else:
                self.line(line)
        return chain.values[place]

    def put(self, reader: Reader, indices: Sequence[Affine], text: str) -> None:
        """Write the assignment of a value, to a local name and to its list."""
        place = self._place_of(reader, indices)
        if place is None:
            super().put(reader, indices, text)
            return
        name = self.name("x")
        self.line(f"{name} = {self._spelled('v', place)} = {text}")
        (self._values if self._chain is None else self._chain.values)[place] = name

    def adjoint(self, reader: Reader, indices: Sequence[Affine]) -> str:
        """Return the text of an adjoint that is complete."""
        place = self._place_of(reader, indices)
        if place is None:
            return super().adjoint(reader, indices)
        chain = self._chain
        if chain is not None and chain.is_regular and place in chain.adjoints:
            return chain.adjoints[place]
        if chain is not None and chain.is_regular and place.constant in chain.pure:
            return self.dialect.number(0.0)
        return self._spelled("a", place)

    def contribute(self, reader: Reader, indices: Sequence[Affine], text: str) -> None:
        """Write the addition of a contribution to an adjoint."""
        place = self._place_of(reader, indices)
        chain = self._chain
        if place is None or chain is None or not chain.is_regular:
            super().contribute(reader, indices, text)
            return
        if chain.is_steady(place):
            if place not in chain.steady:
                name = chain.steady[place] = self.name("g")
                chain.before.append(f"{name} = 0.0")
                chain.after.append(f"{self._spelled('a', place)} += {name}")
            self.line(f"{chain.steady[place]} += {text}")
        elif place in chain.adjoints:
            self.line(f"{chain.adjoints[place]} += {text}")
        else:
            name = chain.adjoints[place] = self.name("a")
            is_shared = chain.is_own(place) and place.constant not in chain.pure
            so_far = f"{self._spelled('a', place)} + " if is_shared else ""
            self.line(f"{name} = {so_far}{text}")


def _offset(factor: int) -> str:
    return STEP if factor == 1 else f"by{factor}".replace("-", "_")


def _sharing(program: Equations, loop: Loop) -> tuple[frozenset[int], bool]:
    """Return the first places whose adjoint is of one step alone, and whether a loop is regular."""
    block = loop.block
    last = loop.body[-1].block
    own = range(block.start, last.start + last.size)
    shared = flags(program)
    shared[program.outputs.is_batched][program.outputs.positions] = True
    is_regular = True
    for statement in program.equations:
        if statement is not loop:
            steps = statement.steps if isinstance(statement, Loop) else 1
            body = statement.body if isinstance(statement, Loop) else (statement,)
            for access in (each for equation in body for each in equation.accesses()):
                shared[access.is_batched][access.over(steps)] = True
    for access in (each for equation in loop.body for each in equation.accesses()):
        positions = access.over(loop.steps)
        if access.is_batched == block.is_batched:
            moves = np.zeros(access.shape, np.intp) if access.shifts is None else access.shifts
            inside = (access.positions >= own.start) & (access.positions < own.stop)
            inside &= moves == block.step
            within = (positions >= block.start) & (positions < block.start + block.size)
            is_regular &= not (within & (moves != block.step)).any()
            shared[access.is_batched][positions[:, ~inside]] = True
    others = [shared[block.is_batched][place :: block.step][: loop.steps].any() for place in own]
    alone = [place for place, is_shared in zip(own, others, strict=True) if not is_shared]
    return frozenset(alone), is_regular
