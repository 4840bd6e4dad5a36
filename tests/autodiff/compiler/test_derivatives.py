"""Gradients by the arguments and of each example, and the product with the Hessian."""

from __future__ import annotations

import numpy as np
import pytest

from autodiff import ShapeError, Value, compile, dot, grad, hessian, log, tanh
from tests.autodiff.compiler.eager_oracle import assert_close

W = [Value(data) for data in (0.3, -0.7, 1.1, 0.4, -0.2)]


def loss(x, y):
    hidden = tanh(dot(W[:2], x))
    return (hidden * W[2] * W[3] - y) ** 2 * (1 if x[0] < 9 else 2) + log(1 + W[4] ** 2)


X = np.random.default_rng(0).normal(size=(6, 2))
Y = np.arange(6.0) / 3
OPTIONS = [{}, {"exact": True}, {"on_branch": "split"}, {"dtype": "float32"}]


def program_of(options):
    program = compile(loss, parameters=W, example=([1.0, 2.0], 0.5), **options)
    program.parameters[...] = [w.data for w in W]
    return program, 1e-5 if "dtype" in options else 1e-12


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_derivatives_are_those_of_the_eager_engine(options):
    program, relative = program_of(options)
    direction = np.linspace(-1.0, 2.0, 5)
    by_x, by_y, by_w, products = [], [], [], []
    for x, y in zip(X.tolist(), Y.tolist(), strict=True):
        leaves, target = [Value(each) for each in x], Value(y)
        cost = loss(leaves, target)
        by_x.append([d.data for d in grad(cost, leaves)])
        by_y.append(grad(cost, target).data)
        by_w.append([d.data for d in grad(cost, W)])
        rows = [[d.data for d in row] for row in hessian(cost, W)]
        products.append(np.array(rows) @ direction)
    for _ in range(2):
        found_x, found_y = program.argument_gradients(X, Y)
        assert_close(found_x, by_x, 10.0, relative)
        assert_close(found_y, by_y, 10.0, relative)
        assert_close(program.example_gradients(X, Y), by_w, 10.0, relative)
        product = program.hessian_product(X, Y, direction=direction)
        assert_close(product, np.mean(products, 0), 10.0, relative)


def test_derivatives_follow_the_parameters():
    w = Value(3.0)
    program = compile(lambda x: w * w * x, parameters=[w, w], example=(1.0,))
    program.parameters[:] = 5.0
    assert program.example_gradients([2.0]).tolist() == [[20.0, 20.0]]
    assert program.argument_gradients([2.0])[0].tolist() == [25.0]
    assert program.hessian_product([2.0], direction=[1.0, 9.0]).tolist() == [4.0, 4.0]
    assert w.data == 3.0


def test_a_result_that_depends_on_nothing_has_derivative_0():
    program = compile(lambda x: 3.0, parameters=[W[0]], example=([1.0, 2.0],))
    assert program.example_gradients([[1.0, 2.0]]).tolist() == [[0.0]]
    assert program.argument_gradients([[1.0, 2.0]])[0].tolist() == [[0.0, 0.0]]
    assert program.hessian_product([[1.0, 2.0]], direction=[1.0]).tolist() == [0.0]


def test_errors_of_derivatives():
    program, _ = program_of({})
    with pytest.raises(ShapeError, match=r"a direction of 5 numbers, got shape \(2,\)"):
        program.hessian_product(X, Y, direction=[1.0, 2.0])
    with pytest.raises(ShapeError, match=r"x of shape \(6, 2\), got \(6, 3\)"):
        program.argument_gradients(np.zeros((6, 3)), Y)
    several = compile(lambda x: [x, x], parameters=[], example=(1.0,))
    with pytest.raises(ShapeError, match="one output to differentiate, got 2"):
        several.argument_gradients([1.0])
