"""Sound programs without a finding."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from autodiff import (
    Mistake,
    Value,
    lint,
    log_softmax,
    logsigmoid,
    maximum,
    no_grad,
    relu,
    sigmoid,
    tanh,
)
from autodiff.explain.linting.findings import NOTHING
from tests.autodiff.explain.linting.linted import only, parameters, regression


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
    assert str(lint(values[-1])) == NOTHING


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
    assert lint(-logsigmoid(w - 3.0)).ok
    assert lint((w - 11) ** 2 + (b**2 + w - 7) ** 2).ok  # constants of a function
    assert lint(relu(w * -1.0)).ok  # one unit, off by chance
    assert lint(Value(1.0)).ok
    assert lint().ok
    with no_grad():
        assert lint(regression(w, b)).ok
