"""Opening the boxes of folded pictures, and what cannot be opened."""

import html

import pytest

from autodiff import Value, maximum
from autodiff import sum as total
from autodiff.errors import ChalkgradError
from autodiff.extend import Graph
from autodiff.graph.traversal import topological_order
from tests.viz.graph.folded import chain, edges, layer, titles
from viz import OptionError, draw
from viz.graph.folding import fold
from viz.themes import THEMES


def test_dot_text_of_an_opened_box_is_exactly_this(check_expected):
    check_expected("unfolded.dot", draw(layer(), unfold="neuron x 3", digits=3).source)


def test_dot_text_of_a_box_opened_into_many_is_exactly_this(check_expected):
    loss = layer(neurons=5)
    loss.backward()
    source = draw(loss, unfold="neuron x 5", digits=3, theme="dark").source
    check_expected("opened.dot", source)


def test_the_caption_says_what_was_folded_and_how_to_open_it():
    source = html.unescape(draw(layer(), limit=5).source)
    assert "29 values in 5 boxes:" in source
    assert "viz.draw(..., unfold='neuron x 3')" in source
    assert "viz.draw(..., limit=29)" in source
    assert "unfold" not in draw(layer()).source


def test_no_picture_is_advised_that_graphviz_would_not_finish():
    for count, is_advised in ((1_998, True), (1_999, False)):
        source = draw(chain(count)).source
        assert (f"limit={count + 2})" in source) == is_advised


def test_a_box_opens_by_its_name():
    assert titles(layer(), "neuron x 3") == [
        *("w x 6", "x x 2", "b x 3", "neuron 1", "neuron 2", "neuron 3", "loss"),
    ]
    assert titles(layer(), "x x 2") == ["w x 6", "x0", "x1", "b x 3", "neuron x 3", "loss"]


def inside(root, unfold):
    """The titles of the members inside the box that was opened."""
    [opened] = [box for box in fold(Graph([root]), unfold) if box.opened]
    assert opened.title == unfold
    return [member.title for member in opened.members]


def test_many_members_are_inside_the_opened_box_which_keeps_the_edges():
    loss = layer(neurons=5)
    assert titles(loss, "neuron x 5") == titles(loss)
    assert inside(loss, "neuron x 5") == [f"neuron {number}" for number in range(1, 6)]
    loss.backward()
    opened = draw(loss, unfold="neuron x 5", digits=3).source
    assert edges(opened) == edges(draw(loss, limit=1, digits=3).source)
    computed = [node for node in topological_order([loss]) if node.operation]
    neurons = [node for node in computed if node.operation.name == "tanh"]
    assert len(neurons) == 5
    for neuron in neurons:
        assert f">{neuron.data:.3g}<" in opened


def test_of_more_than_twenty_members_the_first_are_shown_and_the_others_counted():
    assert inside(layer(neurons=20), "neuron x 20")[-1] == "neuron 20"
    found = inside(layer(neurons=21), "neuron x 21")
    assert found == [*(f"neuron {number}" for number in range(1, 20)), "… 2 more of 21"]


def test_members_are_named_by_their_labels_where_those_differ():
    weights = [Value(1.0, label="w") for _ in range(6)]
    biases = [Value(1.0, label=f"b{number}") for number in range(6)]
    loss = sum((w * 2.0 + b).exp() for w, b in zip(weights, biases, strict=True))
    assert inside(loss, "w x 6") == [f"w {number}" for number in range(1, 7)]
    assert inside(loss, "b x 6") == [f"b{number}" for number in range(6)]


def test_a_long_sum_opens_into_its_additions():
    loss = layer(neurons=20)
    found = fold(Graph([loss]), "loss")
    assert [box.title for box in found][4:] == [*[""] * 6, "… 13 more of 20", "loss"][:8]
    assert sum(len(box.nodes) for box in found) == len(topological_order([loss]))


def test_a_node_opens_what_it_belongs_to():
    loss = layer()
    neuron = loss.parents[1]
    product = neuron.parents[0].parents[1]
    for node in (neuron, product):
        boxes = fold(Graph([loss]), node)
        opened = [box for box in boxes if box.opened]
        assert [len(box.nodes) for box in opened] == [1, 1, 1, 1, 1, 10]
        assert opened[-1].title == "… 2 more of 3"
        assert any(box.nodes == (node,) for box in opened)
    assert 'label=" 1 "' in draw(loss, unfold=neuron).source  # a local derivative


def test_what_is_left_out_is_a_remark_and_no_name_on_a_band():
    loss = layer()
    lines = draw(loss, unfold=loss.parents[1]).source.splitlines()
    [rest] = [line for line in lines if 'tooltip="… 2 more of 3"' in line]
    muted = THEMES["light"].muted
    assert f'<FONT COLOR="{muted}" POINT-SIZE="11">… 2 more of 3</FONT>' in rest
    assert "BGCOLOR" not in rest


def test_a_leaf_opens_among_its_like():
    loss = layer()
    leaf = topological_order([loss])[0]
    assert titles(loss, leaf)[:2] == [leaf.label, "… 5 more of 6"]


def test_an_unknown_name_is_an_error_that_lists_the_known_ones():
    with pytest.raises(
        OptionError,
        match=r"'w x 6', 'x x 2', 'b x 3', 'neuron x 3', 'loss', got str 'dot x 3': pass",
    ) as caught:
        draw(layer(), unfold="dot x 3")
    assert isinstance(caught.value, (ChalkgradError, ValueError))


@pytest.mark.parametrize("unfold", [Value(1.0), 3, ["loss"], ""])
def test_what_is_no_box_is_an_error(unfold):
    with pytest.raises(OptionError, match=r"expected a Value of the graph, or the name of a box: "):
        draw(layer(), unfold=unfold)


def test_a_deep_chain_has_its_middle_left_out():
    root = chain(1_000)
    assert titles(root) == [
        *("y", "w", "mul", "mul (2)", "mul (3)", "mul (4)", "mul (5)", "depths 6 to 995"),
        *("mul (996)", "mul (997)", "mul (998)", "mul (999)", "mul (1000)"),
    ]
    assert "… 983 more of 990" in titles(root, "depths 6 to 995")
    middle = root
    for _ in range(500):
        middle = middle.parents[0]
    assert [title for title in titles(root, middle) if title.startswith(("depths", "mul (5"))] == [
        *("mul (5)", "depths 6 to 499", "depths 501 to 995"),
    ]


def test_of_many_different_groups_of_one_depth_the_first_are_shown():
    leaves = [Value(1.0) for _ in range(300)]
    loss = maximum([total(leaves[:count]) for count in range(3, 300)])
    found = titles(loss)
    assert len(found) < 30
    assert "depth 1" in found
    hidden = loss.parents[200]
    assert any(box.opened and box.values == (hidden,) for box in fold(Graph([loss]), hidden))


@pytest.mark.parametrize("unfold", [None, "neuron x 3", "loss", "b x 3"])
def test_every_node_is_in_one_box(unfold):
    loss = layer()
    nodes = [node for box in fold(Graph([loss]), unfold) for node in box.nodes]
    assert len(nodes) == len(set(nodes))
    assert set(nodes) == set(topological_order([loss]))
