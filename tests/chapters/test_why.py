"""What the textbooks derive by hand, derived by `why`: the same factors, products and sums.

The figures on the right are computed here from the books' formulas with plain floats, never from
the engine.
"""

from __future__ import annotations

from math import exp, fsum, prod, tanh
from random import Random

import pytest

import nn
from autodiff import Value, dot, mean, sigmoid, square, why
from autodiff import sum as sum_of
from autodiff import tanh as tanh_of

CLOSE = {"rel": 1e-12, "abs": 1e-15}


def sigma(z):
    return 1.0 / (1.0 + exp(-z))


def slope(z):
    return sigma(z) * (1.0 - sigma(z))


def same(found, parts):
    """Hold the products of all paths against the parts of a sum, by size, and their total."""
    products = sorted(path.product for path in found.paths)
    assert products == pytest.approx(sorted(parts), **CLOSE)
    assert found.number == len(parts)
    assert found.total == pytest.approx(fsum(parts), **CLOSE)


def factors(found, index=0):
    return [step.value for step in found.steps(found.paths[index])]


def cost(a, y):
    return square(a - y)


# -- chapter 1: the minimal chain -------------------------------------------------------------


@pytest.fixture
def chain():
    before, w, b, y = (Value(x) for x in (0.48, 1.3, -0.2, 1.0))
    z = dot([w], [before], b)
    a = sigmoid(z)
    c = cost(a, y)
    for name, value in {"a'": before, "w": w, "b": b, "y": y, "z": z, "a": a, "C": c}.items():
        value.label = name
    return before, w, b, y, z, a, c


def test_the_minimal_chain_factor_by_factor(chain) -> None:
    before, w, b, y, z, a, c = chain
    error = 2 * (sigma(1.3 * 0.48 - 0.2) - 1.0)
    inner = slope(1.3 * 0.48 - 0.2)
    for node, last in ((w, 0.48), (b, 1.0), (before, 1.3)):
        found = why(c, node)
        assert factors(found) == pytest.approx([error, 1.0, inner, last], **CLOSE)
        same(found, [last * inner * error])
    same(why(c, z), [inner * error])
    same(why(c, a), [error])
    same(why(c, y), [-error])


def test_the_minimal_chain_as_it_is_written(chain) -> None:
    found = why(chain[-1], chain[1])
    assert str(found) == (
        "∂C/∂w = -0.0907923, the product along the only path\n"
        "path  factor   formula          numbers                    value\n"
        "────  ───────  ───────────────  ─────────────────────────  ──────────\n"
        "1     ∂C/∂v1   2 * v1           2 * (-0.39556)             -0.79112\n"
        "      ∂v1/∂a   1                                           1\n"
        "      ∂a/∂z    a * sigmoid(-z)  0.60444 * sigmoid(-0.424)  0.239092\n"
        "      ∂z/∂w    a'               0.48                       0.48\n"
        "      product                                              -0.0907923"
    )


# -- chapters 2 and 23: many examples ---------------------------------------------------------

EXAMPLES = [(0.2, 1.0), (-1.5, 0.0), (0.7, 0.3), (2.0, 1.0), (0.1, 0.9)]


@pytest.mark.parametrize(("total", "share"), [(mean, 1 / 5), (sum_of, 1.0)])
def test_the_derivative_over_examples_is_the_mean_or_sum_of_theirs(total, share) -> None:
    w, b = Value(0.8), Value(0.1)
    loss = total([cost(sigmoid(dot([w], [x], b)), y) for x, y in EXAMPLES])
    each = [2 * (sigma(0.8 * x + 0.1) - y) * slope(0.8 * x + 0.1) for x, y in EXAMPLES]
    same(why(loss, w), [share * part * x for part, (x, _) in zip(each, EXAMPLES, strict=True)])
    same(why(loss, b), [share * part for part in each])


def test_the_mean_of_the_pulls_is_the_same_sum() -> None:
    net = nn.MLP(1, [1], output_activation="sigmoid", seed=2)
    w = net.parameters()[0]
    pairs = [([x], [y]) for x, y in EXAMPLES]
    loss = mean([nn.mean_squared_error(net(x), y) for x, y in pairs])
    pulled = nn.pulls(net, nn.mean_squared_error, pairs, w)
    same(why(loss, w), [row.gradient / 5 for row in pulled.rows])


# -- chapter 3: the digit network -------------------------------------------------------------


def test_the_gradient_of_the_digit_network_has_13_002_entries() -> None:
    random = Random(1)
    net = nn.MLP(784, [16, 16, 10], activation="sigmoid", output_activation="sigmoid", seed=1)
    pixels = [random.random() for _ in range(784)]
    loss = sum_of([cost(a, float(j == 3)) for j, a in enumerate(net(pixels))])
    loss.backward()
    parameters = net.parameters()
    assert len(parameters) == 13_002
    assert all(p.grad for p in parameters)
    layers = [16 * 10, 10, 1]  # paths from a weight of each layer
    for layer, count in zip(net.layers, layers, strict=True):
        for neuron in (layer.neurons[0], layer.neurons[-1]):
            for p in (neuron.weights[7], neuron.bias):
                found = why(loss, p, top=3)
                assert found.number == count
                assert found.total == p.grad
                parts = [*(path.product for path in found.paths), found.rest]
                assert fsum(parts) == pytest.approx(p.grad, rel=1e-12)


# -- chapters 4, 18 and 20: several neurons per layer -----------------------------------------


