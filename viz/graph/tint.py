"""The scale of tints: which colour stands for a gradient of which size and sign.

Gradients span orders of magnitude, so each step of the scale is a factor of ten, from a round
number at the top down to a thousandth of it, which is as plain as zero. Only what the last backward
pass reached has a gradient to show.

>>> Scale.of([0.2, -3.0, 0.0]).marks()
[-10.0, -1.0, -0.1, 0.0, 0.1, 1.0, 10.0]
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autodiff.extend import Graph, Node
from viz.themes import Theme, blend

_STEPS = 3
_SMALLEST, _LARGEST = -300, 308  # exponents of ten that a float holds with all its digits


class Scale(NamedTuple):
    """A symmetric scale by powers of ten.

    Attributes:
        exponent: the power of ten at its ends.
        has_nan: whether some gradient is nan, which has no place on it.
    """

    exponent: int
    has_nan: bool

    @classmethod
    def of(cls, gradients: Iterable[float]) -> Scale:
        """Return the scale that just holds all gradients; inf is at its end."""
        sizes = [abs(gradient) for gradient in gradients]
        largest = max((size for size in sizes if 0.0 < size < math.inf), default=1.0)
        exponent = min(max(math.ceil(math.log10(largest)), _SMALLEST), _LARGEST)
        return cls(exponent, any(map(math.isnan, sizes)))

    def marks(self) -> list[float]:
        """Return the gradients that a legend shows, from the most negative to the largest."""
        above = [float(f"1e{self.exponent - step}") for step in range(_STEPS)]
        return [*(-mark for mark in above), 0.0, *reversed(above)]

    def color(self, gradient: float, theme: Theme) -> str:
        """Return the colour of the inside of a box with this gradient."""
        if math.isnan(gradient):
            return theme.unsettled
        tint = theme.positive if gradient > 0.0 else theme.negative
        return blend(theme.computed, tint, self._strength(abs(gradient)))

    def color_of_several(self, gradients: Sequence[float], theme: Theme) -> str:
        """Return the colour of a box of several: its largest gradient decides, by size.

        Gradients of both signs have no colour of a sign, but one of their own.
        """
        if any(map(math.isnan, gradients)):
            return theme.unsettled
        largest = max(gradients, key=abs, default=0.0)
        if has_both_signs(gradients):
            return blend(theme.computed, theme.mixed, self._strength(abs(largest)))
        return self.color(largest, theme)

    def _strength(self, size: float) -> float:
        if size in {0.0, math.inf}:
            return min(size, 1.0)
        below = self.exponent - math.log10(size)
        return min(max(1.0 - below / _STEPS, 0.0), 1.0)


def has_both_signs(gradients: Iterable[float]) -> bool:
    """Tell whether some are positive and some negative.

    >>> has_both_signs([0.0, 2.0]), has_both_signs([-1.0, 2.0])
    (False, True)
    """
    return len({gradient > 0.0 for gradient in gradients if gradient < 0.0 or gradient > 0.0}) > 1


def swept(graph: Graph) -> set[Node]:
    """Return the nodes that a backward pass from one of the roots has reached.

    A root with gradient 0 counts as not swept: nothing tells it from one that was.
    """
    reached = {root for root in graph.roots if root.grad != 0.0}
    for node in reversed(graph.order) if reached else ():
        if node in reached:
            reached.update(node.parents)
    return reached
