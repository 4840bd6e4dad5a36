"""A random graph without any regularity, over Values and over CasADi's symbols.

Every node takes two of all nodes before it.

>>> graph = Irregular(nodes=50, parameters=5, inputs=3)
>>> y = graph.output([Value(p) for p in graph.parameters], [0.1, 0.2, 0.3])
>>> y.backward()
>>> y.operation.name
'add'
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from autodiff import Value, sigmoid, sin, tanh

from .networks import Step

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
}
_UNARY: dict[str, Callable[[Any], Any]] = {"tanh": tanh, "sin": sin, "sigmoid": sigmoid}


class Irregular:
    """A random graph.

    Args:
        nodes: the number of operations.
        parameters: the number of leaves to differentiate by.
        inputs: the length of an example.
    """

    def __init__(self, nodes: int = 10_000, parameters: int = 100, inputs: int = 20) -> None:
        rng = random.Random(1337)
        self.parameters = [rng.uniform(-1, 1) for _ in range(parameters)]
        self.inputs = inputs
        self.summed = nodes // 5
        self.plan = [
            (rng.choice([*_BINARY, *_UNARY]), rng.randrange(known), rng.randrange(known))
            for known in range(parameters + inputs, parameters + inputs + nodes)
        ]

    def batch(self, size: int) -> np.ndarray:
        """Return random examples, of shape (size, inputs)."""
        return np.random.default_rng(1337).uniform(-1, 1, (size, self.inputs))

    def output(
        self,
        parameters: Sequence[Any],
        x: Sequence[Any],
        unary: Mapping[str, Callable[[Any], Any]] = _UNARY,
    ) -> Any:
        """Return the sum of tanh of the last fifth of the nodes."""
        nodes = [*parameters, *x]
        for name, first, second in self.plan:
            if name in _BINARY:
                nodes.append(_BINARY[name](nodes[first], nodes[second]))
            else:
                nodes.append(unary[name](nodes[first]))
        return sum(unary["tanh"](node) for node in nodes[-self.summed :])


def casadi_mapped(graph: Irregular, batch: np.ndarray) -> Step:
    """Return CasADi's value and gradient, mapped over the batch and summed by CasADi."""
    casadi = import_module("casadi")
    x, p = casadi.SX.sym("x", graph.inputs), casadi.SX.sym("p", len(graph.parameters))
    unary = {
        "tanh": casadi.tanh,
        "sin": casadi.sin,
        "sigmoid": lambda z: 1.0 / (1.0 + casadi.exp(-z)),
    }
    y = graph.output([p[i] for i in range(p.numel())], [x[i] for i in range(x.numel())], unary)
    function = casadi.Function("f", [x, p], [y, casadi.gradient(y, p)])
    mapped = function.map(
        "mapped", "serial", len(batch), [1], [0, 1]
    )  # p given once, sums returned
    given = casadi.DM(batch.T), casadi.DM(graph.parameters)

    def step() -> tuple[Any, Any]:
        value, gradient = mapped(*given)
        return float(value) / len(batch), [gradient.full() / len(batch)]

    return step


def irregular_eager(graph: Irregular, batch: np.ndarray) -> Step:
    """Return the eager engine's value and gradient, one example at a time."""
    parameters = [Value(p) for p in graph.parameters]
    examples = batch.tolist()

    def step() -> tuple[Any, Any]:
        for parameter in parameters:
            parameter.grad = 0.0
        value = 0.0
        for x in examples:
            y = graph.output(parameters, x)
            y.backward()
            value += y.data
        gradient = np.array([parameter.grad for parameter in parameters])
        return value / len(batch), [gradient / len(batch)]

    return step
