"""The parameters of a program: Values, and their numbers in one vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodiff.errors import ShapeError
from autodiff.graph.node import Node

from .codegen.kernels import Array
from .runtime.inputs import array_of


class Parameterised:
    """Keeps the numbers of leaves in a vector, and reads and writes the leaves on demand.

    Args:
        leaves: in their order; the same one may occur twice.
        vector: receives the numbers.
    """

    def __init__(self, leaves: tuple[Node, ...], vector: Array) -> None:
        self._leaves: tuple[Node, ...] = leaves
        self._parameters: Array = vector
        self._repeats: list[tuple[int, int]] = _repeats(leaves)
        self.load()

    @property
    def parameters(self) -> Array:
        """All parameters in one vector, in the order given; change it in place or assign to it.

        Of a parameter that was given twice, the first place counts.

        Raises:
            ShapeError: if what is assigned is not one number for each parameter.
            OperandError: if it holds anything but real numbers.
        """
        return self._parameters

    @parameters.setter
    def parameters(self, numbers: Any) -> None:
        array = array_of(numbers, "parameters", self._parameters.dtype)
        if array.shape != self._parameters.shape:
            raise ShapeError(
                f"{self._parameters.size} numbers as parameters",
                f"shape {array.shape}",
                "pass one for each parameter, in their order",
            )
        self._parameters[...] = array

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The parameters as Values, in the order given; a loaded program has new ones."""
        return self._leaves

    def _unify(self) -> None:
        """Give all places of a parameter the value of the first."""
        for place, first in self._repeats:
            self._parameters[place] = self._parameters[first]

    def store(self) -> None:
        """Write the parameters back into the Values."""
        self._unify()
        for leaf, data in zip(self._leaves, self.parameters.tolist(), strict=True):
            leaf.data = data

    def load(self) -> None:
        """Read the parameters from the Values again."""
        self.parameters = [leaf.data for leaf in self._leaves]

    def places(self) -> list[int]:
        """Return for every parameter the place where the same leaf was given first."""
        found = dict(self._repeats)
        return [found.get(place, place) for place in range(len(self._leaves))]


def _repeats(leaves: Sequence[Node]) -> list[tuple[int, int]]:
    """Return the places of parameters that were given before, each with the first place."""
    first: dict[Node, int] = {}
    return [
        (place, first[leaf])
        for place, leaf in enumerate(leaves)
        if first.setdefault(leaf, place) != place
    ]
