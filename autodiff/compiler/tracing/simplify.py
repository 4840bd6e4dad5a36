"""First pass: what is known is computed, equal expressions are shared, differences are sums.

Nodes that depend on no argument and no parameter become numbers; of nodes with the same
operation and operands one remains; a chain `a - b - c` becomes the sum of a, -b and -c. Nodes
that stay as they are stay the same objects. What is not here: sums and products
(`autodiff.contraction`), stacking (`stack`).

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> w, two = Value(3.0), Value(2.0)
>>> recording = record(lambda x: (two * two) * x + w * x + w * x, [w], (5.0,))
>>> [len(order(each)) for each in (recording, simplify(recording))]  # 2*2 is 4, w*x occurs once
[9, 6]
"""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.compiler.ir.operations import DETACH
from autodiff.graph.node import Node, number
from autodiff.graph.traversal import topological_order
from autodiff.operations import TABLE
from autodiff.table.operation import Operation

from .record import Operand, Recording, bare_node

_ADD, _SUB, _NEG = TABLE["add"], TABLE["sub"], TABLE["neg"]


def order(recording: Recording) -> list[Node]:
    """Return every node that the roots are computed from, operands first, leaves included.

    Unlike a walk along parents, it passes where derivatives do not.
    """
    if not recording.cut:
        return topological_order(recording.roots())
    done: dict[Node, None] = {}
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(recording.roots())]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            done[node] = None
        elif node not in done:
            stack.append((node, True))
            stack += [(x, False) for x in reversed(recording.operands(node)) if isinstance(x, Node)]
    return list(done)


def simplify(recording: Recording, nodes: Sequence[Node] | None = None) -> Recording:
    """Fold constants, share equal expressions, and write chains of differences as sums.

    Args:
        recording: what was recorded.
        nodes: its order, if it is known.
    """
    in_order = order(recording) if nodes is None else nodes
    new: dict[Operand, Operand] = {leaf: leaf for leaf in recording.parameters}
    for argument in recording.arguments:
        new.update((leaf, leaf) for leaf in argument.leaves)
    maker = _Maker(_used_once(in_order))
    find = new.get
    for node in in_order:
        if node not in new:
            operands = recording.operands(node)
            new[node] = maker.make(node, tuple([find(x, x) for x in operands]))
    return recording.replaced(lambda node: find(node, node))


class _Maker:
    """Makes the nodes of the simplified graph."""

    def __init__(self, used_once: set[Node]) -> None:
        self._used_once: set[Node] = used_once
        self._known: dict[object, Node] = {}

    def make(self, node: Node, operands: tuple[Operand, ...]) -> Operand:
        """Return what takes the place of a node, given what takes the place of its operands."""
        for x in operands:
            if x.__class__ is not float:
                break
        else:
            return number(node.data)
        operation = node.operation or DETACH
        if operation is _ADD and 0.0 in operands:
            return operands[0] if operands[1] == 0.0 else operands[1]
        if operation is _SUB:
            return self._difference(node, operands[0], operands[1])
        return self._shared(node, operation, operands)

    def _shared(self, node: Node, operation: Operation, operands: tuple[Operand, ...]) -> Node:
        key = operation, operands
        same = self._known.get(key)
        if same is not None and repr(_numbers(same.operands)) == repr(_numbers(operands)):
            return same  # 0.0 and -0.0 have one key, but are two numbers
        unchanged = operands == node.operands
        result = node if unchanged else bare_node(operation, operands, node.data, node.label)
        self._known[key] = result
        return result

    def _difference(self, node: Node, left: Operand, right: Operand) -> Operand:
        if not self._is_chained(node.operands[0]):
            return self._shared(node, _SUB, (left, right))
        before = left.operands if isinstance(left, Node) and left.operation is _SUB else ()
        if before and before[0] == 0.0:  # 0 - a - b is the sum of -a and -b
            left = self._opposite(before[1])
        return bare_node(_ADD, (left, self._opposite(right)), node.data, node.label)

    def _opposite(self, x: Operand) -> Operand:
        if not isinstance(x, Node):
            return -x
        return self._known.setdefault((_NEG, (x,)), bare_node(_NEG, (x,), -x.data))

    def _is_chained(self, before: Operand) -> bool:
        """Tell whether what is subtracted from is a difference itself, used nowhere else."""
        return isinstance(before, Node) and before in self._used_once and before.operation is _SUB


def _numbers(operands: tuple[Operand, ...]) -> list[float]:
    return [x for x in operands if isinstance(x, float)]


def _used_once(nodes: Sequence[Node]) -> set[Node]:
    """Return the nodes that one other uses, if any difference asks for it."""
    if not any(node.operation is _SUB for node in nodes):
        return set()
    once: set[Node] = set()
    again: set[Node] = set()
    for node in nodes:
        for parent in node.parents:
            (again if parent in once else once).add(parent)
    return once - again
