"""The books' networks in plain NumPy: activations forward, delta equations backward."""

import numpy as np


def close(found, expected, rtol=1e-12, atol=0.0):
    """Hold numbers of the engine against those worked out here."""
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol)


def sigma(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def sigma_slope(z):
    return sigma(z) * (1 - sigma(z))


class Textbook:
    """Layers a = f(W a' + b) with the cost sum_j (a_j - y_j)^2 of one example.

    W has a row for each neuron and a column for each input; `delta[l]` is dC/dz of layer l.
    """

    def __init__(self, matrices, inputs, targets, f=sigma, slope=sigma_slope):
        self.matrices, self.targets = matrices, np.asarray(targets, dtype=float)
        self.a, self.z = [np.asarray(inputs, dtype=float)], []
        for w, b in matrices:
            self.z.append(w @ self.a[-1] + b)
            self.a.append(f(self.z[-1]))
        self.cost = np.sum((self.a[-1] - self.targets) ** 2)
        last = 2 * (self.a[-1] - self.targets) * slope(self.z[-1])
        self.delta = [last]
        for (w, _), z in zip(matrices[:0:-1], self.z[-2::-1], strict=True):
            self.delta.insert(0, (w.T @ self.delta[0]) * slope(z))

    def gradient(self):
        """dC/dw_jk = delta_j a_k and dC/db_j = delta_j, neuron by neuron, as one vector."""
        pairs = zip(self.delta, self.a, strict=False)
        layers = [np.column_stack([np.outer(d, a), d]).ravel() for d, a in pairs]
        return np.concatenate(layers)


def matrices_of(net):
    """The numbers of a network: (W, b) of each layer."""
    return [
        (
            np.array([[w.data for w in neuron.weights] for neuron in layer.neurons]),
            np.array([neuron.bias.data for neuron in layer.neurons]),
        )
        for layer in net.layers
    ]


def gradient_of(net):
    """What the engine left in `.grad`, neuron by neuron, as one vector."""
    return np.array(
        [
            parameter.grad
            for layer in net.layers
            for neuron in layer.neurons
            for parameter in (*neuron.weights, neuron.bias)
        ]
    )
