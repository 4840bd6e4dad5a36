"""Which operations of a graph are wrong: each is checked by itself.

The local derivatives of an operation are compared with differences of its own float function, at
the data of its operands. That resolves what differences of a whole graph cannot: a chain of
operations may mix scales or saturate, but a single one rarely does.

>>> from autodiff import Value, relu
>>> from autodiff.graph.graph import Graph
>>> graph = Graph([relu(Value(0.0, label="x"))])
>>> [found.text for found in LocalCheck(graph, 1e-6).first(graph.end)]
['relu(x) = where(x <= 0, 0, x) at v1 is at its kink: its derivative by x is a convention.']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import combinations_with_replacement
from math import hypot
from random import Random
from typing import Any, NamedTuple

from autodiff.display import digits
from autodiff.formula.interpret import evaluate
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node, variadic
from autodiff.table.operation import Operation
from autodiff.value.derivative_graph import apply, pullback
from autodiff.value.value import Value

from .finite_differences import (
    NO_NOISE,
    Noise,
    Slope,
    confirms,
    differentiate,
    differentiate_twice,
)
from .forward_pass import rounding_noise
from .verdicts import Verdict, judge

# Of an operation over many operands, whose elements share one formula, a sample will do.
_MOST_OPERANDS = 32
_MOST_PAIRS = 36
_SMALLEST = 2.0**-1000  # a number below is moved like 0: a part of it may be nothing
_BESIDE = 2.0**-8  # of the size of a leaf: how far it moves to show the rounding beside it


# Formulas whose derivatives are known beyond doubt; most nodes of large graphs have one of them.
_ARITHMETIC: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "x + y": lambda _, __: (1.0, 1.0),
    "x - y": lambda _, __: (1.0, -1.0),
    "x * y": lambda x, y: (y, x),
}


class SuspectOperation(NamedTuple):
    """An operation whose own local derivative is wrong, or that is at its kink.

    Attributes:
        node: the node that recorded it.
        operand: the position of the parent, from 0; for a second derivative, that of the first.
        recorded: the derivative that the graph uses.
        numerical: the one that differences give.
        is_wrong: whether it is wrong; otherwise the operation is at its kink.
        text: the finding in a sentence.
        other: for a second derivative, the position of the second parent; None for a first.
    """

    node: Node
    operand: int
    recorded: float
    numerical: float
    is_wrong: bool
    text: str
    other: int | None = None


class LocalCheck:
    """The operations of one graph, each checked when first asked about.

    Args:
        graph: the graph.
        tolerance: the relative error up to which two derivatives agree.
    """

    def __init__(self, graph: Graph, tolerance: float) -> None:
        self._graph: Graph = graph
        self._tolerance: float = tolerance
        self._first: dict[Node, list[SuspectOperation]] = {}
        self._second: dict[Node, list[SuspectOperation]] = {}

    def first(self, node: Node) -> list[SuspectOperation]:
        """Return the first derivatives of a node that are wrong or at a kink."""
        if node not in self._first:
            if _is_right_arithmetic(node):
                return []
            alone = _Alone(node)
            every = range(len(node.parents))
            if len(every) > _MOST_OPERANDS:
                every = sorted(Random(0).sample(every, _MOST_OPERANDS))  # noqa: S311 a sample
            found = [self._examined(node, alone, index) for index in every]
            self._first[node] = [finding for finding in found if finding is not None]
        return self._first[node]

    def second(self, node: Node) -> list[SuspectOperation]:
        """Return the second derivatives of a node that are wrong."""
        if node not in self._second:
            self._second[node] = self._examined_twice(node)
        return self._second[node]

    def _examined(self, node: Node, alone: _Alone, index: int) -> SuspectOperation | None:
        recorded = node.local_derivatives[index]
        if confirms(alone.along(index), alone.leaves[index].data, recorded, self._tolerance):
            return None
        slope = alone.slope(index)
        verdict = judge("", recorded, slope, self._tolerance).verdict
        parent = self._graph.names[node.parents[index]]
        place = f"{node.operation!r} at {self._graph.names[node]}"
        if verdict is Verdict.DISAGREES:
            text = (
                f"The first wrong operation is {place}: its derivative by {parent} is recorded "
                f"as {digits(recorded, 8)}, differences give {digits(slope.value, 8)}."
            )
        elif verdict is Verdict.KINK:
            text = f"{place} is at its kink: its derivative by {parent} is a convention."
        else:
            return None
        is_wrong = verdict is Verdict.DISAGREES
        return SuspectOperation(node, index, recorded, slope.value, is_wrong, text)

    def _examined_twice(self, node: Node) -> list[SuspectOperation]:
        alone = _Alone(node)
        gradient = alone.gradient()
        found: list[SuspectOperation] = []
        for i, j in _pairs(len(node.parents)):
            recorded = Graph([gradient[i]]).adjoints().get(alone.leaves[j], 0.0)
            slope = alone.curvature(i, j)
            if judge("", recorded, slope, self._tolerance).verdict is not Verdict.DISAGREES:
                continue
            by = f"{self._graph.names[node.parents[i]]}, {self._graph.names[node.parents[j]]}"
            text = (
                f"The first operation with a wrong second derivative is {node.operation!r} at "
                f"{self._graph.names[node]}: that by {by} comes to {digits(recorded, 8)}, "
                f"differences give {digits(slope.value, 8)}."
            )
            numbers = recorded, slope.value
            found.append(SuspectOperation(node, i, *numbers, is_wrong=True, text=text, other=j))
        return found


def _is_right_arithmetic(node: Node) -> bool:
    """Tell whether a node is a sum, difference or product with the right derivatives recorded."""
    assert node.operation is not None
    exact = _ARITHMETIC.get(node.operation.formula)
    if exact is None or node.operation.operands != ("x", "y") or len(node.operands) != 2:
        return False
    x, y = (x.data if isinstance(x, Node) else x for x in node.operands)
    pairs = zip(node.operands, exact(x, y), strict=True)
    return node.local_derivatives == tuple(d for x, d in pairs if isinstance(x, Node))


def _pairs(count: int) -> list[tuple[int, int]]:
    if count * (count + 1) <= 2 * _MOST_PAIRS:
        return list(combinations_with_replacement(range(count), 2))
    random = Random(0)  # noqa: S311 the same in every run
    return [(random.randrange(count), random.randrange(count)) for _ in range(_MOST_PAIRS)]


class _Alone:
    """One operation, applied to leaves of its own.

    Attributes:
        leaves: one for each parent; a parent that occurs twice has two.
    """

    def __init__(self, node: Node) -> None:
        assert node.operation is not None
        self._operation: Operation = node.operation
        self.leaves: list[Value] = [Value(parent.data) for parent in node.parents]
        rest = iter(self.leaves)
        self._operands: list[Any] = [
            next(rest) if isinstance(x, Node) else x for x in node.operands
        ]
        self._floats: list[float] = [x.data if isinstance(x, Node) else x for x in self._operands]
        self._places: list[int] = [
            place for place, x in enumerate(self._operands) if isinstance(x, Node)
        ]

    @cached_property
    def _noise(self) -> list[Noise]:
        """The rounding inside the formula, by each leaf.

        Where terms vanish at the point itself, as in the variance of equal numbers, their
        rounding shows only beside it.
        """
        noise_by = self._rounding()
        noise = [noise_by(leaf) for leaf in self.leaves]
        return [self._beside(*pair) for pair in zip(self.leaves, noise, strict=True)]

    def _beside(self, leaf: Value, noise: Noise) -> Noise:
        """Return the rounding with what it grows by as a leaf moves."""
        x = leaf.data
        step = _BESIDE * (abs(x) if abs(x) > _SMALLEST else 1.0)
        leaf.data = x + step
        growth = (self._rounding()(leaf).fixed - noise.fixed) / step
        leaf.data = x
        return noise._replace(growing=max(noise.growing, growth))

    def _rounding(self) -> Callable[[Node], Noise]:
        """Return the rounding inside the formula where the leaves are."""
        grouped = self._operation.group(self._operands)
        environment: dict[str, Any] = dict(zip(self._operation.operands, grouped, strict=True))
        formula = self._operation.parsed[0].resolved()
        out: Any = evaluate(formula, environment, apply)
        if not isinstance(out, Node):
            return lambda _: NO_NOISE
        return rounding_noise(Graph([out]))

    def gradient(self) -> list[Value]:
        """Return the derivatives by the leaves, as graphs."""
        return pullback(Graph([variadic(self._operation, self._operands)]), [1.0], self.leaves)

    def _at(self, moved: Sequence[tuple[int, float]]) -> float:
        floats = self._floats.copy()
        for index, x in moved:
            floats[self._places[index]] = x
        return self._operation.function(*self._operation.group(floats))[0]

    def along(self, index: int) -> Callable[[float], float]:
        """Return the operation as a function of one leaf."""
        place, floats = self._places[index], self._floats.copy()

        def moved(x: float) -> float:
            floats[place] = x
            return self._operation.function(*self._operation.group(floats))[0]

        return moved

    def slope(self, index: int) -> Slope:
        """Return the derivative by one leaf, from differences."""
        return differentiate(self.along(index), self.leaves[index].data, self._noise[index])

    def curvature(self, i: int, j: int) -> Slope:
        """Return the second derivative by two leaves, from differences."""
        x, y = self.leaves[i].data, self.leaves[j].data
        first, second = self._noise[i], self._noise[j]
        noise = Noise(
            hypot(first.fixed, first.growing * x, second.growing * y),
            max(first.growing, second.growing),
        )

        def moved(s: float, t: float) -> float:
            if (s and x + s == x) or (t and y + t == y):
                return float("nan")
            return self._at([(i, x + s)] if i == j else [(i, x + s), (j, y + t)])

        return differentiate_twice(moved, (abs(x), abs(y)), noise, same=i == j)
