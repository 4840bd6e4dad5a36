"""Optimisers: steps by hand and by the papers' formulas, decay, settings that are refused."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from autodiff import Value
from autodiff.errors import OptionError, ShapeError, WrongTypeError
from nn import MLP, SGD, Adam, AdamW, RMSProp
from nn.optim.schedules import StepDecay


def momentum(w, g, s, _t):
    s["v"] = 0.9 * s.get("v", 0.0) + g
    return w - 0.1 * s["v"]


def nesterov(w, g, s, _t):
    s["v"] = 0.9 * s.get("v", 0.0) + g
    return w - 0.1 * (g + 0.9 * s["v"])


def rms_prop(w, g, s, _t):
    s["s"] = 0.99 * s.get("s", 0.0) + 0.01 * g * g
    return w - 0.1 * g / (math.sqrt(s["s"]) + 1e-8)


def adam(w, g, s, t):
    s["m"] = 0.9 * s.get("m", 0.0) + 0.1 * g
    s["s"] = 0.999 * s.get("s", 0.0) + 0.001 * g * g
    m, v = s["m"] / (1 - 0.9**t), s["s"] / (1 - 0.999**t)
    return w - 0.1 * m / (math.sqrt(v) + 1e-8)


# how to make one, and the paper's formula for one scalar w, its gradient g, its state, step t
RULES = {
    "sgd": (lambda ps: SGD(ps, 0.1), lambda w, g, _s, _t: w - 0.1 * g),
    "momentum": (lambda ps: SGD(ps, 0.1, momentum=0.9), momentum),
    "nesterov": (lambda ps: SGD(ps, 0.1, momentum=0.9, nesterov=True), nesterov),
    "rms_prop": (lambda ps: RMSProp(ps, 0.1), rms_prop),
    "adam": (lambda ps: Adam(ps, 0.1), adam),
    "adam_w": (
        lambda ps: AdamW(ps, 0.1, weight_decay=0.3, decayed=ps),
        lambda w, g, s, t: adam(w - 0.1 * 0.3 * w, g, s, t),
    ),
    "decay": (
        lambda ps: SGD(ps, 0.1, weight_decay=0.3, decayed=ps[:1]),
        lambda w, g, s, _t: w - 0.1 * (g + 0.3 * w * s["first"]),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_steps_on_values_are_those_of_the_formula(name) -> None:
    make, rule = RULES[name]
    draw = Random(0)
    leaves = [Value(3.0), Value(-1.0)]
    optimiser = make(leaves)
    expected, states = [3.0, -1.0], [{"first": 1.0}, {"first": 0.0}]
    for time in range(1, 31):
        gradients = [draw.gauss(0, 1) for _ in leaves]
        for leaf, gradient in zip(leaves, gradients, strict=True):
            leaf.grad = gradient
        optimiser.step()
        old = zip(expected, gradients, states, strict=True)
        expected = [rule(w, g, state, time) for w, g, state in old]
        assert [leaf.data for leaf in leaves] == pytest.approx(expected, rel=1e-12)
    assert optimiser.steps == 30
    assert {type(leaf.data) for leaf in leaves} == {float}


@pytest.mark.parametrize("name", RULES)
def test_steps_on_an_array_are_those_on_values_to_the_last_bit(name) -> None:
    make, _ = RULES[name]
    leaves = [Value(3.0), Value(-1.0)]
    on_values, on_arrays = make(leaves), make(leaves)
    vector = np.array([3.0, -1.0])
    for step in range(10):
        gradient = np.array([math.sin(step), math.cos(3 * step)])
        kept = gradient.copy()
        for leaf, slope in zip(leaves, gradient.tolist(), strict=True):
            leaf.grad = slope
        on_values.step()
        on_arrays.update(vector, gradient)
        assert [leaf.data for leaf in leaves] == vector.tolist()
        assert (gradient == kept).all()


def test_a_step_goes_against_the_gradient() -> None:
    w, b = Value(3.0), Value(-1.0)
    optimiser = SGD([w, b], learning_rate=0.5)
    (w * w + 3 * b).backward()
    optimiser.step()
    assert (w.data, b.data) == (3.0 - 0.5 * 6.0, -1.0 - 0.5 * 3.0)
    optimiser.zero_grad()
    assert (w.grad, b.grad) == (0.0, 0.0)
    optimiser.step()
    assert w.data == 0.0


def test_the_learning_rate_may_be_changed() -> None:
    w = Value(1.0)
    optimiser = SGD([w], learning_rate=1)
    w.backward()
    optimiser.learning_rate = 0.25
    optimiser.step()
    assert w.data == 0.75


def test_a_schedule_gives_each_step_its_rate() -> None:
    w = Value(0.0)
    optimiser = SGD([w], StepDecay(1.0, every=2, factor=0.5))
    w.grad = 1.0
    reached = []
    for _ in range(4):
        optimiser.step()
        reached.append(w.data)
    assert reached == [-1.0, -2.0, -2.5, -3.0]
    assert optimiser.rate == 0.25


@pytest.mark.parametrize("kind", [SGD, RMSProp, Adam, AdamW])
def test_the_weights_of_a_network_decay_and_its_biases_do_not(kind) -> None:
    net = MLP(2, [3, 1], seed=1, initialiser="gaussian")
    before = net.state_dict()
    optimiser = kind(net, 1e-4, weight_decay=0.5)
    net.zero_grad()
    optimiser.step()
    for path, data in net.state_dict().items():
        if path.endswith("bias"):
            assert data == before[path]
        else:
            assert abs(data) < abs(before[path])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SGD([], 0.1), ShapeError, r"got none: pass the network, or net.parameters\(\)"),
        (lambda: SGD(5, 0.1), WrongTypeError, "a network or a list of Values .* got int 5"),
        (lambda: SGD([1.0], 0.1), WrongTypeError, "Values as parameters, got float 1.0"),
        (lambda: SGD([Value(1.0)], 0), OptionError, "the learning rate, got int 0"),
        (lambda: SGD([Value(1.0)], -0.1), OptionError, "the learning rate, got float -0.1"),
        (lambda: SGD([Value(1.0)], math.nan), OptionError, "got float nan"),
        (lambda: SGD([Value(1.0)], math.inf), OptionError, "got float inf"),
        (lambda: SGD([Value(1.0)], 1, momentum=1), OptionError, "the momentum, got int 1"),
        (lambda: SGD([Value(1.0)], 1, nesterov=True), OptionError, "write momentum=0.9"),
        (lambda: SGD([Value(1.0)], 1, weight_decay=-1), OptionError, "weight decay, got int -1"),
        (
            lambda: SGD([Value(1.0)], 1, weight_decay=0.1),
            OptionError,
            r"with weight_decay, got a plain list .*: decayed=\[",
        ),
        (lambda: Adam([Value(1.0)], betas=(0.9, 1.0)), OptionError, "beta2, got float 1.0"),
        (lambda: Adam([Value(1.0)], betas=0.9), WrongTypeError, "two numbers as betas, got float"),
        (lambda: Adam([Value(1.0)], betas=[0.9] * 3), ShapeError, "two numbers as betas, got 3"),
        (lambda: Adam([Value(1.0)], epsilon=0), OptionError, "epsilon, got int 0"),
        (lambda: RMSProp([Value(1.0)], smoothing=-1), OptionError, "smoothing, got int -1"),
    ],
)
def test_optimisers_say_what_they_need(make, error, message) -> None:
    with pytest.raises(error, match=message):
        make()
