"""A way through the space of leaves: along one leaf, or along a random direction.

A check asks for the derivative of a function along each of its movements. The function is given
as `At`: it takes the leaves to move and returns the end as a function of their data.

>>> from autodiff import Value
>>> x = Value(3.0, label="x")
>>> square = lambda leaves: lambda xs: xs[0] ** 2
>>> f, start = along(square, by_leaf("x", x))
>>> f(start), f(4.0)
(9.0, 16.0)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import fsum, hypot, nan
from random import Random
from typing import NamedTuple, TypeAlias, TypeVar

from autodiff.display import digits
from autodiff.graph.node import Node

from .finite_differences import Noise

T = TypeVar("T")
At: TypeAlias = Callable[[Sequence[Node]], Callable[[Sequence[float]], float]]


class Movement(NamedTuple):
    """A leaf, or a direction in the space of leaves.

    Attributes:
        name: the leaf's, or that of the direction.
        leaves: what moves.
        components: how far each moves per unit of the movement.
        scale: the size of a movement that matters, beside 1: that of the leaves' data.
    """

    name: str
    leaves: tuple[Node, ...]
    components: tuple[float, ...]
    scale: float

    @property
    def is_leaf(self) -> bool:
        """Whether one leaf moves by itself."""
        return self.components == (1.0,)

    def of(self, gradient: Mapping[Node, float]) -> float:
        """Return the derivative along the movement, from those by the leaves."""
        if self.is_leaf:
            return gradient.get(self.leaves[0], 0.0)
        parts = [
            gradient.get(x, 0.0) * c for x, c in zip(self.leaves, self.components, strict=True)
        ]
        return fsum(parts) if all(part - part == 0.0 for part in parts) else sum(parts)

    def largest_parts(self, gradient: Mapping[Node, float], names: Sequence[str]) -> str:
        """Return the leaves that contribute most to the derivative, as text."""
        parts = {
            name: gradient.get(leaf, 0.0) * component
            for name, leaf, component in zip(names, self.leaves, self.components, strict=True)
        }
        largest = sorted(parts, key=lambda name: -abs(parts[name]))[:5]
        return ", ".join(f"{name} ({digits(parts[name])})" for name in largest)

    def noise(self, noise_by: Callable[[Node], Noise], *, moved_twice: bool = False) -> Noise:
        """Return the rounding along the movement, that of the moved points included.

        A leaf alone is moved to exact points by a first difference; all others are rounded.
        """
        each = [noise_by(leaf) for leaf in self.leaves]
        growing = fsum(n.growing * abs(c) for n, c in zip(each, self.components, strict=True))
        if self.is_leaf and not moved_twice:
            return Noise(each[0].fixed, growing)
        rounded = [n.growing * leaf.data for n, leaf in zip(each, self.leaves, strict=True)]
        return Noise(hypot(each[0].fixed, *rounded), growing)


def by_leaf(name: str, leaf: Node) -> Movement:
    """Return the movement of one leaf."""
    return Movement(name, (leaf,), (1.0,), abs(leaf.data))


def random_directions(count: int, leaves: Sequence[Node]) -> list[Movement]:
    """Return directions with normally distributed components, the same in every run."""
    random = Random(0)  # noqa: S311 the same in every run
    moving = tuple(leaves)
    scale = hypot(*(leaf.data for leaf in moving)) / max(len(moving), 1) ** 0.5
    return [
        Movement(
            f"direction {index + 1}", moving, tuple(random.gauss(0.0, 1.0) for _ in moving), scale
        )
        for index in range(count)
    ]


def along(
    at: Callable[[Sequence[Node]], Callable[[Sequence[float]], T]], movement: Movement
) -> tuple[Callable[[float], T], float]:
    """Return a function along one movement, and where on it the leaves are now."""
    f = at(movement.leaves)
    if movement.is_leaf:
        return lambda x: f([x]), movement.leaves[0].data
    start = [leaf.data for leaf in movement.leaves]

    def along_direction(t: float) -> T:
        return f([x + t * c for x, c in zip(start, movement.components, strict=True)])

    return along_direction, 0.0


def across(at: At, first: Movement, second: Movement) -> Callable[[float, float], float]:
    """Return a function of two movements; nan where a step is lost in the rounding of a leaf."""
    leaves = list(dict.fromkeys([*first.leaves, *second.leaves]))
    f = at(leaves)
    start = [leaf.data for leaf in leaves]
    ways = [dict(zip(way.leaves, way.components, strict=True)) for way in (first, second)]
    one, other = ([way.get(leaf, 0.0) for leaf in leaves] for way in ways)

    def at_movements(s: float, t: float) -> float:
        steps = [s * a + t * b for a, b in zip(one, other, strict=True)]
        if first.is_leaf and any(
            step and x + step == x for x, step in zip(start, steps, strict=True)
        ):
            return nan
        return f([x + step for x, step in zip(start, steps, strict=True)])

    return at_movements
