"""Operands as they are recorded, and what `backward` adds to whom."""

from __future__ import annotations

import numpy as np
import pytest

import autodiff
from autodiff import Value
from autodiff.graph.traversal import topological_order

# -- operands ---------------------------------------------------------------------------------


def test_operands_keep_their_order_and_their_multiplicity():
    a, b = Value(2.0), Value(3.0)
    assert (a + a).parents == (a, a)
    assert (a + a).local_derivatives == (1.0, 1.0)
    assert (b - a).parents == (b, a)
    assert (a - b).parents == (a, b)
    assert autodiff.sum(b, a, b).parents == (b, a, b)
    assert autodiff.dot([a, b], [b, a], a).parents == (a, b, b, a, a)


@pytest.mark.parametrize(
    ("build", "operands"),
    [
        (lambda x: x + 3, ("x", 3.0)),
        (lambda x: 3 - x, (3.0, "x")),
        (lambda x: x**2, ("x", 2.0)),
        (lambda x: 2**x, (2.0, "x")),
        (lambda x: np.float64(3) / x, (3.0, "x")),
        (lambda x: autodiff.maximum(1, x, 2), (1.0, "x", 2.0)),
        (lambda x: autodiff.dot([x, 2.0], [3.0, x]), ("x", 2.0, 3.0, "x", 0.0)),
    ],
)
def test_a_plain_number_in_an_expression_is_a_constant_without_gradient(build, operands):
    x = Value(5.0)
    node = build(x)
    assert node.operands == tuple(x if operand == "x" else operand for operand in operands)
    assert all(parent is x for parent in node.parents)
    assert len(node.local_derivatives) == len(node.parents) == operands.count("x")


# -- backward ---------------------------------------------------------------------------------


def test_backward_seeds_one_or_the_seed_given():
    x = Value(3.0)
    y = x * 2
    y.backward()
    assert (y.grad, x.grad) == (1.0, 2.0)
    x.zero_grad()
    y.backward(-0.5)
    assert (y.grad, x.grad) == (-0.5, -1.0)


def test_backward_of_a_leaf_adds_the_seed():
    x = Value(3.0)
    x.backward()
    x.backward(2)
    assert x.grad == 3.0


def test_calling_backward_twice_doubles_the_leaves_and_nothing_else():
    a, b = Value(2.0), Value(-3.0)
    product = a * b
    y = product.tanh() + product
    nodes = topological_order([y])
    y.backward()
    first = {node: node.grad for node in nodes}
    y.backward()
    for node in nodes:
        assert node.grad == (first[node] if node.parents else 2 * first[node])


def test_two_losses_that_share_interior_nodes_add_up():
    a, b = Value(2.0), Value(5.0)
    shared = a * b
    first, second = shared * 3, shared**2
    first.backward()
    second.backward()
    assert (a.grad, b.grad) == (3 * 5.0 + 2 * 10.0 * 5.0, 3 * 2.0 + 2 * 10.0 * 2.0)
    assert shared.grad == 20.0


def test_a_loss_inside_another_loss_adds_up():
    x = Value(3.0)
    inner = x * x
    outer = inner * x
    inner.backward()
    outer.backward()
    assert x.grad == 6.0 + 27.0


def test_the_cube_of_three_has_slope_27_both_times():
    x = Value(3.0)
    y = x * x * x
    for _ in range(2):
        x.grad = 0.0
        y.backward()
        assert x.grad == 27.0


def test_changing_data_changes_nothing_until_recompute():
    x, w = Value(3.0), Value(4.0)
    y = (x * w).square()
    x.data = 5.0
    assert y.data == 144.0
    y.backward()
    assert (x.grad, w.grad) == (96.0, 72.0)
    y.recompute()
    assert y.data == 400.0
    y.zero_grad()
    y.backward()
    assert (x.grad, w.grad) == (160.0, 200.0)


def test_recompute_refreshes_ties_constants_and_every_level():
    x = Value(1.0)
    y = autodiff.maximum(x, 1.0) * 3
    z = autodiff.dot([y, x], [x, 2.0], 1.0)
    x.data = 2.0
    z.recompute()
    assert (y.data, z.data) == (6.0, 17.0)
    z.backward()
    assert x.grad == 6.0 + 2 * 3.0 + 2.0
