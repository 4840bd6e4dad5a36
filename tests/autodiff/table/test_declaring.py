"""What may be declared as an operation, and what is refused."""

from __future__ import annotations

import math

import pytest

from autodiff import TABLE, Value, operation
from autodiff.errors import FormulaError, OperationError
from autodiff.from_text import read
from tests.autodiff.table.declared import UNARY

pytestmark = pytest.mark.usefixtures("table_as_before")


def test_declaring_the_same_again_changes_nothing():
    first = operation(*UNARY)
    rows = dict(TABLE)
    second = operation(*UNARY, sign="W", note="another note")
    assert second.operation is first.operation
    assert dict(TABLE) == rows
    assert list(TABLE)[-1] == "wave"


def test_declaring_a_built_in_operation_as_it_is_changes_nothing():
    rows = dict(TABLE)
    assert operation("mul", "x y", "x * y", "y ; x").operation is TABLE["mul"]
    assert dict(TABLE) == rows


def test_an_operation_of_ones_own_gives_way_if_asked():
    old = operation("f", "x", "2 * x", "2")
    user = operation("g", "x", "f(x) + 1", "2")
    node = old(Value(1.0))
    assert user(1.0) == 3.0
    new = operation("f", "x", "5 * x", "5", replace=True)
    assert (new(1.0), old(1.0)) == (5.0, 2.0)
    assert TABLE["f"] is new.operation
    assert user(1.0) == 6.0
    assert node.operation is old.operation
    assert list(TABLE)[-2:] == ["f", "g"]


def test_replace_is_allowed_where_there_is_nothing_to_replace():
    assert operation(*UNARY, replace=True).operation is TABLE["wave"]


LONG = "the language of formulas does not use"

REFUSED = {
    "taken by one's own": (("mine", "x", "2 * x", "2"), {}, OperationError, "pass replace=True"),
    "taken by a built-in": (("tanh", "x", "x", "1"), {}, OperationError, "choose another name"),
    "a built-in cannot be replaced": (
        ("tanh", "x", "x", "1"), {"replace": True}, OperationError, "choose another name",
    ),
    "the name of a word": (("count", "x", "x", "1"), {}, OperationError, LONG),
    "the name of a constant": (("pi", "x", "x", "1"), {}, OperationError, LONG),
    "the name of the result": (("out", "x", "x", "1"), {}, OperationError, LONG),
    "a keyword": (("lambda", "x", "x", "1"), {}, OperationError, "got 'lambda'"),
    "a soft constant": (("None", "x", "x", "1"), {}, OperationError, "got 'None'"),
    "no identifier": (("2f", "x", "x", "1"), {}, OperationError, "got '2f'"),
    "two words": (("f g", "x", "x", "1"), {}, OperationError, "got 'f g'"),
    "no name": (("", "x", "x", "1"), {}, OperationError, "got ''"),
    "an operand like a function": (("f", "exp", "exp", "1"), {}, OperationError, "got 'exp'"),
    "an operand like a constant": (("f", "x pi", "x", "1 ; 0"), {}, OperationError, "got 'pi'"),
    "an operand like the result": (("f", "out", "out", "1"), {}, OperationError, "got 'out'"),
    "an operand that is a keyword": (("f", "if", "1", "1"), {}, OperationError, "got 'if'"),
    "an operand that is no identifier": (("f", "x;y", "1", "1"), {}, OperationError, "got 'x;y'"),
    "no operands": (("f", "", "3", ""), {}, OperationError, "each operand of f"),
    "the same operand twice": (("f", "x x", "x * x", "x ; x"), {}, OperationError, "x"),
    "two stars": (("f", "x**", "sum(x)", "1"), {}, OperationError, "x"),
    "a default that is no number": (
        ("f", "x slope=steep", "x * slope", "slope ; x"), {}, OperationError, "steep",
    ),
    "a default that is missing": (
        ("f", "x slope=", "x * slope", "slope ; x"), {}, OperationError, "slope",
    ),
    "a default before an operand without": (
        ("f", "a=1 b", "a - b", "1 ; -1"), {}, OperationError, "default",
    ),
    "a default beside a star": (
        ("f", "x* b=1", "sum(x) + b", "1 ; 1"), {}, OperationError, "default",
    ),
    "too few derivatives": (
        ("f", "x y", "x * y", "y"), {}, OperationError, r"f \(x, y\), got 1: 'y'",
    ),
    "too many derivatives": (("f", "x", "x", "1 ; 1"), {}, OperationError, "got 2: '1 ; 1'"),
    "a missing derivative": (("f", "x y", "x * y", "y ;"), {}, FormulaError, "is empty"),
    "an empty formula": (("f", "x", "", "1"), {}, FormulaError, "the formula is empty"),
    "no formula": (("f", "x", "x y", "1"), {}, FormulaError, "a sign is missing"),
    "an unknown name": (("f", "x", "x + yy", "1"), {}, FormulaError, "unknown name 'yy'"),
    "an unknown function": (("f", "x", "foo(x)", "1"), {}, FormulaError, "function 'foo'"),
    "an unknown name in a derivative": (
        ("f", "x", "x", "1 + yy"), {}, FormulaError, "unknown name 'yy'",
    ),
    "the result in the formula": (("f", "x", "out", "1"), {}, FormulaError, "unknown name 'out'"),
    "an unknown name in the domain": (
        ("f", "x", "x", "1"), {"domain": "yy > 0"}, FormulaError, "unknown name 'yy'",
    ),
    "a broken domain": (("f", "x", "x", "1"), {"domain": "x >"}, FormulaError, "at the end"),
    "itself in its formula": (("f", "x", "f(x)", "1"), {}, FormulaError, "function 'f'"),
    "itself in its new formula": (
        ("mine", "x", "mine(x) + 1", "1"), {"replace": True},
        (FormulaError, OperationError), "mine",
    ),
    "a user of itself in its new formula": (
        ("mine", "x", "yours(x) + 1", "1"), {"replace": True},
        (FormulaError, OperationError), "mine",
    ),
    "Python": (("f", "x", "__import__('os')", "1"), {}, FormulaError, "__import__"),
    "a star that the formula does not take away": (
        ("f", "x*", "2 * x", "2"), {}, (FormulaError, OperationError), "x",
    ),
    "a reduction of an operand without a star": (
        ("f", "x", "sum(x)", "1"), {}, (FormulaError, OperationError), "sum",
    ),
    "a starred operation of several operands": (
        ("f", "x", "mean(x, x)", "1"), {}, OperationError, "write it as arithmetic",
    ),
    "a dot product of single operands": (
        ("f", "x", "dot(x, x, x)", "1"), {}, (FormulaError, OperationError), "marked with a star",
    ),
    "a binding with the name of an operand": (
        ("f", "x", "2 * x, x = 3", "2"), {}, (FormulaError, OperationError), "x",
    ),
    "a binding twice": (
        ("f", "x", "a * x, a = 2, a = 3", "2"), {}, (FormulaError, OperationError), "a",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "options", "kind", "message"), REFUSED.values(), ids=REFUSED.keys()
)
def test_a_bad_declaration_is_an_error_and_leaves_the_table_as_it_was(
    texts, options, kind, message
):
    operation("mine", "x", "3 * x", "3")
    operation("yours", "x", "mine(x)", "3")
    before = list(TABLE.items())
    with pytest.raises(kind, match=message):
        operation(*texts, **options)
    assert list(TABLE.items()) == before
    assert TABLE["mine"].function(2.0) == (6.0, (3.0,))
    assert TABLE["yours"].function(2.0) == (6.0, (3.0,))


