"""Recording leaves no trace; threads; deep graphs."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest

from autodiff import Value, compile, no_grad
from autodiff.graph.hooks import observer
from tests.autodiff.compiler.eager_oracle import assert_close, assert_equal_to_eager, eager
from tests.autodiff.compiler.sample_programs import attention, mlp


def test_recording_leaves_no_trace_on_the_users_values():
    w, c = Value(3.0, label="w"), Value(2.0)
    w.grad = 7.0
    kept = w * c
    before = [(v.data, v.grad, v.label, v.parents, v.operation) for v in (w, c, kept)]
    compile(lambda x: w * x + kept, parameters=[w], example=(1.0,), strict=True)
    program = compile(
        lambda x: w * x if w * x > 0 else c * x, parameters=[w], example=(1.0,), on_branch="split"
    )
    program.parameters[0] = 10.0
    program.value_and_grad([1.0, -1.0])
    assert before == [(v.data, v.grad, v.label, v.parents, v.operation) for v in (w, c, kept)]


def test_recording_inside_no_grad_records():
    w = Value(3.0)
    with no_grad():
        program = compile(lambda x: (w * x).tanh(), parameters=[w], example=(1.0,))
        mean, gradient = program.value_and_grad([0.1])
        assert (w * 2).parents == ()
    leaf = Value(3.0)
    y = (leaf * 0.1).tanh()
    y.backward()
    assert_close([mean, *gradient], [y.data, leaf.grad])


def test_a_function_that_fails_while_it_is_recorded_leaves_nobody_listening():
    with pytest.raises(ZeroDivisionError):
        compile(lambda x: 1 // 0, parameters=[], example=(1.0,))
    assert observer() is None


def test_two_threads_use_two_programs():
    samples = [mlp((3, 4, 2)), attention(positions=3)]
    found: dict[int, bool] = {}

    def work(place):
        sample = samples[place]
        program, batch = sample.compiled(), sample.batch(6)
        expected = eager(sample.function, sample.parameters, batch)
        found[place] = all(
            np.allclose(program.value_and_grad(*batch)[1], expected.gradient, rtol=1e-11)
            for _ in range(200)
        )

    threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {0: True, 1: True}


def chain(depth):
    w = Value(0.9)

    def function(x):
        for _ in range(depth):
            x = (x * w).tanh()
        return x

    return function, w


def test_an_exact_program_may_be_deep():
    function, w = chain(50_000)
    program = compile(function, parameters=[w], example=(1.0,), exact=True)
    assert np.isfinite(program.value_and_grad([0.5])[0])


def test_a_program_may_be_deeper_than_the_stack_of_python():
    function, w = chain(sys.getrecursionlimit() + 200)
    program = compile(function, parameters=[w], example=(1.0,))
    assert_equal_to_eager(program, function, [w], [[0.5, -0.7]])
