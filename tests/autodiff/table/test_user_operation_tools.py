"""Every tool knows an operation of one's own: checking, tables, texts, NumPy, copies."""

from __future__ import annotations

import copy
import pickle

import pytest

from autodiff import TABLE, Value, check, operation, trace
from autodiff.errors import FormulaError, OperationError
from autodiff.from_text import read
from tests.autodiff.table.declared import BINARY, REDUCING, STARRED, UNARY, wave

pytestmark = pytest.mark.usefixtures("table_as_before")


@pytest.mark.parametrize(
    ("texts", "points"),
    [
        (UNARY, (0.7,)),
        (BINARY, (0.5, 2.0)),
        (BINARY, (-3.0, 2.0)),
        (STARRED, (1.0, 2.0, 3.0, 4.0, 5.0)),
        (REDUCING, (1.0, -2.0, 0.5)),
    ],
    ids=["unary", "binary", "binary outside", "starred", "reducing"],
)
def test_gradient_checking_confirms_it(texts, points):
    f = operation(*texts)
    report = check(f(*[Value(point) for point in points]), order=2)
    assert report.ok, report
    assert len(report.rows) >= len(points)


def test_gradient_checking_names_an_operation_with_a_wrong_derivative():
    wrong = operation("wrong", "x", "x**3", "2 * x**2")
    report = check(wrong(Value(2.0)) + Value(1.0))
    assert not report.ok
    assert "wrong(x) = x**3" in report.fault.text
    assert (report.fault.recorded, round(report.fault.numerical, 6)) == (8.0, 12.0)


def test_the_evaluation_table_shows_it_by_its_sign():
    huber, x = operation(*BINARY, sign="H"), Value(3.0, "x")
    wavy = operation(*UNARY)
    rows = trace(wavy(huber(x, 2.0))).rows
    assert [row.expression for row in rows] == ["", "H(x, 2)", "wave(v1)"]


def test_an_operation_of_arithmetic_is_written_out_in_the_table():
    lerp = operation("lerp", "a b t", "a + t * (b - a)", "1 - t ; t ; b - a")
    values = [Value(number, name) for number, name in ((1.0, "a"), (3.0, "b"))]
    assert trace(lerp(*values, 0.25)).rows[-1].expression == "a + 0.25 * (b - a)"


def test_the_expression_reader_knows_it():
    operation(*UNARY)
    operation(*BINARY)
    x = Value(0.7)
    y = read("wave(x) + huber(4*x, d) - huber(4*x), d = 2", {"x": x})
    assert y.data == pytest.approx(wave(0.7) + 2.0 * (2.8 - 1.0) - (2.8 - 0.5), rel=1e-15)
    with pytest.raises(FormulaError, match="wave takes 1 argument, got 2"):
        read("wave(x, x)", {"x": x})


def test_a_maximum_of_several_keeps_every_operand():
    f = operation("window", "x", "maximum(x, 0, 1) + minimum(x, 2, 3)", "0")
    points = [-1.0, 0.5, 2.5, 4.0]
    assert [f(x) for x in points] == [max(x, 0, 1) + min(x, 2, 3) for x in points]


DUPLICATES = {"deepcopy": copy.deepcopy, "pickle": lambda x: pickle.loads(pickle.dumps(x))}


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES.keys())
def test_a_graph_with_it_is_copied_and_pickled(duplicate):
    y = operation(*UNARY)(Value(0.7, "x")) * 2
    copied = duplicate(y)
    assert copied is not y
    assert copied.parents[0].operation is TABLE["wave"]
    copied.recompute()
    copied.backward()
    assert copied.data == y.data
    assert copied.parents[0].parents[0].grad != 0.0


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES.keys())
def test_the_function_itself_is_copied_and_pickled(duplicate):
    f, g = operation(*UNARY), operation(*REDUCING)
    assert duplicate(f).operation is f.operation
    assert duplicate(f)(0.7) == f(0.7)
    assert duplicate(g)([1.0, 2.0]) == g([1.0, 2.0])


def test_a_pickle_asks_for_the_declaration():
    y = operation(*UNARY)(Value(0.7))
    pickled = pickle.dumps(y)
    del TABLE["wave"]
    with pytest.raises(OperationError, match=r"got 'wave': declare it with autodiff\.operation"):
        pickle.loads(pickled)
    operation(*UNARY)
    assert pickle.loads(pickled).data == y.data
