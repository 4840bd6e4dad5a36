"""Copied and pickled graphs are the same graphs of other nodes."""

from __future__ import annotations

import copy
import pickle

import pytest

import autodiff
from autodiff import TABLE, Value
from autodiff.graph.traversal import topological_order
from tests.autodiff.value.operators import Parameter


def graph():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    c = a * b
    c.label = "c"
    d = autodiff.maximum(c, 1.0, a) + 2 * c
    d.backward()
    return a, b, c, d


def fields(node):
    return node.data, node.grad, node.label, node.operation, node.local_derivatives


DUPLICATES = {"deepcopy": copy.deepcopy} | {
    f"pickle protocol {protocol}": lambda x, p=protocol: pickle.loads(pickle.dumps(x, p))
    for protocol in range(6)
}


@pytest.fixture(params=DUPLICATES.values(), ids=DUPLICATES.keys())
def duplicate(request):
    return request.param


def test_a_duplicate_is_the_same_graph_of_other_nodes(duplicate):
    *_, d = graph()
    copied = duplicate(d)
    originals, copies = topological_order([d]), topological_order([copied])
    assert [fields(node) for node in copies] == [fields(node) for node in originals]
    assert not set(originals) & set(copies)
    positions = {node: index for index, node in enumerate([*originals, *copies])}
    size = len(originals)
    for original, other in zip(originals, copies, strict=True):
        expected = [positions[x] + size if isinstance(x, Value) else x for x in original.operands]
        assert [positions[x] if isinstance(x, Value) else x for x in other.operands] == expected
        assert other.operation is original.operation
        assert type(other) is Value


def test_a_duplicate_lives_apart(duplicate):
    a, *_, d = graph()
    before = a.grad
    copied = duplicate(d)
    copied.zero_grad()
    copied.backward(10.0)
    leaf = next(node for node in topological_order([copied]) if node.label == "a")
    assert (a.grad, leaf.grad) == (before, 10 * before)
    leaf.data = 7.0
    copied.recompute()
    assert (d.data, copied.data) == (-10.0, 7.0 - 42.0)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)], ids=str)
def test_nodes_shared_by_several_values_stay_shared(duplicate, order):
    nodes = graph()
    copies = dict(zip(order, duplicate([nodes[index] for index in order]), strict=True))
    a, b, c, d = (copies[index] for index in range(4))
    assert c.parents == (a, b)
    assert d.parents[0].parents == (c, a)
    assert d.parents[1].operands == (2.0, c)


def test_nodes_shared_in_a_dictionary_stay_shared(duplicate):
    a, b, c, d = graph()
    copied = duplicate({"loss": d, "parts": {"product": c}, "weights": [a, (b, a)]})
    weights = copied["weights"]
    assert copied["parts"]["product"].parents == (weights[0], weights[1][0])
    assert weights[1][1] is weights[0]
    assert copied["loss"].parents[1].parents == (copied["parts"]["product"],)


def test_long_chains_that_share_nodes_stay_shared(duplicate):
    x = Value(1.0, "x")
    middle = x
    for _ in range(300):
        middle = middle * x
    left, right = middle, middle
    for _ in range(300):
        left, right = left + 1, 1 - right
    a, b, m, leaf, total = duplicate([left, right, middle, x, left * right])
    assert total.parents == (a, b)
    assert len(topological_order([a, b, m, leaf, total])) == 1 + 300 + 600 + 1
    assert topological_order([m])[0] is leaf
    assert m in set(topological_order([a])) & set(topological_order([b]))


def test_values_are_keys_of_a_duplicated_dictionary():
    a, b = Value(1.0), Value(1.0)
    copied = copy.deepcopy({a: "a", b: "b"})
    assert list(copied.values()) == ["a", "b"]
    assert all(copied[key] == text for key, text in zip(copied, "ab", strict=True))


def test_a_shallow_copy_shares_its_operands():
    a, b, c, _ = graph()
    copied = copy.copy(c)
    assert copied is not c
    assert fields(copied) == fields(c)
    assert copied.operands == copied.parents == (a, b)
    copied.label = "other"
    assert c.label == "c"


def test_a_subclass_is_duplicated_as_itself(duplicate):
    x = Parameter(2.0)
    assert type(duplicate(x)) is Parameter
    assert type(duplicate(x * x)) is Parameter
    assert type(copy.copy(x)) is Parameter


def test_a_pickled_node_of_an_operation_that_is_unknown_says_what_to_do(monkeypatch):
    pickled = pickle.dumps(Value(2.0).tanh())
    monkeypatch.delitem(TABLE, "tanh")
    with pytest.raises(ValueError, match=r"got 'tanh': declare it with autodiff\.operation first"):
        pickle.loads(pickled)
