"""Programs with one mistake each in gradients or parameters, by the kind of mistake."""

from __future__ import annotations

from collections.abc import Callable

import nn
from autodiff import (
    Findings,
    Mistake,
    Value,
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
    descend,
    loss_of,
    net_trained,
    network,
    trained,
    zero,
)

Program = Callable[[], Findings]
PROGRAMS: dict[str, tuple[Mistake, Program]] = {}


def add(mistake: Mistake, programs: dict[str, Program]) -> None:
    for name, program in programs.items():
        key = f"{mistake.value}: {name}"
        assert key not in PROGRAMS, key
        PROGRAMS[key] = mistake, program


# -- gradients that add up ---------------------------------------------------------------------


def backward_again(model, times, look=lint):
    loss = model.loss()
    for _ in range(times):
        loss.backward()
    return look(loss)


def part_forgotten():
    model = Line()
    for _ in range(3):
        model.w.grad = 0.0
        loss = model.loss()
        loss.backward()
        found = lint(loss)
        descend(model.parameters())
    return found


def inputs_are_values(look):
    net = network()
    for _ in range(3):
        loss = mean([nn.mean_squared_error(net(list(map(Value, x))), y) for x, y in MOONS])
        loss.backward()
        found = look(net, loss)
        descend(net.parameters())
    return found


def only_one_loss():
    model = Line()
    one, other = model.loss(POINTS[:2]), model.loss(POINTS[2:])
    one.backward()
    other.backward()
    return lint(other, parameters=model.parameters())


def batches_in_turn(model):
    for start in (0, 1, 2):
        loss = model.loss(POINTS[start : start + 2])
        loss.backward()
        found = lint(loss, parameters=model.parameters())
        descend(model.parameters())
    return found


def validation_too():
    model = Curve()
    model.loss(POINTS[:1]).backward()
    loss = model.loss()
    loss.backward()
    return lint(loss, parameters=model.parameters())


def zeroed_by_another():
    net, other = network(seed=1), network(seed=2)
    for _ in range(3):
        other.zero_grad()
        loss = loss_of(net)
        loss.backward()
        found = nn.lint(net, loss)
        descend(net.parameters())
    return found


def adam():
    net = network()
    return net_trained(net, optimiser=nn.Adam(net.parameters(), 0.01), forget=True)


def clipped(parameters):
    for p in parameters:
        p.grad = max(-1.0, min(1.0, p.grad))


add(
    Mistake.ACCUMULATED,
    {
        "twice, a line": lambda: backward_again(Line(), 2),
        "three times, a curve": lambda: backward_again(Curve(), 3),
        "ten times, a line": lambda: backward_again(Line(), 10),
        "never set to 0, a line": lambda: trained(Line(), forget=True),
        "never set to 0, a curve": lambda: trained(Curve(), forget=True),
        "never set to 0, two steps": lambda: trained(Line(), steps=2, forget=True),
        "never set to 0, thirty steps": lambda: trained(Curve(), steps=30, forget=True),
        "never set to 0, a network": lambda: net_trained(network(), forget=True),
        "never set to 0, Adam": adam,
        "never set to 0, relus": lambda: net_trained(network("relu"), forget=True),
        "never set to 0, clipped": lambda: trained(Curve(), clipped, forget=True),
        "one parameter is not set to 0": part_forgotten,
        "inputs are Values, lint": lambda: inputs_are_values(lambda _, loss: lint(loss)),
        "inputs are Values, nn.lint": lambda: inputs_are_values(nn.lint),
        "inputs are Values, parameters": lambda: inputs_are_values(
            lambda net, loss: lint(loss, parameters=net.parameters())
        ),
        "another loss before": only_one_loss,
        "batches in turn, a line": lambda: batches_in_turn(Line()),
        "batches in turn, a curve": lambda: batches_in_turn(Curve()),
        "a validation loss before": validation_too,
        "another network is set to 0": zeroed_by_another,
    },
)


# -- parameters that are replaced --------------------------------------------------------------


def replaced(change, look=None):
    model = Line()
    model.loss().backward()
    change(model)
    loss = model.loss()
    return look(model, loss) if look else lint(loss, parameters=model.parameters())


def in_place(model):
    model.w -= 0.1 * model.w.grad


def by_expression(model):
    model.b = model.b - 0.1 * model.b.grad


def scaled(model):
    model.w = model.w * 0.9


def by_number(model):
    model.w = model.w.data - 0.1 * model.w.grad


def weight_in_a_network(place):
    net = network()
    loss_of(net).backward()
    neuron = net.layers[place].neurons[0]
    neuron.weights[0] = neuron.weights[0] - 0.1 * neuron.weights[0].grad
    return nn.lint(net, loss_of(net))


def bias_in_a_network():
    net = network()
    net.layers[0].neurons[1].bias = 0.5
    return nn.lint(net)


def whole_layer():
    net = network()
    loss_of(net).backward()
    for neuron in net.layers[0].neurons:
        neuron.weights = [w - 0.1 * w.grad for w in neuron.weights]
    return nn.lint(net, loss_of(net))


def averaged():
    net = network()
    neuron = net.layers[0].neurons[0]
    neuron.bias = (neuron.bias + Value(1.0)) / 2
    return nn.lint(net)


