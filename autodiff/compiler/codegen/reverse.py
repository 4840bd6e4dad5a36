"""Codegen of the reverse pass: the lines of NumPy that sweep adjoints through the equations.

When its turn comes, the adjoint of an equation's result is complete, and is passed on to what the
equation reads, times the local derivatives of the table. For `Z = W A`: `dA = W.T dZ` and
`dW = dZ A.T` (Nielsen, Neural Networks and Deep Learning, chapter 2).

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.operations import TABLE
>>> from autodiff.compiler.ir.equations import Block, Equations
>>> x = access_to([0, 1], is_batched=False)
>>> y = Elementwise(Block("y", False, 2, 2), (2,), TABLE["square"], (x,))
>>> writer = Writer(Equations((y,), x, (), (), 2, {}, 0, 4, None))
>>> _elementwise(writer, y, Adjoints(writer))
>>> writer.lines
['multiply(_2, p1, out=st0)', 'multiply(dy, st0, out=dp1)']
"""

from __future__ import annotations

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import (
    Elementwise,
    Equation,
    Lookup,
    Loop,
    MatrixProduct,
    SegmentedSum,
    Sum,
    Term,
)
from autodiff.formula.straight_line import Reference

from .accumulation import Adjoints, Contribution
from .formulas import Operands, simplified_formulas, write_steps
from .forward import flat_view, lookup, matrices, operands_of, read
from .writer import Writer


def write_reverse(writer: Writer, adjoints: Adjoints, *, is_batched: bool) -> None:
    """Write the reverse sweep of the batched or of the static equations."""
    for statement in reversed(writer.program.equations):
        if statement.block.is_batched != is_batched:
            continue
        if isinstance(statement, Loop):
            with writer.loop(statement, is_back=True):
                adjoints.enter(statement)
                for equation in reversed(statement.body):
                    _equation(writer, equation, adjoints)
        else:
            _equation(writer, statement, adjoints)


def _equation(writer: Writer, equation: Equation, adjoints: Adjoints) -> None:
    if not adjoints.reaches(equation):
        return
    if isinstance(equation, Elementwise):
        _elementwise(writer, equation, adjoints)
    else:
        _sum(writer, equation, adjoints)


def _elementwise(writer: Writer, equation: Elementwise, adjoints: Adjoints) -> None:
    outer = writer.result(equation, is_adjoint=True)
    operands = operands_of(writer, equation, write=False)
    names = {**operands.names, "out": writer.result(equation)}
    wanted = [
        (name, operand)
        for name, operand in zip(equation.operation.operands, equation.operands, strict=True)
        if isinstance(operand, Access) and adjoints.is_needed(operand)
    ]
    found = write_steps(
        writer,
        simplified_formulas(writer, equation.operation, [name for name, _ in wanted], operands),
        Operands(names, operands.known, operands.sequences),
        equation,
    )
    for (_, access), derivative in zip(wanted, found, strict=True):
        ready = outer if derivative == 1.0 and access.shape == equation.shape else None
        line = _times(writer, outer, derivative)
        adjoints.add(Contribution(access, equation.block.is_batched, line, ready))


def _times(writer: Writer, outer: str, derivative: Reference) -> str:
    """Return the line that computes an adjoint times a local derivative."""
    if derivative == 1.0:
        return f"copyto({{}}, {outer})"
    if derivative == -1.0:
        return f"negative({outer}, out={{}})"
    return f"multiply({outer}, {writer.literal(derivative)}, out={{}})"


def _sum(writer: Writer, equation: Sum, adjoints: Adjoints) -> None:
    outer = writer.result(equation, is_adjoint=True)
    is_batched = equation.block.is_batched
    for part in equation.parts:
        if isinstance(part, Term):
            line = _times(writer, outer, 1.0)
            adjoints.add(Contribution(part.term, is_batched, line, outer))
        elif isinstance(part, MatrixProduct):
            _matrix_product(writer, part, equation, adjoints)
        elif isinstance(part, Lookup):
            _, index = lookup(writer, part, write=False)
            line = f"row_sums({outer}, {index}, {{}})"
            adjoints.add(Contribution(part.table, is_batched=False, line=line))
        else:
            _segmented_sum(writer, part, equation, adjoints)


def _matrix_product(writer: Writer, part: MatrixProduct, equation: Sum, adjoints: Adjoints) -> None:
    outer = writer.result(equation, is_adjoint=True)
    left, right = matrices(writer, part, equation, write=False)
    is_batched, is_single = equation.block.is_batched, len(part.right.shape) == 1
    factors = f"{left}.T, {outer}" if is_batched else f"{outer}, {left}"
    call = f"matmul({factors}, out={{}})"
    if is_batched and part.left.shape == (1, 1):
        call = f"multiply({left}, {outer}, out={{}})"
    adjoints.add(Contribution(part.right, is_batched, call))
    if is_batched and is_single:
        line = f"matmul({outer}, {right}.T, out={{}})"
    elif is_batched:
        line = f"outer_products({outer}, {right}, {{}})"
    elif is_single:
        line = f"multiply({outer}[:, None], {right}, out={{}})"
    else:
        line = f"matmul({outer}.T, {right}, out={{}})"
    adjoints.add(Contribution(part.left, is_batched=False, line=line))


def _segmented_sum(writer: Writer, part: SegmentedSum, equation: Sum, adjoints: Adjoints) -> None:
    is_batched = equation.block.is_batched
    outer = flat_view(writer, equation, writer.result(equation, is_adjoint=True))
    shape = part.right.shape
    if len(part.classes) > 1:  # the adjoint of every sum, for each of its elements
        owners = writer.pattern("owner", lambda: part.owners, part.classes)
        spread = writer.scratch("a", shape, is_batched=is_batched)
        writer.line(f"take({outer}, {owners}, 0, {spread}, 'clip')")
        outer = spread
    if part.left is None:
        adjoints.add(Contribution(part.right, is_batched, _times(writer, outer, 1.0)))
        return
    right = read(writer, part.right, is_batched=is_batched, write=False)
    left = read(writer, part.left, is_batched=is_batched, write=False)
    if part.left.same_as(part.right):  # d(x * x) = x dx + x dx: 2 * dx alone may overflow
        half = writer.scratch("b", shape, is_batched=is_batched)
        writer.line(f"multiply({outer}, {right}, out={half})")
        line = f"add({half}, {half}, out={{}})"
        adjoints.add(Contribution(part.right, is_batched, line))
        return
    adjoints.add(Contribution(part.right, is_batched, _times(writer, outer, left)))
    adjoints.add(Contribution(part.left, is_batched, _times(writer, outer, right)))
