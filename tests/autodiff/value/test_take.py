"""`take`: the row with a number, chosen at once by a number, recorded by a Value."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest

from autodiff import Value, check, exact, grad, hessian, no_grad, take, why
from autodiff.errors import OperandError, OptionError, ShapeError, WrongTypeError


def values(*numbers: float) -> list[Value]:
    return [Value(x) for x in numbers]


def test_a_number_chooses_the_row_itself() -> None:
    flat, table = values(1, 2, 3), [values(1, 2), values(3, 4)]
    for index in (2, 2.0, np.int64(2), np.float32(2), Fraction(2)):
        assert take(flat, index) is flat[2]
    assert take(table, 1) == table[1]
    assert take(table, 1) is not table[1]
    assert take([5, 6], 1) == 6.0
    assert take([[5, 6], [7, 8]], 0) == [5.0, 6.0]


def test_a_value_records_the_choice() -> None:
    flat, index = values(1, inf, 3), Value(2.0)
    out = take(flat, index)
    assert out.operands == (*flat, 0.0, 1.0, 2.0, index)
    out.backward(5.0)
    assert [x.grad for x in flat] == [0.0, 0.0, 5.0]
    assert (out.data, index.grad) == (3.0, 0.0)
    for place, expected in ((0.0, 1.0), (3.0, 0.0), (0.5, 0.0)):
        index.data = place
        out.recompute()
        assert out.data == expected


def test_a_row_has_a_node_for_each_element() -> None:
    table = [values(1, 2), values(3, 4), values(5, 6)]
    x, y = take(table, Value(1.0))
    (x * y).backward()
    assert [[v.grad for v in row] for row in table] == [[0, 0], [4, 3], [0, 0]]


@pytest.mark.parametrize("rows", [[[1, 2], [3, 4]], ((1, 2), (3, 4)), np.array([[1, 2], [3, 4]])])
def test_rows_may_be_any_sequences(rows) -> None:
    assert [x.data for x in take(rows, Value(1.0))] == [3.0, 4.0]
    assert take(rows, 1) == [3.0, 4.0]


def test_without_recording_the_results_are_leaves() -> None:
    with no_grad():
        out = take(values(1, 2), Value(1.0))
    assert (out.data, out.parents) == (2.0, ())


def test_derivatives_of_any_order() -> None:
    x = Value(2.0)
    cube = take([x * x, x**3], Value(1.0))
    first = grad(cube, x)
    assert first.data == 12.0
    assert grad(first, x).data == 12.0
    y = Value(1.0)
    assert hessian(take([x, x * y**4], Value(1.0)), [x, y])[1][1].data == 24.0


def test_the_tools_explain_it() -> None:
    table, index = values(1.5, 2.5), Value(1.0)
    assert check(lambda xs: take([x * x for x in xs], index), table).ok
    assert "No bug" in str(exact(take(table, index)))
    assert "where(1 == " in str(why(take(table, index), table[1]))


@pytest.mark.parametrize("index", [2, -1, 0.5, nan, inf, -inf])
def test_what_is_not_an_index_is_refused(index: float) -> None:
    for given in (index, Value(index)):
        for rows in (values(1, 2), [values(1), values(2)]):
            with pytest.raises(OptionError, match="whole number from 0 to 1 as index, got"):
                take(rows, given)


@pytest.mark.parametrize(
    ("rows", "index", "error", "match"),
    [
        ([], 0, ShapeError, "at least one row"),
        ([], Value(0.0), ShapeError, "at least one row"),
        ([[1], [1, 2]], Value(0.0), ShapeError, "1 elements in every row, got 2 in row 1"),
        ([[], []], Value(0.0), ShapeError, "got 0 in row 0"),
        ([1, [2]], Value(0.0), OperandError, "got list"),
        ([[1], 2], Value(0.0), WrongTypeError, "got int 2"),
        (["a", "b"], 0, OperandError, "got str 'a'"),
        ([["a"], ["b"]], 1, OperandError, "got str 'b'"),
        ([[None]], Value(0.0), OperandError, "NoneType"),
        (3, 0, WrongTypeError, "got int 3"),
        ("ab", 0, WrongTypeError, "got str 'ab'"),
        ([1], "0", OperandError, "got str '0'"),
        ([1], None, OperandError, "NoneType"),
        ([1], [0], OperandError, "got list"),
    ],
)
def test_odd_arguments(rows, index, error, match: str) -> None:
    with pytest.raises(error, match=match):
        take(rows, index)
