"""Operations of the table as functions that users call: over Values, numbers, or a mixture.

What is not here: the functions by name (`functions`).

>>> from autodiff import Value
>>> from autodiff.operations import TABLE
>>> double = Function(TABLE["square"])
>>> double(3.0), double(Value(3.0))
(9.0, Value(data=9.0, grad=0.0))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, cast, overload

from autodiff.errors import WrongTypeError
from autodiff.graph.node import Node, is_array, number, unary, variadic
from autodiff.table.operation import Operation

from .value import Value

Operand: TypeAlias = Value | float


class Function:
    """An operation of the table as a function of Values or numbers.

    Attributes:
        operation: the row of the table.
    """

    def __init__(self, operation: Operation) -> None:
        self.operation: Operation = operation
        self._whole: int = len(operation.operands)
        self.__name__: str = operation.name
        self.__doc__: str | None = describe(operation)

    @overload
    def __call__(self, *operands: float) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, *operands: Operand) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:
        """Apply the operation.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
            ShapeError: if the number of operands does not fit.
        """
        if len(operands) == self._whole == 1 and isinstance(operands[0], Value):
            return unary(self.operation, operands[0])  # the common case, at half the cost
        return apply_to(self.operation, operands)

    def __repr__(self) -> str:
        return f"<{self.operation!r}>"


class Reduction:
    """An operation over any number of operands: `maximum(a, b)` or `maximum([a, b])`.

    Attributes:
        operation: the row of the table.
    """

    def __init__(self, operation: Operation) -> None:
        self.operation: Operation = operation
        self.__name__: str = operation.name
        self.__doc__: str | None = describe(operation)

    @overload
    def __call__(self, *operands: float | Iterable[float]) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, *operands: Operand | Iterable[Operand]) -> Value: ...
    def __call__(self, *operands: Operand | Iterable[Operand]) -> Operand:
        """Apply the operation to the operands, or to the elements of the one sequence given.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
            ShapeError: if there are no operands.
        """
        first = operands[0] if len(operands) == 1 else 0.0
        flat = operands if isinstance(first, (Node, int, float)) else elements_of(first)
        return apply_to(self.operation, flat)  # pyright: ignore[reportArgumentType] checked there

    def __repr__(self) -> str:
        return f"<{self.operation!r}>"


def describe(row: Operation) -> str:
    """Say in a few lines what an operation is, from its row."""
    lines = [f"{row!r}.", ""]
    lines += [
        f"Derivative by {x}: {d}." for x, d in zip(row.operands, row.derivatives, strict=True)
    ]
    if row.domain:
        lines.append(f"Defined where {row.domain}; nan elsewhere.")
    if row.note:
        lines.append(f"Note: {row.note}.")
    return "\n".join(lines)


def elements_of(xs: Any) -> tuple[Operand, ...]:
    """Return the elements of a sequence of operands.

    Raises:
        WrongTypeError: for anything that is no sequence.
    """
    if isinstance(xs, Iterable) and not isinstance(xs, (str, bytes)):
        return tuple(cast("Iterable[Operand]", xs))
    raise WrongTypeError(
        "Values or numbers, or one sequence of them", f"{type(xs).__name__}", "pass a list"
    )


def apply_to(row: Operation, operands: Sequence[Operand]) -> Operand:
    """Apply an operation: to numbers alone as a float, else as a node of the graph.

    Raises:
        WrongTypeError: for an array.
        OperandError: if an operand is neither a Value nor a real number.
        ShapeError: if the number of operands does not fit.
    """
    for operand in operands:
        if isinstance(operand, Value):
            return variadic(row, operands)
    for operand in operands:
        if is_array(operand):
            raise WrongTypeError(
                "Values or numbers",
                "an array",
                f"write np.{row.name}(array), or go element by element",
            )
    return row.function(*row.group([number(operand) for operand in operands]))[0]
