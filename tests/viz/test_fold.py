"""Folded pictures: which boxes, what they say, opening them, and what cannot be opened."""

import functools
import html
import math
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from autodiff import Value, dot, maximum, tanh
from autodiff import sum as total
from autodiff.errors import ChalkgradError
from autodiff.graph import topological_order
from viz import LimitError, UnfoldError, draw
from viz.boxes import fold
from viz.scale import Scale
from viz.themes import THEMES

EXPECTED = Path(__file__).parent / "expected"


def layer(neurons=3, inputs=2):
    """A sum of neurons, written with plain + and *."""
    x = [Value(float(index), label=f"x{index}") for index in range(inputs)]
    total = 0.0
    for number in range(neurons):
        z = Value(0.5, label=f"b{number}")
        for index in range(inputs):
            z = z + Value(0.1 * number - 0.1, label=f"w{number}_{index}") * x[index]
        total = total + z.tanh()
    total.label = "loss"
    return total


def chain(length):
    y, weight = Value(1.0, label="y"), Value(0.5, label="w")
    for _ in range(length):
        y = y * weight
    return y


def titles(root, unfold=None):
    return [box.title for box in fold([root], unfold)]


def edges(source):
    return re.findall(r"(box\d+) -> (box\d+) \[(.*)\]", source)


def test_dot_text_is_exactly_this():
    loss = layer()
    loss.backward()
    expected = (EXPECTED / "folded.dot").read_text(encoding="utf-8")
    assert draw(loss, limit=5, digits=3).source == expected


def test_dot_text_of_an_opened_box_is_exactly_this():
    expected = (EXPECTED / "unfolded.dot").read_text(encoding="utf-8")
    assert draw(layer(), unfold="neuron x 3", digits=3).source == expected


def test_dot_text_of_a_box_opened_into_many_is_exactly_this():
    loss = layer(neurons=5)
    loss.backward()
    expected = (EXPECTED / "opened.dot").read_text(encoding="utf-8")
    assert draw(loss, unfold="neuron x 5", digits=3, theme="dark").source == expected


def test_the_same_graph_gives_the_same_bytes():
    first, second = draw(layer(), limit=1), draw(layer(), limit=1)
    assert first.source == second.source
    assert first.render("svg") == second.render("svg")


def test_a_graph_is_folded_only_beyond_the_limit():
    loss = layer()
    count = len(topological_order([loss]))
    assert draw(loss).source == draw(loss, limit=count).source
    assert "boxes" not in repr(draw(loss, limit=count))
    assert repr(draw(loss, limit=count - 1)).startswith(f"Drawing({count} values in 5 boxes; ")


def test_the_limit_is_three_hundred():
    assert repr(draw(chain(298))).startswith("Drawing(300 values, ")
    assert repr(draw(chain(299))).startswith("Drawing(301 values in ")


@pytest.mark.parametrize("limit", [0, -1, 2.5, "300", None, True])
def test_a_limit_that_is_no_count_is_refused(limit):
    with pytest.raises(
        LimitError, match=r"limit as an int of at least 1, got .*: write limit=300"
    ) as caught:
        draw(Value(1.0), limit=limit)
    assert isinstance(caught.value, ValueError)


def test_boxes_say_count_parts_and_ranges():
    loss = layer()
    loss.backward()
    source = draw(loss, limit=5, digits=3).source
    assert titles(loss) == ["w x 6", "x x 2", "b x 3", "neuron x 3", "loss"]
    for text in ("neuron x 3", "tanh(2 products + 1 term)", "0.38 … 0.537", "3 terms"):
        assert f">{text}<" in source
    assert ">grad&#160;<" in source
    assert ">grad&#160;<" not in draw(layer(), limit=5).source


def test_a_range_of_one_number_and_of_no_number():
    x = Value(2.0)
    loss = sum((x * i).log() for i in (1, -1, 2))
    source = draw(loss, limit=1, digits=3).source
    assert ">0.693 … 1.39 … nan<" in source
    assert ">2</FONT>" in source


def test_edges_carry_multiplicities():
    found = [
        (tail, head, attributes) for tail, head, attributes in edges(draw(layer(), limit=5).source)
    ]
    assert [(tail, head) for tail, head, _ in found] == [
        *(("box0", "box3"), ("box1", "box3"), ("box2", "box3"), ("box3", "box4")),
    ]
    assert [re.search(r"tooltip=\"(\d+)", rest)[1] for _, _, rest in found] == ["6", "6", "3", "3"]
    assert all(f">{count} uses<" in rest for count, (_, _, rest) in zip("6633", found, strict=True))


def test_the_caption_says_what_was_folded_and_how_to_open_it():
    source = html.unescape(draw(layer(), limit=5).source)
    assert "29 values in 5 boxes:" in source
    assert "viz.draw(..., unfold='neuron x 3')" in source
    assert "viz.draw(..., limit=29)" in source
    assert "unfold" not in draw(layer()).source


def test_plain_numbers_are_beside_the_box_that_uses_them():
    loss = sum(dot([Value(1.0), Value(2.0)], [3.0, 4.0]) for _ in range(2))
    source = draw(loss, limit=1).source
    assert "<7 numbers<BR/>0 … 4>" in source


