"""Embedding: a table with a vector of parameters for each symbol.

>>> embedding = Embedding(27, 2, seed=1)
>>> embedding
Embedding of 27 -> 2, 54 parameters
>>> embedding(3) == embedding.rows[3]
True
"""

from __future__ import annotations

from random import Random

from autodiff import OptionError, ShapeError, Value, take
from autodiff.extend import MOST, Operand, whole

from .module import Module
from .seeds import weight_generator


class Embedding(Module):
    """A table of vectors, one for each of some symbols, drawn from N(0, 1).

    Args:
        count: the number n of symbols, at least 1.
        width: the length of a vector, at least 1.
        seed: an int, or a `random.Random` to draw on from; by default nn's own generator, which
            `nn.seed` restarts: two that are made one after another differ.

    Attributes:
        rows: a list of Values for each symbol.

    Raises:
        ShapeError: if `count` or `width` is below 1.
        OptionError: if there were more than 10,000,000 parameters.
        WrongTypeError: if a number is not whole, or the seed is of another type.
    """

    def __init__(self, count: int, width: int, *, seed: int | Random | None = None) -> None:
        rows = whole(count, 1, "the number of symbols", ShapeError, MOST)
        columns = whole(width, 1, "the length of a vector", ShapeError, MOST)
        if rows * columns > MOST:
            arrived = f"one of {rows:,} symbols and width {columns:,}"
            raise OptionError(
                f"an embedding of at most {MOST:,} parameters", arrived, "make it smaller"
            )
        generator = weight_generator(seed)
        self.rows: list[list[Value]] = [
            [Value(generator.gauss(0, 1)) for _ in range(columns)] for _ in range(rows)
        ]

    def __call__(self, index: Operand) -> list[Value]:
        """Return the vector of a symbol, as `autodiff.take` does.

        Args:
            index: the number of the symbol, whole, from 0 to n - 1: a number, or a Value in a
                compiled function.

        Returns:
            The Values of the row; of an index that is a Value, new Values computed from them.

        Raises:
            OptionError: if the index is not whole or out of range.
            OperandError: if it is neither a Value nor a real number.
        """
        return take(self.rows, index)

    def __repr__(self) -> str:
        columns = len(self.rows[0])
        return f"Embedding of {len(self.rows)} -> {columns}, {len(self.rows) * columns} parameters"
