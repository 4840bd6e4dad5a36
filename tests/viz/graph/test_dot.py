"""The DOT text of small graphs, compared with files of pictures that were looked at."""

import re

import pytest

from autodiff import Value, dot, relu, tanh
from viz import draw


def leaf():
    return Value(2.5)


def labelled_leaf():
    return Value(-3.0, label="w")


def constants():
    x = Value(3.0, label="x")
    return 2 * x + 1 / x


def twice():
    a = Value(3.0, label="a")
    return a + a


def after_backward():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    out = (x * w).tanh()
    out.label = "out"
    out.backward()
    return out


def two_roots():
    shared = Value(4.0, label="s")
    return [shared * 2, relu(shared)]


GRAPHS = [leaf, labelled_leaf, constants, twice, after_backward, two_roots]


def edges(source):
    """The ends of each edge and its attributes, but for what shows below the pointer."""
    return re.findall(r"(\w+) -> (\w+) \[(.*) tooltip=.*\]", source)


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
def test_dot_text_is_exactly_this(graph, check_expected):
    check_expected(f"{graph.__name__}.dot", draw(graph()).source)


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
def test_the_same_graph_gives_the_same_bytes(graph):
    first, second = draw(graph()), draw(graph())
    assert first.source == second.source
    assert first.render("svg") == second.render("svg")


def test_a_value_used_twice_by_one_operation_has_two_edges():
    assert edges(draw(twice()).source) == [("value0", "value1", "label=1")] * 2


def test_a_shared_value_is_one_box_with_an_edge_for_each_use():
    a = Value(2.0, label="shared")
    source = draw((a * a) + a.exp()).source
    assert source.count(">shared<") == 1
    assert sum(tail == "value0" for tail, _, _ in edges(source)) == 3


def test_edges_carry_local_derivatives_in_operand_order():
    x, w = Value(2.0), Value(-3.0)
    assert edges(draw(x * w).source) == [
        ("value0", "value2", "label=-3"),
        ("value1", "value2", "label=2"),
    ]


def test_each_constant_is_drawn_by_itself_and_its_edge_has_no_derivative():
    x = Value(3.0)
    assert edges(draw((2 * x) * 2).source) == [
        ("value1_constant0", "value1", "style=dashed"),
        ("value0", "value1", "label=2"),
        ("value1", "value2", "label=2"),
        ("value2_constant1", "value2", "style=dashed"),
    ]


def test_derivatives_stay_with_their_parents_among_constants():
    x, y = Value(5.0), Value(7.0)
    source = draw(dot([x, 2.0], [3.0, y])).source
    found = [(tail, attributes) for tail, _, attributes in edges(source) if "label" in attributes]
    assert found == [("value0", "label=3"), ("value1", "label=2")]


@pytest.mark.parametrize(
    ("number", "digits", "shown"),
    [
        (0.00003, 6, "3e-05"),
        (2.0, 6, "2"),
        (6.8813735870195432, 6, "6.88137"),
        (1 / 3, 3, "0.333"),
        (0.1, 17, "0.10000000000000001"),
        (123456789.0, 6, "1.23457e+08"),
        (float("inf"), 6, "inf"),
        (float("nan"), 6, "nan"),
    ],
)
def test_numbers_have_significant_digits(number, digits, shown):
    source = draw(Value(1.0) * Value(number), digits=digits).source
    assert f">{shown}</FONT>" in source
    assert f"label={shown} " in source.replace('"', "")


def test_gradients_are_shown_only_after_a_backward_pass_from_the_root():
    x = Value(2.0)
    y = x * 3
    z = y.exp()
    assert "grad" not in draw(z).source
    y.backward()
    assert "grad" not in draw(z).source
    assert draw(y).source.count(">grad<") == 2


def test_one_root_with_a_gradient_is_enough_to_show_gradients():
    x = Value(2.0)
    y, z = x * 3, x * 4
    y.backward()
    assert "grad" in draw([z, y]).source


def test_what_is_computed_under_no_label_has_its_sign_alone():
    source = draw(-Value(1.0)).source
    assert ">-</FONT>" in source
    assert "<B>" not in source


def test_a_long_label_keeps_its_distance_from_the_sign():
    # bold letters are wider than Graphviz thinks
    y = tanh(Value(0.5))
    y.label = "hidden_activation"
    assert '<TD WIDTH="8"></TD>' in draw(y).source
    y.label = "short"
    assert "<TD WIDTH" not in draw(y).source


def test_a_deep_graph_is_written_without_recursion():
    value = Value(1.0)
    for _ in range(2_000):
        value = value + 1
    assert draw(value, limit=10_000).source.count("->") == 4_000
