"""The chain rule as a sum over paths: in numbers, and on the picture."""

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import Value
from autodiff.explain.chain_rule.path_sums import remainder
from autodiff.extend import paths_between
from autodiff.graph.traversal import topological_order
from tests.viz.graph.folded import edges, layer
from viz import OptionError, WrongTypeError, draw
from viz.themes import THEMES

EMPHASIS = THEMES["light"].emphasis


def every_path(start, end):
    """Walk every path, one by one, as the definition says: the oracle of small graphs."""
    if start is end:
        return [1.0]
    products = []
    for parent, factor in zip(end.parents, end.local_derivatives, strict=True):
        products += [factor * rest for rest in every_path(start, parent)]
    return products


@given(
    st.lists(st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-")), max_size=8),
    st.integers(1, 7),
)
def test_paths_are_those_of_the_definition(steps, most):
    values = [Value(1.5)]
    for left, right, sign in steps:
        x, y = values[left % len(values)], values[right % len(values)]
        values.append({"+": x + y, "*": x * y, "-": x - y}[sign])
    start, end = values[0], values[-1]
    found = paths_between(start, end, most)
    products = every_path(start, end)
    assert found.number == len(products)
    assert len(found.largest) == min(most, len(products))
    expected = sorted(map(abs, products), reverse=True)[:most]
    assert [abs(path.product) for path in found.largest] == pytest.approx(expected)
    assert found.total == pytest.approx(math.fsum(products), abs=1e-6)
    end.backward()
    assert found.total == start.grad  # to the bit


def test_a_path_says_where_it_goes():
    x, w = Value(2.0), Value(-3.0)
    product = x * w
    y = product.tanh()
    (path,) = paths_between(w, y).largest
    assert path.nodes == (w, product, y)
    assert path.factors == (2.0, y.local_derivatives[0])
    y.backward()
    assert path.product == w.grad
    for node, after in pairwise(path.nodes):
        assert node in after.parents


def test_the_path_from_a_value_to_itself_is_empty():
    x = Value(2.0)
    assert paths_between(x, x)[:2] == (1, 1.0)


def test_two_to_the_thousand_paths_are_counted_and_not_walked():
    value = start = Value(1.0, label="x")
    for _ in range(1000):
        value = value + value
    found = paths_between(start, value, 12)
    assert found.number == 2**1000
    assert found.total == 2.0**1000
    assert [path.product for path in found.largest] == [1.0] * 12
    assert remainder(found).rest == 2.0**1000
    assert "the sum over about 10^301.03 paths" in draw(value, highlight=start).source


def test_a_deep_graph_has_no_limit_of_recursion():
    value = start = Value(1.0)
    for _ in range(20_000):
        value = value * 1.0
    found = paths_between(start, value)
    assert len(found.largest[0].nodes) == 20_001
    del found


def two_ways():
    a = Value(3.0, label="a")
    b = a * a
    b.label = "b"
    return a, b, b + a + Value(2.0, label="z")


def test_the_paths_stand_out_and_the_rest_is_faded():
    a, _, end = two_ways()
    lines = draw(end, highlight=a).source.splitlines()
    edges = [line for line in lines if "->" in line]
    assert sum(EMPHASIS in line for line in edges) == 5
    (other,) = (line for line in edges if EMPHASIS not in line)
    assert THEMES["light"].faded().line in other
    boxes = [line for line in lines if line.startswith("\tvalue") and "->" not in line]
    assert [EMPHASIS in line for line in boxes] == [True, True, True, False, True]
    assert ">v1<" in boxes[2]  # so that the caption can name it


@pytest.mark.parametrize("name", ["two_ways", "two_ways_after_backward"])
def test_dot_text_is_exactly_this(name, check_expected):
    a, _, end = two_ways()
    theme = "light"
    if name == "two_ways_after_backward":
        end.backward()
        theme = "dark"
    check_expected(f"{name}.dot", draw(end, highlight=a, theme=theme).source)


def test_the_caption_has_the_product_along_each_path_and_the_sum():
    a, _, end = two_ways()
    caption = draw(end, highlight=a).source.splitlines()[1]
    for text in (
        "derivative of v2 by a: the sum over 3 paths",
        "a → b → v1 → v2",
        "a → v1 → v2",
        "3 · 1 · 1",
        '= <FONT COLOR="#7f1d1d">3</FONT>',
        '<B>sum</B></TD><TD ALIGN="RIGHT"></TD><TD ALIGN="LEFT">= <FONT COLOR="#7f1d1d">7</FONT>',
    ):
        assert text in caption


def test_a_single_path_is_no_sum():
    a, b, _ = two_ways()
    caption = draw(b + 1, highlight=b).source.splitlines()[1]
    assert "the product along the only path" in caption
    assert "<B>sum</B>" not in caption
    assert draw(a, highlight=a).render().startswith(b"<?xml")


def test_more_paths_than_are_listed_are_counted():
    a = Value(2.0, label="a")
    power = a
    for _ in range(11):
        power = power * a
    assert " more" not in draw(power, highlight=a).source.splitlines()[1].replace(" more …", "")
    power = power * a * a
    caption = draw(power, highlight=a).source.splitlines()[1]
    assert "... and 2 more, none with a larger product" in caption
    column = [float(text) for text in re.findall(r'= <FONT COLOR="#7f1d1d">(\S+)</FONT>', caption)]
    assert len(column) == 12 + 1 + 1
    assert sum(column[:-1]) == column[-1] == 14 * 2.0**13


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_of_a_sum_that_is_no_number_no_part_is_invented(number):
    a = Value(1.0, label="a")
    value = sum((a * 2 for _ in range(14)), a * number)
    caption = draw(value, highlight=a).source.splitlines()[1]
    shown = re.findall(r"= <FONT[^>]*>(\S+)</FONT>", caption)
    assert shown.count("nan") == (0 if number == math.inf else 3)
    assert shown[-1] == str(number)


def test_parts_that_cancel_are_zero_and_no_rounding():
    a = Value(1.0, label="a")
    value = sum((a * (0.1 + 0.01 * k) for k in range(12)), 0.0) + a * 1e-3 - a * 1e-3
    assert remainder(paths_between(a, value, 12)).rest == 0.0


def test_what_rounding_takes_from_the_sum_is_still_in_the_rest():
    a = Value(1.0, label="a")
    value = sum((a * 1e17 for _ in range(12)), a * 0.5) + a * 0.25
    caption = draw(value, highlight=a).source.splitlines()[1]
    shown = re.findall(r"= <FONT[^>]*>(\S+)</FONT>", caption)
    assert shown == ["1e+17"] * 12 + ["0.75", "1.2e+18"]


def test_a_gradient_that_is_not_this_sum_is_explained():
    a, _, end = two_ways()
    remark = "the grad of a, {}, differs: it comes from several backward passes"
    end.backward()
    assert "differs" not in draw(end, highlight=a).source
    end.backward()
    assert remark.format(14) in draw(end, highlight=a).source
    a.grad = 0.0
    end.backward(3.0)
    assert remark.format(21) in draw(end, highlight=a).source


# -- in folded graphs ----------------------------------------------------------------------------


def test_dot_text_of_a_folded_picture_is_exactly_this(check_expected):
    loss = layer()
    loss.backward()
    leaf = topological_order([loss])[0]
    source = draw(loss, limit=5, digits=3, highlight=leaf).source
    check_expected("folded_highlight.dot", source)


def test_in_a_folded_picture_every_box_and_edge_on_a_path_stands_out():
    loss = layer()
    x0, *_ = (leaf for leaf in topological_order([loss]) if leaf.label == "x0")
    lines = draw(loss, limit=5, highlight=x0).source.splitlines()
    assert "the sum over 3 paths" in lines[1]
    assert "x0 is one of x x 2" in lines[1]
    boxes = [line for line in lines if line.startswith("\tbox") and "->" not in line]
    titled = {re.search(r'tooltip="?([^"\]]+)', line)[1]: EMPHASIS in line for line in boxes}
    del titled["a plain number"]
    expected = {"w x 6": False, "x x 2": True, "b x 3": False, "neuron x 3": True, "loss": True}
    assert titled == expected
    marked = [ends for *ends, attributes in edges("\n".join(lines)) if EMPHASIS in attributes]
    assert marked == [["box1", "box3"], ["box3", "box4"]]


def test_of_an_opened_box_only_the_members_on_a_path_stand_out():
    loss = layer(neurons=5)
    leaf = topological_order([loss])[0]
    [opened] = [
        line
        for line in draw(loss, unfold="neuron x 5", highlight=leaf).source.splitlines()
        if 'tooltip="neuron x 5"' in line
    ]
    ink, faded = (theme.ink for theme in (THEMES["light"], THEMES["light"].faded()))
    assert opened.count(f'"{ink}"><B>neuron') == 1
    assert opened.count(f'"{faded}"><B>neuron') == 4
    shown = draw(loss, unfold=leaf, highlight=leaf).source
    assert "is one of" not in shown.splitlines()[1]
    assert f"{leaf.label}: the product along the only path" in shown.splitlines()[1]


def test_the_sum_in_a_folded_picture_is_the_gradient():
    loss = layer(neurons=30, inputs=20)
    loss.backward()
    x0, *_ = (leaf for leaf in topological_order([loss]) if leaf.label == "x0")
    drawing = draw(loss, highlight=x0, digits=17)
    assert repr(drawing).startswith("Drawing(1910 values in 5 boxes; ")
    assert f'= <FONT COLOR="#7f1d1d">{x0.grad:.17g}</FONT>' in drawing.source.splitlines()[1]


@pytest.mark.parametrize("label", ["a < b", 'say "hi"', "back\\slash", "two\nlines", "W" * 80])
def test_a_caption_may_hold_any_name(label):
    x = Value(2.0, label=label)
    assert draw(x * x, highlight=x).render("svg").startswith(b"<?xml")


def test_a_value_from_elsewhere_cannot_be_highlighted():
    with pytest.raises(OptionError, match="that the drawn one was computed from, got Value"):
        draw(Value(1.0) * 2, highlight=Value(1.0))


@pytest.mark.parametrize("wrong", ["w", 1.0, [Value(1.0)]])
def test_only_a_value_can_be_highlighted(wrong):
    with pytest.raises(WrongTypeError, match="expected a Value, got"):
        draw(Value(1.0) * 2, highlight=wrong)


def test_paths_lead_to_one_value_only():
    x = Value(1.0)
    with pytest.raises(WrongTypeError, match=r"one Value where paths .* got 2 Values"):
        draw([x * 2, x * 3], highlight=x)
