"""What goes wrong: point 14, saturation and vanishing gradients, layer by layer."""

import numpy as np
import pytest

import nn
from autodiff import Value, sigmoid
from tests.chapters.textbook import Textbook, close, matrices_of, sigma, sigma_slope

DEPTH, WIDTH = 10, 8
ACTIVATIONS = {
    "sigmoid": (sigma, sigma_slope),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z: (z > 0) * 1.0),
}


def sizes(name):
    """The mean size of the weights' gradients of each layer: the engine's and by hand."""
    f, slope = ACTIVATIONS[name]
    net = nn.MLP(
        WIDTH, [WIDTH] * DEPTH, activation=name, output_activation=name,
        initialiser="he", seed=4,
    )  # fmt: skip
    inputs = np.random.default_rng(4).uniform(-1, 1, size=WIDTH)
    targets = np.full(WIDTH, 0.25)
    nn.squared_error(net(inputs), targets).backward()
    book = Textbook(matrices_of(net), inputs, targets, f, slope)
    pairs = zip(book.delta, book.a, strict=False)
    expected = [np.abs(np.outer(delta, a)).mean() for delta, a in pairs]
    found = [
        np.mean([abs(w.grad) for neuron in layer.neurons for w in neuron.weights])
        for layer in net.layers
    ]
    return np.array(found), np.array(expected)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_point_14_the_gradients_of_each_layer_are_those_of_the_delta_equations(name):
    found, expected = sizes(name)
    close(found, expected, rtol=1e-11)


def test_point_14_they_vanish_with_sigmoid_and_stay_with_relu():
    (vanishing, _), (kept, _) = sizes("sigmoid"), sizes("relu")
    assert vanishing[0] / vanishing[-1] < 1e-3
    assert kept[0] / kept[-1] > 1e-2


@pytest.mark.parametrize("z", [5.0, 10.0, -10.0, 40.0])
def test_point_14_a_saturated_sigmoid_lets_little_through(z):
    x = Value(z)
    sigmoid(x).backward()
    e = np.exp(-abs(z))  # sigma' = e / (1 + e)^2, which does not round to 0
    close(x.grad, e / (1 + e) ** 2)
    assert 0 < x.grad < 0.01


def test_point_14_no_sigmoid_lets_more_than_a_quarter_through():
    v = x = Value(0.3)
    product, number = 1.0, 0.3
    for _ in range(20):
        v = sigmoid(v)
        number = 1 / (1 + np.exp(-number))
        product *= number * (1 - number)
    v.backward()
    close(x.grad, product)
    assert x.grad < 0.25**20
