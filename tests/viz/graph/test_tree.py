"""The text tree, exactly."""

import pytest

from autodiff import Value, dot
from viz import OptionError, WrongTypeError, tree


def leaf():
    return Value(2.5)


def neuron():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    y = (x * w + 7).tanh()
    y.backward()
    return y


def shared():
    a = Value(3.0, label="a")
    b = a * 2
    return b * a + b


def with_list():
    return dot([Value(1.0, label="x"), 2.0], [3.0, Value(4.0, label="two\nlines")])


TREES = [
    (leaf, "v1 = 2.5"),
    (
        neuron,
        """\
v3 = tanh(v2) = 0.761594, grad 1
└─ v2 = v1 + 7 = 1, grad 0.419974
   └─ v1 = x * w = -6, grad 0.419974
      ├─ x = 2, grad -1.25992
      └─ w = -3, grad 0.839949""",
    ),
    (
        shared,
        """\
v3 = v2 + v1 = 24
├─ v2 = v1 * a = 18
│  ├─ v1 = a * 2 = 6  (used 2 times)
│  │  └─ a = 3  (used 2 times)
│  └─ a = 3  (again)
└─ v1 = 6  (see above)""",
    ),
    (
        with_list,
        """\
v1 = x * 3 + 2 * two\\nlines + 0 = 11
├─ x = 1
└─ two\\nlines = 4""",
    ),
]


@pytest.mark.parametrize(("graph", "expected"), TREES, ids=lambda x: getattr(x, "__name__", ""))
def test_the_text_is_exactly_this(graph, expected):
    assert str(tree(graph())) == expected
    assert repr(tree(graph())) == expected


def test_numbers_have_significant_digits():
    assert str(tree(Value(1 / 3, label="x"), digits=2)) == "x = 0.33"


def test_a_deep_branch_goes_on_below_and_is_as_long_as_the_graph():
    value = Value(1.0, label="x")
    for _ in range(10_000):
        value = value + value
    text = str(tree(value, limit=30_000))
    assert text.count("continued below") == 10_000 // 30
    assert text.count("\n") < 3 * 10_000
    for index in range(1, 10_001):
        first = f"v{index} = {'x' if index == 1 else f'v{index - 1}'} + "
        if index > 9_900 or index < 100:
            assert text.count(first) == 1
    assert max(map(len, text.splitlines())) < 200


def test_of_a_large_graph_the_first_lines_are_shown_and_the_others_counted():
    value = Value(1.0, label="x")
    for _ in range(1_000):
        value = value + 1.0
    whole = str(tree(value, limit=10_000)).split("\n")
    lines = str(tree(value)).split("\n")
    assert lines[:-1] == whole[:300]
    count = len(whole)
    assert lines[-1] == f"... and {count - 300} more lines; viz.tree(..., limit={count}) has all"
    assert str(tree(value, limit=count)).split("\n") == whole


@pytest.mark.parametrize("limit", [0, True, "300", 2.5])
def test_a_limit_that_is_no_count_is_refused(limit):
    with pytest.raises(OptionError, match="limit as an int of at least 1, got"):
        tree(Value(1.0), limit=limit)


def test_what_is_no_value_is_refused():
    with pytest.raises(WrongTypeError, match="a Value, got NoneType None"):
        tree(None)
