"""Random graphs in plain floats, and the mistakes of people planted in their gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, exp, prod, sin, sqrt, tanh
from random import Random
from typing import Any, NamedTuple

import autodiff
from autodiff import Value

# operation: the value, and the derivative by each operand
OPERATIONS: dict[str, tuple[Callable[..., float], Callable[..., tuple[float, ...]]]] = {
    "add": (lambda x, y: x + y, lambda *_: (1.0, 1.0)),
    "sub": (lambda x, y: x - y, lambda *_: (1.0, -1.0)),
    "mul": (lambda x, y: x * y, lambda x, y: (y, x)),
    "div": (lambda x, y: x / y, lambda x, y: (1 / y, -x / (y * y))),
    "square": (lambda x: x * x, lambda x: (2 * x,)),
    "reciprocal": (lambda x: 1 / x, lambda x: (-1 / (x * x),)),
    "tanh": (tanh, lambda x: (1 - tanh(x) ** 2,)),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), lambda x: (exp(-x) / (1 + exp(-x)) ** 2,)),
    "relu": (lambda x: max(x, 0.0), lambda x: (1.0 if x > 0 else 0.0,)),
    "exp": (exp, lambda x: (exp(x),)),
    "sin": (sin, lambda x: (cos(x),)),
    "sqrt": (sqrt, lambda x: (0.5 / sqrt(x),)),
}
RULES: dict[str, Callable[..., float]] = {  # a wrong derivative by the first operand
    "square": lambda x: x,
    "reciprocal": lambda x: 1 / (x * x),
    "tanh": lambda x: 1 - x * x,
    "sigmoid": lambda x: 1 / (1 + exp(-x)),
    "relu": lambda x: 1.0 if x <= 0 else 0.0,
    "sqrt": lambda x: 1 / sqrt(x),
    "exp": lambda x: x,
    "sin": sin,
}
SIGNS = {"add": "__add__", "sub": "__sub__", "mul": "__mul__", "div": "__truediv__"}


class Step(NamedTuple):
    """An operation on nodes, which are numbered."""

    name: str
    operands: tuple[int, ...]


class Plain:
    """A graph in plain floats: leaves first, then steps; the last is the loss."""

    def __init__(self, leaves: list[float], steps: list[Step]) -> None:
        self.leaves: list[float] = leaves
        self.steps: list[Step] = steps
        self.data: list[float] = self.forward({})
        self.end: int = len(self.data) - 1

    def forward(self, replaced: Mapping[int, float]) -> list[float]:
        """Return the data of all nodes, some of them replaced."""
        data = list(self.leaves)
        for step in self.steps:
            value = OPERATIONS[step.name][0](*(data[i] for i in step.operands))
            data.append(replaced.get(len(data), value))
        return data

    def local(self, node: int, data: list[float] | None = None) -> tuple[float, ...]:
        """Return the local derivatives of a computed node."""
        data = self.data if data is None else data
        step = self.step(node)
        return OPERATIONS[step.name][1](*(data[i] for i in step.operands))

    def step(self, node: int) -> Step:
        """Return the operation of a computed node."""
        return self.steps[node - len(self.leaves)]

    def backward(
        self,
        edges: Mapping[tuple[int, int], float] | None = None,
        pinned: Mapping[int, float] | None = None,
        data: list[float] | None = None,
    ) -> list[float]:
        """Return all gradients, with wrong local derivatives, gradients or data."""
        adjoint = [0.0] * len(self.data)
        adjoint[self.end] = 1.0
        for node in range(self.end, len(self.leaves) - 1, -1):
            adjoint[node] = (pinned or {}).get(node, adjoint[node])
            for place, d in enumerate(self.local(node, data)):
                part = (edges or {}).get((node, place), d)
                adjoint[self.step(node).operands[place]] += adjoint[node] * part
        return adjoint

    def paths(self, start: int) -> list[list[tuple[int, int]]]:
        """Return every path from a node to the loss, as edges (node, place)."""
        if start == self.end:
            return [[]]
        return [
            [(node, place), *rest]
            for node in range(max(start + 1, len(self.leaves)), self.end + 1)
            for place, operand in enumerate(self.step(node).operands)
            if operand == start
            for rest in self.paths(node)
        ]

    def product(self, path: list[tuple[int, int]]) -> float:
        """Return the product of the local derivatives along a path."""
        return prod(self.local(node)[place] for node, place in path)

    def values(self) -> list[Value]:
        """Build the same graph for the engine."""
        nodes = [Value(x, label=f"x{i}") for i, x in enumerate(self.leaves)]
        for step in self.steps:
            xs = [nodes[i] for i in step.operands]
            made = (
                getattr(xs[0], SIGNS[step.name])(xs[1])
                if step.name in SIGNS
                else getattr(autodiff, step.name)(xs[0])
            )
            made.label = f"n{len(nodes)}"
            nodes.append(made)
        return nodes


def drawn(random: Random) -> Plain:
    """Draw a graph whose numbers are of moderate size and whose nodes all lead to the loss."""
    while True:
        leaves = [
            random.choice((-1, 1)) * random.uniform(0.4, 1.9) for _ in range(random.randint(2, 4))
        ]
        steps: list[Step] = []
        unused = set(range(len(leaves)))
        wanted = random.randint(4, 8)
        while len(steps) < wanted or len(unused) > 1:
            name = random.choice(list(OPERATIONS) if len(steps) < wanted else ["add", "mul", "sub"])
            count = 2 if name in SIGNS else 1
            pool = list(range(len(leaves) + len(steps)))
            pick = sorted(unused, key=lambda _: random.random())[: 1 + (random.random() < 0.5)]
            pick = (pick + random.sample(pool, 2))[:count]
            if len(set(pick)) < count:
                continue
            steps.append(Step(name, tuple(pick)))
            unused -= set(pick)
            unused.add(len(pool))
        try:
            graph = Plain(leaves, steps)
            gradients = graph.backward()
        except (ArithmeticError, ValueError):
            continue
        moderate = all(1e-3 < abs(x) < 1e3 or x == 0 for x in [*graph.data, *gradients])
        if moderate and graph.data[graph.end]:
            return graph


class Planted(NamedTuple):
    """A wrong answer: for which node, the number, what else is told, and the kind of mistake."""

    node: int
    wrong: float
    others: dict[str, Any]


def _edges(graph: Plain, node: int) -> list[tuple[int, int]]:
    return sorted({edge for path in graph.paths(node) for edge in path})


def _sign(graph: Plain, node: int, _: Random) -> Planted | None:
    return Planted(node, -graph.backward()[node], {})


def _twice(graph: Plain, node: int, _: Random) -> Planted | None:
    return Planted(node, 2 * graph.backward()[node], {})


def _one_path(graph: Plain, node: int, random: Random) -> Planted | None:
    paths = graph.paths(node)
    if not 2 <= len(paths) <= 4:
        return None
    return Planted(node, graph.product(random.choice(paths)), {})


def _multiplied(graph: Plain, node: int, _: Random) -> Planted | None:
    paths = graph.paths(node)
    if not 2 <= len(paths) <= 4:
        return None
    return Planted(node, prod(graph.product(path) for path in paths), {})


def _upstream(graph: Plain, node: int, random: Random) -> Planted | None:
    adjoint = graph.backward()
    users = [n for n, _ in _edges(graph, node) if node in graph.step(n).operands]
    users = [n for n in users if n != graph.end and adjoint[n] != -1.0]  # -1 is a sign
    if not users:
        return None
    return Planted(node, graph.backward(pinned={random.choice(users): 1.0})[node], {})


def _local(graph: Plain, node: int, random: Random) -> Planted | None:
    edges = [(n, place) for n, place in _edges(graph, node) if graph.local(n)[place] != -1.0]
    if not edges:
        return None
    return Planted(node, graph.backward({random.choice(edges): 1.0})[node], {})


def _another(graph: Plain, node: int, random: Random) -> Planted | None:
    adjoint = graph.backward()
    others = [n for n in range(graph.end) if n != node and adjoint[n] not in {1.0, -1.0}]
    return Planted(node, adjoint[random.choice(others)], {}) if others else None


def _swapped(graph: Plain, node: int, random: Random) -> Planted | None:
    edges = [edge for edge in _edges(graph, node) if graph.step(edge[0]).name in {"mul", "div"}]
    if not edges:
        return None
    n, place = random.choice(edges)
    return Planted(node, graph.backward({(n, place): graph.local(n)[1 - place]})[node], {})


def _rule(graph: Plain, node: int, random: Random) -> Planted | None:
    edges = [edge for edge in _edges(graph, node) if graph.step(edge[0]).name in RULES]
    if not edges:
        return None
    n, place = random.choice(edges)
    step = graph.step(n)
    wrong = RULES[step.name](graph.data[step.operands[0]])
    return Planted(node, graph.backward({(n, place): wrong})[node], {})


def _value_before(graph: Plain, node: int, random: Random) -> Planted | None:
    at = random.randrange(len(graph.leaves), graph.end)
    value = float(f"{graph.data[at] + random.choice((-1, 1)) * random.uniform(0.2, 0.6):.3g}")
    try:
        data = graph.forward({at: value})
        wrong = graph.backward(data=data)[node]
    except (ArithmeticError, ValueError):
        return None
    return Planted(node, wrong, {"values": {f"n{at}": value}})


def _difference(graph: Plain, node: int, random: Random) -> Planted | None:
    if node >= len(graph.leaves):
        return None

    def end(x: float) -> float:
        leaves = [*graph.leaves[:node], x, *graph.leaves[node + 1 :]]
        return Plain(leaves, graph.steps).data[graph.end]

    h, x = random.choice((1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001)), graph.leaves[node]
    try:
        above, below = end(x + h), end(x - h)
    except (ArithmeticError, ValueError):
        return None
    here = graph.data[graph.end]
    quotients = (above - here) / h, (here - below) / h, (above - below) / (2 * h)
    return Planted(node, random.choice(quotients), {})


def _copied(graph: Plain, node: int, random: Random) -> Planted | None:
    inner = [n for n, _ in _edges(graph, node) if n not in (node, graph.end)]
    if not inner:
        return None
    at = random.choice(inner)
    given = float(f"{random.uniform(-3, 3):.4g}")
    wrong = graph.backward(pinned={at: given})[node]
    return Planted(node, wrong, {"copied": (at, given)})


KINDS = {
    "sign": _sign,
    "one path": _one_path,
    "paths multiplied": _multiplied,
    "upstream": _upstream,
    "local": _local,
    "another": _another,
    "swapped": _swapped,
    "rule": _rule,
    "twice": _twice,
    "value before": _value_before,
    "difference": _difference,
    "copied": _copied,
}
