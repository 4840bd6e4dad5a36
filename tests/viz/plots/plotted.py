"""What the tests of plots share: a run, a network, a function of two parameters, a reader."""

from nn import MLP, Record

CORNERS = [([-1, -1], [-1]), ([1, 1], [1]), ([-1, 1], [-1]), ([1, -1], [1])]


def history(count=100, accuracy=0.5):
    return [Record(1 + k // 10, k + 1, count, 1 / (k + 1), accuracy) for k in range(count)]


def trained():
    net = MLP(2, [3, 2, 1], activation="tanh", seed=1)
    net([1.0, 2.0])[0].backward()
    return net


def bowl(x, y):
    return x * x + 2 * y * y


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines() if line.get_label()[0] != "_"}