add(
    Mistake.REPLACED,
    {
        "-=": lambda: replaced(in_place),
        "w = w - ...": lambda: replaced(by_expression),
        "w = w * 0.9": lambda: replaced(scaled),
        "a number": lambda: replaced(by_number),
        "by name": lambda: replaced(
            in_place, lambda model, loss: lint(loss, parameters={"w": model.w, "b": model.b})
        ),
        "a weight of the first layer": lambda: weight_in_a_network(0),
        "a weight of the last layer": lambda: weight_in_a_network(1),
        "a bias": bias_in_a_network,
        "a layer": whole_layer,
        "a mean": averaged,
    },
)


# -- data that changed after the forward pass --------------------------------------------------


def changed(change):
    model = Curve()
    loss = model.loss()
    change(model, loss)
    return lint(loss)


def built_once(model):
    loss = model.loss()
    for _ in range(2):
        zero(model.parameters())
        loss.backward()
        found = lint(loss, parameters=model.parameters())
        descend(model.parameters())
    return found


def built_once_network():
    net = network()
    loss = loss_of(net)
    for _ in range(2):
        net.zero_grad()
        loss.backward()
        found = nn.lint(net, loss)
        nn.SGD(net.parameters(), 0.1).step()
    return found


def loaded_late():
    net = network()
    loss = loss_of(net)
    net.load_state_dict(network(seed=5).state_dict())
    loss.backward()
    return nn.lint(net, loss)


def an_input():
    x, w = Value(1.0), Value(0.5)
    loss = (w * x - 2) ** 2
    x.data = 3.0
    loss.backward()
    return lint(loss, parameters=[w])


def a_hidden_value():
    z = Value(0.5) * 3
    loss = tanh(z) ** 2
    z.data = 0.0
    return lint(loss)


add(
    Mistake.CHANGED,
    {
        "a weight": lambda: changed(lambda model, _: setattr(model.w[0], "data", 2.0)),
        "a bias": lambda: changed(lambda model, _: setattr(model.b[1], "data", -2.0)),
        "a step before": lambda: changed(
            lambda model, _: [setattr(p, "data", p.data - 0.1) for p in model.parameters()]
        ),
        "the loss itself": lambda: changed(lambda _, loss: setattr(loss, "data", 0.0)),
        "a graph built once, a line": lambda: built_once(Line()),
        "a graph built once, a curve": lambda: built_once(Curve()),
        "a graph built once, a network": built_once_network,
        "weights loaded late": loaded_late,
        "an input": an_input,
        "a hidden value": a_hidden_value,
    },
)


# -- parameters without a way to the loss ------------------------------------------------------


def reading_data():
    model = Line()
    loss = mean([(model.w.data * x + model.b - y) ** 2 for x, y in POINTS])
    return lint(loss, parameters=model.parameters())


def detached():
    net = network()
    hidden = [h.detach() for h in net.layers[0]([1.0, 2.0])]
    loss = nn.mean_squared_error(net.layers[1](hidden), [1.0, 0.0])
    return nn.lint(net, loss)


def new_value():
    net = network()
    hidden = [Value(h.data) for h in net.layers[0]([1.0, 2.0])]
    return nn.lint(net, nn.mean_squared_error(net.layers[1](hidden), [1.0, 0.0]))


def unrecorded():
    net = network()
    with no_grad():
        hidden = net.layers[0]([1.0, 2.0])
    return nn.lint(net, nn.mean_squared_error(net.layers[1](hidden), [1.0, 0.0]))


def other_network():
    return nn.lint(network(seed=1), loss_of(network(seed=2)))


def twin():
    model = Line()
    w = Value(model.w.data, label="w")
    return lint(
        mean([(w * x + model.b - y) ** 2 for x, y in POINTS]), parameters=[model.w, model.b]
    )


def bias_forgotten(look):
    model = Line()
    loss = mean([(model.w * x - y) ** 2 for x, y in POINTS])
    loss.backward()
    return look(model, loss)


def unlabelled_bias():
    w, b = Value(0.5), Value(0.1)
    return lint(mean([(w * x - y) ** 2 for x, y in POINTS]), parameters=[w, b])


def layer_skipped():
    net = nn.MLP(2, [2, 2, 2], seed=1)
    out = net.layers[2](net.layers[0]([1.0, 2.0]))
    return nn.lint(net, nn.mean_squared_error(out, [1.0, 0.0]))


def output_ignored():
    net = network()
    return nn.lint(net, nn.mean_squared_error(net([1.0, 2.0])[:1], [1.0]))


def hidden_ignored():
    net = network()
    return nn.lint(net, nn.mean_squared_error(net.layers[0]([1.0, 2.0])[:2], [1.0, 2.0]))


add(
    Mistake.NOT_CONNECTED,
    {
        "w.data is read": reading_data,
        "detach": detached,
        "a new Value": new_value,
        "no_grad": unrecorded,
        "another network": other_network,
        "a twin": twin,
        "a bias in a list": lambda: bias_forgotten(lambda m, x: lint(x, parameters=m.parameters())),
        "a bias by name": lambda: bias_forgotten(
            lambda m, x: lint(x, parameters={"slope": m.w, "height": m.b})
        ),
        "a bias without a label": unlabelled_bias,
        "a layer is skipped": layer_skipped,
        "an output is ignored": output_ignored,
        "hidden neurons are ignored": hidden_ignored,
    },
)
