"""Programs with one mistake each in what they compute, by the kind of mistake."""

from __future__ import annotations

from collections.abc import Callable
from math import e, inf

import nn
from autodiff import (
    Findings,
    Mistake,
    Value,
    clip,
    dot,
    exp,
    grad,
    greater,
    lint,
    log,
    log2,
    log10,
    maximum,
    mean,
    prod,
    relu,
    sigmoid,
    softmax,
    sqrt,
    sum,
    where,
)

from .parts import (
    MOONS,
    Line,
    loss_of,
    network,
)

Program = Callable[[], Findings]
PROGRAMS: dict[str, tuple[Mistake, Program]] = {}


def add(mistake: Mistake, programs: dict[str, Program]) -> None:
    for name, program in programs.items():
        key = f"{mistake.value}: {name}"
        assert key not in PROGRAMS, key
        PROGRAMS[key] = mistake, program


# -- a logarithm of softmax or sigmoid ---------------------------------------------------------


def logits(count=3):
    w = Value(0.7, label="w")
    return [w * (i - 1) for i in range(count)]


def own_softmax(z):
    shares = [exp(x) for x in z]
    return [share / sum(shares) for share in shares]


def shifted_softmax(z):
    top = maximum(*z)
    shares = [exp(x - top) for x in z]
    total = sum(shares)
    return [share / total for share in shares]


def softmax_of_powers(z):
    return [e**x / sum([e**y for y in z]) for x in z]


Z = Value(1.2)
ONE_HOT = [0.0, 1.0, 0.0]
SOFTMAXES = {
    "softmax": softmax,
    "softmax of one's own": own_softmax,
    "shifted softmax": shifted_softmax,
    "softmax of powers": softmax_of_powers,
}
CHOICES = {
    "log(p[k])": lambda p: -log(p[1]),
    "log(p[k] + 1e-9)": lambda p: -log(p[1] + 1e-9),
    "log(dot(p, onehot))": lambda p: -log(dot(p, ONE_HOT)),
    "log(sum(p * y))": lambda p: -log(sum([x * y for x, y in zip(p, ONE_HOT, strict=True)])),
}
for name, function in SOFTMAXES.items():
    add(
        Mistake.SOFTMAX_LOG,
        {
            f"{choice}, {name}": lambda function=function, cost=cost: lint(cost(function(logits())))
            for choice, cost in CHOICES.items()
        },
    )


def entropy():
    p = softmax(logits())
    return lint(-sum([x * log(x) for x in p]))


def in_a_network():
    net = network()
    return nn.lint(net, mean([-log(dot(y, softmax(net(x)))) for x, y in MOONS]))


def every_term():
    p = softmax(logits())
    return lint(-sum([y * log(x) for x, y in zip(p, ONE_HOT, strict=True)]))


def padded_dot():
    return lint(-log(dot(softmax(logits()), ONE_HOT) + 1e-12))


def values_as_targets():
    y = [Value(x) for x in ONE_HOT]
    return lint(-log(sum([p * t for p, t in zip(softmax(logits()), y, strict=True)])))


def builtin_sum():
    total = 0.0
    for p, y in zip(softmax(logits()), ONE_HOT, strict=True):
        total = total + y * p
    return lint(-log(total))


add(
    Mistake.SOFTMAX_LOG,
    {
        "log2": lambda: lint(-log2(softmax(logits())[0])),
        "log10": lambda: lint(-log10(softmax(logits())[2])),
        "an entropy": entropy,
        "a network": in_a_network,
        "every term": every_term,
        "a dot with a number added": padded_dot,
        "targets that are Values": values_as_targets,
        "added in a loop": builtin_sum,
        "a product of shares": lambda: lint(-log(prod(softmax(logits())))),
        "a clipped share": lambda: lint(-log(clip(softmax(logits())[1], 1e-9, 1.0))),
    },
)


def binary(p, y):
    return -(y * log(p) + (1 - y) * log(1 - p))


