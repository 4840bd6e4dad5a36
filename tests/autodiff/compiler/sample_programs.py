"""Sample programs over scalars, as users write them, to compile in tests.

Each function returns a `Sample`: the function of one example, its parameters, and a maker of
batches. They use plain Python loops, so that nothing tells the compiler what belongs together.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from autodiff import Value, compile, dot, exp, log, relu, sigmoid, sin, tanh


class Sample(NamedTuple):
    """A program to be compiled.

    Attributes:
        function: of one example.
        parameters: what it is differentiated by.
        shapes: of its arguments.
    """

    function: Callable[..., Any]
    parameters: list[Value]
    shapes: tuple[tuple[int, ...], ...]

    def batch(self, size: int, seed: int = 0) -> list[np.ndarray]:
        """Draw examples between -1 and 1."""
        rng = np.random.default_rng(seed)
        return [rng.uniform(-1, 1, (size, *shape)) for shape in self.shapes]

    def example(self) -> tuple[Any, ...]:
        """One example, in nested lists."""
        return tuple(array[0].tolist() for array in self.batch(1, seed=99))

    def compiled(self, **options: Any) -> Any:
        """The program that `compile` makes of it."""
        example = self.example()
        return compile(self.function, parameters=self.parameters, example=example, **options)


class Weights:
    """Draws weights and keeps them in order."""

    def __init__(self, seed: int) -> None:
        self.all: list[Value] = []
        self._random = random.Random(seed)

    def row(self, length: int, scale: float = 0.5) -> list[Value]:
        new = [Value(self._random.gauss(0.0, scale)) for _ in range(length)]
        self.all += new
        return new

    def matrix(self, rows: int, columns: int, scale: float = 0.5) -> list[list[Value]]:
        return [self.row(columns, scale) for _ in range(rows)]


def linear(matrix, x):
    return [sum(w * xi for w, xi in zip(row, x, strict=True)) for row in matrix]


def mlp(sizes=(3, 4, 4, 2), *, dots=False, decay=0.0, seed=1) -> Sample:
    weights = Weights(seed)
    layers = [(weights.matrix(m, n, n**-0.5), weights.row(m)) for n, m in pairwise(sizes)]

    def neuron(row, x, bias):
        if dots:
            return dot(row, x, bias)
        return sum(w * xi for w, xi in zip(row, x, strict=True)) + bias

    def loss(x, y):
        for matrix, biases in layers:
            x = [sigmoid(neuron(row, x, b)) for row, b in zip(matrix, biases, strict=True)]
        error = sum((a - t) ** 2 for a, t in zip(x, y, strict=True))
        return error + decay * sum(w * w for w in weights.all) if decay else error

    return Sample(loss, weights.all, ((sizes[0],), (sizes[-1],)))


def recurrent(steps=5, width=3, seed=2) -> Sample:
    weights = Weights(seed)
    inner, outer, last = (
        weights.matrix(width, width),
        weights.matrix(width, 2),
        weights.row(width),
    )

    def loss(sequence, target):
        state = [0.0] * width
        for x in sequence:
            mixed = zip(linear(inner, state), linear(outer, x), strict=True)
            state = [tanh(a + b) for a, b in mixed]
        return (dot(last, state) - target) ** 2

    return Sample(loss, weights.all, ((steps, 2), ()))


def normalised(x):
    scale = (sum(v * v for v in x) / len(x) + 1e-5) ** -0.5
    return [v * scale for v in x]


def shares(z):
    powers = [exp(v) for v in z]
    total = sum(powers)
    return [v / total for v in powers]


def attention(positions=5, width=4, heads=2, seed=3) -> Sample:
    """One block: each position looks at itself and those before it."""
    weights = Weights(seed)
    query, key, value, out = (weights.matrix(width, width) for _ in range(4))
    up, down = weights.matrix(2 * width, width), weights.matrix(width, 2 * width)
    size = width // heads

    def head(i, a, q, k, v):
        part = slice(a * size, (a + 1) * size)
        scores = [
            sum(x * y for x, y in zip(q[i][part], k[j][part], strict=True)) / size**0.5
            for j in range(i + 1)
        ]
        weight = shares(scores)
        return [sum(weight[j] * v[j][c] for j in range(i + 1)) for c in range(*part.indices(width))]

    def loss(xs, targets):
        h = [normalised(x) for x in xs]
        total = 0.0
        q, k, v = ([linear(matrix, x) for x in h] for matrix in (query, key, value))
        for i in range(positions):
            mixed = [c for a in range(heads) for c in head(i, a, q, k, v)]
            x = [a + b for a, b in zip(xs[i], linear(out, mixed), strict=True)]
            hidden = [relu(z) for z in linear(up, normalised(x))]
            x = [a + b for a, b in zip(x, linear(down, hidden), strict=True)]
            chosen = sum(p * t * t for p, t in zip(shares(x), targets[i], strict=True))
            total = total - log(chosen)
        return total / positions

    return Sample(loss, weights.all, ((positions, width), (positions, width)))


def convolution(side=6, kernel=3, channels=4, seed=4) -> Sample:
    weights = Weights(seed)
    kernels = weights.matrix(channels, kernel * kernel)
    biases, last = weights.row(channels), weights.row(channels)
    places = range(side - kernel + 1)

    def loss(image):
        total = 0.0
        for i in places:
            for j in places:
                patch = [image[i + a][j + b] for a in range(kernel) for b in range(kernel)]
                for row, bias, w in zip(kernels, biases, last, strict=True):
                    total = total + w * relu(dot(row, patch, bias))
        return total * 0.1

    return Sample(loss, weights.all, ((side, side),))


def irregular(nodes=300, seed=5) -> Sample:
    drawn = random.Random(seed)
    weights = Weights(seed)
    weights.row(10)
    names = ("add", "sub", "mul", "tanh", "sin", "sigmoid")
    plan = [(drawn.choice(names), drawn.random(), drawn.random()) for _ in range(nodes)]

    apply = {
        "add": lambda x, y: (x + y) * 0.5,
        "sub": lambda x, y: x - y * 0.5,
        "mul": lambda x, y: x * y,
        "tanh": lambda x, y: tanh(x),
        "sin": lambda x, y: sin(x),
        "sigmoid": lambda x, y: sigmoid(x),
    }

    def loss(x):
        v = [*weights.all, *x]
        for name, a, b in plan:
            v.append(apply[name](v[int(a * len(v))], v[int(b * len(v))]))
        return sum(tanh(z) for z in v[-50:])

    return Sample(loss, weights.all, ((5,),))


def lengths(count=12, seed=6) -> Sample:
    """Sums of many different lengths at one depth, and dots of two computed factors."""
    weights = Weights(seed)
    row = weights.row(count)

    def loss(x):
        a = [tanh(w * v) for w, v in zip(row, x, strict=True)]
        b = [sin(w + v) for w, v in zip(row, x, strict=True)]
        triangle = [sum(a[i:]) for i in range(count)]
        products = [dot(a[i:], b[i:]) for i in range(count)]
        return sum(tanh(s) * tanh(p) for s, p in zip(triangle, products, strict=True))

    return Sample(loss, weights.all, ((count,),))


SAMPLES: dict[str, Sample] = {
    "mlp by loops": mlp(),
    "mlp by dot": mlp(dots=True),
    "mlp with weight decay": mlp(decay=0.01),
    "wide mlp": mlp((20, 16, 16, 10)),
    "recurrent": recurrent(),
    "attention": attention(),
    "convolution": convolution(),
    "irregular": irregular(),
    "many lengths": lengths(),
}