@pytest.mark.parametrize(
    "name", ["t1", "t2", "x_", "np", "exact", "forward", "len", "zip", "map", "mul_", "e", "µ"]
)
def test_an_operand_may_have_any_other_name(name):
    f = operation(
        "f",
        f"x* {name}",
        f"sum(exp(x) * {name}) + exp({name}) * exp({name}) + {name} / {name}",
        f"exp(x) * {name} ; sum(exp(x)) + 2 * exp({name})**2",
    )
    xs, y = [Value(0.5), Value(-0.5)], Value(2.0)
    total = math.exp(0.5) + math.exp(-0.5)
    result = f([*xs, y])
    result.backward()
    assert result.data == pytest.approx(2.0 * total + math.exp(4.0) + 1.0, rel=1e-14)
    assert y.grad == pytest.approx(total + 2 * math.exp(4.0), rel=1e-14)
    assert [x.grad for x in xs] == pytest.approx([2 * math.exp(0.5), 2 * math.exp(-0.5)])
    assert f(0.0, 1000.0) == math.inf


@pytest.mark.parametrize("name", ["len", "zip", "map", "np", "exact", "t1"])
def test_a_starred_operand_may_have_any_other_name(name):
    f = operation("f", f"w* {name}*", f"sum(w * {name})", f"{name} ; w")
    g = operation("g", f"{name}*", f"sum({name})", "1")
    w, x = Value(2.0), Value(3.0)
    f(w, x).backward()
    assert (w.grad, x.grad) == (3.0, 2.0)
    g(w, x).backward()
    assert (w.grad, x.grad) == (4.0, 3.0)


@pytest.mark.parametrize("name", ["sum_", "relu9", "µop", "Wave", "_f", "x", "np", "math", "t1"])
def test_an_operation_may_have_any_other_name(name):
    f = operation(name, "y", "y**2", "2 * y")
    assert f(3.0) == 9.0
    assert read(f"{name}(y) + 1", {"y": Value(3.0)}).data == 10.0
    assert operation("user", "z", f"{name}(z)", "0")(3.0) == 9.0


def test_an_operation_named_like_a_letter_does_not_take_the_letter_away():
    operation("x", "a", "2 * a", "2")
    f = operation("f", "x", "3 * x", "3")
    assert f(1.0) == 3.0
    assert (Value(2.0) * 3).data == 6.0
