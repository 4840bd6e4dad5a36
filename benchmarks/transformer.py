"""A transformer block written with loops over Values, as one would explain it on a blackboard.

Embeddings and positions, RMS normalisation, causal attention with several heads, a relu layer, and
softmax over the symbols; the loss is the mean surprisal of the next symbol. It uses no array, and
no more than + * / ** and the methods exp, log and relu, so that other engines run it too.

>>> block = Transformer(positions=2, width=4, heads=2, symbols=3)
>>> symbols, targets = block.example(seed=0)
>>> loss = block.loss(symbols, targets)
>>> loss.backward()
>>> len(block.parameters()), 0.9 < loss.data < 1.3
(224, True)
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from autodiff import Value

Vector = Sequence[Any]
Matrix = Sequence[Vector]


class Transformer:
    """A block with random weights.

    Args:
        positions: the length of the text.
        width: of the vector at every position.
        heads: of attention; the width is divided among them.
        symbols: the size of the alphabet.
        make: of a number a leaf.
    """

    def __init__(
        self,
        positions: int = 16,
        width: int = 16,
        heads: int = 4,
        symbols: int = 27,
        make: Callable[[float], Any] = Value,
    ) -> None:
        rng = random.Random(1337)

        def matrix(rows: int, columns: int) -> Matrix:
            return [[make(rng.gauss(0, 0.2)) for _ in range(columns)] for _ in range(rows)]

        self.positions, self.width, self.heads, self.symbols = positions, width, heads, symbols
        self.embedding = matrix(width, symbols)
        self.places = matrix(positions, width)
        self.query, self.key, self.value = (matrix(width, width) for _ in range(3))
        self.mix = matrix(width, width)
        self.widen, self.narrow = matrix(4 * width, width), matrix(width, 4 * width)
        self.score = matrix(symbols, width)

    def parameters(self) -> list[Any]:
        """Return all weights, matrix by matrix, row by row."""
        attention = (self.query, self.key, self.value, self.mix)
        rest = (self.widen, self.narrow, self.score)
        matrices = (self.embedding, self.places, *attention, *rest)
        return [weight for matrix in matrices for row in matrix for weight in row]

    def example(self, seed: int) -> tuple[list[list[float]], list[list[float]]]:
        """Return the symbols of a random text and those that follow, each as a row of 0 and 1."""
        rng = random.Random(seed)
        text = [rng.randrange(self.symbols) for _ in range(self.positions + 1)]
        rows = [[float(symbol == place) for place in range(self.symbols)] for symbol in text]
        return rows[:-1], rows[1:]

    def loss(self, symbols: Matrix, targets: Matrix) -> Any:
        """Return the mean surprisal of the symbols that follow."""
        states = [
            normalised(added(times(self.embedding, symbol), place))
            for symbol, place in zip(symbols, self.places, strict=True)
        ]
        seen = self.attention([normalised(state) for state in states])
        states = [added(state, times(self.mix, s)) for state, s in zip(states, seen, strict=True)]
        states = [added(state, self.thought(normalised(state))) for state in states]
        chances = [softmax(times(self.score, state)) for state in states]
        surprises = [-product(p, t).log() for p, t in zip(chances, targets, strict=True)]
        return sum(surprises) / self.positions

    def attention(self, states: Matrix) -> Matrix:
        """Return the attended values of every position, from the positions up to it."""
        queries = [times(self.query, state) for state in states]
        keys = [times(self.key, state) for state in states]
        values = [times(self.value, state) for state in states]
        size = self.width // self.heads
        seen: list[list[Any]] = []
        for now, query in enumerate(queries):
            row: list[Any] = []
            for head in range(0, self.width, size):
                part = slice(head, head + size)
                scores = [product(query[part], key[part]) / size**0.5 for key in keys[: now + 1]]
                attended = softmax(scores)
                row += [
                    product(attended, [value[place] for value in values[: now + 1]])
                    for place in range(head, head + size)
                ]
            seen.append(row)
        return seen

    def thought(self, state: Vector) -> Vector:
        """Return the output of the two dense layers for the state of one position."""
        return times(self.narrow, [z.relu() for z in times(self.widen, state)])


def product(left: Vector, right: Vector) -> Any:
    """Return the sum of products."""
    return sum(a * b for a, b in zip(left, right, strict=True))


def times(matrix: Matrix, vector: Vector) -> Vector:
    """Return a matrix times a vector."""
    return [product(row, vector) for row in matrix]


def added(left: Vector, right: Vector) -> Vector:
    """Return the sum of two vectors."""
    return [a + b for a, b in zip(left, right, strict=True)]


def normalised(vector: Vector) -> Vector:
    """Return a vector scaled so that the mean of its squares is 1."""
    scale = (product(vector, vector) / len(vector) + 1e-5) ** -0.5
    return [x * scale for x in vector]


def softmax(scores: Vector) -> Vector:
    """Return positive shares that add up to 1."""
    powers = [score.exp() for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
