"""Graphs with infinities that do no harm and one true cause: `why_nan` names the cause alone."""

from __future__ import annotations

from math import inf, isfinite, isnan, nan
from random import Random

import pytest

from autodiff import (
    Value,
    atan,
    clip,
    dot,
    exp,
    log,
    logsumexp,
    maximum,
    minimum,
    relu,
    sigmoid,
    softmax,
    sqrt,
    tanh,
    where,
    why_nan,
)
from autodiff.graph.traversal import topological_order as _order


def below(end):
    return _order([end])


def attention(x, blocked):
    weights = softmax([x, x * 0.5, x - 1 + blocked])
    return dot(weights, [x, x + 1, x * 2])


# Each contains an infinity and is finite, as are its derivatives by `x`.
HARMLESS = {
    "a mask that is added": lambda x: attention(x, Value(-inf)),
    "a constant mask": lambda x: attention(x, -inf),
    "a masked logsumexp": lambda x: logsumexp([x, Value(-inf), x + 1]),
    "a running maximum": lambda x: maximum(maximum(Value(-inf), x), x * 2),
    "a running minimum": lambda x: minimum(minimum(Value(inf), x), x - 1),
    "a limit": lambda x: clip(x, -inf, Value(inf)),
    "a branch that is not taken": lambda x: where(1.0, x, Value(inf)),
    "a reciprocal": lambda x: x + 1 / Value(inf),
    "an exponential": lambda x: x + exp(Value(-inf)),
    "a saturated function": lambda x: x * tanh(Value(inf)) + sigmoid(Value(-inf)),
}
# These are finite in the forward pass; backward, 0 * inf is nan.
HARMLESS_FORWARD = {
    "a minimum": lambda x: minimum(exp(x * 0 + 1000), 5.0) + x,
    "a maximum": lambda x: maximum(log(x * 0), x),
    "a limited overflow": lambda x: clip(exp(x * 0 + 800), 0.0, 1.0) * x,
    "an overflow that is not chosen": lambda x: where(0.0, exp(x * 0 + 900), x),
    "an angle": lambda x: atan(exp(x * 0 + 900)) + x,
    "a vanishing share": lambda x: x + 1 / exp(x * 0 + 900),
    "a dead unit": lambda x: relu(log(x * 0)) + x,
}


def difference_of_overflows(x):
    one, other = exp(x * 0 + 1000), exp(x * 0 + 1001)
    end = one - other
    return end, [one, other, end]


def times_0(x):
    overflow = exp(x * 0 + 1000)
    end = overflow * 0.0
    return end, [overflow, end]


def quotient_of_overflows(x):
    one, other = 1 / (x * 0), exp(x * 0 + 1000)
    end = one / other
    return end, [one, other, end]


def alone(function):
    def planted(x):
        end = function(x)
        return end, [end]

    return planted


CAUSES = {
    "a logarithm": alone(lambda x: log(x * 0 - 1)),
    "a root": alone(lambda x: sqrt(x * 0 - 1)),
    "0 / 0": alone(lambda x: (x * 0) / (x * 0)),
    "a leaf": alone(lambda _: Value(nan)),
    "inf - inf": difference_of_overflows,
    "inf * 0": times_0,
    "inf / inf": quotient_of_overflows,
}
BACKWARD = {
    "x**0.5 * x at 0": lambda x: (x * 0) ** 0.5 * (x * 0),
    "an unchosen logarithm": lambda x: where(0.0, log(x * 0), x),
    "an unchosen overflow": lambda x: where(0.0, exp(x * 0 + 900), x),
}


def combined(random, parts):
    """Combine Values so that a nan in one of them reaches the end, and all stay finite else."""
    random.shuffle(parts)
    if random.random() < 0.3:
        return dot([random.uniform(0.5, 1) for _ in parts], parts)
    end = parts[0]
    for part in parts[1:]:
        x, y = (end, part) if random.random() < 0.5 else (part, end)
        end = random.choice([lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * tanh(y)])(
            x, y
        )
    return tanh(end) if random.random() < 0.3 else end


def harmless(random, among):
    return [
        among[name](Value(random.uniform(0.5, 2)))
        for name in random.choices(sorted(among), k=random.randint(1, 4))
    ]


@pytest.mark.parametrize("name", sorted(HARMLESS | HARMLESS_FORWARD))
def test_the_harmless_are_so(name) -> None:
    x = Value(0.7)
    end = (HARMLESS | HARMLESS_FORWARD)[name](x)
    end.backward()
    assert isfinite(end.data)
    assert isfinite(x.grad) is (name in HARMLESS)
    numbers = [*(n.data for n in below(end)), *(v for n in below(end) for v in n.operands)]
    assert any(isinstance(number, float) and not isfinite(number) for number in numbers)


@pytest.mark.parametrize("name", sorted(CAUSES))
@pytest.mark.parametrize("seed", range(30))
def test_the_cause_alone_is_named(name, seed) -> None:
    random = Random(f"{name} {seed}")
    cause, wanted = CAUSES[name](Value(random.uniform(0.5, 2)))
    parts = harmless(random, HARMLESS | HARMLESS_FORWARD)
    end = combined(random, [*parts, cause])
    assert isnan(end.data)
    assert [birth.node for birth in why_nan(end).births] == wanted
    assert not why_nan(end).first.backward


@pytest.mark.parametrize("name", sorted(BACKWARD))
@pytest.mark.parametrize("seed", range(30))
def test_the_cause_in_the_backward_pass_is_named(name, seed) -> None:
    random = Random(f"{name} {seed}")
    x = Value(random.uniform(0.5, 2))
    parts = harmless(random, HARMLESS)
    cause = BACKWARD[name](x)
    end = combined(random, [*parts, cause])
    births = why_nan(end).births
    assert births
    assert all(birth.backward and birth.node in below(cause) for birth in births)


@pytest.mark.parametrize("seed", range(30))
def test_without_a_cause_there_is_nothing_to_name(seed) -> None:
    random = Random(seed)
    assert why_nan(combined(random, harmless(random, HARMLESS))).births == ()


def test_of_the_gradients_those_that_are_nan_come_first() -> None:
    x, y = Value(0.0, label="x"), Value(0.0, label="y")
    found = why_nan(sqrt(x) + y**0.5 * y)
    assert [birth.name for birth in found.births] == ["adjoint of y"]
    assert [birth.name for birth in why_nan(sqrt(x) + y).births] == ["adjoint of x"]
