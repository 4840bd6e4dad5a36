"""The chain rule as a sum over paths: in numbers, and on the picture."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import Value
from viz import HighlightError, RootError, draw
from viz.paths import paths_between
from viz.themes import THEMES

EXPECTED = Path(__file__).parent / "expected"
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
    found = paths_between(start, value)
    assert found.number == 2**1000
    assert found.total == 2.0**1000
    assert [path.product for path in found.largest] == [1.0] * 5
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
def test_dot_text_is_exactly_this(name):
    a, _, end = two_ways()
    theme = "light"
    if name == "two_ways_after_backward":
        end.backward()
        theme = "dark"
    expected = (EXPECTED / f"{name}.dot").read_text(encoding="utf-8")
    assert draw(end, highlight=a, theme=theme).source == expected


def test_the_caption_has_the_product_along_each_path_and_the_sum():
    a, _, end = two_ways()
    caption = draw(end, highlight=a).source.splitlines()[1]
    for text in (
        "derivative of v2 by a: the sum over 3 paths",
        "a → b → v1 → v2",
        "a → v1 → v2",
        "3 · 1 · 1",
        '= <FONT COLOR="#991b1b">3</FONT>',
        '<B>sum</B></TD><TD ALIGN="RIGHT"></TD><TD ALIGN="LEFT">= <FONT COLOR="#991b1b">7</FONT>',
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
    source = draw(a * a * a * a * a * a * a, highlight=a).source
    assert "... and 2 more, none with a larger product" in source


@pytest.mark.parametrize("label", ["a < b", 'say "hi"', "back\\slash", "two\nlines", "W" * 80])
def test_a_caption_may_hold_any_name(label):
    x = Value(2.0, label=label)
    assert draw(x * x, highlight=x).render("svg").startswith(b"<?xml")


def test_a_value_from_elsewhere_cannot_be_highlighted():
    with pytest.raises(HighlightError, match="that the drawn one was computed from, got Value"):
        draw(Value(1.0) * 2, highlight=Value(1.0))


@pytest.mark.parametrize("wrong", ["w", 1.0, [Value(1.0)]])
def test_only_a_value_can_be_highlighted(wrong):
    with pytest.raises(RootError, match="expected a Value, got"):
        draw(Value(1.0) * 2, highlight=wrong)


def test_paths_lead_to_one_value_only():
    x = Value(1.0)
    with pytest.raises(RootError, match=r"one Value where paths .* got 2 Values"):
        draw([x * 2, x * 3], highlight=x)
