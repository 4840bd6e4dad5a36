"""The frames of a backward pass: what they say, to the letter, and that nothing moves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import Value
from autodiff import sum as total
from tests.viz.backprop.stepped import (
    box_places,
    doubled_twice,
    frame_sizes,
    neuron,
    plans,
    random_graph,
    texts,
)
from viz import steps


@pytest.mark.parametrize("order", ["topological", "recursive"])
def test_dot_text_of_every_frame_is_exactly_this(order, check_expected):
    *_, c = doubled_twice()
    for index, frame in enumerate(steps(c, order=order)):
        check_expected(f"{order}_{index}.dot", frame.source)
    assert index == {"topological": 2, "recursive": 7}[order]


def test_dot_text_of_a_level_is_exactly_this(check_expected):
    frame = steps(neuron(), by="level", theme="dark", direction="TB", digits=3)[2]
    check_expected("level.dot", frame.source)


def test_a_frame_tells_what_it_shows():
    found = [texts(frame) for frame in steps(neuron())]
    assert found[0][0] == "0 of 3: the derivative of v2 by itself is 1"
    assert found[1][:2] == [
        "1 of 3: v2 passes on its complete adjoint",
        "n receives 1 · 0.42 = 0.42: complete",
    ]
    assert found[3][:3] == [
        "3 of 3: v1 passes on its complete adjoint",
        "x receives 0.42 · (-3) = -1.26: complete",
        "w receives 0.42 · 2 = 0.8399: complete",
    ]
    assert found[0].count("grad") == 6


def test_what_lacks_a_part_is_marked():
    x = Value(2.0, label="x")
    found = [texts(frame) for frame in steps(x * (x + 1))]
    assert "x receives 1 · 3 = 3" in found[1]
    assert "3 …" in found[1]
    assert "x receives 2 · 1 = 2, in all 5: complete" in found[2]


def test_every_frame_says_what_the_colours_mean():
    for frame in steps(neuron()):
        words = texts(frame)
        place = words.index("adjoint")
        assert words[place + 1 : place + 3] == ["complete", "lacks a part"]


def test_many_receivers_are_summed_up():
    lines = texts(steps(total([Value(float(i)) for i in range(9)]))[1])
    assert "... and 6 more receive" in lines


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("order", ["topological", "recursive"])
def test_all_frames_have_one_size_and_nothing_moves(direction, order):
    for loss in (neuron(), doubled_twice()[2]):
        found = steps(loss, order=order, direction=direction)
        assert len(frame_sizes(found)) == 1
        assert len({box_places(frame) for frame in found}) == 1


@given(plans, st.text("WMiI漢 .-", max_size=12), st.integers(1, 17))
@settings(deadline=None, max_examples=25)
def test_frames_have_one_size_whatever_the_numbers_and_names(plan, label, digits):
    loss = random_graph(plan)
    loss.label = label
    assert len(frame_sizes(steps(loss, digits=digits))) == 1
