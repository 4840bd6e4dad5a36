"""Layers and networks, from sums to matrices: points 10, 13 and 20."""

import numpy as np

import nn
from autodiff import Value, sigmoid
from tests.chapters.textbook import close, matrices_of, sigma


def test_point_10_the_digit_network_has_13_002_parameters_and_ten_outputs():
    net = nn.MLP(784, [16, 16, 10], activation="sigmoid", output_activation="sigmoid", seed=2)
    assert len(net.parameters()) == (784 * 16 + 16) + (16 * 16 + 16) + (16 * 10 + 10) == 13_002
    image = np.random.default_rng(1).uniform(size=784)
    a, layers = image, []
    for w, b in matrices_of(net):
        a = sigma(w @ a + b)
        layers.append(a)
    outputs = net(image)
    assert len(outputs) == 10
    close([out.data for out in outputs], layers[-1])
    hidden = list(image)
    for layer, numbers in zip(net.layers, layers, strict=True):
        hidden = layer(hidden)
        close([out.data for out in hidden], numbers)
        assert all(0.0 <= out.data <= 1.0 for out in hidden)


def test_point_13_linear_layers_on_each_other_are_one_linear_layer():
    net = nn.MLP(3, [5, 4, 2], activation="linear", seed=6)
    for index, layer in enumerate(net.layers):
        for neuron in layer.neurons:
            neuron.bias.data = 0.3 * index - 0.2
    (w1, b1), (w2, b2), (w3, b3) = matrices_of(net)
    w, b = w3 @ w2 @ w1, w3 @ (w2 @ b1 + b2) + b3
    for x in np.random.default_rng(0).normal(size=(10, 3)):
        close([out.data for out in net(x)], w @ x + b, rtol=1e-11)


def test_point_13_with_an_activation_no_linear_layer_does_it():
    points = np.random.default_rng(0).normal(size=(40, 2))

    def misfit(activation):
        net = nn.MLP(2, [6, 1], activation=activation, seed=6)
        answers = np.array([net(x)[0].data for x in points])
        columns = np.column_stack([points, np.ones(40)])
        best, *_ = np.linalg.lstsq(columns, answers, rcond=None)
        return np.abs(columns @ best - answers).max()

    assert misfit("linear") < 1e-12
    assert misfit("tanh") > 0.1
    assert misfit("relu") > 0.1


# The 3-4-2 example: nodes 1 to 3 are inputs, 4 to 7 hidden, 8 and 9 outputs; w[4][1] leads from
# node 1 to node 4.
W = {
    4: {1: 0.5, 2: -0.25, 3: 1.0},
    5: {1: -1.5, 2: 0.75, 3: 0.1},
    6: {1: 0.2, 2: 0.4, 3: -0.6},
    7: {1: 2.0, 2: -1.0, 3: 0.3},
    8: {4: 1.0, 5: -0.5, 6: 0.8, 7: -1.2},
    9: {4: 0.3, 5: 0.6, 6: -0.9, 7: 1.1},
}
B = {4: 0.1, 5: -0.2, 6: 0.3, 7: -0.4, 8: 0.5, 9: -0.6}
X = {1: 1.0, 2: -2.0, 3: 0.5}


def test_point_20_node_by_node_and_as_matrices():
    a = dict(X)
    for i in (4, 5, 6, 7):
        a[i] = 1 / (1 + np.exp(-(W[i][1] * a[1] + W[i][2] * a[2] + W[i][3] * a[3] + B[i])))
    for i in (8, 9):
        z = W[i][4] * a[4] + W[i][5] * a[5] + W[i][6] * a[6] + W[i][7] * a[7] + B[i]
        a[i] = 1 / (1 + np.exp(-z))

    nodes = {i: Value(x) for i, x in X.items()}
    for i, row in W.items():
        nodes[i] = sigmoid(sum(w * nodes[j] for j, w in row.items()) + B[i])
    close([nodes[i].data for i in range(1, 10)], [a[i] for i in range(1, 10)])

    net = nn.MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", seed=0)
    numbered = {4 + j: neuron for j, neuron in enumerate(net.layers[0].neurons)}
    numbered |= {8 + j: neuron for j, neuron in enumerate(net.layers[1].neurons)}
    for i, neuron in numbered.items():
        neuron.bias.data = B[i]
        for weight, number in zip(neuron.weights, W[i].values(), strict=True):
            weight.data = number
    close([out.data for out in net(X.values())], [a[8], a[9]])

    # as the book has them: the bias is a last column, for an input of 1
    w1 = np.array([[*W[i].values(), B[i]] for i in (4, 5, 6, 7)])
    w2 = np.array([[*W[i].values(), B[i]] for i in (8, 9)])
    hidden = sigma(w1 @ [*X.values(), 1.0])
    close(sigma(w2 @ [*hidden, 1.0]), [a[8], a[9]])
