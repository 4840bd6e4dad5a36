"""`take(rows, index)`: the row with a number, where the number may be a Value.

>>> table = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
>>> x, y = take(table, Value(1.0))
>>> (x * y).backward()
>>> table[1][0].grad, table[0][0].grad
(4.0, 0.0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard, overload

from autodiff.errors import OptionError, ShapeError, described
from autodiff.graph.hooks import IN_RANGE, RELATIONS
from autodiff.graph.node import compare, is_array, number, variadic
from autodiff.operations import TABLE

from .function_types import Operand, elements_of
from .value import Value

_TAKE = TABLE["take"]


@overload
def take(rows: Sequence[float], index: float) -> float: ...  # pyright: ignore[reportOverlappingOverload]
@overload
def take(rows: Sequence[Operand], index: Operand) -> Value: ...
@overload
def take(rows: Iterable[Iterable[Operand]], index: Operand) -> list[Value]: ...
def take(rows: Iterable[Any], index: Operand) -> Operand | Sequence[Operand]:
    """Return the row with a number: `rows[index]`, where the index may be a Value.

    A number chooses at once, and nothing is recorded. The choice by a Value is recorded: one node
    for each element, whose derivative is 1 by the element chosen, and 0 by the others and by the
    index. In a compiled function, whose arguments are Values, the index may thus differ from
    example to example. There, a look-up in a table of parameters, such as an embedding, is a
    gather, and its reverse a scatter-add.

    Args:
        rows: n Values or numbers, or n lists of them, all of one length of at least 1.
        index: a Value or a number; whole, from 0 to n - 1.

    Returns:
        The element, or a list of the elements of the row: by a number those of `rows`
        themselves, by a Value new Values.

    Raises:
        ShapeError: if there are no rows, or they differ in length.
        OptionError: if the index is not whole or out of range. A compiled program raises
            `BranchError`, as for any comparison.
        OperandError: if an element or the index is neither a Value nor a real number.
        WrongTypeError: if `rows` is not a sequence.
    """
    table: Sequence[Any] = rows if isinstance(rows, (list, tuple)) else elements_of(rows)
    if not table:
        raise ShapeError("at least one row", "none", "pass a list that is not empty")
    if not isinstance(index, Value):
        row = table[_place_in(table, number(index))]
        return _checked(elements_of(row)) if _is_row(row) else _checked([row])[0]
    _demand_place(table, index)
    places = [float(i) for i in range(len(table))]
    if not _is_row(table[0]):
        return variadic(_TAKE, (*table, *places, index))
    columns = zip(*_equally_long([elements_of(row) for row in table]), strict=True)
    return [variadic(_TAKE, (*column, *places, index)) for column in columns]


def _place_in(table: Sequence[Any], index: float) -> int:
    if not RELATIONS[IN_RANGE](index, len(table)):
        raise _misplaced(table, index)
    return int(index)


def _demand_place(table: Sequence[Any], index: Value) -> None:
    """Refuse a Value that is not an index; while a function is traced, the test is a guard."""
    if not compare(IN_RANGE, index, float(len(table))):
        raise _misplaced(table, index)


def _misplaced(table: Sequence[Any], index: Operand) -> OptionError:
    return OptionError(
        f"a whole number from 0 to {len(table) - 1} as index",
        described(index),
        f"the rows, of which there are {len(table)}, are counted from 0",
    )


def _equally_long(rows: Sequence[Sequence[Operand]]) -> Sequence[Sequence[Operand]]:
    wanted = len(rows[0]) or 1
    for place, row in enumerate(rows):
        if len(row) != wanted:
            raise ShapeError(
                f"{wanted} elements in every row", f"{len(row)} in row {place}", "make them equal"
            )
    return rows


def _is_row(x: Any) -> TypeGuard[Sequence[Operand]]:
    return isinstance(x, (list, tuple)) or is_array(x)


def _checked(row: Iterable[Any]) -> list[Any]:
    return [x if isinstance(x, Value) else number(x) for x in row]
