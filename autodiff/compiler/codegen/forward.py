"""Codegen of the forward pass: the lines of NumPy that compute the values of equations.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.operations import TABLE
>>> from autodiff.compiler.ir.equations import Block, Equations
>>> x = access_to([0, 1], is_batched=False)
>>> y = Elementwise(Block("y", False, 2, 2), (2,), TABLE["sigmoid"], (x,))
>>> writer = Writer(Equations((y,), x, (), (), 2, {}, 0, 4, None))
>>> write_forward(writer, is_batched=False)
>>> writer.lines
['negative(p1, out=st0)', 'exp(st0, out=st1)', 'add(_1, st1, out=st0)', 'divide(_1, st0, out=y)']
"""

from __future__ import annotations

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import (
    Elementwise,
    Equation,
    Lookup,
    Loop,
    MatrixProduct,
    Part,
    SegmentedSum,
    Sum,
    Term,
)
from autodiff.formula.tree import Expression, Number

from .formulas import Operands, simplified_formulas, write_steps
from .writer import Writer


def write_forward(writer: Writer, *, is_batched: bool) -> None:
    """Write the lines of the static or of the batched equations."""
    for statement in writer.program.equations:
        if statement.block.is_batched != is_batched:
            continue
        if isinstance(statement, Loop):
            with writer.loop(statement, is_back=False):
                for equation in statement.body:
                    _equation(writer, equation)
        else:
            _equation(writer, statement)


def _equation(writer: Writer, equation: Equation) -> None:
    if isinstance(equation, Elementwise):
        _elementwise(writer, equation)
    else:
        _sum(writer, equation)


def read(
    writer: Writer, access: Access, *, is_batched: bool, write: bool = True, parameters: str = "p"
) -> str:
    """Return the name of a read; write the line that gathers it unless it is a view.

    Args:
        writer: receives the line.
        access: the read.
        is_batched: whether it is combined with batched numbers.
        write: False if the line has been written before.
        parameters: the stem for parameters, as in `Writer.name_of`.
    """
    is_column = is_batched and not access.is_batched
    if access.strides is not None:
        return writer.name_of(access, is_column=is_column, parameters=parameters)
    stem = "at_b" if access.is_batched else "at_s"
    moves = access.shifts is not None
    key = access.over(2).tobytes(), access.shape
    pattern = writer.pattern(
        stem,
        lambda: access.over(writer.steps) if moves else access.positions,
        key,
        is_moving=moves,
    )
    name = writer.gathered(access, pattern)
    if write:
        memory = writer.memory(is_batched=access.is_batched)
        writer.line(f"take({memory}, {pattern}, 0, {name}, 'clip')")
    return f"{name}[..., None]" if is_column else name


def operands_of(writer: Writer, equation: Elementwise, *, write: bool) -> Operands:
    """Return names and numbers of the operands of an equation."""
    names: dict[str, str] = {}
    known: dict[str, Expression] = {}
    sequences: dict[str, int] = {}
    operation = equation.operation
    for name, operand in zip(operation.operands, equation.operands, strict=True):
        if not isinstance(operand, Access):
            known[name] = Number(operand)
            continue
        names[name] = read(writer, operand, is_batched=equation.block.is_batched, write=write)
        if name in operation.starred:
            sequences[name] = operand.shape[0]
    return Operands(names, known, sequences)


def _elementwise(writer: Writer, equation: Elementwise) -> None:
    operands = operands_of(writer, equation, write=True)
    out = writer.result(equation)
    shown = [
        operands.names.get(name, f"{operand:g}" if isinstance(operand, float) else "")
        for name, operand in zip(equation.operation.operands, equation.operands, strict=True)
    ]
    writer.notes[equation.block.name] = out, shown
    formula = simplified_formulas(writer, equation.operation, [""], operands)
    write_steps(writer, formula, operands, equation, out)


def _sum(writer: Writer, equation: Sum) -> None:
    out = writer.result(equation)
    is_batched = equation.block.is_batched
    names: list[str] = []
    sums = [part for part in equation.parts if not isinstance(part, Term)]
    for place, part in enumerate(sums):
        target = writer.scratch(1, equation.shape, is_batched=is_batched) if place else out
        names += _part(writer, part, equation, target)
        if place:
            writer.line(f"add({out}, {target}, out={out})")
    terms = [
        read(writer, part.term, is_batched=is_batched, parameters="b")
        for part in equation.parts
        if isinstance(part, Term)
    ]
    writer.notes[equation.block.name] = out, [*names, *terms]
    so_far = out if sums else terms.pop(0)
    if not terms and not sums:
        writer.line(f"copyto({out}, {so_far})")
    for term in terms:
        writer.line(f"add({so_far}, {term}, out={out})")
        so_far = out


def _part(writer: Writer, part: Part, equation: Sum, target: str) -> list[str]:
    """Write one part of a sum into a view; return the names of its reads."""
    if isinstance(part, MatrixProduct):
        left, right = matrices(writer, part, equation, write=True)
        if part.left.shape[1] == 1 and equation.block.is_batched:  # twice as fast
            writer.line(f"multiply({left}, {right}, out={target})")
            return [left, right]
        factors = f"{left}, {right}" if equation.block.is_batched else f"{right}, {left}.T"
        writer.line(f"matmul({factors}, out={target})")
        return [left, right]
    if isinstance(part, Lookup):
        table, index = lookup(writer, part, write=True)
        writer.line(f"look_up({table}, {index}, {target})")
        return [table, index]
    assert isinstance(part, SegmentedSum)
    is_batched = equation.block.is_batched
    elements = read(writer, part.right, is_batched=is_batched)
    names = [elements]
    if part.left is not None:
        names = [read(writer, part.left, is_batched=is_batched), elements]
        elements = writer.scratch(0, part.right.shape, is_batched=is_batched)
        writer.line(f"multiply({names[0]}, {names[1]}, out={elements})")
    out = flat_view(writer, equation, target)
    if len(part.classes) == 1:
        writer.line(f"add.reduce({elements}, 0, out={out})")
    else:
        lengths = writer.pattern("lengths", lambda: part.classes, part.classes)
        writer.line(f"segment_sums({elements}, {lengths}, {out})")
    return names


def matrices(writer: Writer, part: MatrixProduct, equation: Sum, *, write: bool) -> tuple[str, str]:
    """Return the names of both factors of a product; the left one has no batch axis."""
    left = read(writer, part.left, is_batched=False, write=write, parameters="W")
    right = read(writer, part.right, is_batched=equation.block.is_batched, write=write)
    return left, right


def lookup(writer: Writer, part: Lookup, *, write: bool) -> tuple[str, str]:
    """Return the names of the table and of the index of a look-up."""
    table = read(writer, part.table, is_batched=False, write=write, parameters="W")
    return table, read(writer, part.indices, is_batched=True, write=write)


def flat_view(writer: Writer, equation: Sum, name: str) -> str:
    """Return the name of the same view with a single axis over all results of an equation."""
    if len(equation.shape) == 1:
        return name
    view = writer.views[name]._replace(shape=(equation.block.size,), strides=(1,))
    is_scratch = view.memory.startswith("scratch")
    return writer.view(view, name.partition("_")[0] if is_scratch else equation.block.name)
