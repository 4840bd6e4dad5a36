"""Mistakes planted one by one and found by name."""

from __future__ import annotations

import io
import re
from math import e, inf, nan

import pytest
from rich.console import Console

from autodiff import (
    Mistake,
    Value,
    clip,
    exp,
    lint,
    log,
    maximum,
    mean,
    relu,
    softmax,
)
from autodiff.errors import WrongTypeError
from autodiff.explain.linting.findings import NOTHING
from tests.autodiff.explain.linting.linted import names, only, parameters, regression


def test_a_parameter_that_is_not_connected() -> None:
    w, b = parameters()
    loss = regression(w, 0.0)
    found = lint(loss, parameters=[w, b])
    assert names(found, Mistake.NOT_CONNECTED) == ["b"]
    assert only(found) == {Mistake.NOT_CONNECTED}
    twin = lint(regression(w, Value(0.1, label="b")), parameters={"bias": b, "w": w})
    assert twin.rows[0].name == "bias"
    assert "on another Value labelled b" in twin.rows[0].text


@pytest.mark.parametrize("times", [2, 3, 7])
def test_gradients_of_several_backward_passes(times) -> None:
    w, b = parameters()
    loss = regression(w, b)
    for _ in range(times):
        loss.backward()
    found = lint(loss)
    assert names(found, Mistake.ACCUMULATED) == ["w", "b"]
    assert only(found) == {Mistake.ACCUMULATED}
    assert found.rows[0].text == f"its gradient is {times} times that of the loss"
    assert "zero_grad()" in found.rows[0].remedy


def test_gradients_that_were_never_set_to_0() -> None:
    w, b = parameters()
    for _ in range(2):
        loss = regression(w, b)
        loss.backward()
        if loss.data > 0.5:
            w.data -= 0.1 * w.grad
    loss = regression(w, b)
    loss.backward()
    found = lint(loss, parameters=[w, b])
    assert names(found, Mistake.ACCUMULATED) == ["w", "b"]
    assert "that of the loss" in found.rows[0].text


def test_a_parameter_replaced_by_an_expression() -> None:
    w, b = parameters()
    regression(w, b).backward()
    w -= 0.1 * w.grad
    loss = regression(w, b)
    assert names(lint(loss, parameters={"w": w, "b": b}), Mistake.REPLACED) == ["w"]
    b.grad = 0.0
    loss.backward()
    found = lint(loss, parameters=[w, b])  # the gradient of the old leaf is not a second finding
    assert only(found) == {Mistake.REPLACED}
    [row] = found.rows
    assert row.text == "it is computed, not a leaf: its gradient flows on to its operands"
    assert row.remedy == "change its data: p.data -= rate * p.grad"
    assert row.node is w
    assert lint(loss).ok  # b was set to 0: the graph alone shows no mistake


def test_a_parameter_replaced_by_a_number() -> None:
    w, b = parameters()
    found = lint(regression(w, b), parameters=[w, b.data])
    assert names(found, Mistake.REPLACED) == ["parameters[1]"]
    assert found.rows[0].text == "it is not a Value but float 0.1"


def test_data_changed_after_the_forward_pass() -> None:
    w, b = parameters()
    loss = regression(w, b)
    w.data = 3.0
    found = lint(loss)
    assert names(found, Mistake.CHANGED) == ["w"]
    assert only(found) == {Mistake.CHANGED}
    loss.recompute()
    assert lint(loss).ok
    loss.parents[0].data += 1.0
    assert only(lint(loss)) == {Mistake.CHANGED}


def own_softmax(z):
    exps = [exp(x) for x in z]
    total = exps[0]
    for x in exps[1:]:
        total = total + x
    return [x / total for x in exps]


def softmax_twice_over(z):
    return [exp(x) / sum(exp(y) for y in z) for x in z]


def shifted_softmax(z):
    return [exp(x - maximum(*z)) / sum(exp(y - maximum(*z)) for y in z) for x in z]


def softmax_of_powers(z):
    return [e**x / sum(e**y for y in z) for x in z]


