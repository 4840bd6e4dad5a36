"""The neuron: points 6, 11, 12 and 19, each worked out by hand."""

import numpy as np
import pytest

import nn
from autodiff import Value, no_grad, relu, sigmoid, tanh
from tests.chapters.textbook import close, matrices_of, sigma

viz = pytest.importorskip("viz")


def neuron_of(weights, bias, activation="sigmoid"):
    neuron = nn.Neuron(len(weights), activation, seed=0)
    neuron.bias.data = bias
    for weight, number in zip(neuron.weights, weights, strict=True):
        weight.data = number
    return neuron


@pytest.mark.parametrize(
    ("name", "f"), [("sigmoid", sigma), ("relu", lambda z: np.maximum(z, 0.0))]
)
@pytest.mark.parametrize("bias", [-0.4, 2.5])
def test_point_06_a_neuron_is_an_activation_of_a_pre_activation(name, f, bias):
    w, x = [0.7, -1.1, 0.25], [1.5, 2.0, -0.5]
    neuron = neuron_of(w, bias, name)
    pa = 0.7 * 1.5 - 1.1 * 2.0 + 0.25 * -0.5 + bias
    close(neuron.pre_activation(x).data, pa)
    close(neuron(x).data, f(pa))


def test_point_06_a_layer_is_a_matrix_of_p_by_q_and_inference_needs_no_training():
    p, q = 3, 2
    net = nn.MLP(p, [q, 1], activation="relu", output_activation="sigmoid", seed=5)
    (w1, b1), (w2, b2) = matrices_of(net)
    assert w1.T.shape == (p, q)  # the book's W has a row for each input
    x, y = np.array([0.5, -1.0, 2.0]), 1.0
    hidden = np.maximum(x @ w1.T + b1, 0.0)
    answer = sigma(hidden @ w2.T + b2)
    with no_grad():
        [inferred] = net(x)
    assert inferred.parents == ()
    close(inferred.data, answer)

    before = (answer[0] - y) ** 2
    loss = nn.squared_error(net(x), [y])
    close(loss.data, before)
    loss.backward()
    nn.SGD(net, 0.1).step()
    assert nn.squared_error(net(x), [y]).data < before


def test_point_11_a_neuron_that_sees_an_edge():
    weights = np.zeros((5, 6))
    weights[2, 1:5] = 1.0  # bright where the edge should be
    weights[1, 1:5] = weights[3, 1:5] = -0.5  # dark around it
    neuron = neuron_of(weights.ravel().tolist(), 0.0, "linear")
    edge, flat, shifted = np.zeros((5, 6)), np.ones((5, 6)), np.zeros((5, 6))
    edge[2, 1:5] = 1.0
    shifted[3, 1:5] = 1.0
    found = [neuron(image.ravel()).data for image in (edge, flat, shifted)]
    close(found, [4.0, 0.0, -2.0])  # 4 weights of 1; 4 - 8/2; 4 weights of -1/2


def test_point_11_weights_as_a_picture_are_green_red_and_dark():
    pytest.importorskip("matplotlib")
    neuron = neuron_of([1.0, -1.0, 0.05, 0.0], 0.0, "linear")
    [image] = viz.weights(neuron, (2, 2)).images
    positive, negative, weak, none = np.asarray(image.get_array()).reshape(4, 3).astype(int)
    assert positive[1] > positive[0]
    assert negative[0] > negative[1]
    assert weak.sum() < positive.sum() / 4
    assert none.sum() <= weak.sum()


@pytest.mark.parametrize("threshold", [-1.5, 0.0, 10.0])
def test_point_12_the_bias_is_a_threshold(threshold):
    w = [2.0, -1.0]
    neuron = neuron_of(w, -threshold)
    for x in ([3.0, 1.0], [-2.0, 1.5], [6.0, 0.5], [5.25, 0.5], [0.0, 0.0]):
        weighted = 2.0 * x[0] - 1.0 * x[1]
        assert (neuron(x).data > 0.5) == (weighted > threshold)


def test_point_12_w_a_plus_b_has_the_same_sums():
    layer = nn.Layer(4, 3, "sigmoid", seed=8)
    layer.neurons[1].bias.data = -0.75
    a = [0.1, 0.9, 0.4, 0.6]
    w = [[weight.data for weight in neuron.weights] for neuron in layer.neurons]
    b = [neuron.bias.data for neuron in layer.neurons]
    one_by_one = []
    for j in range(3):
        z = b[j]
        for k in range(4):
            z += w[j][k] * a[k]
        one_by_one.append(1 / (1 + np.exp(-z)))
    close([out.data for out in layer(a)], one_by_one)
    close(sigma(np.array(w) @ a + b), one_by_one)


@pytest.mark.parametrize("z", np.linspace(-4, 4, 17))
def test_point_19_the_slopes_of_sigmoid_and_tanh(z):
    exponential = np.exp(2 * z)
    for function, f, slope in (
        (sigmoid, sigma(z), sigma(z) * (1 - sigma(z))),
        (tanh, (exponential - 1) / (exponential + 1), 4 * exponential / (exponential + 1) ** 2),
    ):
        x = Value(z)
        out = function(x)
        out.backward()
        close(out.data, f)
        close(x.grad, slope)
    close(1 - np.tanh(z) ** 2, 4 * exponential / (exponential + 1) ** 2)


def test_point_19_relu_has_slope_one_or_none():
    for z, slope in ((-2.0, 0.0), (3.0, 1.0)):
        x = Value(z)
        relu(x).backward()
        assert x.grad == slope


def test_point_19_a_neuron_is_logistic_regression():
    points = np.array([[0.5, 1.0], [2.0, -1.0], [-1.0, 0.3], [1.5, 1.5], [-0.2, -2.0]])
    classes = np.array([1.0, 1.0, 0.0, 0.0, 0.0])
    net = nn.MLP(2, [1], output_activation="sigmoid", seed=3)
    w, b = matrices_of(net)[0][0][0], 0.0
    optimizer = nn.SGD(net, 0.5)
    for _ in range(20):
        p = sigma(points @ w + b)  # the log-likelihood's gradient is X^T (p - y) / n
        w, b = w - 0.5 * points.T @ (p - classes) / 5, b - 0.5 * np.mean(p - classes)
        net.zero_grad()
        losses = [
            nn.binary_cross_entropy(net(x), [y]) for x, y in zip(points, classes, strict=True)
        ]
        (sum(losses) / 5).backward()
        optimizer.step()
    [(found_w, found_b)] = matrices_of(net)
    close(found_w[0], w)
    close(found_b[0], b)
