"""Backpropagation: points 1 to 4, 9, 18, 22 and 23, held against `.grad`."""

from math import exp

import numpy as np
import pytest

import nn
from autodiff import Value, dot, label, mean, sigmoid, square, tanh
from tests.chapters.textbook import Textbook, close, gradient_of, matrices_of, sigma, sigma_slope


def test_point_01_one_neuron_per_layer_factor_by_factor():
    w, before, b, y = 1.3, 0.48, -0.2, 1.0
    z = w * before + b
    a = 1 / (1 + exp(-z))
    by_a = 2 * (a - y)
    by_z = exp(-z) / (1 + exp(-z)) ** 2 * by_a

    values = [Value(x) for x in (w, before, b, y)]
    pre = dot([values[0]], [values[1]], values[2])
    out = sigmoid(pre)
    cost = square(out - values[3])
    cost.backward()
    close([pre.data, out.data, cost.data], [z, a, (a - y) ** 2])
    close([out.grad, pre.grad], [by_a, by_z])
    close([v.grad for v in values], [before * by_z, w * by_z, by_z, -by_a])


def test_point_01_the_tree_of_what_the_cost_depends_on():
    w, before, b, y = (Value(x) for x in (1.3, 0.48, -0.2, 1.0))
    z = dot([w], [before], b)
    a = sigmoid(z)
    e = a - y
    cost = square(e)
    label({"a'": before}, w=w, b=b, y=y, z=z, a=a, e=e, C=cost)
    tree = {v.label: [p.label for p in v.parents] for v in (cost, e, a, z)}
    assert tree == {"C": ["e"], "e": ["a", "y"], "a": ["z"], "z": ["w", "a'", "b"]}


SAMPLES = [(0.2, 1.0), (-1.5, 0.0), (0.7, 0.3), (2.0, 1.0), (0.1, 0.9)]


def slopes_of_samples(w, b):
    """(dC_k/dw, dC_k/db) of each example of one neuron, by hand."""
    found = []
    for x, y in SAMPLES:
        a = 1 / (1 + exp(-(w * x + b)))
        delta = 2 * (a - y) * a * (1 - a)
        found.append((delta * x, delta))
    return np.array(found)


@pytest.mark.parametrize(
    ("total", "together"), [(mean, np.mean), (sum, np.sum)], ids=["point 2", "point 23"]
)
def test_points_02_and_23_the_gradient_of_a_mean_or_sum_is_that_of_the_gradients(total, together):
    w, b = Value(0.8), Value(0.1)
    total([square(sigmoid(w * x + b) - y) for x, y in SAMPLES]).backward()
    close([w.grad, b.grad], together(slopes_of_samples(0.8, 0.1), axis=0))


def test_point_03_the_gradient_of_the_digit_network_is_a_vector_of_13_002_numbers():
    image = np.random.default_rng(3).uniform(size=784)
    wanted = np.eye(10)[3]
    net = nn.MLP(784, [16, 16, 10], activation="sigmoid", output_activation="sigmoid", seed=1)
    for parameter in net.layers[0].parameters():
        parameter.data /= 28  # so that no neuron saturates
    nn.squared_error(net(image), wanted).backward()
    by_hand = Textbook(matrices_of(net), image, wanted).gradient()
    assert by_hand.shape == (13_002,)
    close(gradient_of(net), by_hand, rtol=1e-11)


def test_point_04_an_activation_before_reaches_the_cost_on_several_paths():
    random = np.random.default_rng(4)
    w, b, y = random.normal(size=(3, 4)), random.normal(size=3), np.array([1.0, 0.0, 0.5])
    before = [Value(x) for x in random.uniform(size=4)]
    outputs = [sigmoid(dot(row, before, offset)) for row, offset in zip(w, b, strict=True)]
    cost = sum((a - target) ** 2 for a, target in zip(outputs, y, strict=True))
    cost.backward()
    z = w @ [a.data for a in before] + b
    for k, a in enumerate(before):
        paths = [w[j, k] * sigma_slope(z[j]) * 2 * (sigma(z[j]) - y[j]) for j in range(3)]
        close(a.grad, sum(paths))


def test_point_09_backwards_layer_by_layer():
    random = np.random.default_rng(9)
    matrices = [(random.normal(size=(4, 3)), random.normal(size=4))]
    matrices.append((random.normal(size=(2, 4)), random.normal(size=2)))
    x, y = random.normal(size=3), random.uniform(size=2)
    values = [[[Value(n) for n in row] for row in w] for w, _ in matrices]
    biases = [[Value(n) for n in b] for _, b in matrices]
    a, pre, activations = list(x), [], []
    for w, b in zip(values, biases, strict=True):
        pre.append([dot(row, a, offset) for row, offset in zip(w, b, strict=True)])
        a = [sigmoid(pa) for pa in pre[-1]]
        activations.append(a)
    nn.squared_error(a, y).backward()

    (w1, b1), (w2, b2) = matrices
    a1 = sigma(w1 @ x + b1)
    a2 = sigma(w2 @ a1 + b2)
    by_a2 = 2 * (a2 - y)
    by_pa2 = by_a2 * a2 * (1 - a2)
    by_a1 = w2.T @ by_pa2
    by_pa1 = by_a1 * a1 * (1 - a1)
    for layer, by_a, by_pa, inputs in ((1, by_a2, by_pa2, a1), (0, by_a1, by_pa1, x)):
        close([v.grad for v in activations[layer]], by_a)
        close([v.grad for v in pre[layer]], by_pa)
        close([[v.grad for v in row] for row in values[layer]], np.outer(by_pa, inputs))
        close([v.grad for v in biases[layer]], by_pa)


def test_point_18_the_delta_equations_on_a_network_trained_on_digits():
    pytest.importorskip("sklearn")
    digits = nn.data.digits().train[:300]
    net = nn.MLP(
        64,
        [30, 10],
        activation="sigmoid",
        output_activation="sigmoid",
        initialiser="xavier_uniform",
        seed=2,
    )
    nn.fit(net, digits, epochs=3, batch_size=10, learning_rate=3.0, loss=nn.half_squared_error)
    for inputs, targets in digits[:5]:
        net.zero_grad()
        hidden = [neuron.pre_activation(inputs) for neuron in net.layers[0].neurons]
        activations = [sigmoid(z) for z in hidden]
        last = [neuron.pre_activation(activations) for neuron in net.layers[1].neurons]
        nn.squared_error([sigmoid(z) for z in last], targets).backward()
        book = Textbook(matrices_of(net), inputs, targets)
        close([z.grad for z in last], book.delta[1], rtol=1e-11)
        close([z.grad for z in hidden], book.delta[0], rtol=1e-11)
        close(gradient_of(net), book.gradient(), rtol=1e-11)


def test_point_22_the_two_cases_of_the_chain_rule():
    x = Value(0.7)
    sigmoid(x**3).backward()  # z = h(g(x))
    inner = 1 / (1 + exp(-(0.7**3)))
    close(x.grad, inner * (1 - inner) * 3 * 0.7**2)

    s = Value(0.4)
    (s**2 * tanh(s)).backward()  # z = k(g(s), h(s))
    close(s.grad, np.tanh(0.4) * 2 * 0.4 + 0.4**2 * (1 - np.tanh(0.4) ** 2))
