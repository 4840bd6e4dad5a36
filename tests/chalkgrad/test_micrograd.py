"""The door `chalkgrad.micrograd`: micrograd's attributes and habits on the engine's own Values."""

from __future__ import annotations

import copy
import math
import pickle
import random
import re

import numpy as np
import pytest

import autodiff
import nn
import viz
from autodiff import OperandError, OptionError, ShapeError, WrongTypeError
from chalkgrad.micrograd import MLP, Layer, Neuron, Value, draw_dot, trace


def _graph() -> tuple[Value, Value, Value]:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    return a, b, (a * b + 1).tanh() / 2 - b


def test_numbers_are_nodes_and_every_node_has_the_attributes() -> None:
    x = Value(3.0)
    y = (2 * x - 1) ** 2
    assert y._op == "**2"
    (difference,) = y._prev
    assert (difference._op, {v._op for v in difference._prev}) == ("+", {"*", ""})
    assert {type(v) for v in trace(y)[0]} == {Value}
    y.backward()
    assert sorted(v.grad for v in trace(y)[0]) == [1.0, 10.0, 10.0, 10.0, 20.0, 30.0]


@pytest.mark.parametrize(("compute", "text"), [
    (lambda x: x + 1, "+"), (lambda x: x - 1, "+"), (lambda x: -x, "*"), (lambda x: x / 2, "*"),
    (lambda x: x**-1, "**-1"), (lambda x: x**0.5, "**0.5"), (lambda x: x.relu(), "ReLU"),
    (lambda x: x.tanh(), "tanh"), (lambda x: x.exp(), "exp"), (autodiff.exp, "exp"),
    (lambda x: np.int64(2) * x, "*"), (lambda x: np.float64(2) - x, "+"), (lambda x: x, ""),
])  # fmt: skip
def test_the_text_of_an_operation(compute, text) -> None:
    y = compute(Value(0.5))
    assert (type(y), y._op) == (Value, text)


def test_engine_tools_take_these_values() -> None:
    a, b, y = _graph()
    y.backward()
    assert a.grad == pytest.approx(autodiff.grad(y, a).data)
    assert "agrees" in str(autodiff.check(y))
    assert "disagrees" not in str(autodiff.check(lambda p, q: (p * q).relu() - q / p, a, b))
    assert str(autodiff.why(y, b)).count("path") > 1
    assert viz.draw(y).render("svg").startswith(b"<?xml")
    assert "tanh" in str(viz.tree(y))
    for again in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        assert (type(again), again.data, len(again._prev)) == (Value, y.data, 2)


def test_compile_runs_a_model() -> None:
    random.seed(1)
    model = MLP(2, [4, 1])
    program = autodiff.compile(model, parameters=model.parameters(), example=([1.0, 2.0],))
    rows = [[1.0, 2.0], [-0.5, 0.25]]
    expected = [model(row).data for row in rows]
    assert program(np.array(rows)).ravel().tolist() == pytest.approx(expected)
    assert model.predict(rows).ravel().tolist() == pytest.approx(expected)


def test_an_ordinary_value_joins_in() -> None:
    plain, x = autodiff.Value(2.0), Value(3.0)
    y = plain * x - plain.exp()
    y.backward()
    assert type(y) is Value
    assert (plain.grad, x.grad) == (pytest.approx(3.0 - math.exp(2.0)), 2.0)


def test_ordinary_values_stay_as_they_are() -> None:
    assert type(autodiff.Value(2.0) * 3) is autodiff.Value
    assert nn.MLP(2, [1])([1.0, 2.0])[0].__class__ is autodiff.Value


