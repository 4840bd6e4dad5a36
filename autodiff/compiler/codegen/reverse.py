"""Sixth pass: the reverse sweep, equation by equation, as lines of NumPy.

The adjoint of the result of an equation is known when its turn comes; it is passed on to what
the equation reads, times the local derivatives of the table. For `Z = W A`: `dA = W.T dZ` and
`dW = dZ A.T` (Nielsen, Neural Networks and Deep Learning, chapter 2). What is not here: how
contributions are added up (`adjoints`).

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.operations import TABLE
>>> from autodiff.compiler.ir.equations import Block, Equations
>>> x = access_to([0, 1], is_batched=False)
>>> y = Apply(Block("y", False, 2, 2), (2,), TABLE["square"], (x,))
>>> writer = Writer(Equations((y,), x, (), (), 2, {}, 0, 4, None))
>>> _apply(writer, y, Adjoints(writer))
>>> writer.lines
['multiply(_2, p1, out=st0)', 'multiply(dy, st0, out=dp1)']
"""

from __future__ import annotations

from collections.abc import Callable

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Apply, Plain, Product, Segments, Total
from autodiff.formula.simplify import reduced
from autodiff.formula.straight_line import Reference

from .accumulation import Adjoints, Contribution
from .formulas import Operands, write_steps
from .forward import flat_view, matrices, operands_of, read
from .writer import Writer


def write_reverse(writer: Writer, adjoints: Adjoints, *, is_batched: bool) -> None:
    """Write the reverse sweep of all batched, or of all static equations."""
    for equation in reversed(writer.program.equations):
        if equation.block.is_batched != is_batched or not adjoints.reaches(equation):
            continue
        if isinstance(equation, Apply):
            _apply(writer, equation, adjoints)
        else:
            _total(writer, equation, adjoints)


def _apply(writer: Writer, equation: Apply, adjoints: Adjoints) -> None:
    outer = writer.result(equation, is_adjoint=True)
    operands = operands_of(writer, equation, write=False)
    names = {**operands.names, "out": writer.result(equation)}
    _, derivatives = equation.operation.expanded()
    wanted = [
        (name, operand)
        for name, operand in zip(equation.operation.operands, equation.operands, strict=True)
        if isinstance(operand, Access) and adjoints.wants(operand)
    ]
    found = write_steps(
        writer,
        [reduced(derivatives[name], operands.known) for name, _ in wanted],
        Operands(names, operands.known, operands.sequences),
        equation,
    )
    for (_, access), derivative in zip(wanted, found, strict=True):
        ready = outer if derivative == 1.0 and access.shape == equation.shape else None
        write = _times(writer, outer, derivative)
        adjoints.add(Contribution(access, equation.block.is_batched, write, ready))


def _times(writer: Writer, outer: str, derivative: Reference) -> Callable[[str], None]:
    """Return what writes an adjoint times a local derivative."""

    def write(target: str) -> None:
        if derivative == 1.0:
            writer.line(f"copyto({target}, {outer})")
        elif derivative == -1.0:
            writer.line(f"negative({outer}, out={target})")
        else:
            writer.line(f"multiply({outer}, {writer.spelled(derivative)}, out={target})")

    return write


def _total(writer: Writer, equation: Total, adjoints: Adjoints) -> None:
    outer = writer.result(equation, is_adjoint=True)
    is_batched = equation.block.is_batched
    for part in equation.parts:
        if isinstance(part, Plain):
            write = _times(writer, outer, 1.0)
            adjoints.add(Contribution(part.term, is_batched, write, outer))
        elif isinstance(part, Product):
            _product(writer, part, equation, adjoints)
        else:
            _segments(writer, part, equation, adjoints)


def _product(writer: Writer, part: Product, equation: Total, adjoints: Adjoints) -> None:
    outer = writer.result(equation, is_adjoint=True)
    left, right = matrices(writer, part, equation, write=False)
    is_batched, is_single = equation.block.is_batched, len(part.right.shape) == 1

    def write_right(target: str) -> None:
        factors = f"{left}.T, {outer}" if is_batched else f"{outer}, {left}"
        writer.line(f"matmul({factors}, out={target})")

    def write_left(target: str) -> None:
        if is_batched and is_single:
            writer.line(f"matmul({outer}, {right}.T, out={target})")
        elif is_batched:
            writer.line(f"outer_products({outer}, {right}, {target})")
        elif is_single:
            writer.line(f"multiply({outer}[:, None], {right}, out={target})")
        else:
            writer.line(f"matmul({outer}.T, {right}, out={target})")

    adjoints.add(Contribution(part.right, is_batched, write_right))
    adjoints.add(Contribution(part.left, is_batched=False, write=write_left))


def _segments(writer: Writer, part: Segments, equation: Total, adjoints: Adjoints) -> None:
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
    if part.left.same_as(part.right):  # the derivative of x * x is 2 * x
        double = writer.scratch("b", shape, is_batched=is_batched)
        writer.line(f"multiply({outer}, {writer.spelled(2.0)}, out={double})")
        adjoints.add(Contribution(part.right, is_batched, _times(writer, double, right)))
        return
    adjoints.add(Contribution(part.right, is_batched, _times(writer, outer, left)))
    adjoints.add(Contribution(part.left, is_batched, _times(writer, outer, right)))
