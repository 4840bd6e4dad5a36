"""Parameters of a program: one vector, in order; shared, repeated, unused; stored and loaded."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from autodiff import Value, compile, dot, tanh
from autodiff.errors import ShapeError, WrongTypeError
from tests.autodiff.compiler.eager_oracle import assert_close, eager
from tests.autodiff.compiler.sample_programs import mlp


def test_parameters_are_one_vector_in_the_order_given():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    program = compile(lambda x: a * x + b * c, parameters=[c, a, b], example=(1.0,))
    assert program.parameters.tolist() == [3.0, 1.0, 2.0]
    assert program.parameters.dtype == np.float64
    assert program.parameters.flags.c_contiguous
    assert program.value_and_grad([10.0])[1].tolist() == [2.0, 10.0, 3.0]


def test_parameters_may_come_from_an_iterator():
    leaves = [Value(1.0), Value(2.0)]
    program = compile(lambda x: dot(leaves, [x, x]), parameters=iter(leaves), example=(1.0,))
    assert program.value_and_grad([3.0])[1].tolist() == [3.0, 3.0]


def test_a_parameter_used_in_many_places_gets_the_sum():
    w = Value(3.0)
    program = compile(lambda x: w * x + w * w + w, parameters=[w], example=(1.0,))
    assert program.value_and_grad([2.0, 4.0]) == (21.0, [10.0])


@pytest.mark.parametrize("exact", [False, True])
def test_a_repeated_parameter_has_its_gradient_in_every_place(exact):
    w, v = Value(3.0), Value(2.0)
    program = compile(lambda x: w * w * x * v, parameters=[w, v, w], example=(1.0,), exact=exact)
    assert program.value_and_grad([2.0])[1].tolist() == [24.0, 18.0, 24.0]
    program.parameters -= 1.0
    assert program([1.0]).tolist() == [4.0]
    program.store()
    assert (w.data, v.data) == (2.0, 1.0)


def test_an_unused_parameter_has_gradient_zero():
    w, unused = Value(3.0), Value(2.0)
    program = compile(lambda x: w * x, parameters=[unused, w], example=(1.0,))
    for _ in range(2):
        assert program.value_and_grad([2.0])[1].tolist() == [0.0, 2.0]


def test_a_program_needs_no_parameters():
    program = compile(lambda x: x * tanh(x), parameters=[], example=(1.0,))
    mean, gradient = program.value_and_grad([0.0])
    assert (mean, gradient.shape) == (0.0, (0,))


def test_store_and_load():
    w, b = Value(1.0), Value(2.0)
    program = compile(lambda x: w * x + b, parameters=[w, b], example=(1.0,))
    program.parameters[...] = [5.0, 7.0]
    assert (w.data, b.data) == (1.0, 2.0)
    assert program([1.0]).tolist() == [12.0]
    program.store()
    assert (w.data, b.data, type(w.data)) == (5.0, 7.0, float)
    w.data = -5.0
    assert program([1.0]).tolist() == [12.0]
    program.load()
    assert program([1.0]).tolist() == [2.0]


def test_steps_of_descent_are_those_of_the_eager_engine():
    sample = mlp((2, 3, 1))
    program, batch = (
        compile(sample.function, parameters=sample.parameters, example=sample.example()),
        sample.batch(5),
    )
    for _ in range(4):
        expected = eager(sample.function, sample.parameters, batch)
        mean, gradient = program.value_and_grad(*batch)
        assert_close(mean, expected.mean)
        program.parameters -= 0.1 * gradient
        program.store()


def test_terms_of_parameters_alone_follow_the_parameters():
    w = Value(2.0)
    program = compile(lambda x: x + (w * w).exp(), parameters=[w], example=(1.0,))
    program.parameters[0] = 0.0
    assert program([1.0, 2.0]).tolist() == [2.0, 3.0]


@pytest.mark.parametrize("data", [3, np.float64(3), np.float32(3), np.array(3.0)])
@pytest.mark.parametrize("exact", [False, True])
def test_data_assigned_as_any_number_is_a_number(data, exact):
    w, constant, b = Value(1.0), Value(1.0), Value(1.0)
    w.data = constant.data = data
    b.data = 0
    program = compile(
        lambda x: w * x * (constant * constant) + b,
        parameters=[w, b],
        example=(1.0,),
        exact=exact,
    )
    assert program.parameters.dtype == np.float64
    assert program([0.5]).tolist() == [13.5]
    assert program.value_and_grad([0.5])[1].tolist() == [4.5, 1.0]


def test_a_program_cannot_be_copied_or_pickled():
    program = compile(lambda x: x * 2, parameters=[], example=(1.0,))
    assert repr(program) == "<program of (x), 0 parameters>"
    for action in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(WrongTypeError, match="and load it with autodiff"):
            action(program)


def test_parameters_of_another_shape_are_an_error():
    program = compile(lambda x: x * 2, parameters=[], example=(1.0,))
    with pytest.raises(ShapeError, match=r"0 numbers as parameters, got shape \(2,\)"):
        program.parameters = [1.0, 2.0]
