"""Guards and branches: checked for every example, or traced anew with on_branch="split"."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from autodiff import Value, compile, dot, sqrt, tanh
from autodiff.errors import BranchError, ShapeError, TracingWarning
from tests.autodiff.compiler.branching_functions import BRANCHING, by_sign
from tests.autodiff.compiler.eager_oracle import assert_equal_to_eager


def line_of(function, text):
    """The file, number and text of the first line of a function that holds a text."""
    code = function.__code__
    lines = Path(code.co_filename).read_text(encoding="utf-8").split("\n")
    numbers = [n for n, line in enumerate(lines, 1) if n >= code.co_firstlineno and text in line]
    return f"{Path(code.co_filename).name}:{numbers[0]}: {lines[numbers[0] - 1].strip()}"


@pytest.mark.parametrize("make", BRANCHING, ids=lambda make: make.__name__)
@pytest.mark.parametrize("exact", [False, True])
def test_split_gives_what_eager_gives_row_by_row(make, exact):
    w = Value(0.8)
    function = make(w)
    program = compile(function, parameters=[w], example=(1.0, 1.0), on_branch="split", exact=exact)
    batch = np.random.default_rng(1).uniform(-3, 3, (2, 40))
    for parameter in (0.8, -1.3, 0.8):
        program.parameters[0] = w.data = parameter
        assert_equal_to_eager(program, function, [w], batch)
        for x, y in zip(*batch[:, :8], strict=True):
            assert_equal_to_eager(program, function, [w], [[x], [y]])


@pytest.mark.parametrize("make", BRANCHING, ids=lambda make: make.__name__)
@pytest.mark.parametrize("exact", [False, True])
def test_an_example_that_goes_another_way_is_an_error_and_never_a_wrong_number(make, exact):
    w = Value(0.8)
    function = make(w)
    program = compile(function, parameters=[w], example=(1.0, 0.5), exact=exact)
    agreed = failed = 0
    for x, y in np.random.default_rng(1).uniform(-3, 3, (40, 2)):
        try:
            program([x], [y])
        except BranchError:
            failed += 1
        else:
            agreed += 1
            assert_equal_to_eager(program, function, [w], [[x], [y]])
    assert agreed >= 2
    assert failed >= 2


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("call", ["__call__", "value_and_grad"])
def test_the_error_names_comparison_line_and_row(exact, call):
    w = Value(0.8, label="w")
    function = by_sign(w)
    program = compile(function, parameters=[w], example=(1.0, 1.0), exact=exact)
    with pytest.raises(BranchError) as caught:
        getattr(program, call)([1.0, 2.0, 0.5, -1.0], [1.0] * 4)
    assert str(caught.value) == (
        "expected mul(...) > 0.5 to be True, as in the traced example "
        f"({line_of(function, '# the sign')}), got 0.4 and 0.5 in example 2: "
        'write it with autodiff.where, or compile with on_branch="split"'
    )
    assert isinstance(caught.value, ValueError)


COMPARISONS = [
    (lambda w, x: w * x if x * w < w else w, "mul(...) < w", "True", 2.0, "4 and 2"),
    (lambda w, x: w * x if x * w <= 1 else w, "mul(...) <= 1", "True", 2.0, "4 and 1"),
    (lambda w, x: w * x if x * w > w else w, "mul(...) > w", "False", 2.0, "4 and 2"),
    (lambda w, x: w * x if x + w >= 3 else w, "add(...) >= 3", "False", 2.0, "4 and 3"),
    (lambda w, x: w * x if x + w < 3 else w, "add(...) < 3", "True", 2.0, "4 and 3"),
    (lambda w, x: w * x if x - 0.5 else w, "sub(...) != 0", "False", 2.0, "1.5 and 0"),
    (lambda w, x: max(x * w, w), "w > mul(...)", "True", 2.0, "2 and 4"),
    (lambda w, x: sorted([x * w, w])[1], "w < mul(...)", "False", 2.0, "2 and 4"),
    (lambda w, x: w if abs(x) > 1 else x * w, "abs(...) > 1", "False", 2.0, "2 and 1"),
]


@pytest.mark.parametrize(("function", "text", "outcome", "x", "got"), COMPARISONS)
@pytest.mark.parametrize("exact", [False, True])
def test_every_comparison_is_named_as_it_read(function, text, outcome, x, got, exact):  # noqa: PLR0913
    w = Value(2.0, label="w")
    program = compile(lambda x: function(w, x), parameters=[w], example=(0.5,), exact=exact)
    expected = f"{re.escape(f'expected {text} to be {outcome}, as')} .* got {got} in example 1:"
    program([0.5])
    with pytest.raises(BranchError, match=expected):
        program([0.5, x])


@pytest.mark.parametrize("bare", [True, False], ids=["an argument", "computed"])
@pytest.mark.parametrize("more", [False, True], ids=["alone", "beside another argument"])
def test_a_comparison_of_an_argument_itself(bare, more):
    w = Value(2.0)

    def function(y, x):
        inner = w * tanh(y[0]) * y[1]
        return inner if (x if bare else x + w * 0) > 0 else -inner

    if more:
        program = compile(function, parameters=[w], example=([1.0, 2.0], 1.0))
        assert_equal_to_eager(program, function, [w], [[[1.0, 2.0]] * 2, [5.0, 3.0]])
        with pytest.raises(BranchError, match="got -1 and 0 in example 1"):
            program([[1.0, 2.0]] * 2, [5.0, -1.0])
    else:
        alone = lambda x: function([w, w], x)  # noqa: E731
        program = compile(alone, parameters=[w], example=(1.0,))
        assert_equal_to_eager(program, alone, [w], [[5.0, 3.0]])
        with pytest.raises(BranchError, match="got -1 and 0 in example 1"):
            program([5.0, -1.0])


@pytest.mark.parametrize(
    "condition",
    [
        lambda x: np.float64(1.0) < x,
        lambda x: np.float32(1.0) < x,
        lambda x: np.int64(1) < x,
        lambda x: x > np.float64(1.0),
        lambda x: np.less(1, x),
        lambda x: np.greater_equal(x, np.array(1.0)),
        lambda x: (np.ones(2) < x).all(),
        lambda x: (x > np.ones(2)).all(),
        lambda x: (np.array([x, x]) > 1).all(),
    ],
    ids=[
        "np.float64 on the left",
        "np.float32 on the left",
        "np.int64 on the left",
        "np.float64 on the right",
        "np.less",
        "np.greater_equal and an array without axes",
        "an array on the left",
        "an array on the right",
        "an array of Values",
    ],
)
def test_a_comparison_that_numpy_makes_is_checked(condition):
    w = Value(2.0)
    function = lambda x: w * x if condition(x * w) else w - x  # noqa: E731
    program = compile(function, parameters=[w], example=(3.0,))
    assert program([2.0]).tolist() == [4.0]
    with pytest.raises(BranchError, match=r"example \(test_branching.py:\d+: .*0\.2"):
        program([0.1])


def test_the_first_failing_row_is_named_in_any_block():
    w = Value(1.0)
    program = compile(lambda x: w * x if w * x > 0 else w, parameters=[w], example=(1.0,))
    program._runner.block_size = 3
    with pytest.raises(BranchError, match="got -1 and 0 in example 7"):
        program([1.0] * 7 + [-1.0] + [1.0] * 3)


def test_a_comparison_of_parameters_alone_is_checked_too():
    w = Value(1.0)
    program = compile(lambda x: w * x if w > 0 else -w * x, parameters=[w], example=(1.0,))
    program.parameters[0] = -1.0
    with pytest.raises(BranchError, match="got -1 and 0 in example 0"):
        program([1.0])


def test_nan_goes_the_way_it_goes_in_the_eager_engine():
    w = Value(1.0)
    function = lambda x: w * x * 2 if w * x > 0 else w * x  # noqa: E731
    low = compile(function, parameters=[w], example=(-1.0,))
    assert np.isnan(low([np.nan])).all()
    with pytest.raises(BranchError, match="got nan and 0 in example 0"):
        compile(function, parameters=[w], example=(1.0,))([np.nan])


@pytest.mark.parametrize("way", ["guard", "detach"])
def test_what_is_only_compared_or_cut_off_adds_nothing_to_a_gradient(way):
    p, q = Value(0.0), Value(4.0)

    def function(x):
        root = sqrt(p * x)  # with an infinite derivative
        if way == "guard":
            return sqrt(q * x) if root < 1 else x
        return sqrt(q * x) + root.detach()

    program = compile(function, parameters=[p, q], example=(1.0,))
    assert_equal_to_eager(program, function, [p, q], [[1.0, 2.0]])


def test_a_sum_that_is_only_compared_adds_nothing_even_of_infinite_numbers():
    p, q = Value(0.5), Value(-0.25)

    def function(x, y):
        return tanh(dot([p, q], x)) if dot([p, q], y) > -10 else p

    program = compile(function, parameters=[p, q], example=([1.0, 2.0], [1.0, 2.0]))
    batch = [[[1.0, 2.0], [0.5, 0.1]], [[np.inf, 2.0], [1.0, 2.0]]]
    assert_equal_to_eager(program, function, [p, q], batch)


def test_split_goes_the_eager_way_where_sums_in_another_order_compare_otherwise():
    """The sum of the second example is 1, and 0 if it is added up with rounding."""
    w = Value(1.0)
    function = lambda x: w * x[0] if dot([w, w, w], x) > 0.5 else w * 2  # noqa: E731
    batch = [[1.0, 2.0, 3.0], [1e16, 1.0, -1e16]]
    program = compile(function, parameters=[w], example=(batch[0],), on_branch="split")
    for _ in range(2):
        assert program(batch).tolist() == [1.0, 1e16]
        assert program.value_and_grad(batch) == (5e15, [5e15])


@pytest.mark.parametrize("options", [{"strict": True}, {"on_branch": "split"}])
def test_an_array_is_an_array_whenever_it_is_recorded(options):
    w = Value(2.0)
    function = lambda x: (x * w).sum() if x[0] * w > 0 else x.sum() * w * w  # noqa: E731
    program = compile(function, parameters=[w], example=(np.array([1.0, 2.0]),), **options)
    assert program([[1.0, 2.0]]).tolist() == [6.0]
    if "on_branch" in options:
        assert program([[1.0, 2.0], [-3.0, 4.0]]).tolist() == [6.0, 4.0]


def test_split_refuses_branches_that_return_other_shapes():
    w = Value(1.0)
    program = compile(
        lambda x: [w * x, w] if w * x > 0 else [w * x],
        parameters=[w], example=(1.0,), on_branch="split",
    )  # fmt: skip
    expected = (
        r"expected a result of shape \(2,\), as for the first example, got shape \(1,\) for "
        "another: return as many Values on every branch"
    )
    assert program([1.0]).tolist() == [[1.0, 1.0]]
    with pytest.raises(ShapeError, match=expected):
        program([1.0, -2.0])


def steps(w):
    def function(x):
        while x > 1:
            x = x - 1
        return w * x * x

    return function


@pytest.mark.parametrize("exact", [False, True])
def test_beyond_a_few_ways_the_rest_runs_eagerly_and_one_warning_says_so(monkeypatch, exact):
    monkeypatch.setattr("autodiff.compiler.runtime.branching_runner._MOST_WAYS", 3)
    w = Value(3.0)
    program = compile(steps(w), parameters=[w], example=(0.5,), on_branch="split", exact=exact)
    program.parameters[0] = 2.0
    assert program([0.5, 1.5, 2.5]).tolist() == [0.5, 0.5, 0.5]
    assert not program.is_eager
    with pytest.warns(TracingWarning, match="Write choices with autodiff.where") as caught:
        assert program([0.25, 5.5, 7.5]).tolist() == [0.125, 0.5, 0.5]
    assert len(caught) == 1
    assert program.value_and_grad([0.5, 9.5, 8.0]) == (1.0, [0.5])
    assert program.is_eager
    assert w.data == 3.0


def test_a_function_of_many_ways_costs_about_what_eager_costs_and_little_memory():
    w = [Value(0.1 * (i + 1)) for i in range(8)]

    def function(x):
        return sum(v if v > 0 else v * 0.0 for v in (p * a for p, a in zip(w, x, strict=True)))

    batch = np.random.default_rng(0).normal(size=(300, 8))
    program = compile(function, parameters=w, example=([1.0] * 8,), on_branch="split")
    with pytest.warns(TracingWarning):
        program.value_and_grad(batch)
    assert_equal_to_eager(program, function, w, [batch])
    tracemalloc.start()
    program.value_and_grad(batch)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.usefixtures("by_numpy")
def test_ways_keep_memory_for_few_sizes_of_batch():
    w = Value(2.0)
    program = compile(
        lambda x: w * x if x > 0 else x - w, parameters=[w], example=(1.0,), on_branch="split"
    )
    for positive in range(1, 40):
        batch = np.where(np.arange(40) < positive, 1.0, -1.0)
        assert program(batch).tolist() == [2.0] * positive + [-3.0] * (40 - positive)
    sizes = {size for way in program._runner._ways for size in way.runner._bound}
    assert sizes <= {1, 2, 4, 8, 16, 32, 40}


def test_a_comparison_inside_numpy_names_the_line_of_the_user():
    program = compile(
        lambda x: np.max(x) * 1.0,
        parameters=[],
        example=(np.array([1.0, 2.0]),),
    )
    with pytest.raises(BranchError, match=r"test_branching\.py:\d+"):
        program([[2.0, 1.0]])
