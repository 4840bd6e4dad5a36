"""The gradient check is never wrong: a sample of its hunts, and each way a fault could hide."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import StringIO
from random import Random

import numpy as np
import pytest

from autodiff import (
    Value,
    Verdict,
    check,
    dot,
    exp,
    no_grad,
    operation,
    relu,
    sigmoid,
    sin,
    softmax,
    tanh,
)
from autodiff import sum as sum_of
from autodiff.errors import OptionError
from autodiff.extend import variadic
from autodiff.gradcheck import progress
from autodiff.gradcheck.progress import with_progress
from autodiff.operations import TABLE
from benchmarks.soundness.gradcheck import KINDS, planted_faults, right_functions, right_operations


@pytest.fixture(autouse=True)
def planted() -> Iterator[None]:
    """Operations may be declared; they are gone afterwards."""
    before = dict(TABLE)
    yield
    for name in TABLE.keys() - before.keys():
        del TABLE[name]


@pytest.mark.parametrize(("order", "cases"), [(1, 150), (2, 15)])
@pytest.mark.parametrize("hunt", [right_functions, right_operations])
def test_right_derivatives_are_never_called_wrong(hunt: Callable, order: int, cases: int) -> None:
    outcome = hunt(cases, Random(11), order)
    assert outcome.tried == cases
    assert outcome.failures == []


@pytest.mark.parametrize("extreme", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_no_planted_fault_passes(*, kind: str, extreme: bool) -> None:
    outcome = planted_faults(8, Random(12), kind, extreme=extreme)
    assert outcome.tried == 8
    assert outcome.failures == []


@pytest.mark.parametrize(
    ("f", "point", "name"),
    [
        (lambda x, y: x * x.data + relu(y), (2.0, 0.0), "x1"),
        (lambda x, y: relu(x) + y * y.data, (0.0, 2.0), "x2"),
        (lambda x, y: x * y.data + relu(y) + y, (2.0, 0.0), "x2"),
    ],
)
def test_a_kink_in_one_leaf_excuses_no_fault_in_another(
    f: Callable, point: tuple[float, ...], name: str
) -> None:
    report = check(f, *point)
    assert not report.ok
    assert report.rows[int(name[1]) - 1].verdict is Verdict.DISAGREES


def test_a_derivative_lost_below_the_rounding_of_the_whole_is_found() -> None:
    report = check(lambda x, y: x * x + 0.5 * y + 0.5 * y.data, 1e9, 3.0)
    assert [row.verdict for row in report.rows] == [Verdict.AGREES, Verdict.DISAGREES]


def test_a_wrong_operation_below_the_rounding_of_the_whole_is_found_and_named() -> None:
    half = operation("half", "x", "x", "0.5")
    report = check(lambda x, y: x * x + half(y), 1e9, 3.0)
    assert report.rows[1].verdict is Verdict.DISAGREES
    assert report.fault is not None
    assert "half(x) = x" in report.fault.text


def test_a_second_derivative_is_measured_on_the_function_itself() -> None:
    operation("slope_one", "x", "1 + 0.5 * (x - 0.4)", "0.5")
    bent = operation("bent", "x", "x", "slope_one(x)")
    assert check(bent, 0.4).ok
    report = check(lambda x: exp(bent(x)), 0.4, order=2)
    assert [row.verdict for row in report.rows] == [Verdict.AGREES, Verdict.DISAGREES]
    assert report.fault is not None
    assert "wrong second derivative is bent(x) = x" in report.fault.text


@pytest.mark.parametrize(
    "x",
    [np.float64(0.3), np.float32(0.25), np.int64(2), np.array(0.3), np.array([0.1, 0.2]), True],
)
def test_numpy_numbers_and_arrays_are_arguments(x: object) -> None:
    f = lambda x: sum_of([sin(v) for v in x]) if isinstance(x, list) else sin(x)  # noqa: E731
    report = check(f, x)
    assert {row.verdict for row in report.rows} == {Verdict.AGREES}


def test_matrices_and_dicts_are_arguments() -> None:
    def layer(p: dict, x: list) -> Value:
        return sum_of([tanh(dot(row, x, p["b"])) for row in p["w"]])

    report = check(layer, {"w": np.full((2, 2), 0.3), "b": 0.1}, np.array([1.0, -0.5]), order=2)
    names = [row.name for row in report.rows[:7]]
    assert names == [
        "x1['w'][0][0]", "x1['w'][0][1]", "x1['w'][1][0]", "x1['w'][1][1]", "x1['b']",
        "x2[0]", "x2[1]",
    ]  # fmt: skip
    assert {row.verdict for row in report.rows} == {Verdict.AGREES}


def test_a_check_inside_no_grad_is_the_same() -> None:
    with no_grad():
        assert check(lambda x: x**3, 2.0, order=2).rows[1].analytic == 12.0


def network() -> tuple[Value, list[Value]]:
    random = Random(3)
    w = [[Value(random.gauss(0, 1)) for _ in range(9)] for _ in range(9)]
    x = [random.gauss(0, 1) for _ in range(9)]
    hidden = [tanh(dot(row, x)) for row in w]
    return sum_of([sigmoid(dot(row, hidden)) for row in w]), [v for row in w for v in row]


def test_random_directions_stand_for_all_leaves() -> None:
    loss, _ = network()
    report = check(loss, directions=3, order=2)
    assert [row.name for row in report.rows[:3]] == ["direction 1", "direction 2", "direction 3"]
    assert {row.verdict for row in report.rows} == {Verdict.AGREES}
    assert len(report.rows) == 6
    assert str(report) == str(check(loss, directions=3, order=2))


def test_a_fault_in_one_of_many_leaves_shows_along_a_direction() -> None:
    crooked = operation("crooked", "x", "x", "1.01")
    report = check(
        lambda xs: dot(xs, xs) + crooked(xs[7]), [0.1 * i for i in range(40)], directions=2
    )
    assert not report.ok
    assert report.fault is not None
    assert "crooked" in report.fault.text
    assert "The largest parts of direction 1: x1[" in str(report)


def test_the_number_of_directions_is_checked() -> None:
    with pytest.raises(OptionError, match="at least 1 as the number of directions, got int 0"):
        check(sin, 1.0, directions=0)


class Terminal(StringIO):
    """A text stream that says it is a terminal, or not."""

    def __init__(self, *, answer: bool) -> None:
        super().__init__()
        self.answer = answer

    def isatty(self) -> bool:
        return self.answer


@pytest.mark.parametrize(
    ("is_terminal", "patience", "shown"),
    [(True, -1.0, True), (True, 60.0, False), (False, -1.0, False)],
)
def test_a_bar_appears_on_a_terminal_and_after_a_while_only(
    monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, patience: float, shown: bool
) -> None:
    stream = Terminal(answer=is_terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    assert list(with_progress([1, 2, 3], "gradient check")) == [1, 2, 3]
    assert ("gradient check" in stream.getvalue()) is shown
    assert bool(stream.getvalue()) is shown


@pytest.mark.parametrize("name", ["var", "std"])
@pytest.mark.parametrize("x", [1 - 2.0**-53, 0.7, 1e8])
def test_rounding_that_shows_only_beside_the_point_is_no_fault(name: str, x: float) -> None:
    assert check(variadic(TABLE[name], [Value(x), Value(x)])).ok


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("base", "exponent"), [(-10.0, 3.0), (-1e-8, 700.0), (-1e-3, 1e4)])
def test_a_power_of_a_negative_base_is_no_fault_by_its_exponent(
    base: float, exponent: float, order: int
) -> None:
    report = check(Value(base) ** Value(exponent), order=order)
    assert report.ok
    assert report.rows[-1].verdict is Verdict.UNRESOLVED


@pytest.mark.parametrize(("x", "largest"), [(-6965778791.190328, 2), (1e9, 1)])
def test_a_fault_beside_large_paths_that_cancel_is_found(x: float, largest: int) -> None:
    crooked = operation("crooked_tenth", "x", "x", "1.1")

    def share(x: Value) -> Value:
        return softmax([x, 2.0 * x, 0.5])[largest]

    assert not check(lambda x: (0.5 * x + 0.5 * x.data) * share(x), x).ok
    assert not check(lambda x: crooked(x) * share(x), x).ok


def test_a_fault_is_found_in_a_graph_of_many_nodes_without_a_check_of_every_leaf() -> None:
    crooked = operation("crooked_tenth", "x", "x", "1.1")
    xs = [Value(0.01 * i, label=f"x{i}") for i in range(60)]
    total = sum(tanh(crooked(x) * y) for x in xs for y in xs)
    report = check(total, directions=2)
    assert report.fault is not None
    assert "crooked_tenth" in report.fault.text


@pytest.mark.parametrize(
    ("operands", "formula", "derivatives"),
    [
        ("x y", "x * y", "y ; 1.01 * x"),
        ("x y", "x + y", "1 ; 1.01"),
        ("x y", "x - y", "1 ; 1"),
        ("y x", "x - y", "1 ; -1"),
    ],
)
@pytest.mark.parametrize("directions", [None, 2])
def test_wrong_arithmetic_is_found(
    operands: str, formula: str, derivatives: str, directions: int | None
) -> None:
    crooked = operation("crooked_arithmetic", operands, formula, derivatives)
    report = check(tanh(crooked(Value(0.5), Value(0.75))) * Value(2.0), directions=directions)
    assert not report.ok
    assert report.fault is not None
    assert report.fault.node.operation is TABLE["crooked_arithmetic"]


def test_arithmetic_with_an_operand_left_out_is_checked() -> None:
    twice = operation("by_two", "x y=2", "x * y", "y ; x")
    assert check(twice(Value(0.5))).ok


def test_a_check_along_directions_ends_at_the_first_that_disagrees() -> None:
    crooked = operation("crooked_end", "x", "x", "1.1")
    xs = [Value(0.5), Value(0.75)]
    assert len(check(xs[0] * xs[1], directions=3).rows) == 3
    report = check(crooked(xs[0]) * xs[1], directions=3)
    assert [row.name for row in report.rows] == ["direction 1"]
    assert report.rows[0].verdict is Verdict.DISAGREES
