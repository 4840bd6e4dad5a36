"""Numerics of compiled programs: constants, roots, signs of zero, float32, exact branches."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from autodiff import Value, compile, dot, exp, relu, sin


def test_products_of_numbers_alone_are_known():
    kernel = [0.25, 0.5, 0.25]

    def smooth(x):
        padded = [0.0, *x, 0.0]
        return [dot(kernel, padded[i : i + 3]) for i in range(4)]

    program = compile(smooth, parameters=[], example=([1.0, 2.0, 3.0, 4.0],))
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
def test_roots_and_signs_of_zero_are_those_of_eager(function, x):
    program = compile(function, parameters=[], example=(1.0,))
    expected = function(Value(x)).data
    for batch in (1, 2, 9):
        assert program([x] * batch).tolist() == pytest.approx([expected] * batch, nan_ok=True)
        assert np.array_equal(np.signbit(program([x] * batch)), [np.signbit(expected)] * batch)


def test_the_derivative_of_a_root_at_minus_infinity():
    w = Value(-inf)
    program = compile(lambda x: w**1.5 * x, parameters=[w], example=(1.0,))
    loss = w**1.5
    loss.backward()
    assert program.value_and_grad([1.0])[1].tolist() == [w.grad]


def test_exact_programs_with_branches_have_the_bits_of_eager():
    w = Value(1.0)

    def function(x):
        return (w * x).exp() if x > 0 else sin(w * x)

    rows = np.random.default_rng(0).normal(size=50)
    program = compile(function, parameters=[w], example=(1.0,), exact=True, on_branch="split")
    value, gradient = program.value_and_grad(rows)
    total = 0.0
    for x in rows.tolist():
        loss = function(x)
        loss.backward()
        total += loss.data
    assert (value, gradient.tolist()) == (total / 50, [w.grad / 50])


def test_numbers_too_large_for_float32_become_infinite_without_a_warning():
    w = Value(1e300)
    program = compile(lambda x: exp(x * 1e300) * w, parameters=[w], example=(1.0,), dtype="float32")
    assert program([1e300]).tolist() == [inf]
    program.parameters = [2e300]
    assert program.parameters.tolist() == [inf]
