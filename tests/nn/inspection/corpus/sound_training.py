"""Sound ways of training, each of which ends in a call of `lint`."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, hypot

import nn
from autodiff import (
    Findings,
    Value,
    grad,
    lint,
    mean,
    no_grad,
    tanh,
)

from .parts import (
    MOONS,
    POINTS,
    Curve,
    Line,
    Table,
    descend,
    loss_of,
    net_trained,
    network,
    trained,
    zero,
)

Program = Callable[[], Findings]
PROGRAMS: dict[str, Program] = {}


def add(name: str, program: Program) -> None:
    assert name not in PROGRAMS, name
    PROGRAMS[name] = program


# -- gradients that are changed on purpose ----------------------------------------------------


def clipped(limit):
    def change(parameters):
        for p in parameters:
            p.grad = max(-limit, min(limit, p.grad))

    return change


def clipped_by_norm(limit):
    def change(parameters):
        size = hypot(*(p.grad for p in parameters))
        for p in parameters:
            p.grad *= min(1.0, limit / size)

    return change


def decayed(strength, chosen=slice(None)):
    def change(parameters):
        for p in parameters[chosen]:
            p.grad += strength * p.data

    return change


def decayed_by_size(strength):
    def change(parameters):
        for p in parameters:
            p.grad += strength * copysign(1.0, p.data)

    return change


def both(one, other):
    def change(parameters):
        one(parameters)
        other(parameters)

    return change


def negated(parameters):
    for p in parameters:
        p.grad = -p.grad


def scaled(factor):
    def change(parameters):
        for p in parameters:
            p.grad *= factor

    return change


def frozen(count):
    def change(parameters):
        for p in parameters[:count]:
            p.grad = 0.0

    return change


CHANGES = {
    "clipping by value, small": clipped(0.01),
    "clipping by value, some": clipped(0.3),
    "clipping by value, large": clipped(100.0),
    "clipping by norm": clipped_by_norm(0.5),
    "decay added to gradients": decayed(0.01),
    "decay of the first parameter": decayed(0.05, slice(1)),
    "decay by size": decayed_by_size(0.001),
    "decay, then clipping by norm": both(decayed(0.01), clipped_by_norm(0.5)),
    "clipping by value, then decay": both(clipped(0.3), decayed(0.01)),
    "ascent": negated,
    "a mean of four": scaled(0.25),
    "a frozen leaf": frozen(1),
}
for name, change in CHANGES.items():
    add(f"{name}, a line", lambda change=change: trained(Line(), change))
    add(f"{name}, a curve", lambda change=change: trained(Curve(), change))
    add(f"{name}, a network", lambda change=change: net_trained(network(), change))


def frozen_outside_of_the_optimiser(look):
    net = network()
    rule = nn.SGD(net.layers[1].parameters(), 0.05)
    for _ in range(3):
        zero(rule.parameters)
        loss = loss_of(net)
        loss.backward()
        found = look(net, loss)
        rule.step()
    return found


add("frozen layers, lint(loss)", lambda: frozen_outside_of_the_optimiser(lambda _, x: lint(x)))
add("frozen layers, nn.lint", lambda: frozen_outside_of_the_optimiser(nn.lint))
add(
    "frozen layers, the trained ones given",
    lambda: frozen_outside_of_the_optimiser(
        lambda net, x: lint(x, parameters=net.layers[1].parameters())
    ),
)


def optimised_input(look):
    net, x = network(), [Value(0.3), Value(-0.2)]
    for _ in range(3):
        zero(x)
        loss = nn.mean_squared_error(net(x), [2.0, -1.0])
        loss.backward()
        found = look(net, loss, x)
        descend(x, 0.1)
    return found


add("an input is optimised, lint(loss)", lambda: optimised_input(lambda _, loss, __: lint(loss)))
add(
    "an input is optimised, nn.lint",
    lambda: optimised_input(lambda net, loss, _: nn.lint(net, loss)),
)
add(
    "an input is optimised and given",
    lambda: optimised_input(lambda _, loss, x: lint(loss, parameters=x)),
)


# -- several losses, seeds, states -------------------------------------------------------------


def micro_batches(divided):
    model = Curve()
    losses = [model.loss(POINTS[:2]), model.loss(POINTS[2:])]
    for loss in losses:
        loss.backward()
    if divided:
        scaled(0.5)(model.parameters())
    return lint(*losses, parameters=model.parameters())


def one_seed(seed):
    loss = Curve().loss()
    loss.backward(seed)
    return lint(loss)


def two_terms():
    model = Line()
    loss = model.loss() + 0.1 * (model.w**2 + model.b**2)
    loss.backward()
    return lint(loss, parameters=model.parameters())


def with_rule(make):
    net = network()
    return net_trained(net, optimiser=make(net.parameters()))


def penalised_slope():
    x, w = Value(0.5, label="x"), Value(0.8, label="w")
    y = tanh(w * x) * w
    loss = (grad(y, x) - 1) ** 2
    loss.backward()
    return lint(loss, parameters=[w])


def adversaries():
    one, other = Line(0.2, 0.3), Line(0.5, -0.1)
    for _ in range(2):
        zero(one.parameters())
        first = one.loss() + other.w.data
        first.backward()
        found = lint(first, parameters=one.parameters())
        descend(one.parameters())
        zero(other.parameters())
        second = other.loss([(one.w.data, 1.0)])
        second.backward()
        found = found if not found.ok else lint(second, parameters=other.parameters())
        descend(other.parameters())
    return found


def target_network():
    model = Line()
    target = Line(model.w.data, model.b.data)
    wanted = [(x, (target.w * x + target.b).data) for x, _ in POINTS]
    loss = model.loss(wanted) + model.loss()
    loss.backward()
    return lint(loss, parameters=model.parameters())


def recomputed():
    model = Line()
    loss = model.loss()
    for _ in range(3):
        zero(model.parameters())
        loss.recompute()
        loss.backward()
        found = lint(loss, parameters=model.parameters())
        descend(model.parameters())
    return found


def before_backward():
    model = Line()
    model.loss().backward()
    descend(model.parameters())
    zero(model.parameters())
    return lint(model.loss(), parameters=model.parameters())


def after_fit():
    net = network()
    nn.fit(net, MOONS, epochs=2, batch_size=4, learning_rate=0.05, engine="eager")
    return nn.lint(net, examples=MOONS)


def unrecorded():
    with no_grad():
        return lint(Curve().loss())


def tied():
    w = Value(0.5, label="w")
    loss = mean([(tanh(w * x) * w - y) ** 2 for x, y in POINTS])
    loss.backward()
    return lint(loss, parameters=[w])


def averaged_weights():
    model, slow = Line(), Line()
    found = trained(model)
    for p, q in zip(slow.parameters(), model.parameters(), strict=True):
        p.data = 0.9 * p.data + 0.1 * q.data
    return found


for name, program in {
    "two batches, both losses": lambda: micro_batches(divided=False),
    "two batches, divided": lambda: micro_batches(divided=True),
    "a seed of 0.25": lambda: one_seed(0.25),
    "a seed of 8": lambda: one_seed(8.0),
    "a penalty in the loss": two_terms,
    "momentum": lambda: with_rule(lambda p: nn.SGD(p, 0.05, momentum=0.9)),
    "RMSProp": lambda: with_rule(lambda p: nn.RMSProp(p, 0.01)),
    "Adam": lambda: with_rule(lambda p: nn.Adam(p, 0.01)),
    "a schedule": lambda: with_rule(lambda p: nn.SGD(p, nn.schedules.StepDecay(0.1, 2, 0.5))),
    "a derivative in the loss": penalised_slope,
    "two models in turn": adversaries,
    "a target network": target_network,
    "one graph, recomputed": recomputed,
    "before the backward pass": before_backward,
    "after fit": after_fit,
    "inside no_grad": unrecorded,
    "a tied weight": tied,
    "averaged weights": averaged_weights,
    "a leaf": lambda: lint(Value(1.0)),
    "nothing": lint,
}.items():
    add(name, program)


# -- parameters that a batch does not use ------------------------------------------------------


def embedding(words, look):
    net = Table()
    for word in words:
        net.zero_grad()
        loss = loss_of(net, [([float(word)], [1.0])])
        loss.backward()
        found = look(net, loss)
        descend(net.parameters())
    return found


def bigrams(batch):
    logits = [[Value(0.1 * i * j) for j in range(4)] for i in range(4)]
    loss = mean([nn.cross_entropy(logits[i], [float(j == k) for k in range(4)]) for i, j in batch])
    loss.backward()
    return lint(loss, parameters=[x for row in logits for x in row])


for name, program in {
    "an embedding, nn.lint": lambda: embedding([0, 3], nn.lint),
    "an embedding, names": lambda: embedding(
        [1], lambda net, x: lint(x, parameters=dict(net.named_parameters()))
    ),
    "an embedding, a list": lambda: embedding(
        [2, 5], lambda net, x: lint(x, parameters=net.parameters())
    ),
    "an embedding, examples": lambda: embedding(
        [4], lambda net, x: nn.lint(net, x, examples=[([4.0], [1.0])])
    ),
    "bigrams, one pair": lambda: bigrams([(0, 1)]),
    "bigrams, two pairs": lambda: bigrams([(0, 1), (2, 3)]),
}.items():
    add(name, program)
