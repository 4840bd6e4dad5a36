"""Numbers that a function takes from outside its graph, where they depend on its arguments.

The function is recorded again with its arguments moved. As long as the graphs have the same shape,
the constants in them tell what was lost: `x * x.data` is x * 3 at 3, and x * 4 at 4. A constant
that moves counts as much as the end depends on it, which differences of the end alone may not
resolve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import isfinite, nan
from typing import NamedTuple, TypeAlias

from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .finite_differences import Noise, differentiate
from .movement import Movement, along
from .step_sizes import ends_of_the_ladder
from .verdicts import CheckRow, Verdict, judge

_PER_EDGE = 64  # roundings, in its factor and in the sums that it enters

Record: TypeAlias = Callable[[Sequence[Node], Sequence[float]], Graph]


class _Constant(NamedTuple):
    """A number among the operands of a node."""

    node: Node
    position: int
    data: float


def _roughly(row: CheckRow) -> tuple[float, float]:
    """Return a slope that does not settle, and how far it may be from there.

    Where the slopes on both sides are alike, they are nearly right.
    """
    low, *_, high = sorted((row.left, row.numerical, row.right))
    if 0.0 < high < 2.0 * low or 2.0 * high < low < 0.0:
        return (low + high) / 2.0, 2.0 * (high - low)
    return 0.0, 2.0 * max(-low, high)


class Outside:
    """The constants of a recorded function.

    Args:
        graph: as recorded where the arguments are.
        arguments: the leaves that the function gets.
        record: records the function with some of them moved.
        noise_by: the rounding inside the graph.
    """

    def __init__(
        self,
        graph: Graph,
        arguments: Sequence[Node],
        record: Record,
        noise_by: Callable[[Node], Noise],
    ) -> None:
        self._places: dict[Node, int] = {leaf: -1 - i for i, leaf in enumerate(arguments)}
        self._record: Record = record
        self._noise_by: Callable[[Node], Noise] = noise_by
        self._shape, self._constants = self._read(graph)
        self._adjoint: dict[Node, float] = graph.adjoints()
        self._roundings: int = _PER_EDGE * sum(len(node.parents) for node in graph.interior)

    def slope(self, movement: Movement, tolerance: float) -> tuple[float, float] | None:
        """Return the derivative along a movement that passes through constants.

        Args:
            movement: how the arguments move.
            tolerance: the relative error up to which two derivatives agree.

        Returns:
            The derivative, and how large its rounding error may be. None if it is unknown: the
            graph changes its shape, or a constant that has no derivative may decide.
        """
        if self._shape[-1] is None:  # the end itself is a constant
            return None

        def at(leaves: Sequence[Node]) -> Callable[[Sequence[float]], list[float] | None]:
            return lambda data: self._moved(self._record(leaves, data))

        uncached, start = along(at, movement)
        read = cache(uncached)
        sizes = ends_of_the_ladder(movement.scale)  # a constant that moves is read there again
        nearby = [read(start + sign * size) for size in sizes for sign in (1.0, -1.0)]
        if None in nearby:
            return None
        total = error = 0.0
        is_clear = True
        for index, constant in enumerate(self._constants):
            if any(row is not None and row[index] != constant.data for row in nearby):
                row = self._row(read, index, start, movement.scale, tolerance)
                weight, blur = self._weight(constant)
                slope, doubt = row.numerical, row.error
                if row.verdict not in (Verdict.DISAGREES, Verdict.AGREES) and weight:
                    is_clear, (slope, doubt) = False, _roughly(row)
                if isfinite(slope):
                    total += slope * weight
                    error += abs(slope) * blur + abs(doubt * weight)
        return (total, error) if is_clear or abs(total) > error else None

    def _row(
        self,
        read: Callable[[float], list[float] | None],
        index: int,
        start: float,
        scale: float,
        tolerance: float,
    ) -> CheckRow:
        """Judge whether a constant stays where it is as the arguments move."""

        def constant(x: float) -> float:
            row = read(x)
            return nan if row is None else row[index]

        row = judge("", 0.0, differentiate(constant, start, scale=scale, quickly=True), tolerance)
        if row.verdict in (Verdict.DISAGREES, Verdict.AGREES):
            return row
        return judge("", 0.0, differentiate(constant, start, scale=scale), tolerance)

    def _moved(self, graph: Graph) -> list[float] | None:
        """Return the constants of a graph; None if it has another shape."""
        shape, constants = self._read(graph)
        return [constant.data for constant in constants] if shape == self._shape else None

    def _read(self, graph: Graph) -> tuple[list[object], list[_Constant]]:
        """Return the shape of a graph, and its constants in order."""
        places: dict[object, int] = {**self._places}
        shape: list[object] = []
        constants: list[_Constant] = []
        for index, node in enumerate(graph.interior):
            places[node] = index
            shape.append(node.operation)
            for position, x in enumerate(node.operands):
                place = places.get(x)
                shape.append(place)
                if place is None:
                    data = x.data if isinstance(x, Node) else x
                    constants.append(_Constant(node, position, data))
        shape.append(places.get(graph.end))
        return shape, constants

    def _weight(self, constant: _Constant) -> tuple[float, float]:
        """Return the derivative of the end by a constant, and its rounding error."""
        operation = constant.node.operation
        assert operation is not None
        floats = [x.data if isinstance(x, Node) else x for x in constant.node.operands]
        slope = operation.function(*operation.group(floats))[1][constant.position]
        error = self._roundings * self._noise_by(constant.node).growing * abs(slope)
        return self._adjoint[constant.node] * slope, error