@pytest.mark.parametrize(
    "function",
    [softmax, own_softmax, softmax_twice_over, shifted_softmax, softmax_of_powers],
)
@pytest.mark.parametrize("padding", [0.0, 1e-9])
def test_softmax_followed_by_log(function, padding) -> None:
    z = [Value(1.0, label="z1"), Value(-2.0, label="z2"), Value(0.5)]
    chosen = function(z)[1]
    found = lint(-log(chosen + padding if padding else chosen))
    assert only(found) == {Mistake.SOFTMAX_LOG}
    assert "log_softmax(z), or nn.cross_entropy" in found.rows[0].remedy


def test_dead_relus() -> None:
    w, b = Value(0.5, label="w"), Value(-100.0, label="b")
    v = Value(0.3, label="v")
    points = [i / 1000 for i in range(1_000)]
    loss = mean([(relu(w * x + b) + relu(v * x + 0.1) - 1) ** 2 for x in points])
    found = lint(loss)
    assert only(found) == {Mistake.DEAD_RELU}
    assert names(found, Mistake.DEAD_RELU) == ["b"]
    assert found.rows[0].text == (
        "relu is off in all 1,000 uses, first at -100; no gradient reaches it and 1 more leaves"
    )


@pytest.mark.parametrize(
    "unit",
    [
        lambda z: relu(z / 10),
        lambda z: maximum(0.0, z),
        lambda z: clip(z * 0.5, 0.0, inf),
    ],
)
def test_dead_units_are_known_by_their_formula(unit) -> None:
    w, b = Value(0.5, label="w"), Value(-100.0, label="b")
    loss = mean([unit(w * (i / 1000) + b) for i in range(1_000)])
    assert names(lint(loss), Mistake.DEAD_RELU) == ["b"]


def test_a_small_batch_does_not_tell_dead_units() -> None:
    w, b = Value(0.5, label="w"), Value(-100.0, label="b")
    assert lint(mean([relu(w * (i / 100) + b) for i in range(100)])).ok


def test_only_what_was_changed_is_named() -> None:
    a = Value(1.0, label="a")
    b = a * 2
    b.label = "b"
    loss = (b - 1) ** 2
    b.data = 9.0
    assert names(lint(loss), Mistake.CHANGED) == ["b"]
    loss.recompute()
    both = b - a
    a.data = 5.0
    assert names(lint(both), Mistake.CHANGED) == ["a"]


def test_a_nan() -> None:
    w, b = parameters()
    found = lint(regression(log(w - 3), b))
    assert only(found) == {Mistake.NAN}
    assert found.rows[0].text == "log(v1) gives nan"
    b.data = nan
    assert lint(regression(w, 0.0), parameters=[w, b]).rows[-1].text == "its data is nan"
    w.grad = inf
    assert "its gradient is inf" in str(lint(parameters=[w]))


def test_the_table_and_a_wrong_argument() -> None:
    w, b = parameters()
    loss = regression(w, b)
    screen = io.StringIO()
    Console(file=screen, width=80).print(lint(loss))
    assert screen.getvalue() == f"{NOTHING}\n"
    loss.backward()
    loss.backward()
    finding = "its gradient is 2 times that of the loss"
    remedy = "zero_grad() before each backward(); lint(*losses) if several are intended"
    assert str(lint(loss)).splitlines() == [
        "2 findings",
        f"mistake               node  {'finding':<{len(finding)}}  write instead",
        f"────────────────────  ────  {'─' * len(finding)}  {'─' * len(remedy)}",
        f"accumulated gradient  w     {finding}  {remedy}",
        f"accumulated gradient  b     {finding}  {remedy}",
    ]
    assert "<td>accumulated gradient</td>" in lint(loss)._repr_mimebundle_()["text/html"]
    with pytest.raises(WrongTypeError, match=r"parameters by name, or in a list, got Value"):
        lint(w * 2, parameters=w)
    with pytest.raises(WrongTypeError, match=re.escape("a Value for a loss, got float 1.0")):
        lint(1.0)
    many = lint(mean([log(Value(-1.0)) * w for _ in range(3)]), parameters=[1.0] * 30)
    assert str(many).endswith("... and 11 more")
