"""Structure found in graphs: sums, dots, neurons, and groups of equal role."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import Value, dot, exp, maximum, sqrt, tanh
from autodiff import sum as total
from autodiff.graph.traversal import topological_order
from autodiff.structure.groups import count_edges, group
from autodiff.structure.units import contract

a, b, c, d, e = (Value(number) for number in (1.0, 2.0, 3.0, 4.0, 5.0))
shared = a * b
used = a + b


def last(root):
    unit = contract([root])[-1]
    return unit.kind, unit.products, unit.terms


UNITS = [
    ("a single addition", a + b, ("add", (), (a, b))),
    ("a chain to the left", a + b + c + d, ("sum", (), (a, b, c, d))),
    ("a chain to the right", a + (b + (c + d)), ("sum", (), (a, b, c, d))),
    ("a tree", (a + b) + (c + d), ("sum", (), (a, b, c, d))),
    ("numbers", 1 + a + b, ("sum", (), (1.0, a, b))),
    ("the function sum", total([a, b]) + c, ("sum", (), (a, b, c))),
    ("a part used twice", used + used, ("add", (), (used, used))),
    ("products", a * b + c * d, ("dot", ((a, b), (c, d)), ())),
    ("products and a rest", c + a * b + d * e, ("dot", ((a, b), (d, e)), (c,))),
    ("a number times a node", 2 * a + 3, ("dot", ((2.0, a),), (3.0,))),
    ("a product used twice", shared + shared, ("add", (), (shared, shared))),
    ("the function dot", dot([a, b], [c, d], e), ("dot", ((a, c), (b, d)), (e,))),
    ("dot and a rest", dot([a, b], [c, d]) + e, ("dot", ((a, c), (b, d)), (0.0, e))),
    ("the sum of products", total([a * b, c * d]), ("dot", ((a, b), (c, d)), ())),
    ("a neuron", tanh(a * b + c), ("neuron", ((a, b),), (c,))),
    ("a neuron of dot", tanh(dot([a], [b], c)), ("neuron", ((a, b),), (c,))),
    ("a product alone", a * b, ("mul", (), (a, b))),
]


@pytest.mark.parametrize(("root", "unit"), [row[1:] for row in UNITS], ids=[r[0] for r in UNITS])
def test_what_people_see_is_one_unit(root, unit):
    assert last(root) == unit


def test_more_rest_than_products_is_a_sum():
    assert [unit.kind for unit in contract([a + b + c * d])][-2:] == ["mul", "sum"]


def test_a_length_and_a_pre_activation_used_twice_are_no_neurons():
    assert last(sqrt(a * a + b * b))[0] == "sqrt"
    z = a * b + c
    assert [unit.kind for unit in contract([z * tanh(z)])][-3:] == ["dot", "tanh", "mul"]


def test_a_root_inside_the_graph_of_another_stays_a_unit():
    inner = a + b + c
    kinds = [unit.kind for unit in contract([inner + d, inner]) if unit.kind != "leaf"]
    assert kinds == ["sum", "add"]


def names(*roots):
    return [each.name for each in group(roots).groups]


def test_equal_depth_operation_and_arity_are_one_group():
    assert names(exp(a) + exp(b)) == ["leaf x 2", "exp x 2", "add"]
    assert names(exp(exp(a)) + exp(b)) == ["leaf x 2", "exp x 2", "exp", "add"]
    assert names(exp(exp(a)) + b) == ["leaf", "leaf (2)", "exp", "exp (2)", "add"]
    assert names(exp(a) - tanh(b)) == ["leaf", "leaf (2)", "exp", "tanh", "sub"]
    assert names(maximum(a, b) * maximum(a, b, c))[-3:] == ["maximum", "maximum (2)", "mul"]
    assert names((1 - a) / (a - 1))[-3:] == ["sub", "sub (2)", "div"]


def test_leaves_are_grouped_by_how_they_are_used():
    weights, inputs = [Value(1.0) for _ in range(6)], [Value(2.0) for _ in range(2)]
    biases = [Value(0.5) for _ in range(3)]
    rows = [weights[0:2], weights[2:4], weights[4:6]]
    hidden = [tanh(dot(row, inputs, bias)) for row, bias in zip(rows, biases, strict=True)]
    grouping = group(hidden)
    assert [len(each.units) for each in grouping.groups] == [6, 2, 3, 3]
    assert [unit.node for unit in grouping.groups[1].units] == inputs
    assert grouping.edges == {(0, 3): 6, (1, 3): 6, (2, 3): 3}


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (("w1", "w2"), "w x 2"),
        (("w1", "w12"), "w x 2"),
        (("w1_0", "w1_1"), "w1 x 2"),
        (("w[0]", "w[1]"), "w x 2"),
        (("u", "v"), "u, v"),
        (("u", "v", "height", "width"), "u, v, height, width"),
        (("u", "v", "x", "y", "z"), "leaf x 5"),
        (("u", "u"), "u x 2"),
        (("petal length", "petal width"), "petal length, petal width"),
        (("a petal's length", "a petal's width"), "a petal's x 2"),
        (("w", None), "leaf x 2"),
        (("1", "2"), "leaf x 2"),
    ],
)
def test_labels_name_a_group(labels, name):
    leaves = [Value(1.0, label=label) for label in labels]
    assert names(total(leaves)) == [name, "sum"]


def test_a_name_occurs_once_whatever_the_labels():
    leaf, other = Value(1.0, label="exp (2)"), Value(1.0, label="exp")
    found = names(exp(exp(leaf)) - other)
    assert found == ["exp (2)", "exp", "exp (3)", "exp (4)", "sub"]


def network(sizes):
    activations = [index / sizes[0] for index in range(sizes[0])]
    for inputs, outputs in pairwise(sizes):
        layer = []
        for _ in range(outputs):
            z = Value(0.0)
            for index in range(inputs):
                z = z + Value(0.01 * (index % 7 - 3)) * activations[index]
            layer.append(z.tanh())
        activations = layer
    return sum((activation - 1.0) ** 2 for activation in activations)


def test_a_network_of_scalars_is_seen_as_layers():
    loss = network([784, 16, 16, 10])
    grouping = group([loss])
    assert [each.name for each in grouping.groups] == [
        *("leaf x 12544", "leaf x 16", "leaf x 256", "leaf x 16 (2)", "leaf x 160", "leaf x 10"),
        *("neuron x 16", "neuron x 16 (2)", "neuron x 10", "sub x 10", "pow x 10", "sum"),
    ]
    assert len(grouping.group_of) == len(topological_order([loss])) == 38_994


def test_a_chain_of_any_depth_is_grouped():
    value = a
    for _ in range(100_000):
        value = value * b
    assert len(group([value]).groups) == 100_002


OPERATIONS = st.sampled_from(["add", "mul", "sub", "tanh", "square", "number", "sum", "dot"])
STEPS = st.lists(st.tuples(OPERATIONS, st.integers(0), st.integers(0)), min_size=1, max_size=40)


def build(steps):
    values = [Value(0.5), Value(-0.25), Value(2.0)]
    for name, first, second in steps:
        x, y = values[first % len(values)], values[second % len(values)]
        made = {
            "add": lambda x=x, y=y: x + y,
            "mul": lambda x=x, y=y: x * y,
            "sub": lambda x=x, y=y: x - y,
            "tanh": lambda x=x: x.tanh(),
            "square": lambda x=x: x.square(),
            "number": lambda x=x: x * 0.5,
            "sum": lambda x=x, y=y: total([x, y, x]),
            "dot": lambda x=x, y=y: dot([x, y], [y, 3.0], x),
        }
        values.append(made[name]())
    return values[-2:]


@given(STEPS)
def test_every_node_is_in_one_group_and_every_use_is_counted(steps):
    roots = build(steps)
    order = topological_order(roots)
    grouping = group(roots)
    members = [node for each in grouping.groups for node in each.nodes()]
    assert len(members) == len(set(members)) == len(order)
    assert set(members) == set(order) == set(grouping.group_of)
    outside = sum(
        grouping.group_of[parent] != grouping.group_of[node]
        for node in order
        for parent in node.parents
    )
    assert sum(grouping.edges.values()) == outside
    assert grouping.edges == count_edges(grouping.group_of)
    names_found = [each.name for each in grouping.groups]
    assert len(set(names_found)) == len(names_found)


@given(STEPS)
def test_members_have_one_role_and_edges_go_deeper(steps):
    grouping = group(build(steps))
    for each in grouping.groups:
        roles = {(u.kind, u.operation, len(u.products), len(u.terms)) for u in each.units}
        assert len(roles) == 1
    for source, target in grouping.edges:
        assert grouping.groups[source].depth < grouping.groups[target].depth


@given(STEPS)
def test_units_use_only_what_comes_before_and_lose_no_operand(steps):
    roots = build(steps)
    done = set()
    for unit in contract(roots):
        outside = [n for x in unit.products for n in x if isinstance(n, Value)]
        outside += [n for n in unit.terms if isinstance(n, Value)]
        assert done.issuperset(outside)
        parts = set(unit.parts)
        assert unit.parts[-1] is unit.node
        uses = [p for part in unit.parts for p in part.parents if p not in parts]
        assert sorted(map(id, uses)) == sorted(map(id, outside))
        done.add(unit.node)
    assert done.issuperset(roots)


@given(STEPS)
def test_the_same_program_gives_the_same_groups(steps):
    first, second = group(build(steps)), group(build(steps))
    assert [(x.name, x.depth) for x in first.groups] == [(x.name, x.depth) for x in second.groups]
    assert first.edges == second.edges
    assert list(first.group_of.values()) == list(second.group_of.values())
