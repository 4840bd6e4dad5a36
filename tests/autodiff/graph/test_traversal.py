"""Graphs as data: order, depth, size, copying, pickling, freeing, and the same bits each time."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
from collections.abc import Iterator

import pytest

from autodiff import Value, exp, no_grad, relu, tanh
from autodiff.graph.traversal import interior_order, topological_order

MILLION = 1_000_000


def chain(length: int) -> tuple[Value, Value]:
    """A chain of additions; each step depends on the one before and on one weight."""
    weight = Value(1.0, label="w")
    y = Value(0.0)
    for _ in range(length):
        y = y + weight
    return y, weight


@pytest.fixture
def collector_off() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_parents_come_before_children_in_operand_order() -> None:
    a, b = Value(2.0), Value(3.0)
    c = b * a
    d = c + a
    assert topological_order([d]) == [b, a, c, d]
    assert interior_order([d]) == [c, d]


def test_a_leaf_alone_is_its_own_order() -> None:
    a = Value(1.0)
    assert topological_order([a]) == [a]


def test_several_roots_share_one_order() -> None:
    a = Value(1.0)
    b, c = a + 1, a + 2
    assert topological_order([b, c]) == [a, b, c]
    assert topological_order([b, b]) == [a, b]


def test_a_million_nodes_built_differentiated_and_freed() -> None:
    y, weight = chain(MILLION)
    y.backward()
    assert weight.grad == MILLION
    weight.data = 2.0
    y.recompute()
    assert y.data == 2.0 * MILLION


def test_hundreds_of_thousands_of_nodes_copied_and_pickled() -> None:
    y, weight = chain(MILLION // 5)
    y.backward()

    copied_y, copied_weight = copy.deepcopy([y, weight])
    assert copied_y is not y
    assert copied_y.parents[1] is copied_weight
    assert (copied_y.data, copied_weight.grad) == (MILLION // 5, MILLION // 5)
    del copied_y

    text = pickle.dumps([y, weight])
    del y
    pickled_y, pickled_weight = pickle.loads(text)
    assert pickled_y.parents[1] is pickled_weight
    pickled_weight.data = 2.0
    pickled_y.recompute()
    assert pickled_y.data == 2.0 * (MILLION // 5)


def test_dropped_graphs_leave_no_object_behind(collector_off: None) -> None:
    del collector_off

    def build() -> None:
        x, w = Value(0.5), Value(-1.5)
        y = relu(tanh(x * w + 2.0) ** 2 + exp(x) / 3)
        y.backward()
        copy.deepcopy(y)
        pickle.loads(pickle.dumps(y))

    build()
    before = len(gc.get_objects())
    for _ in range(2000):
        build()
    assert len(gc.get_objects()) - before < 20
    assert gc.collect() == 0


PROGRAM = """
from autodiff import Value, dot, exp, log, mean, sigmoid, softmax, tanh
import random
random.seed(7)
xs = [Value(random.gauss(0, 1)) for _ in range(20)]
ws = [Value(random.gauss(0, 1)) for _ in range(20)]
hidden = [tanh(dot(ws[i:i + 5], xs[i:i + 5], 0.1) * x) for i, x in enumerate(xs[:15])]
loss = -log(softmax(hidden)[3]) + mean([h * h for h in hidden]) + exp(sigmoid(hidden[0]))
loss.backward()
print([v.grad.hex() for v in xs + ws])
"""


def test_two_processes_give_the_same_bits() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count("0x") > 30


def test_what_is_not_recorded_is_not_in_the_graph() -> None:
    a = Value(2.0)
    with no_grad():
        b = a * a
    assert topological_order([b]) == [b]


def test_pickling_a_list_of_many_results_keeps_their_shared_part() -> None:
    y, weight = chain(500)
    results = [y * float(index) for index in range(20)]
    *restored, restored_weight = pickle.loads(pickle.dumps([*results, weight]))
    assert {result.parents[0] for result in restored} == {restored[0].parents[0]}
    assert restored[3].parents[0].parents[1] is restored_weight


def test_a_pickle_that_failed_leaves_the_next_one_alone() -> None:
    y, _ = chain(5000)
    y.label = "ends"

    class Unpicklable:
        def __reduce__(self) -> str:
            message = "no"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        pickle.dumps([y, Unpicklable()])
    assert pickle.loads(pickle.dumps(y)).label == "ends"
