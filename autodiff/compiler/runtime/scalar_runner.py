"""Running a recording example by example, with the bits of the eager engine.

The recorded graph is evaluated and swept by the eager engine's own functions, and the gradients
of the examples are added one after the other; only the building of graphs is saved. What is not
here: array equations (`engine`).

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> w = Value(3.0)
>>> engine = ExactEngine(record(lambda x: w * x, [w], (1.0,)))
>>> engine.run([np.array([[1.0, 2.0]])])
array([[3., 6.]])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.operations import DETACH
from autodiff.compiler.tracing.record import Guard, Operand, Recording, bare_node
from autodiff.compiler.tracing.simplify import order
from autodiff.graph.backprop import adjoints
from autodiff.graph.hooks import RELATIONS
from autodiff.graph.node import Node, data_of, evaluate

from .guards import other_way


class ExactEngine:
    """Evaluates a copy of a recorded graph for one example after the other.

    Args:
        recording: as it was recorded, not simplified.

    Attributes:
        static: the parameters.
        gradient: by each of them.
    """

    source: None = None  # there is no program text: the graph itself is run

    def __init__(self, recording: Recording) -> None:
        copies: dict[Node, Node] = {}
        for node in [*recording.parameters, *order(recording)]:
            if node not in copies:
                copies[node] = _copied(node, recording, copies)
        copied = recording.replaced(lambda node: copies.get(node, node))
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
        """Compute the outputs of every example, of shape (outputs, batch)."""
        rows = [
            [x.data if isinstance(x, Node) else x for x in self._outputs]
            for row, _ in enumerate(self._examples(arguments))
            if self._refuse_branches(row)
        ]
        return np.array(rows).reshape(-1, len(self._outputs)).T

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all comparisons go as they were recorded."""
        return np.array(
            [not any(map(_has_failed, self._guards)) for _ in self._examples(arguments)]
        )

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Compute the sum of the only output over the examples, and its gradient, over `batch`."""
        (root,) = self._outputs
        gradient = [0.0] * len(self._parameters)
        total = 0.0
        for row, _ in enumerate(self._examples(arguments)):
            self._refuse_branches(row)
            total += root.data if isinstance(root, Node) else root
            adjoint = adjoints([root], [1.0]) if isinstance(root, Node) else {}
            for place, node in enumerate(self._parameters):
                gradient[place] += adjoint.get(node, 0.0)
        self.gradient[...] = gradient
        self.gradient /= batch
        if out is not None:
            out[...] = self.gradient
        return total / batch

    def _examples(self, arguments: Sequence[Array]) -> Iterator[None]:
        """Evaluate the graph for one example after the other."""
        for node, data in zip(self._parameters, self.static.tolist(), strict=True):
            node.data = data
        for numbers in np.concatenate(arguments).T.tolist():
            for node, data in zip(self._inputs, numbers, strict=True):
                node.data = data
            for node in self._computed:
                assert node.operation is not None
                node.data, node.local_derivatives = evaluate(node.operation, node.operands)
            yield

    def _refuse_branches(self, row: int) -> bool:
        for guard in self._guards:
            if _has_failed(guard):
                numbers = data_of(guard.x), data_of(guard.y)
                raise other_way(guard.text, guard.line, guard.outcome, numbers, row)
        return True


def _copied(node: Node, recording: Recording, copies: dict[Node, Node]) -> Node:
    operands = recording.operands(node)
    if not operands:
        return Node(node.data, node.label)
    renewed = tuple([copies[x] if isinstance(x, Node) else x for x in operands])
    copy = bare_node(node.operation or DETACH, renewed, node.data, node.label)
    if node in recording.cut:
        copy.parents = ()
    return copy


def _has_failed(guard: Guard) -> bool:
    outcome = RELATIONS[guard.relation](data_of(guard.x), data_of(guard.y))
    return outcome != guard.outcome