def test_an_operation_made_by_hand() -> None:
    x = Value(0.5)
    t = math.tanh(1.0)
    inner = x * 2
    out = Value(t, (inner,), "my tanh")
    assert out.local_derivatives == (0.0,)

    def _backward() -> None:
        inner.grad += (1 - t**2) * out.grad

    out._backward = _backward
    loss = out * out
    loss.backward()
    assert (out._op, out._prev, x.grad) == ("my tanh", {inner}, 2 * t * (1 - t**2) * 2)
    assert (inner.grad, out.local_derivatives) == (2 * t * (1 - t**2), (1 - t**2,))
    assert viz.draw(loss).render("svg").startswith(b"<?xml")
    assert "nan * " in str(viz.tree(loss))  # its formula is not known
    assert math.isnan(autodiff.grad(loss, x).data)  # never a wrong number
    assert "agrees" not in str(autodiff.check(loss))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_backward_made_by_hand_is_not_called_before_it_is_needed(count) -> None:
    operands = [Value(i + 1.0) for i in range(count)]
    out, calls, later = Value(sum(x.data for x in operands) ** 2, operands, "square of sum"), [], {}

    def _backward() -> None:
        calls.append(out.grad)
        for x in operands:
            x.grad += later["slope"] * out.grad

    out._backward = _backward
    loss = out * 2
    assert calls == []
    assert all(map(math.isnan, out.local_derivatives))  # what it needs is not there yet
    assert {x.grad for x in operands} == {0.0}
    assert math.isnan(autodiff.trace(loss).rows[0].adjoint)
    later["slope"] = 7.0
    calls.clear()
    loss.backward()
    assert calls == [2.0]
    assert [x.grad for x in operands] == [14.0] * count
    assert autodiff.trace(loss).rows[0].adjoint == 14.0  # without reading local_derivatives first
    assert out.local_derivatives == (7.0,) * count
    assert calls == [2.0, 1.0]  # measured once
    assert copy.deepcopy(out).local_derivatives == (7.0,) * count


def test_a_backward_of_a_leaf_or_of_a_computed_value_may_be_assigned() -> None:
    x, calls = Value(3.0), []
    y = x * x
    x._backward = lambda: calls.append("x")
    y._backward = lambda: setattr(x, "grad", 5.0 * y.grad)
    assert not calls
    y.backward()
    assert (x.grad, calls) == (5.0, ["x"])
    assert y._prev == {x}


def test_networks_have_micrograds_attributes_and_texts() -> None:
    random.seed(3)
    weights = [random.uniform(-1, 1) for _ in range(2)]
    random.seed(3)
    neuron = Neuron(2, nonlin=False)
    assert ([w.data for w in neuron.w], neuron.b.data, neuron.nonlin) == (weights, 0.0, False)
    assert [str(x) for x in (neuron, Layer(1, 2), MLP(2, [1]))] == [
        "LinearNeuron(2)",
        "Layer of [ReLUNeuron(1), ReLUNeuron(1)]",
        "MLP of [Layer of [LinearNeuron(2)]]",
    ]
    assert type(Layer(2, 1)([1.0, 2.0])) is Value
    assert [type(v) for v in Layer(2, 2)([1.0, 2.0])] == [Value, Value]
    assert type(MLP(2, [3, 1])(iter([1.0, 2.0]))) is Value
    assert neuron.parameters() == [*neuron.w, neuron.b]


def test_draw_dot_and_trace() -> None:
    a, _, y = _graph()
    y.backward()
    nodes, edges = trace(y)
    dot = draw_dot(y)
    assert dot.source.count("shape=record") == len(nodes) == 11
    assert dot.source.count("->") == len(edges) + sum(bool(v._op) for v in nodes)
    assert f"{{ a | data 2.0000 | grad {a.grad:.4f} }}" in dot.source
    assert "rankdir=TB" in draw_dot(y, rankdir="TB").source
    shown = dot._repr_mimebundle_()["image/svg+xml"]
    assert set(re.findall(r">(\*|\+|tanh)<", shown)) == {"*", "+", "tanh"}


def test_draw_dot_renders_files(tmp_path) -> None:
    _, _, y = _graph()
    path = draw_dot(y).render(tmp_path / "graph", format="png", cleanup=True)
    assert path == str(tmp_path / "graph.png")
    assert [p.name for p in tmp_path.iterdir()] == ["graph.png"]
    draw_dot(y).render(tmp_path / "other")
    assert (tmp_path / "other.svg").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "other").read_text().startswith("digraph")


