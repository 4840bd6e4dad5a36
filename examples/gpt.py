"""A small GPT that learns to write names, with plain loops over Values.

    python examples/gpt.py [--eager] [--steps N] [--names FILE]

The model and its training follow Andrej Karpathy's microgpt: the letters of a name are tokens; one
transformer block of width 16 with 4 heads sees up to 16 of them; Adam takes 1,000 steps, one name
each. `compile` makes one program of the loss for all lengths: names are padded to 16 places, and
the weight of a padded place is 0. With `--eager` each step builds the graph of its name instead;
the losses are the same.

`names.txt` holds 5,163 given names from the United States Census Bureau's files of 1990,
dist.female.first and dist.male.first, which are in the public domain.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from autodiff import Value, compile, dot, logsumexp, no_grad, relu, softmax, take

Vector = list[Any]  # of Values; of numbers where nothing is recorded
Engine = Callable[[Sequence[int]], tuple[float, Any]]  # the loss of a name, and its gradient

WIDTH, HEADS, CONTEXT = 16, 4, 16
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 0.01, 0.85, 0.99, 1e-8
TEMPERATURE = 0.5


class GPT:
    """A transformer with one block, over characters.

    Args:
        letters: every character that occurs in names; token 0 begins and ends each name.
        seed: of the weights.
    """

    def __init__(self, letters: str, seed: int = 42) -> None:
        generator = random.Random(seed)

        def matrix(rows: int, columns: int) -> list[list[Value]]:
            return [[Value(generator.gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]

        self.letters = letters
        self.embedding = matrix(len(letters) + 1, WIDTH)
        self.places = matrix(CONTEXT, WIDTH)
        self.query, self.key, self.value, self.mix = (matrix(WIDTH, WIDTH) for _ in range(4))
        self.widen, self.narrow = matrix(4 * WIDTH, WIDTH), matrix(WIDTH, 4 * WIDTH)
        self.unembedding = matrix(len(letters) + 1, WIDTH)

    def parameters(self) -> list[Value]:
        """Return all weights."""
        return [x for matrix in vars(self).values() if matrix is not self.letters
                for row in matrix for x in row]

    def tokens(self, name: str) -> list[int]:
        """Return the tokens of a name, as many as the context holds, between two zeros."""
        return [0, *(1 + self.letters.index(letter) for letter in name), 0][: CONTEXT + 1]

    def logits(self, token: Any, place: int, keys: list[Vector], values: list[Vector]) -> Vector:
        """Return a score for every token that may come next.

        Args:
            token: an int, or a Value in a compiled function.
            place: of the token in the name.
            keys: of the tokens before; that of this one is appended.
            values: likewise.
        """
        x = normalised(added(take(self.embedding, token), self.places[place]))
        state = normalised(x)
        query = times(self.query, state)
        keys.append(times(self.key, state))
        values.append(times(self.value, state))
        x = added(x, times(self.mix, attended(query, keys, values)))
        x = added(x, times(self.narrow, [relu(z) for z in times(self.widen, normalised(x))]))
        return times(self.unembedding, x)

    def loss(self, tokens: Vector, targets: Vector, weights: Vector) -> Any:
        """Return the weighted surprisal of the targets: -log p(target), where p is a softmax."""
        keys: list[Vector] = []
        values: list[Vector] = []
        total: Any = 0.0
        for place, (token, target, weight) in enumerate(zip(tokens, targets, weights, strict=True)):
            logits = self.logits(token, place, keys, values)
            total += weight * (logsumexp(logits) - take(logits, target))
        return total

    def sample(self, generator: random.Random) -> str:
        """Return a new name, drawn letter by letter."""
        token, name = 0, ""
        keys: list[Vector] = []
        values: list[Vector] = []
        with no_grad():
            for place in range(CONTEXT):
                logits = self.logits(token, place, keys, values)
                shares = [p.data for p in softmax([x / TEMPERATURE for x in logits])]
                token = generator.choices(range(len(shares)), shares)[0]
                if not token:
                    break
                name += self.letters[token - 1]
        return name


def attended(query: Vector, keys: list[Vector], values: list[Vector]) -> Vector:
    """Return, for each head, the mean of the values, weighted by how well their keys fit."""
    found: Vector = []
    size = WIDTH // HEADS
    for start in range(0, WIDTH, size):
        head = slice(start, start + size)
        shares = soft([dot(query[head], key[head]) / size**0.5 for key in keys])
        found += [dot(shares, column) for column in zip(*(value[head] for value in values))]
    return found


def times(matrix: Sequence[Vector], vector: Vector) -> Vector:
    """Return a matrix times a vector."""
    return [dot(row, vector) for row in matrix]


def added(left: Vector, right: Vector) -> Vector:
    """Return the sum of two vectors."""
    return [a + b for a, b in zip(left, right, strict=True)]


def normalised(vector: Vector) -> Vector:
    """Return a vector scaled so that the mean of its squares is 1."""
    scale = (dot(vector, vector) / len(vector) + 1e-5) ** -0.5
    return [x * scale for x in vector]


def soft(scores):
    from autodiff import exp
    powers = [exp(score) for score in scores]
    total = sum(powers)
    return [p / total for p in powers]
