import copy
import math
import pickle

import numpy as np
import pytest

import autodiff
from autodiff import TABLE, Value, check, grad, hessian, operation, trace
from autodiff.errors import FormulaError, OperandError, OperationError, ShapeError
from autodiff.expression import read
from autodiff.functions import Function, Reduction


@pytest.fixture(autouse=True)
def _table_as_before():
    before = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(before)


UNARY = (
    "wave",
    "x",
    "s * exp(-x**2), s = sin(2*x)",
    "2 * exp(-x**2) * (cos(2*x) - x * sin(2*x))",
)
BINARY = (
    "huber",
    "x delta=1",
    "where(a < delta, x**2 / 2, delta * (a - delta / 2)), a = abs(x)",
    "where(abs(x) < delta, x, delta * sign(x)) ; where(abs(x) < delta, 0, abs(x) - delta)",
)
STARRED = ("cubes", "w* x* b", "sum(w * x**3) + b**2", "x**3 ; 3 * w * x**2 ; 2*b")
REDUCING = ("spread", "x*", "sum(x**2) - sum(x)**2", "2*x - 2 * sum(x)")


def wave(x):
    return math.sin(2 * x) * math.exp(-x * x)


# -- what it can do ---------------------------------------------------------------------------


def test_a_unary_operation_is_a_function_of_values_and_numbers():
    f = operation(*UNARY)
    assert isinstance(f, Function)
    assert f(0.7) == pytest.approx(wave(0.7), rel=1e-15)
    assert type(f(1)) is float
    x = Value(0.7)
    y = f(x)
    y.backward()
    assert (type(y), y.operation, y.parents) == (Value, TABLE["wave"], (x,))
    assert y.data == f(0.7)
    slope = (wave(0.7 + 1e-6) - wave(0.7 - 1e-6)) / 2e-6
    assert x.grad == pytest.approx(slope, rel=1e-8)


def test_a_default_stands_in_for_an_operand_that_is_left_out():
    huber = operation(*BINARY)
    assert (huber(0.5), huber(3.0), huber(3.0, 2.0)) == (0.125, 2.5, 4.0)
    x, delta = Value(-3.0), Value(2.0)
    assert huber(x).operands[0] is x
    assert len(huber(x).parents) == 1
    huber(x, delta).backward()
    assert (x.grad, delta.grad) == (-2.0, 1.0)
    with pytest.raises(ShapeError, match="2 operands for huber, got 3"):
        huber(1.0, 2.0, 3.0)
    with pytest.raises(ShapeError, match="2 operands for huber, got 0"):
        huber()


@pytest.mark.parametrize("default", ["0.5", "-2", "1e3", "inf"])
def test_a_default_is_any_number(default):
    f = operation("scaled", f"x factor={default}", "x * factor", "factor ; x")
    assert f(2.0) == 2.0 * float(default)


def test_a_starred_operation_takes_operands_or_one_sequence():
    f = operation(*REDUCING)
    assert isinstance(f, Reduction)
    assert f(1.0, 2.0, 3.0) == f([1.0, 2.0, 3.0]) == f(n for n in (1, 2, 3)) == -22.0
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    f(xs).backward()
    assert [x.grad for x in xs] == [-10.0, -8.0, -6.0]
    with pytest.raises(ShapeError, match="one element or more"):
        f([])


def test_several_starred_operands_have_equal_lengths():
    f = operation(*STARRED)
    w, x, b = [Value(2.0), Value(3.0)], [Value(1.0), Value(-1.0)], Value(5.0)
    y = f([*w, *x, b])
    y.backward()
    assert y.data == 2.0 - 3.0 + 25.0
    assert [v.grad for v in (*w, *x, b)] == [1.0, -1.0, 6.0, 9.0, 10.0]
    with pytest.raises(ShapeError, match="one element or more for each of w, x in cubes"):
        f([1.0, 2.0])


def test_operands_that_are_no_numbers_are_errors():
    f = operation(*UNARY)
    with pytest.raises(OperandError, match="got str '1'"):
        f("1")
    with pytest.raises(OperandError, match="got NoneType None"):
        operation(*BINARY)(Value(1.0), None)


def test_derivatives_of_any_order_follow_from_the_texts():
    f = operation(*UNARY)
    x = Value(0.3)
    orders = [f(x)]
    for _ in range(3):
        orders.append(grad(orders[-1], x))
    step = 1e-2

    def difference(order):
        signs = [(-1) ** k * math.comb(order, k) for k in range(order + 1)]
        points = (0.3 + (order / 2 - k) * step for k in range(order + 1))
        terms = (sign * wave(point) for sign, point in zip(signs, points, strict=True))
        return sum(terms) / step**order

    for order, value in enumerate(orders):
        assert value.data == pytest.approx(difference(order), rel=1e-3), order


