"""The second pass, simplification: algebraic rules that make the traced graph smaller.

The rules, in `_Simplifier.rewrite`:

- a node that depends on no argument and no parameter becomes a number (constant folding);
- `x + 0`, `x * 1`, `x / 1` and the like become x, by the rules of `autodiff.formula.simplify`;
- a chain `a - b - c` becomes the sum of a, -b and -c, which later passes handle as one sum;
- nodes of equal operation and operands become one node (common subexpressions).

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> w, two = Value(3.0), Value(2.0)
>>> recording = record(lambda x: (two * two) * x + w * x + w * x, [w], (5.0,))
>>> [len(each.nodes) for each in (recording, simplify(recording))]  # 2*2 is 4, w*x is one node
[9, 6]
"""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.compiler.ir.operations import DETACH
from autodiff.formula.simplify import simpler
from autodiff.graph.node import Node, number
from autodiff.operations import TABLE
from autodiff.table.operation import Operation

from .record import Operand, Recording, bare_node

_ADD, _SUB, _NEG = TABLE["add"], TABLE["sub"], TABLE["neg"]


def simplify(recording: Recording) -> Recording:
    """Apply the rules to every node; a node that none of them changes stays the same object."""
    new: dict[Operand, Operand] = {leaf: leaf for leaf in recording.parameters}
    for argument in recording.arguments:
        new.update((leaf, leaf) for leaf in argument.leaves)
    rewrite = _Simplifier(_used_once(recording.nodes)).rewrite
    find = new.get
    for node in recording.nodes:
        if node not in new:
            operands = recording.operands(node)
            new[node] = rewrite(node, tuple([find(x, x) for x in operands]))
    return recording.replaced(lambda node: find(node, node))


class _Simplifier:
    """Rewrites nodes, each after its operands.

    Args:
        used_once: the nodes that only one other node uses.
    """

    def __init__(self, used_once: set[Node]) -> None:
        self._used_once: set[Node] = used_once
        self._known: dict[object, Node] = {}

    def rewrite(self, node: Node, operands: tuple[Operand, ...]) -> Operand:
        """Return the replacement of a node, given the replacements of its operands."""
        known = [x.__class__ is float for x in operands]
        if all(known):
            return number(node.data)
        operation = node.operation or DETACH
        if len(known) == 2 and True in known:
            name, rest = simpler(operation.name, operands, loosely=True)
            if not name and isinstance(rest[0], Node):  # x**0 stays: inf * 0 is nan
                return rest[0]
        if operation is _SUB and self._is_chained(node.operands[0]):
            return self._added(node, operands[0], operands[1])
        return self._shared(node, operation, operands)

    def _shared(self, node: Node, operation: Operation, operands: tuple[Operand, ...]) -> Node:
        key = operation, operands
        same = self._known.get(key)
        if same is not None and repr(_numbers(same.operands)) == repr(_numbers(operands)):
            return same  # 0.0 and -0.0 are equal keys, but two numbers
        is_unchanged = operands == node.operands
        result = node if is_unchanged else bare_node(operation, operands, node.data, node.label)
        self._known[key] = result
        return result

    def _is_chained(self, left: Operand) -> bool:
        """Tell whether the left side of a difference is itself a difference, used nowhere else."""
        return isinstance(left, Node) and left in self._used_once and left.operation is _SUB

    def _added(self, node: Node, left: Operand, right: Operand) -> Node:
        """Return left - right as left + -right."""
        before = left.operands if isinstance(left, Node) and left.operation is _SUB else ()
        if before and before[0] == 0.0:  # 0 - a - b is the sum of -a and -b
            left = self._opposite(before[1])
        return bare_node(_ADD, (left, self._opposite(right)), node.data, node.label)

    def _opposite(self, x: Operand) -> Operand:
        if not isinstance(x, Node):
            return -x
        return self._known.setdefault((_NEG, (x,)), bare_node(_NEG, (x,), -x.data))


def _numbers(operands: tuple[Operand, ...]) -> list[float]:
    return [x for x in operands if isinstance(x, float)]


def _used_once(nodes: Sequence[Node]) -> set[Node]:
    """Return the nodes that one other uses; nothing if there is no difference to rewrite."""
    if not any(node.operation is _SUB for node in nodes):
        return set()
    once: set[Node] = set()
    again: set[Node] = set()
    for node in nodes:
        for parent in node.parents:
            (again if parent in once else once).add(parent)
    return once - again
