"""The second pass, simplification: algebraic rules that make the traced graph smaller.

The rules, in `_Simplifier.rewrite`:

- a node that depends on no argument and no parameter becomes a number (constant folding);
- `x * 1`, `x / 1` and the like become x, by the rules of `autodiff.formula.simplify`;
- a chain `a - b - c` becomes the sum of a, -b and -c, which later passes handle as one sum;
- nodes of equal operation and operands become one node (common subexpressions).

The zeros in sums, such as the one that the built-in `sum` starts with, are left to contraction,
which takes sums apart anyway: without them, every node of a sum would be another one.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> w, two = Value(3.0), Value(2.0)
>>> recording = record(lambda x: (two * two) * x + w * x + w * x, [w], (5.0,))
>>> [len(each.nodes) for each in (recording, simplify(recording))]  # 2*2 is 4, w*x is one node
[9, 6]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from autodiff.compiler.ir.operations import DETACH
from autodiff.formula.simplify import simpler
from autodiff.graph.node import Node, number
from autodiff.operations import TABLE
from autodiff.table.operation import Operation

from .record import Operand, Recording, bare_node

_ADD, _SUB, _NEG = TABLE["add"], TABLE["sub"], TABLE["neg"]


def simplify(recording: Recording) -> Recording:
    """Apply the rules to every node; a node that none of them changes stays the same object."""
    given = set(recording.parameters)
    for argument in recording.arguments:
        given.update(argument.leaves)
    simplifier = _Simplifier(recording)
    rewrite, changed, detached = simplifier.rewrite, simplifier.changed, recording.detached
    nodes, chained = simplifier.nodes, simplifier.chained
    keep, first_of = nodes.append, simplifier.known.setdefault
    is_unchanged = changed.keys().isdisjoint
    for node in recording.nodes:
        operands = node.operands
        if operands:
            if is_unchanged(operands) and float not in map(type, operands):
                if chained and operands[0] in chained and node.operation is _SUB:
                    rewrite(node, operands)
                    continue
                first = first_of((node.operation, operands), node)
                if first is node:
                    keep(node)
                else:
                    changed[node] = first
            else:
                rewrite(node, operands)
        elif node in given:
            keep(node)
        elif node in detached:
            rewrite(node, (detached[node],))
        else:
            changed[node] = number(node.data)
    found = changed.get
    simple = recording.replaced(lambda node: found(node, node), nodes)
    return simple.without_dead_nodes() if simplifier.has_dead_nodes else simple


class _Simplifier:
    """Rewrites nodes, each after its operands.

    Args:
        recording: of all nodes.

    Attributes:
        changed: what takes the place of nodes.
        nodes: what is left, in order.
        chained: the differences that are the left side of another one and used nowhere else.
        known: the nodes that are left, by operation and operands.
        has_dead_nodes: whether a node may be left that nothing uses any more.
    """

    def __init__(self, recording: Recording) -> None:
        self.changed: dict[Operand, Operand] = {}
        self.nodes: list[Node] = []
        self.chained: set[Node] = _chained(recording.nodes)
        self.has_dead_nodes: bool = False
        self.known: dict[tuple[Operation | None, tuple[Operand, ...]], Node] = {}

    def rewrite(self, node: Node, before: tuple[Operand, ...]) -> None:
        """Apply the rules to a node."""
        changed = self.changed
        operands = before
        if not changed.keys().isdisjoint(before):
            operands = tuple([changed.get(x, x) for x in before])
        kinds = [x.__class__ for x in operands]
        is_float = float in kinds
        if is_float and kinds.count(float) == len(kinds):
            changed[node] = number(node.data)
            return
        operation = node.operation or DETACH
        if len(operands) == 2:
            if operation is _SUB and before[0] in self.chained:
                self._replace(node, self._added(node, operands[0], operands[1]))
                return
            if is_float and operation is not _ADD:
                name, rest = simpler(operation.name, operands, loosely=True)
                if not name and isinstance(rest[0], Node):  # x**0 stays: inf * 0 is nan
                    changed[node] = rest[0]
                    return
        key = operation, operands
        same = self.known.get(key)
        if same is not None and (
            not is_float or repr(_numbers(same.operands)) == repr(_numbers(operands))
        ):
            changed[node] = same  # 0.0 and -0.0 are equal keys, but two numbers
        elif operation is node.operation and operands == before:
            self.known[key] = node
            self.nodes.append(node)
        else:
            self.known[key] = other = bare_node(operation, operands, node.data, node.label)
            self._replace(node, other)

    def _replace(self, node: Node, other: Node) -> None:
        self.changed[node] = other
        self.nodes.append(other)

    def _added(self, node: Node, left: Operand, right: Operand) -> Node:
        """Return left - right as left + -right."""
        before = left.operands if isinstance(left, Node) and left.operation is _SUB else ()
        if before and before[0] == 0.0:  # 0 - a - b is the sum of -a and -b
            left = self._opposite(before[1])
            self.has_dead_nodes = True
        return bare_node(_ADD, (left, self._opposite(right)), node.data, node.label)

    def _opposite(self, x: Operand) -> Operand:
        if not isinstance(x, Node):
            return -x
        key = _NEG, (x,)
        if key not in self.known:
            self.known[key] = bare_node(_NEG, (x,), -x.data)
            self.nodes.append(self.known[key])
        return self.known[key]


def _numbers(operands: tuple[Operand, ...]) -> list[Operand]:
    return [x for x in operands if x.__class__ is float]


def _chained(nodes: Sequence[Node]) -> set[Node]:
    """Return the differences that are the left side of another one and used nowhere else."""
    lefts = [node.operands[0] for node in nodes if node.operation is _SUB]
    found = {left for left in lefts if isinstance(left, Node) and left.operation is _SUB}
    if found:
        uses = Counter(chain.from_iterable([node.parents for node in nodes]))
        found = {left for left in found if uses[left] == 1}
    return found
