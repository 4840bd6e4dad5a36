"""Sound computations, each of which ends in a call of `lint`."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from random import Random

import autodiff
import nn
from autodiff import (
    Findings,
    Value,
    clip,
    cos,
    dot,
    exp,
    leaky_relu,
    lint,
    log,
    log_softmax,
    logsigmoid,
    logsumexp,
    maximum,
    mean,
    minimum,
    norm,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    tanh,
    where,
)

from .parts import (
    MOONS,
    network,
)

Program = Callable[[], Findings]
PROGRAMS: dict[str, Program] = {}


def add(name: str, program: Program) -> None:
    assert name not in PROGRAMS, name
    PROGRAMS[name] = program


# -- what is computed --------------------------------------------------------------------------


def logits(count=3):
    w = Value(0.7, label="w")
    return [w * (i - 1) for i in range(count)]


def mixture():
    shares = softmax(logits())
    densities = [exp(-((Value(0.2) - m) ** 2)) for m in (-1.0, 0.0, 1.0)]
    return -log(dot(shares, densities))


def known_mixture():
    return -log(dot(softmax(logits()), [0.2, 0.5, 0.1]))


def dropout(seed):
    random = Random(seed)
    z = [Value(0.1 * i) for i in range(-20, 20)]
    return mean([where(random.random() > 0.5, tanh(x) * 2, 0.0) for x in z])


def half_on(unit):
    w = Value(0.5, label="w")
    return mean([unit(w * (i / 500 - 1)) for i in range(1000)])


for name, expression in {
    "log_softmax": lambda: -log_softmax(logits())[1],
    "cross_entropy": lambda: nn.cross_entropy(logits(), [0.0, 1.0, 0.0]),
    "binary_cross_entropy": lambda: nn.binary_cross_entropy([sigmoid(logits()[0])], [1.0]),
    "logsigmoid": lambda: -logsigmoid(logits()[0]),
    "softplus": lambda: softplus(-logits()[0]),
    "log(1 + exp)": lambda: log(1 + exp(logits()[0])),
    "a logsumexp of one's own": lambda: log(exp(logits()[0]) + exp(logits()[2])),
    "a logarithm of a mean": lambda: log(mean([exp(x) for x in logits()])),
    "logsumexp": lambda: logsumexp(logits()),
    "softmax as attention": lambda: dot(softmax(logits()), logits()),
    "softmax and squares": lambda: mean([(p - 0.3) ** 2 for p in softmax(logits())]),
    "a sigmoid as a gate": lambda: sigmoid(logits()[0]) * tanh(logits()[2]),
    "a sigmoid and squares": lambda: (sigmoid(logits()[0]) - 1) ** 2,
    "a logarithm of a rate": lambda: log(softplus(logits()[0]) + 1e-3),
    "a mixture": mixture,
    "a mixture of known densities": known_mixture,
    "a logarithm of a sum of weights": lambda: log(dot(logits(), [1.0, 0.0, 2.0]) + 3),
    "a logarithm of a norm": lambda: log(norm(logits())),
    "a logarithm of the largest share": lambda: -log(maximum(*softmax(logits()))),
    "a logarithm of a gate": lambda: log(sigmoid(logits()[0]) * softplus(logits()[2]) + 1e-6),
    "a logarithm of a limited share": lambda: -log(softmax(logits())[0] * 0.9 + 0.05),
    "a logarithm of 1 + sigmoid": lambda: log(1 + sigmoid(logits()[0])),
    "a logarithm of a gate and a rest": lambda: log(sigmoid(logits()[0]) * 0.5 + 0.5),
    "a mask of -inf": lambda: softmax([logits()[0], logits()[1] + -inf, logits()[2]])[0],
    "a running maximum": lambda: maximum(maximum(Value(-inf), logits()[0]), 0.2),
    "an overflow that is limited": lambda: minimum(exp(Value(1000.0)).data, logits()[0]) * 2,
    "clipped inputs": lambda: clip(logits()[0] * 10, -1.0, 1.0) + logits()[1],
    "relu, one unit": lambda: relu(logits()[0]) * 2,
    "relu, on for half": lambda: half_on(relu),
    "relu by where, on for half": lambda: half_on(lambda z: where(z > 0, z, 0.0)),
    "relu by maximum, on for half": lambda: half_on(lambda z: maximum(z, 0.0)),
    "leaky_relu, off": lambda: mean([leaky_relu(logits()[2] - 9) for _ in range(1000)]),
    "dropout": lambda: dropout(1),
    "a mask of zeros": lambda: mean([where(i % 2, logits()[2], 0.0) for i in range(2000)]),
    "a distance": lambda: sqrt(sum((x - 2) ** 2 for x in logits())),
    "a wave": lambda: cos(logits()[2] * 30) ** 2,
    "Rosenbrock": lambda: (1 - logits()[2]) ** 2 + 100 * (Value(2.0) - logits()[0] ** 2) ** 2,
    "a temperature": lambda: -log_softmax([x * 50 for x in logits()])[0],
    "a product": lambda: autodiff.prod(tanh(x) + 2 for x in logits()),
}.items():
    add(name, lambda expression=expression: lint(expression()))


# -- inputs ------------------------------------------------------------------------------------

for name, (factor, activation) in {
    "inputs about 1": (1.0, "tanh"),
    "inputs about 5": (5.0, "tanh"),
    "inputs about 0.01": (0.01, "sigmoid"),
    "a network of relus": (1.0, "relu"),
}.items():
    examples = [([factor * x for x in inputs], wanted) for inputs, wanted in MOONS]
    add(
        name,
        lambda examples=examples, activation=activation: nn.lint(
            network(activation), examples=examples
        ),
    )
