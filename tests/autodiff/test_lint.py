"""Mistakes planted one by one and found by name; sound programs without a finding."""

from __future__ import annotations

import io
import re
from math import e, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from autodiff import (
    Mistake,
    Value,
    clip,
    dot,
    exp,
    lint,
    log,
    log_softmax,
    maximum,
    mean,
    no_grad,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from autodiff.errors import GraphError


def regression(w, b, points=((1.0, 2.0), (-0.5, 0.3), (2.0, 3.5))):
    return mean([(w * x + b - y) ** 2 for x, y in points])


def parameters(w=0.5, b=0.1):
    return Value(w, label="w"), Value(b, label="b")


def names(findings, mistake):
    return [finding.name for finding in findings.rows if finding.mistake is mistake]


def only(findings):
    return {finding.mistake for finding in findings.rows}


# -- planted ----------------------------------------------------------------------------------


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
    old = w
    w -= 0.1 * w.grad
    loss = regression(w, b)
    assert names(lint(loss, parameters={"w": w, "b": b}), Mistake.REPLACED) == ["w"]
    assert names(lint(loss), Mistake.REPLACED) == ["v1"]  # before the next backward pass
    b.grad = 0.0
    loss.backward()
    found = lint(loss)  # and after it, without being told the parameters
    assert only(found) == {Mistake.REPLACED}
    [row] = found.rows
    assert row.text == "it is w - 0.1 * gradient: a node, no leaf"
    assert row.remedy == "change its data: p.data -= rate * p.grad"
    assert row.node is w
    assert old.parents == ()


def test_a_parameter_replaced_by_a_number() -> None:
    w, b = parameters()
    found = lint(regression(w, b), parameters=[w, b.data])
    assert names(found, Mistake.REPLACED) == ["parameters[1]"]
    assert found.rows[0].text == "it is no Value but float 0.1"


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


def test_inputs_far_from_unit_scale() -> None:
    w, b = parameters()
    pixels = [0.0, 128.0, 255.0, 3.0]
    weights = [Value(0.01) for _ in pixels]
    found = lint(sigmoid(dot(weights, pixels, b)))
    assert only(found) == {Mistake.SCALE}
    assert found.rows[0].text == "the largest of its inputs is 255, far from 1"
    assert "x / 255" in found.rows[0].remedy
    assert only(lint(regression(w, b, [(200.0, 1.0)]), parameters=[w, b])) == {Mistake.SCALE}
    data = Value(1e-5, label="x")
    assert only(lint(w * data + b, parameters=[w, b])) == {Mistake.SCALE}


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


def test_pixels_as_products_without_parameters() -> None:
    w, b = [Value(0.01 * i) for i in range(4)], Value(0.1)
    total = b
    for weight, pixel in zip(w, [255.0, 128.0, 3.0, 17.0], strict=True):
        total = total + weight * pixel
    assert only(lint(sigmoid(total))) == {Mistake.SCALE}
    assert only(lint(mean([sigmoid(w[0] * x) for x in (3.0, 255.0)]))) == {Mistake.SCALE}


def test_a_parameter_replaced_several_times() -> None:
    w = Value(0.37, label="w")
    for _ in range(3):
        loss = (w * 1.7 - 3.1) ** 2
        loss.backward()
        w -= 0.1 * w.grad
    assert names(lint((w * 1.7 - 3.1) ** 2), Mistake.REPLACED) == ["v3"]


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


# -- sound ------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-tc")),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
)
def test_a_graph_of_any_shape_is_sound(steps, swept) -> None:
    values = [Value(1.25, label="a"), Value(-0.75, label="b")]
    for left, right, kind in steps:
        x, y = values[left % len(values)], values[right % len(values)]
        made = {
            "+": lambda x, y: x + y,
            "*": lambda x, y: tanh(x) * tanh(y),
            "-": lambda x, y: x - y,
            "t": lambda x, y: tanh(x) + sigmoid(y),
            "c": lambda x, y: x - 0.5 + y * 2,
        }[kind](x, y)
        values.append(made)
    if swept:
        values[-1].backward()
    assert str(lint(values[-1])) == "no finding"


