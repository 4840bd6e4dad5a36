"""Deep graphs are built, walked, copied and freed without recursion."""

from __future__ import annotations

import copy
import gc
import pickle
import sys

import pytest

import autodiff
from autodiff import Value, grad
from autodiff.graph.traversal import interior_order, topological_order

DEPTH = 20_000


@pytest.fixture(scope="module")
def deep():
    x = Value(1.0)
    y = x
    for _ in range(DEPTH // 2):
        y = y * 1.0 + x
    return x, y


def test_a_deep_graph_is_built_and_differentiated_without_recursion(deep):
    x, y = deep
    x.grad = 0.0
    y.backward()
    assert len(interior_order([y])) == DEPTH
    assert (y.data, x.grad) == (DEPTH / 2 + 1, DEPTH / 2 + 1)
    assert grad(y, x).data == DEPTH / 2 + 1


def test_a_deep_graph_is_recomputed_and_cleared_without_recursion(deep):
    x, y = deep
    x.data = 2.0
    y.recompute()
    assert y.data == DEPTH + 2.0
    x.data = 1.0
    y.recompute()
    y.backward()
    y.zero_grad()
    assert {node.grad for node in topological_order([y])} == {0.0}


COPIES = {"deepcopy": copy.deepcopy} | {
    f"pickle protocol {protocol}": lambda y, p=protocol: pickle.loads(pickle.dumps(y, p))
    for protocol in (2, 5)
}


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES.keys())
def test_a_deep_graph_is_copied_without_recursion(deep, duplicate):
    _, y = deep
    copied = duplicate(y)
    assert copied is not y
    assert len(topological_order([copied])) == DEPTH + 1
    copied.zero_grad()
    copied.backward()
    (leaf,) = [node for node in topological_order([copied]) if not node.parents]
    assert leaf.grad == DEPTH / 2 + 1


def test_a_deep_graph_is_listed_as_a_table_without_recursion():
    y = Value(1.0)
    for _ in range(DEPTH):
        y = -y
    assert len(autodiff.trace(y).rows) == DEPTH + 1


def test_a_deep_graph_is_freed_at_once_without_recursion_or_garbage_collector():
    x = Value(1.0)
    before = sys.getrefcount(x)
    gc.disable()
    try:
        y = x
        for _ in range(DEPTH):
            y = y * x
        assert sys.getrefcount(x) > before + DEPTH
        y.backward()
        del y
        assert sys.getrefcount(x) == before
    finally:
        gc.enable()