def test_third_derivatives_of_a_polynomial_are_exact():
    cube = operation("cube", "x", "x**3", "3 * x**2")
    x = Value(-2.0)
    first = grad(cube(x), x)
    second = grad(first, x)
    third = grad(second, x)
    assert [v.data for v in (first, second, third)] == [12.0, -12.0, 6.0]


def test_mixed_second_derivatives_of_a_starred_operation():
    f = operation(*STARRED)
    w, x, b = Value(2.0), Value(3.0), Value(5.0)
    matrix = hessian(f([w, x, b]), [w, x, b])
    assert [[v.data for v in row] for row in matrix] == [[0, 27, 0], [27, 36, 0], [0, 0, 2]]


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


def test_another_operation_may_use_it():
    operation(*UNARY)
    twice = operation("twice", "x", "wave(wave(x))", "d * wave(x), d = 3")
    assert twice(0.7) == pytest.approx(wave(wave(0.7)), rel=1e-15)


@pytest.mark.parametrize(
    ("texts", "points"),
    [(UNARY, (0.7,)), (BINARY, (-3.0, 2.0)), (BINARY, (0.5, 2.0))],
    ids=["unary", "binary outside", "binary inside"],
)
def test_numpy_source_computes_the_same_over_arrays(texts, points):
    row = operation(*texts).operation
    namespace = {"np": np}
    exec(row.numpy_source(), namespace)  # noqa: S102
    columns = [np.full(3, point) for point in points]
    out, derivatives = namespace["forward"](*columns)
    value, expected = row.function(*points)
    assert out.tolist() == pytest.approx([value] * 3, rel=1e-14)
    for derivative, slope in zip(derivatives, expected, strict=True):
        assert np.broadcast_to(derivative, 3).tolist() == pytest.approx([slope] * 3, rel=1e-14)


def test_numpy_source_of_a_starred_operation_runs_along_the_first_axis():
    row = operation(*STARRED).operation
    namespace = {"np": np}
    exec(row.numpy_source(), namespace)  # noqa: S102
    w, x, b = np.array([[2.0], [3.0]]), np.array([[1.0, 2.0], [-1.0, 0.5]]), 5.0
    out, (by_w, by_x, by_b) = namespace["forward"](w, x, b)
    for column in range(2):
        value, slopes = row.function(w[:, 0], x[:, column], b)
        assert out[column] == value
        assert (*by_w[:, column], *by_x[:, column], by_b) == pytest.approx(slopes)


def test_numpy_source_keeps_every_operand_of_a_maximum():
    row = operation("window", "x", "maximum(x, 0, 1) + minimum(x, 2, 3)", "0").operation
    namespace = {"np": np}
    exec(row.numpy_source(), namespace)  # noqa: S102
    points = [-1.0, 0.5, 2.5, 4.0]
    expected = [max(x, 0, 1) + min(x, 2, 3) for x in points]
    assert [row.function(x)[0] for x in points] == expected
    assert namespace["forward"](np.array(points))[0].tolist() == expected


def test_ieee_results_and_a_domain_hold_for_it_too():
    f = operation("root", "x", "1 / sqrt(x)", "-0.5 * out / x", domain="x >= 0")
    assert f(0.0) == math.inf
    assert math.isnan(f(-1.0))
    for point, slope in ((4.0, -0.0625), (0.0, -math.inf), (-1.0, math.nan)):
        x = Value(point)
        f(x).backward()
        assert x.grad == pytest.approx(slope, nan_ok=True)


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


def test_the_function_describes_itself():
    f = operation(*BINARY, note="linear far away", domain="delta > 0")
    assert f.__name__ == "huber"
    assert repr(f) == f"<huber(x, delta) = {BINARY[2]}>"
    for part in (
        "Derivative by delta: where(abs(x) < delta, 0, abs(x) - delta).",
        "Defined where delta > 0",
        "Note: linear far away.",
    ):
        assert part in f.__doc__


# -- declaring --------------------------------------------------------------------------------


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
    namespace = {"np": np}
    exec(f.operation.numpy_source(), namespace)  # noqa: S102
    out, _ = namespace["forward"](np.array([0.5, -0.5]), 2.0)
    assert out == pytest.approx(result.data, rel=1e-14)
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


@pytest.mark.parametrize("name", ["sum_", "relu6", "µop", "Wave", "_f", "x", "np", "math", "t1"])
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


def test_operations_of_users_are_not_names_of_the_package():
    operation(*UNARY)
    assert not hasattr(autodiff, "wave")
