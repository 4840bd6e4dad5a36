"""Folded pictures: which boxes, what they say, their tints, and when a graph is folded."""

import functools
import math
import re
from xml.etree import ElementTree as ET

import pytest

from autodiff import Value, dot, tanh
from autodiff.graph.traversal import topological_order
from tests.viz.graph.folded import chain, edges, layer, titles
from viz import OptionError, draw
from viz.graph.tint import Scale
from viz.themes import THEMES


def test_dot_text_is_exactly_this(check_expected):
    loss = layer()
    loss.backward()
    check_expected("folded.dot", draw(loss, limit=5, digits=3).source)


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
        OptionError, match=r"limit as an int of at least 1, got .*: write limit=300"
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


def test_plain_numbers_are_beside_the_box_that_uses_them():
    loss = sum(dot([Value(1.0), Value(2.0)], [3.0, 4.0]) for _ in range(2))
    source = draw(loss, limit=1).source
    assert "<7 numbers<BR/>0 … 4>" in source


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
