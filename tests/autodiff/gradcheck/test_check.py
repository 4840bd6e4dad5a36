"""The gradient check: its verdicts, and that no planted mistake gets past it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import (
    Value,
    Verdict,
    cbrt,
    check,
    dot,
    exp,
    label,
    log,
    maximum,
    operation,
    relu,
    sigmoid,
    sign,
    sin,
    tanh,
)
from autodiff.errors import OperandError, OptionError, WrongTypeError
from autodiff.formula.printing import plain
from autodiff.graph.node import variadic
from autodiff.operations import BUILT_IN, TABLE
from autodiff.table.operation import Operation


@pytest.fixture
def planted() -> Iterator[None]:
    """Operations may be declared; they are gone afterwards."""
    before = dict(TABLE)
    yield
    for name in TABLE.keys() - before.keys():
        del TABLE[name]


DIFFERENTIABLE = sorted(
    name for name in BUILT_IN if any(text != "0" for text in TABLE[name].derivatives)
)


def neuron() -> tuple[Value, dict[str, Value]]:
    leaves = {"x": Value(2.0), "w": Value(-0.3), "b": Value(0.9)}
    label(**leaves)
    return tanh(leaves["x"] * leaves["w"] + leaves["b"]), leaves


def test_a_sound_graph_agrees_leaf_by_leaf() -> None:
    loss, leaves = neuron()
    loss.backward()
    report = check(loss)
    assert report.ok
    assert report.fault is None
    for row in report.rows:
        assert row.verdict is Verdict.AGREES
        assert row.analytic == leaves[row.name].grad
        assert row.relative_error < 1e-10


def test_the_graph_is_left_as_it_was() -> None:
    loss, leaves = neuron()
    loss.backward()
    before = [(v.data, v.grad, v.label, v.parents) for v in [loss, *leaves.values()]]
    check(loss, order=2)
    assert before == [(v.data, v.grad, v.label, v.parents) for v in [loss, *leaves.values()]]


def operands_for(row: Operation) -> list[float]:
    if row.starred:
        plain = len(row.operands) - len(row.starred)
        return [0.7, 1.3, -0.4][: 3 - plain] * len(row.starred) + [0.2] * plain
    chosen = {"acosh": [1.7], "clip": [0.5, -1.0, 2.0], "where": [1.0, 0.4, 0.6], "pow": [1.3, 2.2]}
    chosen["polygamma"] = [2.0, 1.4]
    return chosen.get(row.name, [0.6, 1.4, 0.3][: len(row.operands)])


def nodes_for(row: Operation) -> list[Value | float]:
    """Operands of an operation, computed; a number where none but a whole one has a meaning."""
    numbers = operands_for(row)
    given = 1 if row.name == "polygamma" else 0
    return [*numbers[:given], *(Value(x) * 1.0 for x in numbers[given:])]


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_a_wrong_derivative_of_any_operation_is_caught_and_named(name: str) -> None:
    right = TABLE[name]
    operands = " ".join(f"{x}*" if x in right.starred else x for x in right.operands)
    for position, derivative in enumerate(right.parsed[1]):
        texts = [plain(tree.resolved()) for tree in right.parsed[1]]
        if texts[position] in {"0", "nan"}:
            continue
        whole = "out / x" if name == "prod" else plain(derivative.resolved())
        texts[position] = f"1.001 * ({whole}) + 0.0001"
        wrong = Operation(name, operands, right.formula, " ; ".join(texts), domain=right.domain)
        node = variadic(wrong, nodes_for(right))
        report = check(node * 3.0 + 1.0)
        assert not report.ok
        assert report.fault is not None
        assert report.fault.node is node
        assert repr(wrong) in str(report)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_the_right_derivative_of_any_operation_agrees(name: str) -> None:
    report = check(variadic(TABLE[name], nodes_for(TABLE[name])) * 3.0 + 1.0)
    assert report.ok
    assert Verdict.AGREES in {row.verdict for row in report.rows}


def test_the_first_wrong_operation_is_named_not_a_later_one() -> None:
    wrong = Operation("sine", "x", "sin(x)", "sin(x)")
    x = Value(0.4, label="x")
    first = variadic(wrong, [x])
    second = variadic(wrong, [first * 2.0])
    report = check(exp(second))
    assert report.fault is not None
    assert report.fault.node is first
    assert "by x is recorded as 0.38941834, differences give 0.92106099" in report.fault.text


def test_second_derivatives_are_checked_pair_by_pair() -> None:
    report = check(lambda x, y: x**3 * y, 2.0, 5.0, order=2)
    assert [row.name for row in report.rows] == ["x1", "x2", "x1, x1", "x1, x2", "x2, x2"]
    assert [row.analytic for row in report.rows] == [60.0, 8.0, 60.0, 12.0, 0.0]
    assert report.ok


def test_a_wrong_second_derivative_is_caught_and_named_where_the_first_is_right(
    planted: None,
) -> None:
    del planted
    operation("cosine", "x", "cos(x)", "sin(x)")  # the sign is wrong
    sine = operation("sine", "x", "sin(x)", "cosine(x)")
    assert check(sine, 0.4).ok
    report = check(sine, 0.4, order=2)
    assert not report.ok
    assert report.fault is not None
    assert "cosine(x) = cos(x)" in report.fault.text


@pytest.mark.parametrize("derivative", ["inf", "-inf", "nan", "0 / 0 * x", "1e300 * 1e300"])
def test_a_derivative_that_is_no_number_is_wrong_where_the_slope_is_one(derivative: str) -> None:
    wrong = Operation("line", "x", "x", derivative)
    report = check(variadic(wrong, [Value(1.0)]))
    assert report.rows[0].verdict is Verdict.DISAGREES
    assert report.fault is not None


@given(
    st.lists(st.floats(-1, 1), min_size=4, max_size=4),
    st.sampled_from([0.0, 1e-3, -7e-4, 3e-5, -2e-6]),
    st.sampled_from([1.0, 1e-4, 1e-8]),
)
@settings(max_examples=300, deadline=None)
def test_sound_programs_with_kinks_are_never_called_wrong(
    ws: list[float], offset: float, scale: float
) -> None:
    def program(x: Value, y: Value) -> Value:
        hidden = [relu(w * x - v * y + offset * scale) for w, v in itertools.pairwise(ws)]
        return maximum(*hidden, x * y) + abs(x - offset)

    assert check(program, offset * (1 + scale), scale).ok


def test_kinks_inside_are_named_where_conventions_do_not_add_up_to_a_slope() -> None:
    x = Value(0.0, label="x")
    report = check(relu(x) - relu(-x))
    assert report.ok
    assert report.rows[0].verdict is Verdict.KINK
    assert "relu(x) = where(x <= 0, 0, x) at v1 is at its kink" in str(report)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-8])
def test_beside_a_kink_there_is_none(distance: float) -> None:
    for x, slope in ((-distance, 0.0), (distance, 1.0)):
        row = check(relu, x).rows[0]
        assert (row.verdict, row.numerical) == (Verdict.AGREES, pytest.approx(slope, abs=1e-9))


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [
        (relu, 0.0, (0.0, 1.0)),
        (abs, 0.0, (-1.0, 1.0)),
        (lambda x: maximum(x, 2 - x), 1.0, (-1.0, 1.0)),
        (lambda x: relu(x - 3) + x, 3.0, (1.0, 2.0)),
        (lambda x: maximum(x, 0.999 * x), 0.0, (0.999, 1.0)),
    ],
)
def test_a_kink_is_told_from_a_mistake(f: object, x: float, slopes: tuple[float, float]) -> None:
    row = check(f, x).rows[0]
    assert row.verdict is Verdict.KINK
    assert (row.left, row.right) == pytest.approx(slopes, rel=1e-6)
    assert "kink: slope" in str(check(f, x))


def test_a_derivative_beyond_both_slopes_of_a_kink_is_wrong() -> None:
    wrong = Operation("corner", "x", "abs(x)", "2")
    assert check(variadic(wrong, [Value(0.0)])).rows[0].verdict is Verdict.DISAGREES


def test_beside_a_kink_the_step_is_small_enough() -> None:
    assert check(lambda x: relu(x) + x, 1e-4).rows[0].verdict is Verdict.AGREES


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (sigmoid, 40.0),
        (tanh, 20.0),
        (lambda x: x + 1e18, 1.0),
        (lambda x: x**0.5, 0.0),
        (cbrt, 0.0),
        (log, -1.0),
        (sign, 0.0),
        (sin, 1e16),
        (sin, 1e22),
        (lambda x: sin(1e9 * x), 1.0),
        (lambda x: x * 2.0 if x > 1.0 else x * 3.0, 1.0),
    ],
)
def test_what_no_step_can_show_is_not_called_wrong(f: object, x: float) -> None:
    assert check(f, x).rows[0].verdict is Verdict.UNRESOLVED


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x - x, 1.0),
        (lambda x: x - sin(x), 0.0),
        (lambda x: (x - 3) ** 2 + 1, 3.0),
        (relu, -1.0),
        (lambda x: x * 0.0 + 5, 2.0),
    ],
)
def test_a_derivative_of_zero_agrees_with_rounding(f: object, x: float) -> None:
    assert check(f, x).rows[0].verdict is Verdict.AGREES


@pytest.mark.parametrize("x", [1e-8, 1e-3, 1.0, 1e3, 1e6, 1e12, 1e100])
@pytest.mark.parametrize("f", [lambda x: x * x, log, lambda x: 1 / x, lambda x: x**0.5])
def test_the_step_follows_the_scale(f: object, x: float) -> None:
    assert check(f, x).rows[0].verdict is Verdict.AGREES


def test_sine_far_from_zero_needs_a_step_of_its_period() -> None:
    assert check(sin, 1e6).rows[0].verdict is Verdict.AGREES


def test_a_derivative_lost_on_the_way_is_found() -> None:
    report = check(lambda x, y: x * y.data, 2.0, 3.0)
    assert [row.verdict for row in report.rows] == [Verdict.AGREES, Verdict.DISAGREES]
    assert report.fault is None
    assert "outside the graph" in str(report)


def test_data_changed_after_the_forward_pass_is_found() -> None:
    x = Value(2.0)
    y = x * x
    x.data = 5.0
    report = check(y)
    assert not report.ok
    assert "recompute()" in str(report)
    y.recompute()
    assert check(y).ok


def test_a_function_takes_nested_lists_and_names_its_numbers() -> None:
    report = check(lambda w, x, b: tanh(dot(w, x, b)), [0.5, -0.2], [1.0, 2.0], 0.1)
    assert [row.name for row in report.rows] == ["x1[0]", "x1[1]", "x2[0]", "x2[1]", "x3"]
    assert report.ok


def test_the_report_prints_as_a_table() -> None:
    x = Value(3.0, label="x")
    assert str(check(x * x)).splitlines() == [
        "Gradient check",
        "by  backpropagation  differences  relative error  verdict",
        "──  ───────────────  ───────────  ──────────────  ───────",
        str(check(x * x)).splitlines()[3],
    ]
    assert str(check(x * x)).splitlines()[3].startswith("x   6                6            ")
    assert "<td>agrees</td>" in check(x * x)._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((3.0,), {}, WrongTypeError, "a Value, or a function and its arguments, got float 3.0"),
        ((Value(1.0), 2.0), {}, WrongTypeError, "a Value, or a function"),
        ((sin, 1.0), {"order": 3}, OptionError, "order 1 or 2, got int 3: differentiate first"),
        ((sin, 1.0), {"order": 0}, OptionError, "at least 1 as the order, got int 0"),
        ((sin, 1.0), {"order": "a"}, WrongTypeError, "as the order, got str 'a'"),
        ((sin, 1.0), {"tolerance": "a"}, OperandError, "a real number, got str 'a'"),
        ((sin, 1.0), {"tolerance": -1}, OptionError, "as the tolerance, got int -1: write 1e-6"),
    ],
)
def test_errors_say_what_to_do(arguments, options, error, message) -> None:
    with pytest.raises(error, match=message):
        check(*arguments, **options)
