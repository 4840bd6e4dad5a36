"""The birth of a nan or inf, forward and backward, and the line of the program."""

from __future__ import annotations

import copy
import threading
from math import inf, isfinite, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autodiff import Value, dot, exp, line_of, lines, log, mean, no_grad, relu, sqrt, why_nan
from autodiff.graph.source_lines import _places, place
from autodiff.graph.traversal import topological_order

FORWARD = [
    (lambda x: log(x - 1) * 2, "v2", "log(v1)", (("v1", -0.5),)),
    (lambda x: x / (x - 0.5), "v2", "x / v1", (("x", 0.5), ("v1", 0.0))),
    (lambda x: exp(x * 2000), "v2", "exp(v1)", (("v1", 1000.0),)),
    (lambda x: (x - 1) ** 0.5, "v2", "v1 ** 0.5", (("v1", -0.5),)),
    (lambda x: dot([x, 1e308], [1.0, 1e308]), "v1", "x * 1 + 1e+308 * 1e+308 + 0", (("x", 0.5),)),
    (lambda x: x * inf, "v1", "x * inf", (("x", 0.5),)),
    (lambda x: x + Value(nan, label="data"), "data", "a leaf", ()),
]


@pytest.mark.parametrize(("loss", "name", "computed", "operands"), FORWARD)
def test_the_first_birth_is_named_with_its_operands(loss, name, computed, operands) -> None:
    first = why_nan(loss(Value(0.5, label="x"))).first
    assert first is not None
    assert (first.backward, first.computed, first.operands) == (False, computed, operands)
    assert first.name == name


def test_a_nan_of_infinities_is_a_birth_of_its_own() -> None:
    p = Value(0.5, label="p")
    assert str(why_nan(exp(p * 2000) - exp(p * 2001))) == (
        "v5 is nan: it begins at v2, in the forward pass\n"
        "pass     node  computed as  from                gives\n"
        "───────  ────  ───────────  ──────────────────  ─────\n"
        "forward  v2    exp(v1)      v1 = 1000           inf\n"
        "forward  v4    exp(v3)      v3 = 1000.5         inf\n"
        "forward  v5    v2 - v4      v2 = inf, v4 = inf  nan"
    )


@pytest.mark.parametrize(
    ("loss", "name", "value"),
    [
        (sqrt, "adjoint of x", inf),
        (lambda x: (x**0.5) * x, "adjoint of x", nan),
        (lambda x: sqrt(x) * relu(x - 1), "adjoint of x", nan),
        (lambda x: (x * 1e300) * 1e300, "adjoint of x", inf),
        (lambda x: x * 1e308 + x * 1e308, "adjoint of x", inf),
    ],
)
def test_a_birth_in_the_backward_pass(loss, name, value) -> None:
    x = Value(0.0, label="x")
    first = why_nan(loss(x)).first
    assert first is not None
    assert first.backward
    assert first.name == name
    assert first.value == value or (isnan(first.value) and isnan(value))


def test_an_added_overflow_says_what_was_added() -> None:
    x = Value(0.0, label="x")
    assert str(why_nan(x * 1e308 + x * 1e308)).splitlines()[-1].split("  ")[0] == "backward"
    assert "added to = 1e+308" in str(why_nan(x * 1e308 + x * 1e308))


def test_a_sound_graph_has_none() -> None:
    net = nn.MLP(2, [4, 1], seed=1)
    found = why_nan(net([1.0, 2.0])[0])
    assert found.births == ()
    assert found.first is None
    assert "no gradient is nan or inf" in str(found)


def test_more_births_than_are_listed_are_counted() -> None:
    x = Value(-1.0)
    assert str(why_nan(mean([log(x) for _ in range(8)]))).endswith("... and 3 more")


