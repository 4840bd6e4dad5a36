"""The runner of the traced graph itself: example by example, with the bits of the eager engine.

The eager engine's own functions evaluate and sweep the graph, and the gradients of the examples
are added one after the other. It only saves building the graphs.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> w = Value(3.0)
>>> runner = ScalarRunner(record(lambda x: w * x, [w], (1.0,)))
>>> runner.run([np.array([[1.0, 2.0]])])
array([[3., 6.]])
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Never

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.operations import DETACH
from autodiff.compiler.tracing.record import Guard, Operand, Recording, bare_node
from autodiff.graph.backprop import adjoints
from autodiff.graph.hooks import RELATIONS
from autodiff.graph.node import Node, data_of, refresh

from .guards import branch_error, unsaved


class ScalarRunner:
    """Evaluates a copy of a traced graph for one example after the other.

    Args:
        recording: not simplified.

    Attributes:
        static: the parameters.
        gradient: by the parameters.
    """

    def __init__(self, recording: Recording) -> None:
        copies: dict[Node, Node] = {}
        for node in [*recording.parameters, *recording.nodes]:
            if node not in copies:
                copies[node] = _copied(node, recording, copies)
        copied = recording.replaced(lambda node: copies.get(node, node), ())
        self._inputs: list[Node] = [
            copies.get(leaf, leaf) for argument in recording.arguments for leaf in argument.leaves
        ]
        self._parameters: list[Node] = [copies[node] for node in recording.parameters]
        self._computed: list[Node] = [node for node in copies.values() if node.operands]
        self._outputs: tuple[Operand, ...] = copied.outputs
        self._guards: tuple[Guard, ...] = copied.guards
        self.static: Array = np.array([node.data for node in recording.parameters], dtype=float)
        self.gradient: Array = np.zeros_like(self.static)

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        rows: list[list[float]] = []
        for example in self._examples(arguments):
            self._check_guards(example)
            rows.append([data_of(x) for x in self._outputs])
        return np.array(rows).reshape(-1, len(self._outputs)).T

    def encoded(self) -> Never:
        """Refuse: see `Runner.encoded`."""
        raise unsaved()

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all guards hold."""
        return np.array([all(map(_holds, self._guards)) for _ in self._examples(arguments)])

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the output and compute its gradient; see `Runner.differentiate`."""
        (root,) = self._outputs
        gradient = [0.0] * len(self._parameters)
        total = 0.0
        for example in self._examples(arguments):
            self._check_guards(example)
            total += data_of(root)
            adjoint = adjoints([root], [1.0]) if isinstance(root, Node) else {}
            for place, node in enumerate(self._parameters):
                gradient[place] += adjoint.get(node, 0.0)
        self.gradient[...] = gradient
        self.gradient /= batch
        if out is not None:
            out[...] = self.gradient
        return total / batch

    def _examples(self, arguments: Sequence[Array]) -> Iterator[int]:
        """Evaluate the graph for one example after the other; yield its number."""
        for node, data in zip(self._parameters, self.static.tolist(), strict=True):
            node._data = data
        for example, numbers in enumerate(np.concatenate(arguments).T.tolist()):
            for node, data in zip(self._inputs, numbers, strict=True):
                node._data = data
            for node in self._computed:
                refresh(node)
            yield example

    def _check_guards(self, example: int) -> None:
        for guard in self._guards:
            if not _holds(guard):
                numbers = data_of(guard.x), data_of(guard.y)
                raise branch_error(
                    guard.relation, guard.text, guard.line, guard.outcome, numbers, example
                )


def _copied(node: Node, recording: Recording, copies: dict[Node, Node]) -> Node:
    operands = recording.operands(node)
    if not operands:
        return Node(node.data, node.label)
    copied = tuple([copies[x] if isinstance(x, Node) else x for x in operands])
    copy = bare_node(node.operation or DETACH, copied, node.data, node.label)
    if node in recording.detached:
        copy._second = ()  # no parents: no derivative flows through it
    return copy


def _holds(guard: Guard) -> bool:
    return RELATIONS[guard.relation](data_of(guard.x), data_of(guard.y)) == guard.outcome
