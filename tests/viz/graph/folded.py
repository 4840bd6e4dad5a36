"""What the tests of folded pictures share: graphs to fold, and what their pictures say."""

import re

from autodiff import Value
from autodiff.extend import Graph
from viz.graph.folding import fold


def layer(neurons=3, inputs=2):
    """A sum of neurons, written with plain + and *."""
    x = [Value(float(index), label=f"x{index}") for index in range(inputs)]
    total = 0.0
    for number in range(neurons):
        z = Value(0.5, label=f"b{number}")
        for index in range(inputs):
            z = z + Value(0.1 * number - 0.1, label=f"w{number}_{index}") * x[index]
        total = total + z.tanh()
    total.label = "loss"
    return total


def chain(length):
    y, weight = Value(1.0, label="y"), Value(0.5, label="w")
    for _ in range(length):
        y = y * weight
    return y


def titles(root, unfold=None):
    return [box.title for box in fold(Graph([root]), unfold)]


def edges(source):
    return re.findall(r"(box\d+) -> (box\d+) \[(.*)\]", source)