def test_draw_dot_follows_light_and_dark_and_the_width_of_the_cell() -> None:
    _, _, y = _graph()
    shown = draw_dot(y)._repr_mimebundle_()
    assert "@media (prefers-color-scheme: dark)" in shown["image/svg+xml"]
    assert 'fill="#ffffff"' in shown["image/svg+xml"]
    assert 'class="chalkgrad-picture"' in shown["text/html"]
    assert shown["text/plain"] == "a graph; .render('name') writes it to a file"


def test_any_text_is_a_label_in_a_picture() -> None:
    a = Value(1.0, label='{a|b} <"x"> \\N')
    assert b"{a|b}" in draw_dot(a + 1).pipe("svg").replace(b"&#45;", b"-")


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: Value("x"), OperandError, "a real number, got str 'x'"),
    (lambda: Value(1.0, "x"), WrongTypeError, "Values as _children, got str 'x'"),
    (lambda: Value(1.0, (2.0,)), WrongTypeError, "Values as _children, got float 2.0"),
    (lambda: setattr(Value(1.0), "_backward", 3), WrongTypeError, "function as _backward, got int"),
    (lambda: Value(1.0) - "x", OperandError, "a real number, got str 'x'"),
    (lambda: None / Value(1.0), OperandError, "a real number, got NoneType"),
    (lambda: Neuron(2)([1.0]), ShapeError, "2 inputs, got 1"),
    (lambda: draw_dot(3), WrongTypeError, "a Value, got int 3"),
    (lambda: draw_dot(Value(1.0), rankdir="UP"), OptionError, "'LR' or 'TB', got 'UP'"),
    (lambda: draw_dot(Value(1.0)).pipe("gif"), OptionError, "formats svg, png, pdf"),
])  # fmt: skip
def test_errors(call, error, message) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(("thing", "name", "here"), [
    (autodiff.Value(1.0), "_prev", "here it is `parents`, a tuple"),
    (autodiff.Value(1.0), "_op", "here it is `operation`"),
    (autodiff.Value(1.0), "_backward", "here it is `local_derivatives`"),
    *((nn.Neuron(2, seed=1), *pair) for pair in
      [("w", "`weights`"), ("b", "`bias`"), ("nonlin", "`activation`")]),
    *((part, name, r"neurons\[i\]\.") for name in ("w", "b", "nonlin")
      for part in (nn.Layer(2, 1, seed=1), nn.MLP(2, [1], seed=1))),
], ids=lambda x: x if isinstance(x, str) else type(x).__name__)  # fmt: skip
def test_elsewhere_the_names_are_explained(thing, name, here) -> None:
    with pytest.raises(AttributeError, match=here) as caught:
        getattr(thing, name)
    assert "chalkgrad.micrograd" in str(caught.value)
    assert not hasattr(thing, name)
    own = re.search(r"`([\w.\[\]]+)`", str(caught.value))
    assert own is not None
    path = own[1].replace("[i]", "[0]").replace("[k]", "[0]")
    eval(f"thing.{path}")  # noqa: S307 the name that is given exists


def test_an_operation_made_by_hand_is_pickled_with_its_gradient():
    x = Value(3.0)
    for name in ("sq", "*", "tanh"):
        y = Value(9.0, (x,), name)
        y._backward = lambda y=y: setattr(x, "grad", x.grad + 6 * y.grad)
        again = pickle.loads(pickle.dumps(y * 2))
        again.backward()
        [leaf] = [v for v in trace(again)[0] if v.data == 3]
        assert leaf.grad == 12
        assert {v._op for v in trace(again)[0]} == {"*", name, ""}


def test_a_label_may_be_a_number_as_in_micrograd():
    x = Value(2.0)
    x.label = 3
    assert "{ 3 | data 2.0000" in draw_dot(x).source
