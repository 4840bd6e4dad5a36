"""Operations of the table as functions that users call: over Values, numbers, or both.

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
from autodiff.graph.pytree import demand_short
from autodiff.operations import register
from autodiff.table.documentation import of_function
from autodiff.table.operation import Operation
from autodiff.validation import sequence

from .value import Value

Operand: TypeAlias = Value | float


class _Callable:
    """What functions and reductions have in common: the row, the name and the docstring."""

    def __init__(self, operation: Operation) -> None:
        self.operation: Operation = operation
        self.__name__: str = operation.name
        self.__doc__: str | None = f"{operation.signature}\n\n{of_function(operation)}"

    def __repr__(self) -> str:
        return f"<{self.operation!r}>"


class Function(_Callable):
    """An operation of the table as a function of Values or numbers.

    Args:
        operation: the row of the table; it stays there as an attribute.
    """

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation)
        self._whole: int = len(operation.operands)

    @overload
    def __call__(self, *operands: float) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, *operands: Operand) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:
        """Apply the operation.

        Args:
            operands: one Value or real number for each operand of the row; those with a default
                may be left out.

        Returns:
            A Value; a float if every operand is a number.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
            ShapeError: if the number of operands does not fit.
        """
        if len(operands) == self._whole == 1 and isinstance(operands[0], Value):
            return unary(self.operation, operands[0])  # the common case, at half the cost
        return apply_to(self.operation, operands)


class Reduction(_Callable):
    """An operation over any number of operands: `maximum(a, b)` or `maximum([a, b])`.

    Args:
        operation: the row of the table; it stays there as an attribute.
    """

    @overload
    def __call__(self, *operands: float | Iterable[float]) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, *operands: Operand | Iterable[Operand]) -> Value: ...
    def __call__(self, *operands: Operand | Iterable[Operand]) -> Operand:
        """Apply the operation.

        Args:
            operands: Values and real numbers, or one sequence of them.

        Returns:
            A Value; a float if every operand is a number.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
            ShapeError: if there are no operands.
        """
        first = operands[0] if len(operands) == 1 else 0.0
        flat = operands if isinstance(first, (Node, int, float)) else elements_of(first)
        return apply_to(self.operation, flat)  # pyright: ignore[reportArgumentType] checked there


def elements_of(xs: Any) -> tuple[Operand, ...]:
    """Return the elements of a sequence of operands.

    Raises:
        WrongTypeError: for anything that is not a sequence.
        OptionError: if it has more than 10,000,000 elements.
    """
    if isinstance(xs, (list, tuple)):
        return tuple(cast("Iterable[Operand]", xs))
    expected = "Values or numbers, or one sequence of them"
    if is_array(xs) and getattr(xs, "ndim", 1) > 1:  # refused as an array, with better advice
        demand_short(xs, expected)
        return tuple(xs)
    return tuple(sequence(xs, expected))


def apply_to(row: Operation, operands: Sequence[Operand]) -> Operand:
    """Apply an operation: to numbers as a float, else as a node of the graph.

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


def operation(  # noqa: PLR0913 the fields of a row of the table
    name: str,
    operands: str,
    formula: str,
    derivatives: str,
    *,
    domain: str = "",
    sign: str = "",
    note: str = "",
    replace: bool = False,
) -> Function | Reduction:
    """Add an operation to the table; it then works everywhere the built-in ones do.

    Declaring the same operation again changes nothing.

    Args:
        name: an identifier that the table does not have yet.
        operands: their names, separated by spaces. `x*` stands for any number of operands;
            `slope=0.01` has a default. Starred operands have equal lengths.
        formula: the value, in the language of formulas: arithmetic, comparisons,
            `where(condition, x, y)`, functions of the table, and bindings after commas.
        derivatives: by each operand in turn, separated by `;`, in terms of the operands and of
            `out`, the value. By a starred operand: in terms of one of its elements.
        domain: a comparison that holds where the operation is defined; elsewhere the value and
            the derivatives are nan. "" by default: it is defined everywhere.
        sign: what pictures and tables write instead of the name; "", the default, for the name.
        note: a convention or a numerical reason, for the docstring; "" by default.
        replace: whether an operation of yours by this name gives way to this one; False by
            default.

    Returns:
        The operation as a function of Values or numbers.

    Raises:
        WrongTypeError: if an argument is not a str.
        OperationError: if the record is inconsistent or the name is taken.
        FormulaError: if a text cannot be read.

    >>> from autodiff import Value
    >>> swish2 = operation("swish2", "x", "x * sigmoid(2*x)",
    ...                    "s + 2*x*s*sigmoid(-2*x), s = sigmoid(2*x)")
    >>> swish2(Value(1.0))
    Value(data=0.8807970779778823, grad=0.0)
    """
    row = Operation(name, operands, formula, derivatives, domain=domain, sign=sign, note=note)
    row = register(row, replace=replace)
    return Reduction(row) if row.starred else Function(row)
