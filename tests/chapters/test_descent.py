"""The cost and gradient descent: points 7, 8, 15, 16 and 21."""

import numpy as np
import pytest

import nn
from autodiff import Value, mean, nudge
from tests.chapters.textbook import Textbook, close, gradient_of, matrices_of


def himmelblau(x, y):
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def himmelblau_slopes(x, y):
    """By hand: u = x^2 + y - 11, v = x + y^2 - 7; 4xu + 2v and 2u + 4yv."""
    u, v = x * x + y - 11, x + y * y - 7
    return np.array([4 * x * u + 2 * v, 2 * u + 4 * y * v])


def descend(function, start, rate, steps):
    """The engine's path: zero, backward, step."""
    point = [Value(x) for x in start]
    optimizer, path = nn.SGD(point, rate), [list(start)]
    for _ in range(steps):
        optimizer.zero_grad()
        function(*point).backward()
        optimizer.step()
        path.append([x.data for x in point])
    return np.array(path)


@pytest.mark.parametrize("by", [1e-2, 1e-3, -1e-3])
def test_point_07_a_nudge_of_one_input_moves_the_output_by_its_slope(by):
    x1, x2 = Value(1.5, label="x1"), Value(-2.0, label="x2")
    loss = x1**2 * x2 + 3 * x2
    for node, new, slope, rest in (
        (x1, (1.5 + by) ** 2 * -2.0 + 3 * -2.0, 2 * 1.5 * -2.0, -2.0 * by**2),
        (x2, 1.5**2 * (-2.0 + by) + 3 * (-2.0 + by), 1.5**2 + 3, 0.0),
    ):
        found = nudge(loss, node, by=by)
        close(found.gradient, slope)
        close(found.new, new)
        close(found.new - found.old, slope * by + rest, rtol=1e-9)


@pytest.mark.parametrize("x", [-4.0, -1.0, 0.0, 2.5])
@pytest.mark.parametrize("y", [-3.0, 0.5, 4.0])
def test_point_08_the_gradient_of_himmelblaus_function(x, y):
    point = Value(x), Value(y)
    himmelblau(*point).backward()
    close([p.grad for p in point], himmelblau_slopes(x, y))


@pytest.mark.parametrize(
    ("start", "minimum"),
    [
        ((4.0, 1.0), (3.0, 2.0)),
        ((-2.0, 4.0), (-2.805118086952745, 3.131312518250573)),
        ((-4.0, -3.0), (-3.779310253377747, -3.283185991286170)),
        ((4.0, -2.0), (3.584428340330492, -1.848126526964404)),
    ],
)
def test_point_08_descent_ends_in_the_minimum_of_its_valley(start, minimum):
    by_hand = [np.array(start)]
    for _ in range(300):
        by_hand.append(by_hand[-1] - 0.01 * himmelblau_slopes(*by_hand[-1]))
    path = descend(himmelblau, start, 0.01, 300)
    close(path[:10], by_hand[:10])
    close(path[-1], by_hand[-1], rtol=1e-9)
    close(path[-1], minimum, rtol=1e-9)
    assert abs(himmelblau(*path[-1])) < 1e-15


def valley(x):
    return x**4 / 4 - x**2 + x / 4


def test_point_15_the_start_decides_the_valley_and_the_slope_the_step():
    roots = np.sort(np.roots([1.0, 0.0, -2.0, 0.25]).real)  # x^3 - 2x + 1/4 = 0
    for start, bottom in ((2.1, roots[2]), (-0.5, roots[0]), (0.5, roots[2])):
        path = descend(valley, [start], 0.05, 300)[:, 0]
        slopes = path**3 - 2 * path + 0.25
        close(path[1:], path[:-1] - 0.05 * slopes[:-1])
        close(path[-1], bottom, rtol=1e-9)
        assert np.all(np.diff([valley(x) for x in path[:50]]) < 0)


def test_point_15_the_mean_cost_of_a_network_of_many_parameters_falls():
    net = nn.MLP(2, [5, 2], activation="sigmoid", output_activation="sigmoid", seed=1)
    examples = [([0.0, 0.2], [1, 0]), ([1.0, 0.4], [0, 1]), ([0.3, -1.0], [1, 0])]
    optimizer, costs = nn.SGD(net, 0.5), []
    for _ in range(30):
        costs.append(np.mean([Textbook(matrices_of(net), x, y).cost for x, y in examples]))
        net.zero_grad()
        loss = mean([nn.squared_error(net(x), y) for x, y in examples])
        close(loss.data, costs[-1])
        loss.backward()
        optimizer.step()
    assert np.all(np.diff(costs) < 0)


def test_point_16_the_change_of_the_cost_is_gradient_times_step():
    net = nn.MLP(2, [3, 1], activation="tanh", seed=4)
    x, y = [0.5, -1.5], [2.0]
    loss = nn.squared_error(net(x), y)
    loss.backward()
    gradient, start = gradient_of(net), net.state_dict()
    left = []
    for eta in (1e-2, 1e-3, 1e-4):
        by_name = dict(net.named_parameters())
        state = {name: start[name] - eta * by_name[name].grad for name in start}
        net.load_state_dict(state)
        (w1, b1), (w2, b2) = matrices_of(net)
        after = np.sum((w2 @ np.tanh(w1 @ x + b1) + b2 - y) ** 2)
        net.load_state_dict(start)
        change = after - loss.data
        assert change <= 0
        left.append(abs(change + eta * gradient @ gradient))  # grad C . dv with dv = -eta grad C
    assert left[0] / left[1] == pytest.approx(100, rel=0.2)  # the rest shrinks with eta squared
    assert left[1] / left[2] == pytest.approx(100, rel=0.2)


def test_point_16_a_step_too_large_goes_up():
    path = descend(lambda v: v**2, [1.0], 1.1, 3)[:, 0]
    close(path, [1.0, -1.2, 1.44, -1.728])  # v - 1.1 * 2v = -1.2 v


def test_point_21_weight_decay_pulls_at_weights_and_not_at_biases():
    m, strength = 4, 0.3
    random = np.random.default_rng(7)
    xs, ys = random.normal(size=(m, 3)), random.uniform(size=(m, 2))
    net = nn.MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", seed=9)
    matrices = matrices_of(net)
    books = [Textbook(matrices, x, y) for x, y in zip(xs, ys, strict=True)]
    squares = sum(np.sum(w**2) for w, _ in matrices)
    cost = np.mean([0.5 * book.cost for book in books]) + strength / 2 * squares
    decay = [np.column_stack([strength * w, np.zeros_like(b)]).ravel() for w, b in matrices]
    gradient = np.mean([0.5 * book.gradient() for book in books], axis=0) + np.concatenate(decay)

    pairs = zip(xs, ys, strict=True)
    fit = mean([nn.half_squared_error(net(x), y) for x, y in pairs])
    loss = fit + nn.weight_decay(net, strength)
    close(loss.data, cost)
    loss.backward()
    close(gradient_of(net), gradient)