def test_a_training_loop_is_sound_in_every_step() -> None:
    w, b = parameters()
    for _ in range(20):
        w.grad = b.grad = 0.0
        loss = regression(w, b)
        assert lint(loss, parameters=[w, b]).ok
        loss.backward()
        assert lint(loss).ok
        assert lint(loss, parameters=[w, b]).ok
        for p in (w, b):
            p.data -= 0.1 * p.grad


def test_gradients_added_on_purpose_are_sound_if_all_losses_are_given() -> None:
    w, b = parameters()
    losses = [regression(w, b, [point]) for point in ((1.0, 2.0), (2.0, 1.0), (0.0, -1.0))]
    for loss in losses:
        loss.backward()
    assert lint(*losses, parameters=[w, b]).ok
    assert only(lint(losses[0])) == {Mistake.ACCUMULATED}
    loss = regression(w, b)
    w.grad = b.grad = 0.0
    loss.backward(0.25)  # another seed
    assert lint(loss).ok


def test_gradients_scaled_by_one_number_are_sound() -> None:
    w, b = parameters()
    losses = [regression(w, b, [point]) for point in ((1.0, 2.0), (2.0, 1.0))]
    for loss in losses:
        loss.backward()
    for p in (w, b):
        p.grad /= 2  # the mean of both, or clipped by their norm
    assert lint(*losses).ok
    w.grad *= 0.5  # not b's
    assert only(lint(*losses)) == {Mistake.ACCUMULATED}


def test_constants_of_a_program_are_no_inputs_and_no_steps() -> None:
    a = Value(2.0)
    ((a - 1) ** 2).backward()
    assert lint((a - 1) ** 2).ok
    p, z = Value(0.3, label="p"), [Value(1.0), Value(2.0)]
    logits = [x * (p * 100.0) for x in z]  # a temperature
    assert lint(-log_softmax(logits)[0], parameters=[p, *z]).ok
    assert lint((1 - p) ** 2 + 100 * (a - p**2) ** 2 + a * 100 + p * 50).ok


def test_an_inf_that_goes_no_further_is_sound() -> None:
    w, b = parameters()
    largest = Value(-inf)
    for x in (w * 2, b - 1):
        largest = maximum(largest, x)
    assert lint(largest * 3).ok
    assert only(lint(Value(-inf) * w)) == {Mistake.NAN}


def test_other_sound_ways() -> None:
    w, b = parameters()
    z = [w * 2, b - 1, w - b]
    assert lint(-log_softmax(z)[0]).ok
    assert lint(-log(sigmoid(w - 3.0))).ok
    assert lint((w - 11) ** 2 + (b**2 + w - 7) ** 2).ok  # constants of a function
    assert lint(relu(w * -1.0)).ok  # one unit, off by chance
    assert lint(Value(1.0)).ok
    assert lint().ok
    with no_grad():
        assert lint(regression(w, b)).ok


def test_the_table_and_a_wrong_argument() -> None:
    w, b = parameters()
    loss = regression(w, b)
    screen = io.StringIO()
    Console(file=screen, width=80).print(lint(loss))
    assert screen.getvalue() == "no finding\n"
    loss.backward()
    loss.backward()
    finding = "its gradient is 2 times that of the loss"
    remedy = "zero_grad() before each backward(); lint(*losses) where several are meant"
    assert str(lint(loss)).splitlines() == [
        "2 findings",
        f"mistake               node  {'finding':<{len(finding)}}  write instead",
        f"────────────────────  ────  {'─' * len(finding)}  {'─' * len(remedy)}",
        f"accumulated gradient  w     {finding}  {remedy}",
        f"accumulated gradient  b     {finding}  {remedy}",
    ]
    assert "<td>accumulated gradient</td>" in lint(loss)._repr_mimebundle_()["text/html"]
    with pytest.raises(GraphError, match=r"parameters by name, or in a list, got Value"):
        lint(w * 2, parameters=w)
    with pytest.raises(GraphError, match=re.escape("a Value as a loss, got float 1.0")):
        lint(1.0)
    many = lint(mean([log(Value(-1.0)) * w for _ in range(3)]), parameters=[1.0] * 30)
    assert str(many).endswith("... and 11 more")
