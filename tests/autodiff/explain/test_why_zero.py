"""A gradient of 0 explained: every kind of cause planted, and found by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autodiff import (
    Value,
    clip,
    dot,
    maximum,
    mean,
    no_grad,
    relu,
    sigmoid,
    sign,
    sqrt,
    tanh,
    where,
    why_zero,
)
from autodiff.explain.why_zero import Cause


def labelled(loss):
    w, x = Value(0.5, label="w"), Value(-2.0, label="x")
    return why_zero(loss(w, x), w)


def in_no_grad(w, x):
    with no_grad():
        return w * x


def squared(z):
    return z * z


def pre_activation(w, x):
    z = w * x + 0.59
    z.label = "z3"
    return z


CAUSES = [
    (lambda w, x: relu(pre_activation(w, x)) * 3, "off", "relu at z3 is off (z3 = -0.41)"),
    (lambda w, _: clip(w, 1.0, 2.0), "off", "clip at w is off (w = 0.5)"),
    (
        lambda w, x: sigmoid(w * x * 800),
        "saturated",
        "sigmoid is saturated: sigmoid'(-800) = 0",
    ),
    (lambda w, x: w * 0.0 + x, "times 0", "w is multiplied by the constant 0"),
    (lambda w, x: dot([w, x], [0.0, 1.0]), "times 0", "w is multiplied by the constant 0"),
    (lambda w, x: w * Value(0.0, label="o") + x, "times 0", "w is multiplied by o = 0"),
    (lambda w, x: w * relu(x), "times 0", "w is multiplied by v1 = 0"),
    (lambda w, x: maximum(w, 3.0, x), "not chosen", "maximum chose another operand than w = 0.5"),
    (lambda w, x: where(x, x, w), "not chosen", "where chose another operand than w = 0.5"),
    (lambda w, x: w**0 * x, "not chosen", "pow does not depend on w here"),
    (lambda w, _: sign(w), "step", "sign is a step: its derivative is 0 everywhere"),
    (lambda w, _: 0.0**w, "flat", "pow is flat at w = 0.5"),
    (lambda w, _: (w - 0.5) ** 2, "flat", "pow is flat at v1 = 0"),
    (lambda w, _: squared(w - 0.5), "flat", "mul is flat at v1 = 0"),
    (lambda w, x: w * x - x * w, "cancels", "2 along 1 path, -2 along 1 path"),
    (
        lambda w, _: w * 1e-200 * 1e-200,
        "underflows",
        "the products are about 1e-400, below the smallest float",
    ),
    (lambda _, x: x * 2, "not connected", "the loss was not computed from this Value w"),
    (
        lambda _, x: x * Value(2.0, label="w"),
        "not connected",
        "the loss was not computed from this Value w, but from another one labelled w (= 2)",
    ),
    (
        in_no_grad,
        "not connected",
        ("the loss was not computed from this Value w: it is a leaf (no_grad, detach, .data?)"),
    ),
]


@pytest.mark.parametrize(("loss", "cause", "text"), CAUSES)
def test_every_cause_is_found_by_name(loss, cause, text) -> None:
    found = labelled(loss)
    assert [(reason.cause.value, reason.text) for reason in found.reasons] == [(cause, text)]
    assert found.total == 0.0


@pytest.mark.parametrize(
    "loss",
    [
        lambda w, x: w * x,
        lambda w, x: relu(w) + x,
        lambda w, x: tanh(w * x),
        lambda w, x: w * x - x * w * 0.5,
        lambda w, _: sqrt(w - 0.5),
    ],
)
def test_a_gradient_that_flows_needs_no_reason(loss) -> None:
    assert labelled(loss).reasons == ()


def test_saturation_has_its_size() -> None:
    z = Value(38.2, label="z")
    found = why_zero(sigmoid(z) * 2, z)
    assert str(found) == (
        "∂v2/∂z = 5.14021e-17: small, but not 0\n"
        "cause      finding                                         uses of z\n"
        "─────────  ──────────────────────────────────────────────  ─────────\n"
        "saturated  sigmoid is saturated: sigmoid'(38.2) = 2.6e-17  1 of 1"
    )


def test_small_factors_are_listed_the_smallest_first() -> None:
    w, s = Value(0.5, label="w"), Value(1e-9, label="s")
    found = why_zero(tanh(w * s + 9) * 0.001, w)
    assert [reason.text for reason in found.reasons] == [
        "w is multiplied by s = 1e-09",
        "tanh is saturated: tanh'(9) = 6.1e-08",
        "v3 is multiplied by the constant 0.001",
    ]
    assert [reason.cause for reason in found.reasons] == [
        Cause.TIMES_LITTLE,
        Cause.SATURATED,
        Cause.TIMES_LITTLE,
    ]


def nested_sigmoids(w):
    for _ in range(30):
        w = sigmoid(w)
    return w


def tenths(w):
    for _ in range(10):
        w = w * 0.1
    return w


VANISHING = [
    (nested_sigmoids, [("vanishes", "30 factors below 1 have the product 3.8e-20", 1)]),
    (tenths, [("vanishes", "10 factors below 1 have the product 1e-10", 1)]),
    (
        lambda w: tenths(w * 1e-3),
        [
            ("times little", "w is multiplied by the constant 0.001", 1),
            ("vanishes", "10 factors below 1 have the product 1e-10", 1),
        ],
    ),
    (
        lambda w: w * 1000.0 - w * (1000 - 2**-27),
        [("cancels", "1000 along 1 path, -999.99999999254942 along 1 path", 2)],
    ),
    (
        lambda w: mean([*(relu(w * i - 100) for i in range(1, 10)), w * 1e-6]),
        [
            ("times little", "w is multiplied by the constant 1e-06", 1),
            ("off", "relu at v2 is off (v2 = -99.5)", 9),
        ],
    ),
]


@pytest.mark.parametrize(("loss", "reasons"), VANISHING)
def test_a_gradient_that_vanishes_has_its_reasons(loss, reasons) -> None:
    w = Value(0.5, label="w")
    found = why_zero(loss(w), w)
    assert 0 < abs(found.total) < 1e-6
    assert [(r.cause.value, r.text, r.uses) for r in found.reasons] == reasons
    assert "not small" not in str(found)


def test_sides_beyond_the_largest_float_do_not_cancel_a_large_sum() -> None:
    w = Value(1.0)
    found = why_zero(w * 1e308 - w * 1e308 + w * 1e308, w)
    assert (found.total, found.reasons) == (1e308, ())


def test_a_dead_neuron_is_off_on_so_many_examples() -> None:
    net = nn.MLP(2, [3, 1], seed=1)
    neuron = net.layers[0].neurons[0]
    neuron.bias.data, neuron.bias.label, neuron.weights[0].label = -10.0, "b", "w1"
    points = [(0, 0), (1, 0), (0, 1), (1, 1)]
    loss = mean([nn.mean_squared_error(net(point), [1.0]) for point in points])
    assert str(why_zero(loss, neuron.weights[0])) == (
        "∂v52/∂w1 = 0: nothing comes through\n"
        "cause    finding                              uses of w1\n"
        "───────  ───────────────────────────────────  ──────────\n"
        "times 0  w1 is multiplied by the constant 0   2 of 4\n"
        "off      relu at v22 is off (v22 = -10.7313)  2 of 4"
    )
    [reason] = why_zero(loss, neuron.bias).reasons
    assert (reason.cause, reason.uses) == (Cause.OFF, 4)


def test_a_gradient_that_is_not_finite_is_not_0() -> None:
    w = Value(0.0, label="w")
    found = why_zero(sqrt(w), w)
    assert found.reasons == ()
    assert "why_nan" in str(found)


@given(
    st.lists(
        st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-rm0")),
        min_size=1,
        max_size=10,
    )
)
def test_there_is_a_reason_exactly_where_the_gradient_is_0(steps) -> None:
    values = [Value(1.5, label="w"), Value(-0.75), Value(0.0)]
    for left, right, kind in steps:
        x, y = values[left % len(values)], values[right % len(values)]
        made = {
            "+": lambda x, y: x + y,
            "*": lambda x, y: x * y,
            "-": lambda x, y: x - y,
            "r": lambda x, y: relu(x) + relu(y),
            "m": maximum,
            "0": lambda x, y: x * 0.0 + y,
        }[kind](x, y)
        values.append(made)
    loss, w = values[-1], values[0]
    loss.backward()
    found = why_zero(loss, w)
    assert bool(found.reasons) is (w.grad == 0.0)
    stopped = {Cause.OFF, Cause.NOT_CHOSEN, Cause.TIMES_ZERO, Cause.FLAT}
    for reason in found.reasons:
        assert reason.cause in stopped | {Cause.CANCELS, Cause.NOT_CONNECTED}
        assert reason.uses <= found.uses


def test_a_long_chain_of_zeros_is_no_problem() -> None:
    value = w = Value(1.0, label="w")
    for _ in range(5_000):
        value = relu(value * -1.0) + value * 0.0
    assert why_zero(value, w).reasons
