"""Arguments and results: structures, types and shapes."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import pytest

from autodiff import Value, compile
from tests.autodiff.compiler.eager_oracle import assert_close


def test_constants_are_values_that_are_no_parameters():
    w, constant = Value(3.0), Value(2.0)
    program = compile(lambda x: w * x * constant, parameters=[w], example=(1.0,))
    constant.data = 100.0
    assert program.value_and_grad([5.0]) == (30.0, [10.0])


@pytest.mark.parametrize(
    "batch",
    [[1, 2], np.array([1, 2]), np.array([1, 2], np.uint8), np.array([1, 2], np.float16), (1.0, 2)],
    ids=["ints", "int64", "uint8", "float16", "tuple"],
)
def test_inputs_may_be_integers_and_any_real_array(batch):
    w = Value(3.0)
    program = compile(lambda x: w * x, parameters=[w], example=(1,))
    assert program(batch).tolist() == [3.0, 6.0]


def test_truth_values_are_numbers():
    w = Value(3.0)
    program = compile(lambda x: w * x, parameters=[w], example=(True,))
    assert program([True, False]).tolist() == [3.0, 0.0]


class Pair(NamedTuple):
    left: float
    right: float


@pytest.mark.parametrize(
    ("example", "function", "shape"),
    [
        (([1.0, 2.0],), lambda x: x[0] - x[1], (2,)),
        (((1.0, 2.0),), lambda x: x[0] - x[1], (2,)),
        ((Pair(1.0, 2.0),), lambda x: x.left - x.right, (2,)),
        (([[1.0, 2.0], (3.0, 4.0)],), lambda x: x[0][0] - x[1][1], (2, 2)),
        ((np.array([[1.0, 2.0], [3.0, 4.0]]),), lambda x: x[0, 0] - x.sum(), (2, 2)),
        ((np.array(1.0),), lambda x: x - 2, ()),
        (([[[1]]],), lambda x: x[0][0][0] * 2, (1, 1, 1)),
    ],
    ids=["list", "tuple", "named tuple", "nested", "array", "array without axes", "deep"],
)
def test_an_argument_keeps_the_structure_of_its_example(example, function, shape):
    w = Value(2.0)
    program = compile(lambda x: w * function(x), parameters=[w], example=example)
    batch = np.random.default_rng(0).normal(size=(3, *shape))
    expected = (
        [2.0 * function(each) for each in batch]
        if "array" in str(type(example[0]))
        else [
            2.0 * function(Pair(*each) if isinstance(example[0], Pair) else each) for each in batch
        ]
    )
    assert_close(program(batch), expected, 10.0)
    assert_close(program(batch.tolist()), expected, 10.0)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda w, x: w * x, [2.0, 4.0]),
        (lambda w, x: [w * x], [[2.0], [4.0]]),
        (lambda w, x: (w * x, w + x, 7.0), [[2.0, 3.0, 7.0], [4.0, 4.0, 7.0]]),
        (lambda w, x: [[w * x, x], [w, w]], [[[2.0, 1.0], [2.0, 2.0]], [[4.0, 2.0], [2.0, 2.0]]]),
        (lambda w, x: np.array([w * x, x * x]), [[2.0, 1.0], [4.0, 4.0]]),
        (lambda w, x: [w * x] * 2, [[2.0, 2.0], [4.0, 4.0]]),
        (lambda w, x: 3, [3.0, 3.0]),
        (lambda w, x: w, [2.0, 2.0]),
    ],
    ids=["one", "list of one", "three", "nested", "array", "twice", "number", "parameter"],
)
@pytest.mark.parametrize("exact", [False, True])
def test_results_have_the_shape_that_the_function_returns(function, expected, exact):
    w = Value(2.0)
    program = compile(lambda x: function(w, x), parameters=[w], example=(1.0,), exact=exact)
    outputs = program([1.0, 2.0])
    assert outputs.tolist() == expected
    outputs[...] = 0.0  # the caller's own
    assert program([1.0, 2.0]).tolist() == expected


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x, y: x, [1.0, 2.0]),
        (lambda x, y: y, [3.0, 4.0]),
        (lambda x, y: [y, x], [[3.0, 1.0], [4.0, 2.0]]),
    ],
    ids=["the first", "the second", "both"],
)
@pytest.mark.parametrize("exact", [False, True])
def test_an_argument_may_be_the_result(function, expected, exact):
    program = compile(function, parameters=[Value(1.0)], example=(1.0, 1.0), exact=exact)
    assert program([1.0, 2.0], [3.0, 4.0]).tolist() == expected


@pytest.mark.parametrize("exact", [False, True])
def test_an_argument_that_is_not_used_says_how_many_examples_there_are(exact):
    w = Value(3.0)
    program = compile(lambda unused: w * w, parameters=[w], example=(0.0,), exact=exact)
    assert program([0.0, 0.0]).tolist() == [9.0, 9.0]
    assert program.value_and_grad([0.0, 0.0]) == (9.0, [6.0])


def test_results_of_numpy_numbers_and_first_arguments_called_self():
    program = compile(lambda self, x: [x, np.int64(3)], parameters=[], example=(1.0, 2.0))
    assert program([0.0], [5.0]).tolist() == [[5.0, 3.0]]
    assert repr(program) == "<program of (self, x), 0 parameters>"


def test_an_argument_without_elements():
    program = compile(lambda x, y: y * 2, parameters=[], example=(np.zeros((0, 2)), 1.0))
    assert program(np.zeros((3, 0, 2)), [1.0, 2.0, 3.0]).tolist() == [2.0, 4.0, 6.0]


@pytest.mark.parametrize("options", [{}, {"strict": True}, {"on_branch": "split"}])
def test_a_named_tuple_keeps_its_names(options):
    w = Value(2.0)
    program = compile(
        lambda p: p.left * w if p.left > p.right else p.right * 1.0,
        parameters=[w],
        example=(Pair(2.0, 1.0),),
        **options,
    )
    assert program([[3.0, 1.0]]).tolist() == [6.0]


class Model:
    """A model with a method."""

    def method(self, x):
        return Value(2.0) * x

    def __call__(self, x):
        return Value(2.0) * x


@pytest.mark.parametrize(
    "function",
    [
        Model(),
        Model().method,
        functools.partial(lambda scale, x: Value(2.0) * x * scale, 1.0),
        lambda *xs: Value(2.0) * xs[0],
        lambda x, y=1.0: Value(2.0) * x * y,
        lambda x, *, y=1.0: Value(2.0) * x * y,
    ],
    ids=["object", "method", "partial", "starred", "default", "by keyword"],
)
def test_anything_that_can_be_called_can_be_compiled(function):
    program = compile(function, parameters=[], example=(1.0,))
    assert program([3.0]).tolist() == [6.0]