add(
    Mistake.SIGMOID_LOG,
    {
        "log(sigmoid(z))": lambda: lint(-log(sigmoid(logits()[0]))),
        "log(1 - sigmoid(z))": lambda: lint(-log(1 - sigmoid(logits()[0]))),
        "log(sigmoid(z) + 1e-9)": lambda: lint(-log(sigmoid(logits()[2]) + 1e-9)),
        "log(1 / (1 + exp(-z)))": lambda: lint(-log(1 / (1 + exp(-logits()[2])))),
        "log(exp(z) / (1 + exp(z)))": lambda: lint(-log(exp(Z) / (1 + exp(Z)))),
        "both sides": lambda: lint(binary(sigmoid(logits()[0]), 1.0)),
        "log2(sigmoid(z))": lambda: lint(-log2(sigmoid(logits()[0]))),
        "a network": lambda: lint(mean([binary(sigmoid(network()(x)[0]), y[0]) for x, y in MOONS])),
    },
)


# -- units that never fire ---------------------------------------------------------------------


def dead(unit, count=1000):
    w, b = Value(0.5, label="w"), Value(-40.0, label="b")
    return lint(mean([unit(w * (i / count) + b) for i in range(count)]))


def dead_neuron(place):
    net = network("relu")
    net.layers[0].neurons[place].bias.data = -30.0
    return nn.lint(net, examples=MOONS)


def rate_too_large():
    net = network("relu")
    loss_of(net).backward()
    for p in net.layers[0].parameters():
        p.data -= 1000 * abs(p.grad) + 100
    return nn.lint(net, examples=[([abs(a), abs(b)], y) for (a, b), y in MOONS])


class Rectified(nn.Module):
    """A layer whose relu is a `where`."""

    def __init__(self):
        self.inner = nn.Layer(2, 3, activation="linear", seed=1)
        self.inner.neurons[1].bias.data = -50.0

    def __call__(self, inputs):
        return [where(z > 0, z, 0.0) for z in self.inner(inputs)]


add(
    Mistake.DEAD_RELU,
    {
        "relu": lambda: dead(relu),
        "maximum(z, 0)": lambda: dead(lambda z: maximum(z, 0.0)),
        "maximum(0, z)": lambda: dead(lambda z: maximum(0.0, z)),
        "clip": lambda: dead(lambda z: clip(z, 0.0, inf)),
        "relu of a tenth": lambda: dead(lambda z: relu(z / 10)),
        "where(z > 0, z, 0)": lambda: dead(lambda z: where(z > 0, z, 0.0)),
        "where(z <= 0, 0, z)": lambda: dead(lambda z: where(z <= 0, 0.0, z)),
        "where(greater(z, 0), z, 0)": lambda: dead(lambda z: where(greater(z, 0.0), z, 0.0)),
        "where of Values": lambda: dead(lambda z: where(z > 0, z, Value(0.0))),
        "neuron 0": lambda: dead_neuron(0),
        "neuron 3": lambda: dead_neuron(3),
        "a rate that is too large": rate_too_large,
        "a module with where": lambda: nn.lint(Rectified(), examples=MOONS),
    },
)


# -- nan and inf -------------------------------------------------------------------------------


def second_derivative():
    x = Value(0.0)
    return lint(grad(x**0.5, x) * 2)


def parameter_that_is_inf():
    model = Line()
    loss = model.loss()
    model.b.grad = inf
    return lint(loss, parameters=model.parameters())


add(
    Mistake.NAN,
    {
        "log(-1)": lambda: lint(log(Value(-1.0)) * 2),
        "0 / 0": lambda: lint(Value(0.0) / Value(0.0) + 1),
        "inf - inf": lambda: lint(exp(Value(800.0)) - exp(Value(801.0))),
        "exp(800)": lambda: lint(exp(Value(800.0))),
        "sqrt at 0, backward": lambda: lint(sqrt(Value(0.0)) + 1),
        "an unchosen logarithm": lambda: lint(where(0.0, log(Value(0.0)), 1.0)),
        "a softmax that is all masked": lambda: lint(softmax([Value(-inf), Value(-inf)])[0]),
        "(-8)**(1/3)": lambda: lint(Value(-8.0) ** (1 / 3)),
        "a second derivative": second_derivative,
        "a parameter that is inf": parameter_that_is_inf,
    },
)


# -- inputs far from 1 -------------------------------------------------------------------------


def inputs(factor):
    return nn.lint(network(), examples=[([factor * a for a in x], y) for x, y in MOONS])


add(
    Mistake.SCALE,
    {
        "pixels": lambda: inputs(255.0),
        "incomes": lambda: inputs(40_000.0),
        "nanometres": lambda: inputs(1e-9),
        "one of two": lambda: nn.lint(
            network(), examples=[([0.5, 1900.0 + i], [1, 0]) for i in range(5)]
        ),
    },
)
