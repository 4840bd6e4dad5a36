"""A small GPT that learns to write names, with plain loops over Values.

    python examples/gpt.py [--eager] [--steps N] [--names FILE]

The model and its training follow Andrej Karpathy's microgpt: the letters of a name are tokens; one
transformer block of width 16 with 4 heads sees up to 16 of them; Adam takes 1,000 steps, one name
each. `compile` makes one program of the loss for all lengths: names are padded to the longest, and
the weight of a padded place is 0. With `--eager` each step builds the graph of its name instead;
the losses are the same.

`names.txt` holds 5,163 given names from the United States Census Bureau's files of 1990,
dist.female.first and dist.male.first, which are in the public domain.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from autodiff import Value, compile, dot, exp, log, no_grad, padded, relu, take  # noqa: A004

Vector = Sequence[Any]  # of Values
Gradient = np.ndarray[Any, Any]

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
        ends = (self.embedding, self.places, self.unembedding)
        attention = (self.query, self.key, self.value, self.mix)
        matrices = (*ends, *attention, self.widen, self.narrow)
        return [weight for matrix in matrices for row in matrix for weight in row]

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
        places = zip(tokens, targets, weights, strict=True)
        for place, (token, target, weight) in enumerate(places):
            logits = self.logits(token, place, keys, values)
            everything = log(sum(exp(x) for x in logits))
            total += weight * (everything - take(logits, target))
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
    size = WIDTH // HEADS
    found: list[Any] = []
    for start in range(0, WIDTH, size):
        head = slice(start, start + size)
        shares = softmax([dot(query[head], key[head]) / size**0.5 for key in keys])
        columns = zip(*(value[head] for value in values), strict=True)
        found += [dot(shares, column) for column in columns]
    return found


def softmax(scores: Vector) -> Vector:
    """Return positive shares that add up to 1; `autodiff.softmax` does not overflow, either."""
    powers = [exp(score) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def times(matrix: Sequence[Vector], vector: Vector) -> Vector:
    """Return a matrix times a vector."""
    return [dot(row, vector) for row in matrix]


def added(left: Vector, right: Vector) -> Vector:
    """Return the sum of two vectors."""
    return [a + b for a, b in zip(left, right, strict=True)]


def normalised(vector: Vector) -> Vector:
    """Return a vector scaled so that the mean of its squares is 1."""
    count = len(vector)
    scale = ((dot(vector, vector) + count * 1e-5) / count) ** -0.5
    return [x * scale for x in vector]


class Compiled:
    """One program of the loss, for names of all lengths.

    Args:
        model: the GPT.
        names: to train on.
    """

    def __init__(self, model: GPT, names: Sequence[str]) -> None:
        texts = [model.tokens(name) for name in names]
        self.tokens, _ = padded([text[:-1] for text in texts])
        self.targets, weights = padded([text[1:] for text in texts])
        self.weights = weights / weights.sum(axis=1, keepdims=True)
        example = self.tokens[0], self.targets[0], self.weights[0]
        self.program = compile(model.loss, parameters=model.parameters(), example=example)
        self.parameters = self.program.parameters

    def step(self, number: int) -> tuple[float, Gradient]:
        """Return the loss of a name, and its gradient by the parameters."""
        one = slice(number, number + 1)
        batch = self.tokens[one], self.targets[one], self.weights[one]
        return self.program.value_and_grad(*batch, out=self.program.gradient)

    def store(self) -> None:
        """Write the parameters into the Values of the model."""
        self.program.store()


class Eager:
    """The loss as a graph, built anew for each name; see `Compiled`."""

    def __init__(self, model: GPT, names: Sequence[str]) -> None:
        self.model, self.texts = model, [model.tokens(name) for name in names]
        self.values = model.parameters()
        self.parameters = np.array([value.data for value in self.values])

    def step(self, number: int) -> tuple[float, Gradient]:
        """Return the loss of a name, and its gradient by the parameters."""
        self.store()
        for value in self.values:
            value.grad = 0.0
        text = self.texts[number]
        count = len(text) - 1
        loss = self.model.loss(text[:-1], text[1:], [1 / count] * count)
        loss.backward()
        return loss.data, np.array([value.grad for value in self.values])

    def store(self) -> None:
        """Write the parameters into the Values of the model."""
        for value, number in zip(self.values, self.parameters.tolist(), strict=True):
            value.data = number


def train(engine: Compiled | Eager, count: int, steps: int) -> Iterator[float]:
    """Train by Adam, whose learning rate falls to 0, and yield the loss of each step.

    Args:
        engine: has the parameters, and computes loss and gradient.
        count: the number of names, which take turns.
        steps: how many to take.
    """
    mean, square = np.zeros_like(engine.parameters), np.zeros_like(engine.parameters)
    for step in range(steps):
        loss, gradient = engine.step(step % count)
        mean += (1 - BETA_1) * (gradient - mean)
        square += (1 - BETA_2) * (gradient**2 - square)
        bias, spread = 1 - BETA_1 ** (step + 1), (1 - BETA_2 ** (step + 1)) ** 0.5
        rate = LEARNING_RATE * (1 - step / steps) * spread / bias
        engine.parameters -= rate * mean / (np.sqrt(square) + EPSILON * spread)
        yield loss


def read_names(path: Path, seed: int = 42) -> list[str]:
    """Return the names in a file, one a line, in random order."""
    names = path.read_text(encoding="utf-8").split()
    random.Random(seed).shuffle(names)
    return names


def main() -> None:
    """Train on names, and print losses and new names."""
    parser = argparse.ArgumentParser(description="Train a small GPT on names, and write new ones.")
    parser.add_argument("--eager", action="store_true", help="build a graph in every step")
    parser.add_argument("--steps", type=int, default=1000, help="of Adam; 1000 by default")
    default = Path(__file__).with_name("names.txt")
    parser.add_argument("--names", type=Path, default=default, help="a file with a name a line")
    options = parser.parse_args()
    start = perf_counter()
    names = read_names(options.names)
    model = GPT("".join(sorted(set("".join(names)))))
    print(f"{len(names):,} names, {len(model.parameters()):,} parameters")
    engine = (Eager if options.eager else Compiled)(model, names)
    print(f"{perf_counter() - start:5.2f} s  ready")
    losses: list[float] = []
    for loss in train(engine, len(names), options.steps):
        losses.append(loss)
        if len(losses) % 100 == 0 or len(losses) == options.steps:
            recent = losses[-100:]
            shown = f"loss {sum(recent) / len(recent):.4f}, the mean of {len(recent)}"
            print(f"{perf_counter() - start:5.2f} s  step {len(losses):4}  {shown}")
    engine.store()
    generator = random.Random(42)
    print(", ".join(model.sample(generator) for _ in range(20)))
    print(f"{perf_counter() - start:5.2f} s  in all")


if __name__ == "__main__":
    main()
