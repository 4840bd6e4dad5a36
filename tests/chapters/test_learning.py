"""Learning from data: points 5 and 17, batch, mini-batch and online."""

from random import Random

import numpy as np
import pytest

import nn
from tests.chapters.textbook import close, matrices_of

POINTS = np.linspace(-1.0, 1.0, 30)
NOISE = np.random.default_rng(5).normal(scale=0.3, size=30)
TARGETS = 1.5 * POINTS - 0.5 + NOISE
EXAMPLES = [([x], [y]) for x, y in zip(POINTS, TARGETS, strict=True)]


def gradient_by_hand(w, b, rows):
    """The mean over rows of the gradient of (wx + b - y)^2."""
    error = w * POINTS[rows] + b - TARGETS[rows]
    return np.array([np.mean(2 * error * POINTS[rows]), np.mean(2 * error)])


def path_by_hand(start, batch, epochs, rate):
    """Every (w, b) on the way: a shuffle for each epoch, one step for each mini-batch."""
    order, random, path = list(range(30)), Random(0), [np.array(start)]
    for _ in range(epochs):
        random.shuffle(order)
        for at in range(0, 30, batch):
            step = gradient_by_hand(*path[-1], order[at : at + batch])
            path.append(path[-1] - rate * step)
    return np.array(path)


def fitted(batch, epochs, rate):
    """The engine's path at the end of each epoch, and how many steps it took."""
    net = nn.MLP(1, [1], seed=3)
    [(w, b)] = matrices_of(net)
    start = [w[0, 0], b[0]]
    path = []
    history = nn.fit(
        net, EXAMPLES, epochs=epochs, batch_size=batch, learning_rate=rate, seed=0, engine="eager",
        callbacks=[lambda _: path.append([p.data for p in net.parameters()])],
    )  # fmt: skip
    return start, np.array(path), len(history)


@pytest.mark.parametrize(
    ("batch", "steps"), [(None, 1), (10, 3), (1, 30)], ids=["batch", "mini-batch", "online"]
)
def test_point_17_batch_mini_batch_and_online_take_the_steps_worked_out_here(batch, steps):
    start, path, taken = fitted(batch, epochs=4, rate=0.05)
    assert taken == 4 * steps
    by_hand = path_by_hand(start, batch or 30, epochs=4, rate=0.05)
    close(path, by_hand[1:], rtol=1e-11)


def test_point_05_the_mini_batches_wander_beside_the_exact_path():
    rate, epochs = 0.3, 20
    start, wandering, _ = fitted(5, epochs, rate)
    exact = [np.array(start)]
    for _ in range(len(wandering)):
        exact.append(exact[-1] - rate * gradient_by_hand(*exact[-1], list(range(30))))
    close(wandering, path_by_hand(start, 5, epochs, rate)[1:], rtol=1e-11)

    best = np.polyfit(POINTS, TARGETS, 1)  # the bottom of the bowl, by least squares
    close(exact[-1], best, rtol=1e-6)
    costs = [np.mean((w * POINTS + b - TARGETS) ** 2) for w, b in exact]
    assert np.all(np.diff(costs) <= 1e-15)  # exact: always down
    wander = [np.mean((w * POINTS + b - TARGETS) ** 2) for w, b in wandering]
    assert np.any(np.diff(wander) > 0)  # mini-batches: sometimes up,
    assert max(wander[-20:]) < wander[0] / 4  # and yet down into the valley
    assert np.linalg.norm(wandering[-1] - best) < 0.3


def test_point_05_the_mean_of_the_mini_batches_gradients_is_the_gradient():
    parts = [gradient_by_hand(0.4, 0.1, list(range(at, at + 5))) for at in range(0, 30, 5)]
    net = nn.MLP(1, [1], seed=3)
    [w], b = net.layers[0].neurons[0].weights, net.layers[0].neurons[0].bias
    w.data, b.data = 0.4, 0.1
    pulls = [nn.pulls(net, nn.squared_error, EXAMPLES, p) for p in (w, b)]
    close(
        [np.mean([row.gradient for row in found.rows]) for found in pulls], np.mean(parts, axis=0)
    )
