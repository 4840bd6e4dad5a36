"""Chains of small steps run as Python over floats for a single example."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from autodiff import (
    BranchError,
    Value,
    compile,
    exp,
    log,
    logsumexp,
    maximum,
    minimum,
    sigmoid,
    sin,
    take,
    tanh,
)
from autodiff.compiler.loops.python import is_cheaper, to_python
from benchmarks.long_graphs import kalman, runge_kutta
from tests.autodiff.compiler.eager_oracle import assert_close, assert_equal_to_eager
from tests.autodiff.compiler.sample_programs import recurrent

pytestmark = pytest.mark.usefixtures("by_numpy")


def per_step(steps=30):
    """Weights of each step, and one for all."""
    weights = [Value(0.1 + 0.01 * n) for n in range(steps)]
    shared = Value(0.9)

    def run(xs):
        state, total = 0.1, 0.0
        for w, x in zip(weights, xs, strict=True):
            state = tanh(shared * state + w * x) * sigmoid(w - state)
            total = total + state * shared
        return total

    return run, [shared, *weights], (steps,)


def fixed_places(steps=40):
    """Steps that read what an early step computed, and two states before."""
    w, u = Value(0.3), Value(0.8)

    def run(xs):
        states = [sin(w * xs[0]), sin(w * xs[1])]
        for x in xs[2:]:
            states.append(tanh(u * states[-1] + w * states[-2] * x - states[1] * w))
        return states[-1] * states[3] + states[7]

    return run, [w, u], (steps,)


def starred(steps=30):
    """Reductions inside a step."""
    w = [Value(0.2), Value(-0.4), Value(0.7)]

    def run(xs):
        a, b = 0.1, 0.3
        for x in xs:
            a, b = (
                logsumexp([a * w[0], b + x, w[1] * x]) - 1.0,
                maximum([a, b, w[2] * x]) * 0.5 + minimum(a, w[1]) + abs(b) ** 1.5,
            )
        return a * b

    return run, w, (steps,)


def static(steps=30):
    """A chain of parameters alone, read by a chain of examples."""
    rate = Value(0.1)

    def run(xs):
        level, total = 1.0, 0.0
        for x in xs:
            level = level - rate * level * level
            total = total + exp(-level * x) * x
        return total

    return run, [rate], (steps,)


CHAINS = {
    "per step": per_step(),
    "fixed places": fixed_places(),
    "starred": starred(),
    "static": static(),
}


@pytest.mark.parametrize("name", CHAINS)
def test_one_example_gives_what_the_eager_engine_gives(name):
    function, leaves, shape = CHAINS[name]
    draw = np.random.default_rng(1)
    program = compile(function, parameters=leaves, example=(draw.uniform(0, 1, shape).tolist(),))
    assert program._runner.source.loops
    assert is_cheaper(program._runner.equations())
    for _ in range(3):
        example = draw.uniform(-1, 1, (1, *shape))
        assert_equal_to_eager(program, function, leaves, [example])
        both = program.value_and_grad(np.repeat(example, 2, 0))  # by NumPy
        one = program.value_and_grad(example)
        assert_close(one[0], both[0])
        assert_close(one[1], both[1], float(np.abs(both[1]).max()))
        assert_close(program(example), program(np.repeat(example, 2, 0))[:1])


@pytest.mark.parametrize("work", [kalman(steps=60), runge_kutta(steps=40)], ids=["filter", "rk"])
def test_of_a_filter_and_an_integrator(work):
    program = compile(work.function, parameters=work.parameters, example=work.example)
    batch = [np.array([each]) for each in work.example]
    assert is_cheaper(program._runner.equations())
    assert_equal_to_eager(program, work.function, work.parameters, batch)


def test_a_recurrent_network():
    sample = recurrent(steps=40)
    program = sample.compiled()
    assert is_cheaper(program._runner.equations())
    assert_equal_to_eager(program, sample.function, sample.parameters, sample.batch(1))


def test_what_is_cheaper_is_counted():
    assert not is_cheaper(recurrent(steps=40, width=16).compiled()._runner.equations())
    assert not is_cheaper(recurrent(steps=4).compiled()._runner.equations())  # no loop


def test_where_python_raises_numpy_answers():
    w = Value(1.0)

    def run(xs):
        state = 1.0
        for x in xs:
            state = log(w * state / x + 2.0) + exp(state * x)
        return state

    program = compile(run, parameters=[w], example=([0.5] * 30,))
    assert is_cheaper(program._runner.equations())
    for x in (0.0, 1e5, inf, nan, -1.0):
        example = np.full((1, 30), 0.5)
        example[0, 11] = x
        expected = program.value_and_grad(np.repeat(example, 2, 0))
        found = program.value_and_grad(example)
        assert_close(found[0], expected[0])
        assert_close(found[1], expected[1])
        assert_close(program(example)[0], expected[0])


def test_guards_are_checked():
    w = Value(0.5)

    def run(xs):
        state = 1.0
        for x in xs:
            state = tanh(w * state) + x if x > 0 else state
        return state

    program = compile(run, parameters=[w], example=([0.5] * 30,))
    assert is_cheaper(program._runner.equations())
    example = np.full((1, 30), 0.5)
    assert program(example).shape == (1,)
    example[0, 17] = -1.0
    with pytest.raises(BranchError, match=r"xs\[17\] > 0"):
        program.value_and_grad(example)


def test_look_ups_beside_a_chain():
    rows = [[Value(0.1 * (i + j)) for j in range(2)] for i in range(4)]
    w = Value(0.5)

    def run(symbols):
        state = 0.1
        for symbol in symbols:
            first, second = take(rows, symbol)
            state = tanh(w * state * first + second - state)
        return state

    leaves = [w, *(x for row in rows for x in row)]
    program = compile(run, parameters=leaves, example=([0, 1, 2, 3] * 8,))
    example = np.array([[3, 1, 1, 0] * 8])
    one, both = program.value_and_grad(example), program.value_and_grad(np.repeat(example, 2, 0))
    assert_close(one[0], both[0])
    assert_close(one[1], both[1], float(np.abs(both[1]).max()))


def test_the_source_has_one_step_and_no_loop_inside():
    function, leaves, shape = CHAINS["per step"]
    program = compile(function, parameters=leaves, example=([0.5] * shape[0],))
    text = to_python(program._runner.equations())
    assert text.count("for step in range(") == 2
    assert "numpy" not in text
    assert len(text.splitlines()) < 120
