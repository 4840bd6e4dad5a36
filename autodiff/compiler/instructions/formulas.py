"""Formulas as words over vectors: the steps of straight-line programs, with temporaries.

>>> from autodiff.operations import TABLE
>>> form = form_of_value(TABLE["sigmoid"], {}, {})
>>> [key.role for key in form.readers], form.temporaries
(['operand', 'constant', 'result'], 2)
>>> [(op.word, op.target, op.operands) for op in form.ops]
[('neg', 3, (0,)), ('exp', 4, (3,)), ('add', 3, (1, 4)), ('div', 2, (1, 3))]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autodiff.formula.simplify import reduced
from autodiff.formula.straight_line import Reference, Step, steps
from autodiff.formula.tree import Expression
from autodiff.formula.words import PRODUCT_OF_OTHERS, REDUCTIONS
from autodiff.table.operation import Operation


class Key(NamedTuple):
    """What a reader reads.

    Attributes:
        role: "operand", "result", "outer" for the adjoint of the result, "adjoint" for that of an
            operand, or "constant".
        name: of the operand.
        element: of a starred operand.
        number: the constant, spelled.
    """

    role: str
    name: str = ""
    element: int = 0
    number: str = ""


class Op(NamedTuple):
    """A word applied to vectors.

    Attributes:
        word: as the engine in C names it.
        target: the number of a reader, or the number of readers plus that of a temporary.
        operands: likewise; of a reduction the first of several neighbours.
        rows: how many there are.
    """

    word: str
    target: int
    operands: tuple[int, ...]
    rows: int = 1


class Form(NamedTuple):
    """A formula for vectors.

    Attributes:
        readers: what it reads and writes.
        ops: in their order.
        temporaries: how many vectors they need beside.
    """

    readers: tuple[Key, ...]
    ops: tuple[Op, ...]
    temporaries: int


def form_of_value(
    operation: Operation, known: Mapping[str, Expression], counts: Mapping[str, int]
) -> Form:
    """Return the form that computes an operation.

    Args:
        operation: the row of the table.
        known: the operands that are numbers.
        counts: the number of elements of each starred operand.
    """
    writer = _FormWriter(counts)
    value, _ = operation.expanded()
    writer.write([reduced(value, known)], is_result=True)
    return writer.form()


def form_of_derivatives(
    operation: Operation,
    known: Mapping[str, Expression],
    counts: Mapping[str, int],
    wanted: Sequence[str],
) -> Form:
    """Return the form that adds the adjoint of the result, times derivatives, to adjoints.

    Args:
        operation: the row of the table.
        known: the operands that are numbers.
        counts: the number of elements of each starred operand.
        wanted: the operands whose adjoints are needed.
    """
    writer = _FormWriter(counts)
    _, derivatives = operation.expanded()
    found = writer.write([reduced(derivatives[name], known) for name in wanted])
    for name, derivative in zip(wanted, found, strict=True):
        for element in range(counts.get(name, 1)):
            writer.contribute(Key("adjoint", name, element), derivative, element)
    return writer.form()


def form_of_terms(count: int, *, adds: bool) -> Form:
    """Return the form that adds up terms, to what the result holds or to nothing."""
    writer = _FormWriter({})
    keys = [Key("operand", str(place)) for place in range(count)]
    first = 0 if adds else min(count, 2)
    if first:
        writer.to_result("add" if first == 2 else "copy", keys[:first])
    for key in keys[first:]:
        writer.to_result("add_to", [key])
    return writer.form()


def form_of_term_adjoints(wanted: Sequence[int]) -> Form:
    """Return the form that adds the adjoint of a sum to those of some of its terms."""
    writer = _FormWriter({})
    for place in wanted:
        writer.contribute(Key("adjoint", str(place)), 1.0, 0)
    return writer.form()


class _FormWriter:
    """Writes the ops of formulas; until the end a temporary t has the number -1 - t."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts: Mapping[str, int] = counts
        self._count: int = next(iter(counts.values()), 1)
        self._readers: dict[Key, int] = {}
        self._ops: list[Op] = []
        self._places: dict[Reference, int] = {}
        self._sequences: set[Reference] = {*counts}
        self._temporaries: int = 0
        self._free: list[int] = []

    def form(self) -> Form:
        """Return what was written."""
        count = len(self._readers)

        def final(place: int) -> int:
            return place if place >= 0 else count - 1 - place

        ops = tuple(
            [
                op._replace(target=final(op.target), operands=tuple(map(final, op.operands)))
                for op in self._ops
            ]
        )
        return Form((*self._readers,), ops, self._temporaries)

    def write(self, trees: Sequence[Expression], *, is_result: bool = False) -> list[Reference]:
        """Write the steps of formulas; return where each is found.

        Args:
            trees: the formulas.
            is_result: whether the only one goes to the result.
        """
        program, results = steps(trees)
        uses = _last_uses(program, results)
        for step in program:
            self._step(step, is_last=is_result and step.number == results[0])
            for x in {x for x in step.arguments if isinstance(x, int)}:
                if uses[x] == step.number and x not in self._sequences and self._places[x] < 0:
                    self._free.append(self._places[x])
        if is_result and self._places.get(results[0]) != self._reader(Key("result")):
            self._ops.append(Op("copy", self._reader(Key("result")), (self._place(results[0]),)))
        return results

    def contribute(self, target: Key, derivative: Reference, element: int) -> None:
        """Write the addition of the adjoint of the result, times a derivative."""
        place, outer = self._reader(target), self._reader(Key("outer"))
        if derivative in {1.0, -1.0} and isinstance(derivative, float):
            self._ops.append(Op("add_to" if derivative > 0 else "subtract_from", place, (outer,)))
        else:
            self._ops.append(Op("add_product", place, (outer, self._place(derivative, element))))

    def to_result(self, word: str, sources: Sequence[Key]) -> None:
        """Write a word whose result is that of the equation."""
        target = self._reader(Key("result"))
        self._ops.append(Op(word, target, tuple([self._reader(key) for key in sources])))

    def _reader(self, key: Key) -> int:
        return self._readers.setdefault(key, len(self._readers))

    def _place(self, x: Reference, element: int = 0) -> int:
        """Return the place of a number, of an operand or of a step."""
        if isinstance(x, float):
            return self._reader(Key("constant", number=repr(x)))
        if isinstance(x, int):
            place = self._places[x]
            if x not in self._sequences:
                return place
            return place - element if place < 0 else place + element
        if x == "out":
            return self._reader(Key("result"))
        if x not in self._sequences:
            return self._reader(Key("operand", x))
        keys = [Key("operand", x, k) for k in range(self._counts[x])]
        return [self._reader(key) for key in keys][element]

    def _step(self, step: Step, *, is_last: bool) -> None:
        function, arguments, count = step.function, step.arguments, self._count
        is_sequence = any(x in self._sequences and not isinstance(x, float) for x in arguments)
        reduces = is_sequence and function in REDUCTIONS and len(arguments) == 1
        if function == "count":
            self._places[step.number] = self._reader(Key("constant", number=repr(float(count))))
            return
        if reduces or not is_sequence:
            operands = tuple([self._place(x) for x in arguments])
            target = self._target(is_last=is_last)
            self._places[step.number] = target
            word = f"{function}_of_all" if reduces else function
            self._ops.append(Op(word, target, operands, count if reduces else 1))
            return
        self._sequences.add(step.number)
        self._temporaries += count
        first = self._places[step.number] = count - 1 - self._temporaries
        if function == PRODUCT_OF_OTHERS:
            self._ops.append(Op(function, first, (self._place(arguments[0]),), count))
            return
        for k in range(count):
            self._ops.append(Op(function, first - k, tuple([self._place(x, k) for x in arguments])))

    def _target(self, *, is_last: bool) -> int:
        if is_last:
            return self._reader(Key("result"))
        if self._free:
            return self._free.pop()
        self._temporaries += 1
        return -self._temporaries


def _last_uses(program: Sequence[Step], results: Sequence[Reference]) -> dict[int, int]:
    """Return the last step that uses each step; one more than there are for a result."""
    uses = {x: step.number for step in program for x in step.arguments if isinstance(x, int)}
    return uses | {x: len(program) + 1 for x in results if isinstance(x, int)}
