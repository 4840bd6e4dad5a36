"""The generic sweep carries anything that adds up, in the order of the backward pass."""

from __future__ import annotations

from fractions import Fraction
from operator import add

import pytest

from autodiff import Value, tanh
from autodiff.graph.backprop import adjoints, sweep
from autodiff.graph.graph import Graph
from autodiff.graph.traversal import topological_order


def graphs() -> list[Value]:
    x, y = Value(0.7), Value(-1.3)
    shared = x * y + x
    deep = x
    for _ in range(5_000):
        deep = deep * 1.0001 + y
    return [x, x * x, tanh(shared) / (shared * shared + 2), deep]


@pytest.mark.parametrize("end", graphs(), ids=["leaf", "square", "shared", "deep"])
def test_of_floats_it_gives_the_adjoints_to_the_bit(end: Value) -> None:
    def through(node: Value, outer: float) -> list[tuple[Value, float]]:
        factors = zip(node.parents, node.local_derivatives, strict=True)
        return [(parent, outer * factor) for parent, factor in factors]

    found = dict(sweep(topological_order([end]), [(end, 1.0)], through, add))
    assert found == adjoints([end], [1.0])


def test_it_counts_paths_and_adds_fractions() -> None:
    x = Value(3.0)
    end = x
    for _ in range(100):
        end = end + end
    order = topological_order([end])
    count = dict(sweep(order, [(end, 1)], lambda node, n: [(p, n) for p in node.parents], add))
    assert count[x] == 2**100
    third = dict(
        sweep(
            order,
            [(end, Fraction(1, 3)), (end, Fraction(1, 3))],
            lambda node, part: [(parent, part / 2) for parent in node.parents],
            add,
        )
    )
    assert third[x] == Fraction(2, 3)


def test_a_total_is_yielded_when_it_is_complete_and_what_gets_nothing_is_not() -> None:
    x, w = Value(2.0), Value(3.0)
    square = x * x
    end = square * w
    seen = [node for node, _ in sweep(topological_order([end]), [(end, 1)], _to_first, max)]
    assert seen == [end, square, x]


def _to_first(node: Value, part: int) -> list[tuple[Value, int]]:
    return [(node.parents[0], part)] if node.parents else []


def test_a_graph_knows_its_parts() -> None:
    x, b = Value(2.0, label="x"), Value(1.0)
    end = x * x + b
    graph = Graph([end, x])
    assert graph.order == topological_order([end, x])
    assert graph.interior == [node for node in graph.order if node.parents]
    assert graph.leaves == [x, b]
    assert list(graph.names.values()) == ["x", "v1", "v2", "v3"]
    assert graph.children[x] == [(graph.interior[0], 0), (graph.interior[0], 1)]
    assert graph.children[end] == []
