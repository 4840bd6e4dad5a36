"""Codegen of accumulation: lines that write the first contribution to an adjoint and add the rest.

A position is set to 0 before the sweep if no contribution reaches it, or if the first one reaches
only some positions of a view.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.compiler.ir.equations import Block, Equations, Sum, Term
>>> x = access_to([0, 1], is_batched=False)
>>> y = Sum(Block("y", False, 2, 2), (2,), (Term(x),))
>>> writer = Writer(Equations((y,), x, (), (), 2, {}, 0, 4, None))
>>> adjoints = Adjoints(writer)
>>> for name in ("a", "b"):
...     adjoints.add(Contribution(x, False, "", name))
>>> writer.lines
['copyto(dp1, a)', 'add(dp1, b, out=dp1)']
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.ir.access import Access, Positions
from autodiff.compiler.ir.equations import Block, Equation, Loop
from autodiff.compiler.ir.reach import flags, needed_positions, spread

from .scatter import Scatter
from .writer import Writer

_FEW_RUNS = 4  # are set to 0 by a line each; for more, one line clears everything


class Contribution(NamedTuple):
    """What an equation contributes to the adjoint of numbers that it reads.

    Attributes:
        access: the read.
        is_batched: whether every example has a contribution of its own.
        line: the line that computes the contributions, with {} for the view that receives them.
        ready: a view that holds them already; then the line is not needed.
    """

    access: Access
    is_batched: bool
    line: str
    ready: str | None = None


class Adjoints:
    """Keeps track of the adjoints of all values while the reverse pass is written.

    Args:
        writer: receives the lines.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer: Writer = writer
        self._touched: dict[bool, NDArray[np.bool_]] = flags(writer.program)
        self._cleared: dict[bool, NDArray[np.bool_]] = flags(writer.program)
        self._needed: dict[bool, NDArray[np.bool_]] = needed_positions(writer.program)

    def is_needed(self, access: Access) -> bool:
        """Tell whether a read depends on a parameter."""
        positions = access.over(self._writer.steps)
        return bool(self._needed[access.is_batched][positions].any())

    def enter(self, loop: Loop) -> None:
        """Have everything set to 0 that several steps of the loop add to.

        What only its own step contributes to is written and not added to, as outside loops.
        """
        added = {kind: flags.copy() for kind, flags in self._touched.items()}

        def is_reached(equation: Equation) -> bool:
            block = equation.block
            return bool(added[block.is_batched][block.over(loop.steps)].any())

        def reach(equation: Equation) -> None:
            block = equation.block
            added[block.is_batched][block.over(loop.steps)] = True
            for access in equation.accesses():
                if self.is_needed(access):
                    added[access.is_batched][access.over(loop.steps)] = True

        spread(loop.body[::-1], is_reached, reach)
        added[loop.block.is_batched][self._own_of_steps(loop)] = False
        for kind, marked in added.items():
            self._cleared[kind] |= marked & ~self._touched[kind]
            self._touched[kind] = marked

    def _own_of_steps(self, loop: Loop) -> Positions:
        """Return the positions that get contributions from their own step only, in all steps."""
        is_batched, start, step = loop.block.is_batched, loop.block.start, loop.block.step
        last = loop.body[-1].block
        size = last.start + last.size - start
        others = self._touched[is_batched].copy()
        for access in (each for equation in loop.body for each in equation.accesses()):
            if access.is_batched == is_batched and self.is_needed(access):
                inside = (access.positions >= start) & (access.positions < start + size)
                if access.shifts is None:
                    inside[...] = False
                else:
                    inside &= access.shifts == step
                others[access.over(loop.steps)[:, ~inside]] = True
        everywhere = Block("", is_batched, start, size, step).over(loop.steps)
        return everywhere[:, ~others[everywhere].any(axis=0)]

    def reaches(self, equation: Equation) -> bool:
        """Tell whether an equation has an adjoint; have positions without contribution set to 0."""
        block = equation.block
        own = self._touched[block.is_batched][block.positions]
        needed = self._needed[block.is_batched][block.positions]
        if not own.any() or not needed.any():
            return False
        self._cleared[block.is_batched][block.over(self._writer.steps)[:, ~own]] = True
        return True

    def seed(self, outputs: Access) -> str:
        """Return the view of the adjoint of the only output."""
        self._touched[True][outputs.positions] = True
        return self._writer.name_of(outputs, is_adjoint=True)

    def lowest(self) -> int:
        """Return the first batched position that has an adjoint."""
        return int(np.flatnonzero(self._touched[True] | self._cleared[True])[0])

    def cleared(self) -> list[tuple[str, int, int]]:
        """Return what is set to 0 before the sweep, as (memory, start, end)."""
        parameters = self._writer.program.parameters
        self._cleared[False][:parameters] |= ~self._touched[False][:parameters]
        lowest = self.lowest()
        return [
            *(("adjoints", start, end) for start, end in _runs(self._cleared[True][lowest:])),
            *(("gradient", start, end) for start, end in _runs(self._cleared[False])),
        ]

    def add(self, contribution: Contribution) -> None:
        """Write the lines that add a contribution."""
        access = contribution.access
        if not self.is_needed(access):
            return
        target = self._target(access)
        if target is None:
            self._scatter(contribution)
            return
        axes = _summed_axes(access)
        if contribution.is_batched and not access.is_batched:
            axes = (*axes, len(access.shape))
        if axes:
            self._add_sums(contribution, target, axes)
        else:
            self._add_all(contribution, target)

    def _target(self, access: Access) -> str | None:
        """Return the view that contributions go to, without repeated axes; None to scatter."""
        if access.strides is None:
            return None
        summed = _summed_axes(access)
        places = tuple(0 if axis in summed else slice(None) for axis in range(len(access.shape)))
        if not Access(access.is_batched, access.positions[places], None).is_distinct:
            return None
        kept = [axis for axis in range(len(access.shape)) if axis not in summed]
        shape = tuple(access.shape[axis] for axis in kept) or (1,)
        strides = tuple(access.strides[axis] for axis in kept) or (0,)
        writer = self._writer
        view = writer.view_of(access, shape, strides, is_adjoint=True)
        return writer.view(view, writer.stem(access))

    def _add_all(self, contribution: Contribution, target: str) -> None:
        is_first = self._touch(contribution.access)
        if is_first and contribution.ready is None:
            self._writer.line(contribution.line.format(target))
        elif is_first:
            self._writer.line(f"copyto({target}, {contribution.ready})")
        else:
            self._writer.line(f"add({target}, {self._computed(contribution)}, out={target})")

    def _add_sums(self, contribution: Contribution, target: str, axes: tuple[int, ...]) -> None:
        writer, access = self._writer, contribution.access
        name = self._computed(contribution)
        is_first = self._touch(access)
        kept = tuple(n for axis, n in enumerate(access.shape) if axis not in axes)
        into = target
        if not is_first:
            into = writer.scratch("r", kept or (1,), is_batched=access.is_batched)
        place = into if kept else f"{into}[0, ...]"
        writer.line(f"add.reduce({name}, {axes[0] if len(axes) == 1 else axes}, out={place})")
        if not is_first:
            writer.line(f"add({target}, {into}, out={target})")

    def _scatter(self, contribution: Contribution) -> None:
        """Contribute to positions that form no view, or occur several times."""
        writer, access = self._writer, contribution.access
        name = self._computed(contribution)
        if contribution.is_batched and not access.is_batched:
            summed = writer.scratch("r", access.shape, is_batched=False)
            writer.line(f"add.reduce({name}, {len(access.shape)}, out={summed})")
            name = summed
        padding = writer.program.zero if access.is_batched else writer.program.zero_constant
        plan = writer.pattern(
            "to_b" if access.is_batched else "to_s",
            lambda: Scatter(_flat(access, writer.steps), padding),
            (access.is_batched, access.over(2).tobytes()),
            is_moving=access.shifts is not None,
        )
        if len(access.shape) > 1:
            rest = ", -1" if access.is_batched else ""
            name = f"{name}.reshape({access.positions.size}{rest})"
        verb = "put" if self._touch(access) else "add"
        memory = writer.memory(is_batched=access.is_batched, is_adjoint=True)
        writer.line(f"{plan}.{verb}({name}, {memory})")

    def _computed(self, contribution: Contribution) -> str:
        """Return the view of contributions, computed if need be."""
        if contribution.ready is not None:
            return contribution.ready
        shape = contribution.access.shape
        name = self._writer.scratch("c", shape, is_batched=contribution.is_batched)
        self._writer.line(contribution.line.format(name))
        return name

    def _touch(self, access: Access) -> bool:
        """Note a contribution; tell whether it is the first one for all its positions."""
        touched = self._touched[access.is_batched]
        before = touched[access.positions]
        if before.any() and not before.all():
            missing = access.over(self._writer.steps)[:, ~before]
            self._cleared[access.is_batched][missing] = True
        touched[access.positions] = True
        return not before.any()


def _summed_axes(access: Access) -> tuple[int, ...]:
    """Return the axes along which a read repeats itself."""
    assert access.strides is not None
    pairs = zip(access.shape, access.strides, strict=True)
    return tuple(axis for axis, (n, s) in enumerate(pairs) if s == 0 and n > 1)


def _flat(access: Access, steps: int) -> Positions:
    """Return the positions of a read; of one that moves, with an axis over the steps in front."""
    if access.shifts is None:
        return access.positions.ravel()
    return access.over(steps).reshape(steps, -1)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return start and end of every run of flags; of everything if there are many."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    runs = list(zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True))
    return runs if len(runs) <= _FEW_RUNS else [(0, len(flags))]
