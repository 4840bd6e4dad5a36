"""The first difference of two graphs: planted anywhere, found there and nowhere before."""

from __future__ import annotations

import copy
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import Value, compare, exp, tanh
from autodiff.errors import OperandError, OptionError, WrongTypeError
from autodiff.explain.compare import Kind
from autodiff.graph.traversal import topological_order


def loss(x: float = 3.0, factor: float = 2.0) -> Value:
    leaf = Value(x, label="x")
    return tanh(leaf * factor - 1) ** 2


@pytest.mark.parametrize(
    ("a", "b", "kind", "position"),
    [
        (loss(), loss(), None, 0),
        (loss(3.0), loss(4.0), Kind.VALUE, 1),
        (loss(3.0), loss(3.0 + 1e-14), None, 0),
        (loss(factor=2), loss(factor=3), Kind.STRUCTURE, 2),
        (loss(), loss() * 1, Kind.STRUCTURE, 6),
        (loss() * 1, loss(), Kind.STRUCTURE, 6),
        (tanh(Value(1.0)), exp(Value(1.0)), Kind.STRUCTURE, 2),
        (Value(nan) * 2, Value(nan) * 2, None, 0),
        (loss(), loss().data, None, 0),
        (loss(), 0.5, Kind.VALUE, 5),
        (Value(2.0) - 1, 1, None, 0),
    ],
)
def test_the_first_difference_is_found(a, b, kind, position) -> None:
    found = compare(a, b)
    assert found.same is (kind is None)
    if kind is not None:
        assert (found.difference.kind, found.difference.position) == (kind, position)
    str(found)


def test_operands_that_are_exchanged_are_another_structure() -> None:
    x, y = Value(1.0), Value(2.0)
    one, other = (x + y) * (x - y), (x + y) * (y - x)
    assert compare(one, other).difference.kind is Kind.STRUCTURE
    assert compare(one, other).difference.position == 4


@given(st.integers(0, 9), st.sampled_from(["value", "derivative"]))
def test_a_planted_fault_is_found_where_it_is(place, kind) -> None:
    value = Value(0.3)
    for index in range(10):
        value = tanh(value) + value * index
    good = topological_order([value])
    bad = topological_order([copy.deepcopy(value)])
    index = [i for i, node in enumerate(good) if node.parents][place * 2]
    if kind == "value":
        bad[index].data += 0.5
    else:
        bad[index].local_derivatives = tuple(d + 0.5 for d in bad[index].local_derivatives)
    found = compare(good[-1], bad[-1]).difference
    assert found.kind is (Kind.VALUE if kind == "value" else Kind.GRADIENT)
    assert (found.first, found.second) == (good[index], bad[index])
    assert found.position == index + 1


def test_a_wrong_gradient_to_the_letter() -> None:
    a = tanh(Value(0.5, label="x") * 2)
    b = copy.deepcopy(a)
    b.parents[0].local_derivatives = (3.0,)
    assert str(compare(a, b)) == (
        "the graphs differ first in gradient, at node 2 of 3\n"
        "                   first     second\n"
        "─────────────────  ────────  ────────\n"
        "node               v1        v1\n"
        "computed as        x * 2     x * 2\n"
        "value              1         1\n"
        "local derivatives  ∂/∂x = 2  ∂/∂x = 3\n"
        "end: value         0.761594  0.761594\n"
        "gradient of x      0.839949  1.25992"
    )


def test_graphs_of_another_structure_may_agree_in_what_matters() -> None:
    x, y = Value(1.0, label="x"), Value(1.0, label="x")
    found = str(compare(tanh(x), (exp(2 * y) - 1) / (exp(2 * y) + 1)))
    assert "differ first in structure, at node 2 of 2" in found
    assert "end: value     0.761594            0.761594" in found
    assert "gradient of x  0.419974            0.419974" in found


@given(
    st.lists(st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-/t")), max_size=8),
    st.permutations("abc"),
    st.sampled_from([0.0, 1e-14, 1e-13]),
)
def test_what_is_called_the_same_stands_above_rows_that_agree(steps, labels, shift) -> None:
    def graph(names, shift):
        values = [Value(0.5 + shift, names[0]), Value(2.0, names[1]), Value(-1.5, names[2])]
        for left, right, kind in steps:
            x, y = values[left % len(values)], values[right % len(values)]
            values.append(
                {"+": x + y, "*": x * y, "-": x - y, "/": x / (y * y + 1), "t": tanh(x) * y}[kind]
            )
        return values[-1] + 0 * values[0] + 0 * values[1] + 0 * values[2]

    found = compare(graph("abc", 0.0), graph(labels, shift))
    if found.same:
        for name, first, second in found.table().rows:
            assert float(first) == pytest.approx(float(second), rel=1e-5, abs=1e-300), name


def test_leaves_with_other_labels_are_named_by_both() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    found = compare(x * y, Value(2.0, "y") * Value(3.0, "x"))
    assert found.same
    assert list(found.table().rows)[1:] == [
        ("gradient of x and y", "3", "3"),
        ("gradient of y and x", "2", "2"),
    ]
    swapped = compare(x - y * 2, Value(3.0, "y") - Value(2.0, "x") * 2)
    assert "at node 1" in str(swapped)


def test_a_place_beyond_the_first_graph_is_said_to_be_so() -> None:
    x = Value(1.0)
    assert "differ first in structure, at node 3: the first has 2" in str(
        compare(tanh(x), tanh(Value(1.0)) * 1)
    )


def test_a_number_that_is_missed_is_shown_in_full() -> None:
    assert str(compare(Value(0.1, label="x") * 3, 0.3, tolerance=0.0)) == (
        "the graphs differ first in value, at node 2 of 2\n"
        "             first                second\n"
        "───────────  ───────────────────  ────────\n"
        "node         v1                   a number\n"
        "computed as  x * 3\n"
        "value        0.30000000000000004  0.3"
    )


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1.0, Value(1.0)), WrongTypeError, "a Value for a, got float 1.0"),
        ((Value(1.0), "x"), OperandError, "a real number, got str 'x'"),
        ((Value(1.0), 1.0, "x"), OperandError, "a real number, got str 'x'"),
        ((Value(1.0), 1.0, -1.0), OptionError, "at least 0 as the tolerance, got float -1.0"),
    ],
)
def test_wrong_arguments_say_what_to_write(arguments, error, message) -> None:
    with pytest.raises(error, match=message):
        compare(*arguments)