def test_a_box_opens_by_its_name():
    assert titles(layer(), "neuron x 3") == [
        *("w x 6", "x x 2", "b x 3", "neuron 1", "neuron 2", "neuron 3", "loss"),
    ]
    assert titles(layer(), "x x 2") == ["w x 6", "x0", "x1", "b x 3", "neuron x 3", "loss"]


def inside(root, unfold):
    """The titles of the members inside the box that was opened."""
    [opened] = [box for box in fold([root], unfold) if box.opened]
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


def test_the_largest_gradient_of_a_box_tints_it_and_both_signs_are_neutral():
    theme = THEMES["light"]
    scale = Scale.of([10.0])
    tint = functools.partial(scale.color_of_several, theme=theme)
    assert tint([0.1, 10.0, 0.0]) == theme.positive
    assert tint([-10.0, -1.0]) == theme.negative
    assert tint([-1.0, 10.0]) == tint([-10.0, 1.0]) == theme.mixed
    assert tint([0.0, 0.0]) == theme.computed
    assert tint([1.0, math.nan]) == theme.unsettled


def test_boxes_are_tinted_after_a_backward_pass_only_and_a_legend_explains():
    loss = sum((Value(float(number)) * 2.0).exp() for number in range(3))
    before = draw(loss, limit=1).source
    assert "largest gradient" not in before
    assert THEMES["light"].positive not in before
    loss.backward()
    after = draw(loss, limit=1).source
    for text in ("largest gradient", "both signs", ">±1000<", ">-10<"):
        assert text in after
    top = max(node.grad for node in topological_order([loss]))
    assert f'fillcolor="{Scale.of([top]).color(top, THEMES["light"])}"' in after


def test_only_what_was_swept_has_gradients():
    first, second = layer(), layer(neurons=2)
    first.backward()
    first.label, second.label = "swept", "untouched"
    lines = draw([first, second], limit=1).source.splitlines()
    [swept] = [line for line in lines if ">swept<" in line]
    [untouched] = [line for line in lines if ">untouched<" in line]
    assert ">grad&#160;<" in swept
    assert ">grad&#160;<" not in untouched


def test_a_long_sum_opens_into_its_additions():
    loss = layer(neurons=20)
    found = fold([loss], "loss")
    assert [box.title for box in found][4:] == [*[""] * 6, "… 13 more of 20", "loss"][:8]
    assert sum(len(box.nodes) for box in found) == len(topological_order([loss]))


def test_a_node_opens_what_it_belongs_to():
    loss = layer()
    neuron = loss.parents[1]
    product = neuron.parents[0].parents[1]
    for node in (neuron, product):
        boxes = fold([loss], node)
        opened = [box for box in boxes if box.opened]
        assert [len(box.nodes) for box in opened] == [1, 1, 1, 1, 1, 10]
        assert opened[-1].title == "… 2 more of 3"
        assert any(box.nodes == (node,) for box in opened)
    assert "label=1]" in draw(loss, unfold=neuron).source  # a local derivative


def test_a_leaf_opens_among_its_like():
    loss = layer()
    leaf = topological_order([loss])[0]
    assert titles(loss, leaf)[:2] == [leaf.label, "… 5 more of 6"]


def test_an_unknown_name_is_an_error_that_lists_the_known_ones():
    with pytest.raises(
        UnfoldError,
        match=r"'w x 6', 'x x 2', 'b x 3', 'neuron x 3', 'loss', got str 'dot x 3': pass",
    ) as caught:
        draw(layer(), unfold="dot x 3")
    assert isinstance(caught.value, (ChalkgradError, ValueError))


@pytest.mark.parametrize("unfold", [Value(1.0), 3, ["loss"], ""])
def test_what_is_no_box_is_an_error(unfold):
    with pytest.raises(UnfoldError, match=r"expected a Value of the graph, or the name of a box: "):
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
    assert any(box.opened and box.values == (hidden,) for box in fold([loss], hidden))


@pytest.mark.parametrize("unfold", [None, "neuron x 3", "loss", "b x 3"])
def test_every_node_is_in_one_box(unfold):
    loss = layer()
    nodes = [node for box in fold([loss], unfold) for node in box.nodes]
    assert len(nodes) == len(set(nodes))
    assert set(nodes) == set(topological_order([loss]))


@pytest.mark.parametrize("label", ['"<|{}>\\N', "a\nb", "größe", "&amp;"])
def test_labels_of_any_text_are_titles(label):
    loss = layer()
    loss.label = label
    svg = ET.fromstring(draw(loss, limit=5).render("svg"))  # noqa: S314 our own
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    for line in label.split("\n"):
        assert line in texts
    assert draw(loss, unfold=label).render("svg")


def test_a_network_of_forty_thousand_scalars_is_at_most_twenty_boxes():
    activations = [index / 784 for index in range(784)]
    for outputs in (16, 16, 10):
        rows = [[Value(0.01) for _ in activations] for _ in range(outputs)]
        activations = [
            tanh(sum((w * x for w, x in zip(row, activations, strict=True)), Value(0.1)))
            for row in rows
        ]
    loss = sum((activation - 1.0) ** 2 for activation in activations)
    drawing = draw(loss)
    assert repr(drawing).startswith("Drawing(38994 values in 12 boxes; ")
    assert drawing.render("svg").startswith(b"<?xml")