class Book:
    """A network in the books' letters, with plain floats: forward, then delta by delta."""

    def __init__(self, weights, biases, inputs, targets):
        self.a, self.z = [inputs], []
        for w, b in zip(weights, biases, strict=True):
            self.z.append(
                [
                    fsum(wjk * ak for wjk, ak in zip(row, self.a[-1], strict=True)) + bj
                    for row, bj in zip(w, b, strict=True)
                ]
            )
            self.a.append([sigma(z) for z in self.z[-1]])
        pairs = zip(self.a[-1], targets, self.z[-1], strict=True)
        self.delta = [[2 * (a - y) * slope(z) for a, y, z in pairs]]
        for w, z in zip(weights[:0:-1], self.z[-2::-1], strict=True):
            above = self.delta[0]
            self.delta.insert(
                0,
                [
                    fsum(w[j][k] * above[j] for j in range(len(above))) * slope(z[k])
                    for k in range(len(z))
                ],
            )


@pytest.fixture
def network():
    """The 3-4-2 example, its nodes numbered 1 to 9."""
    random = Random(20)
    numbers = [
        [[random.uniform(-1, 1) for _ in range(wide)] for _ in range(high)]
        for wide, high in ((3, 4), (4, 2))
    ]
    offsets = [[random.uniform(-1, 1) for _ in range(high)] for high in (4, 2)]
    net = nn.MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", seed=0)
    for layer, rows, biases in zip(net.layers, numbers, offsets, strict=True):
        for neuron, row, bias in zip(layer.neurons, rows, biases, strict=True):
            neuron.bias.data = bias
            for weight, number in zip(neuron.weights, row, strict=True):
                weight.data = number
    inputs, targets = [0.5, -1.2, 0.9], [1.0, 0.0]
    outputs = net(inputs)
    for number, a in enumerate(outputs, 8):
        a.label = f"a{number}"
    loss = sum_of([cost(a, y) for a, y in zip(outputs, targets, strict=True)])
    hidden = outputs[0].parents[0].parents[4:8]
    return net, loss, outputs, hidden, Book(numbers, offsets, inputs, targets), numbers


def test_forward_node_by_node_and_as_matrices(network) -> None:
    _, _, outputs, hidden, book, _ = network
    assert [a.data for a in hidden] == pytest.approx(book.a[1], **CLOSE)
    assert [a.data for a in outputs] == pytest.approx(book.a[2], **CLOSE)


def test_an_activation_before_has_a_path_through_every_neuron_after(network) -> None:
    _, loss, _, hidden, book, numbers = network
    for k, a in enumerate(hidden):
        same(why(loss, a), [book.delta[1][j] * numbers[1][j][k] for j in range(2)])


def test_the_deltas_are_the_derivatives_by_the_pre_activations(network) -> None:
    _, loss, outputs, hidden, book, numbers = network
    for j, a in enumerate(outputs):
        same(why(loss, a.parents[0]), [book.delta[1][j]])
    for k, a in enumerate(hidden):
        found = why(loss, a.parents[0])
        parts = [book.delta[1][j] * numbers[1][j][k] * slope(book.z[0][k]) for j in range(2)]
        same(found, parts)
        assert found.total == pytest.approx(book.delta[0][k], **CLOSE)


def test_every_weight_and_bias_is_delta_times_activation(network) -> None:
    net, loss, _, _, book, _ = network
    for depth, layer in enumerate(net.layers):
        for j, neuron in enumerate(layer.neurons):
            delta = book.delta[depth][j]
            assert why(loss, neuron.bias).total == pytest.approx(delta, **CLOSE)
            for k, weight in enumerate(neuron.weights):
                found = why(loss, weight)
                assert found.total == pytest.approx(delta * book.a[depth][k], **CLOSE)
                assert found.number == (2 if depth == 0 else 1)  # through nodes 8 and 9


def test_the_paths_of_w41_by_name(network) -> None:
    net, loss, *_ = network
    w41 = net.layers[0].neurons[0].weights[0]
    w41.label = "w41"
    found = why(loss, w41)
    ways = {frozenset(n.label for n in path.nodes if n.label) for path in found.paths}
    assert ways == {frozenset({"w41", "a8"}), frozenset({"w41", "a9"})}


# -- chapter 19: a neuron as logistic regression ----------------------------------------------


@pytest.mark.parametrize("z", [-3.0, -0.5, 0.0, 0.25, 4.0])
def test_the_slopes_of_the_activations(z) -> None:
    x = Value(z)
    assert why(sigmoid(x), x).total == pytest.approx(sigma(z) * (1 - sigma(z)), **CLOSE)
    assert why(tanh_of(x), x).total == pytest.approx(1 - tanh(z) ** 2, **CLOSE)


# -- chapter 21: weight decay -----------------------------------------------------------------


def test_weight_decay_is_one_path_more_for_weights_and_none_for_biases() -> None:
    decay, m = 0.3, len(EXAMPLES)
    w, b = Value(0.8, label="W"), Value(0.1, label="b")
    fit = mean([0.5 * cost(sigmoid(dot([w], [x], b)), y) for x, y in EXAMPLES])
    loss = fit + decay / 2 * w**2
    each = [(sigma(0.8 * x + 0.1) - y) * slope(0.8 * x + 0.1) / m for x, y in EXAMPLES]
    by_fit = [part * x for part, (x, _) in zip(each, EXAMPLES, strict=True)]
    same(why(loss, w, top=9), [*by_fit, decay * 0.8])
    same(why(loss, b, top=9), each)


# -- chapter 22: the two cases of the chain rule ----------------------------------------------


def test_case_one_is_one_path_and_case_two_is_two() -> None:
    x = Value(0.7)
    y = x**3
    z = sigmoid(y)
    same(why(z, x), [prod([slope(0.7**3), 3 * 0.7**2])])
    s = Value(0.4)
    x, y = s**2, tanh_of(s)
    z = x * y
    same(why(z, s), [tanh(0.4) * 2 * 0.4, 0.4**2 * (1 - tanh(0.4) ** 2)])
