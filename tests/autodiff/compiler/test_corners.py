"""Corners of the compiler: numbers alone, signs of zero, roots, casts, what cannot be copied."""

from __future__ import annotations

import copy
import pickle
from collections import namedtuple
from math import inf, nan

import numpy as np
import pytest

import autodiff
from autodiff import Value, dot, exp, relu, sin
from autodiff.errors import BranchError, OperandError, ReplayError, ShapeError, WrongTypeError

Point = namedtuple("Point", "a b")  # noqa: PYI024 what users have


def test_products_of_numbers_alone_are_known() -> None:
    kernel = [0.25, 0.5, 0.25]

    def smooth(x):
        padded = [0.0, *x, 0.0]
        return [dot(kernel, padded[i : i + 3]) for i in range(4)]

    program = autodiff.compile(smooth, parameters=[], example=([1.0, 2.0, 3.0, 4.0],))
    assert program([[1.0, 2.0, 3.0, 4.0]]).tolist() == [[1.0, 2.0, 3.0, 2.75]]


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: x**0.5, -inf),
        (lambda x: x**0.5, -0.0),
        (lambda x: x**0.5, 2.25),
        (lambda x: x**0.5, nan),
        (lambda x: 1 / relu(x), -0.0),
        (lambda x: 1 / (0 - x), 0.0),
        (lambda x: (0 - x) - 1, 0.5),
    ],
)
def test_roots_and_signs_of_zero_are_those_of_eager(function, x) -> None:
    program = autodiff.compile(function, parameters=[], example=(1.0,))
    expected = function(Value(x)).data
    for batch in (1, 2, 9):
        assert program([x] * batch).tolist() == pytest.approx([expected] * batch, nan_ok=True)
        assert np.array_equal(np.signbit(program([x] * batch)), [np.signbit(expected)] * batch)


def test_the_derivative_of_a_root_at_minus_infinity() -> None:
    w = Value(-inf)
    program = autodiff.compile(lambda x: w**1.5 * x, parameters=[w], example=(1.0,))
    loss = w**1.5
    loss.backward()
    assert program.value_and_grad([1.0])[1].tolist() == [w.grad]


def test_exact_programs_with_branches_have_the_bits_of_eager() -> None:
    w = Value(1.0)

    def function(x):
        return (w * x).exp() if x > 0 else sin(w * x)

    rows = np.random.default_rng(0).normal(size=50)
    program = autodiff.compile(
        function, parameters=[w], example=(1.0,), exact=True, on_branch="split"
    )
    value, gradient = program.value_and_grad(rows)
    total = 0.0
    for x in rows.tolist():
        loss = function(x)
        loss.backward()
        total += loss.data
    assert (value, gradient.tolist()) == (total / 50, [w.grad / 50])


def test_numbers_too_large_for_float32_become_infinite_without_a_warning() -> None:
    w = Value(1e300)
    program = autodiff.compile(
        lambda x: exp(x * 1e300) * w, parameters=[w], example=(1.0,), dtype="float32"
    )
    assert program([1e300]).tolist() == [inf]
    program.parameters = [2e300]
    assert program.parameters.tolist() == [inf]


@pytest.mark.parametrize("options", [{}, {"strict": True}, {"on_branch": "split"}])
def test_a_named_tuple_keeps_its_names(options) -> None:
    w = Value(2.0)
    program = autodiff.compile(
        lambda p: p.a * w if p.a > p.b else p.b * 1.0,
        parameters=[w],
        example=(Point(2.0, 1.0),),
        **options,
    )
    assert program([[3.0, 1.0]]).tolist() == [6.0]


def test_strict_finds_a_way_past_a_comparison_nearby() -> None:
    w = Value(2.0)
    with pytest.raises(ReplayError, match=r"got `add\(x, 1.997\)` where it was `add\(x, 2.0\)`"):
        autodiff.compile(
            lambda x: x * w.data if x > 1.0 else x + w.data,
            parameters=[w],
            example=(1.0,),
            strict=True,
        )
    with pytest.raises(ReplayError, match="an example that can be moved a little"):
        autodiff.compile(
            lambda x: x * 2 if x == 1.0 or not (x < 1.0 or x > 1.0) else x,
            parameters=[],
            example=(1.0,),
            strict=True,
        )


def test_a_comparison_inside_numpy_names_the_line_of_the_user() -> None:
    program = autodiff.compile(
        lambda x: np.max(x) * 1.0,
        parameters=[],
        example=(np.array([1.0, 2.0]),),
    )
    with pytest.raises(BranchError, match=r"test_corners\.py:\d+"):
        program([[2.0, 1.0]])


def test_memory_is_kept_for_few_sizes_of_batch_and_not_beyond_a_bound() -> None:
    program = autodiff.compile(lambda x: x.exp().exp(), parameters=[], example=(1.0,))
    for batch in range(1, 20):
        program(np.zeros(batch))
    assert len(program._runner._bound) == 4
    for batch in (1_000_000, 1_100_000, 1_200_000):
        program(np.zeros(batch))
    assert sum(each.size for each in program._runner._bound.values()) < 2**27


def test_a_program_stays_where_it_is() -> None:
    program = autodiff.compile(lambda x: x * 2, parameters=[], example=(1.0,))
    assert repr(program) == "<program of (x), 0 parameters>"
    for action in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(WrongTypeError, match="compile the function again"):
            action(program)


def test_wrong_parameters_are_errors() -> None:
    program = autodiff.compile(lambda x: x * 2, parameters=[], example=(1.0,))
    with pytest.raises(ShapeError, match=r"0 numbers as parameters, got shape \(2,\)"):
        program.parameters = [1.0, 2.0]
    with pytest.raises(OperandError, match="a list of parameters"):
        autodiff.compile(lambda x: x, parameters=None, example=(1.0,))


def test_results_of_numpy_numbers_and_first_arguments_called_self() -> None:
    program = autodiff.compile(lambda self, x: [x, np.int64(3)], parameters=[], example=(1.0, 2.0))
    assert program([0.0], [5.0]).tolist() == [[5.0, 3.0]]
    assert repr(program) == "<program of (self, x), 0 parameters>"


def test_an_argument_without_elements() -> None:
    program = autodiff.compile(lambda x, y: y * 2, parameters=[], example=(np.zeros((0, 2)), 1.0))
    assert program(np.zeros((3, 0, 2)), [1.0, 2.0, 3.0]).tolist() == [2.0, 4.0, 6.0]


def test_the_ways_through_a_function_are_bounded(monkeypatch) -> None:
    monkeypatch.setattr("autodiff.compiler.runtime.branching_runner._MOST_WAYS", 3)

    def steps(x):
        while x > 1:
            x = x - 1
        return x

    program = autodiff.compile(steps, parameters=[], example=(0.5,), on_branch="split")
    assert program([0.5, 1.5, 2.5]).tolist() == [0.5, 0.5, 0.5]
    with pytest.raises(BranchError, match="at most 3 ways through the comparisons"):
        program([0.5, 3.5])


def test_what_is_the_same_for_every_example_is_computed_once_per_call() -> None:
    w = Value(3.0)
    program = autodiff.compile(lambda x: (w * w).exp() * x, parameters=[w], example=(1.0,))
    program._runner.block_size = 4
    program([1.0] * 4)
    bound = program._runner._bound[4]
    calls = []
    program._runner._bound[4] = bound._replace(prepare=lambda: calls.append(bound.prepare()))
    values = program([1.0, 2.0] * 7)
    assert len(calls) == 1
    assert values == pytest.approx(np.exp(9.0) * np.array([1.0, 2.0] * 7), rel=1e-14)