@given(
    st.lists(
        st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-/els")),
        min_size=1,
        max_size=10,
    )
)
def test_there_is_a_birth_exactly_where_something_is_not_finite(steps) -> None:
    values = [Value(1.5), Value(-0.75), Value(0.0)]
    for left, right, kind in steps:
        x, y = values[left % len(values)], values[right % len(values)]
        made = {
            "+": lambda x, y: x + y,
            "*": lambda x, y: x * y,
            "-": lambda x, y: x - y,
            "/": lambda x, y: x / y,
            "e": lambda x, y: exp(x * 300) + y,
            "l": lambda x, y: log(x) + y,
            "s": lambda x, y: sqrt(x) + y,
        }[kind](x, y)
        values.append(made)
    loss = values[-1]
    loss.backward()
    graph = topological_order([loss])
    found = why_nan(loss)
    for birth in found.births:
        assert birth.backward is isfinite(loss.data)
        assert birth.backward or not isfinite(birth.node.data)
    assert bool(found.births) is not all(map(isfinite, [loss.data, *(x.grad for x in graph)]))


# -- lines ------------------------------------------------------------------------------------


def made_here(x: Value) -> Value:
    return x * 2  # the very line


def test_the_line_is_that_of_the_user() -> None:
    neuron = nn.Neuron(2, "tanh", seed=1)
    with lines():
        x = Value(1.0)  # a leaf too
        product = made_here(x)
        fired = neuron([x, 2.0])  # through nn
        averaged = mean([x, product])  # a reduction
        reflected = 1 - x  # a number first
    texts = {
        x: "x = Value(1.0)  # a leaf too",
        product: "return x * 2  # the very line",
        fired: "fired = neuron([x, 2.0])  # through nn",
        fired.parents[0]: "fired = neuron([x, 2.0])  # through nn",
        averaged: "averaged = mean([x, product])  # a reduction",
        reflected: "reflected = 1 - x  # a number first",
    }
    for node, text in texts.items():
        line = line_of(node)
        assert line is not None
        assert (line.file, line.text) == (__file__, text)
    assert line_of(product).function == "made_here"
    assert str(line_of(product)) == f"{__file__}:{line_of(product).number}: {texts[product]}"


def test_outside_no_line_is_recorded_and_none_is_kept() -> None:
    x = Value(1.0)
    with lines():
        with lines():
            pass
        inside = x * 2
        assert _places
    outside = x * 2
    assert line_of(inside) is not None
    assert line_of(outside) is line_of(x) is line_of("anything") is None
    assert not _places
    assert line_of(copy.deepcopy(inside)) is None


def test_lines_decorate_a_function_and_live_with_no_grad() -> None:
    x = Value(1.0)
    decorated = lines()(made_here)
    assert line_of(decorated(x)).text == "return x * 2  # the very line"
    with lines(), no_grad():
        y = x * 2
    assert y.parents == ()
    assert line_of(y).text == "y = x * 2"
    with no_grad():
        assert line_of(x * 2) is None


def test_lines_hold_in_every_thread() -> None:
    found: list[Value] = []
    with lines():
        thread = threading.Thread(target=lambda: found.append(made_here(Value(1.0))))
        thread.start()
        thread.join()
    assert line_of(found[0]).function == "made_here"


def test_a_place_without_source_is_still_a_place() -> None:
    names = {"x": Value(1.0)}
    with lines():
        exec(compile("y = x * 3", "<a cell>", "exec"), names)  # noqa: S102 as a session does
    assert str(line_of(names["y"])) == "<a cell>:1"


def test_a_call_from_our_own_files_alone_ends_at_the_outermost() -> None:
    code, _ = place(0)
    assert code.co_filename.endswith("test_why_nan.py")


def test_why_nan_names_the_line() -> None:
    p = Value(0.5, label="p")
    with lines():
        loss = log(p - 1) * 2
    assert why_nan(loss).first.line.text == "loss = log(p - 1) * 2"
    assert str(why_nan(loss)).splitlines()[-1].endswith("loss = log(p - 1) * 2")
