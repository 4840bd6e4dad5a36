"""Mistakes in what is computed: a logarithm of softmax, units that never fire, pixels as they are.

What is not here: mistakes in the state of a graph (`state_faults`), the report (`lint`).

>>> from autodiff import Value, log, softmax
>>> z = [Value(1.0), Value(2.0)]
>>> [finding.mistake.value for finding in softmax_logs([-log(softmax(z)[0])], {})]
['log of softmax']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from autodiff.graph import interior_order
from autodiff.node import Node
from autodiff.operations import TABLE
from autodiff.tables import digits

from .findings import Finding, Mistake

__all__ = ["SCALE_REMEDY", "Unit", "Units", "dead_units", "scale_of", "scales", "softmax_logs"]

SCALE_REMEDY = "scale them: x / 255 for pixels, (x - mean) / deviation in general"
_LARGE, _LITTLE = 20.0, 1e-3  # beyond these the largest input is far from 1
_LOGS = frozenset(TABLE[name] for name in ("log", "log2", "log10"))
_AFFINE = frozenset(TABLE[name] for name in ("add", "sub", "mul", "sum", "dot", "neg", "mean"))
_EXP, _ADD, _SUB, _MUL, _DIV = (TABLE[name] for name in ("exp", "add", "sub", "mul", "div"))
_SUM, _LOGSUMEXP, _RELU, _DOT = (TABLE[name] for name in ("sum", "logsumexp", "relu", "dot"))


def softmax_logs(roots: Sequence[Node], names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield logarithms of an element of softmax: -inf where it underflows."""
    for node in interior_order(roots):
        if node.operation in _LOGS and _is_softmax(_without_constant(node.parents[0])):
            text = "the logarithm of softmax is -inf where softmax rounds to 0"
            remedy = "log_softmax(z), or nn.cross_entropy(z, targets), of the outputs z themselves"
            yield Finding(Mistake.SOFTMAX_LOG, node, names.get(node, "log"), text, remedy)


def _without_constant(node: Node) -> Node:
    """See through `p + 1e-9`."""
    return node.parents[0] if node.operation is _ADD and len(node.parents) == 1 else node


def _is_softmax(node: Node) -> bool:
    if node.operation is _EXP:  # exp(x - logsumexp(xs))
        exponent = node.parents[0]
        return exponent.operation is _SUB and exponent.parents[-1].operation is _LOGSUMEXP
    if node.operation not in {_DIV, _MUL} or len(node.parents) != 2:
        return False
    exponential, rest = node.parents
    total = rest if node.operation is _DIV else (rest.parents or (rest,))[0]  # times 1 / total
    if exponential.operation is not _EXP:
        return False
    return any(
        term.operation is _EXP and term.parents[0] is exponential.parents[0]
        for term in _region(total, frozenset({_ADD, _SUM}))
    )


class Unit(NamedTuple):
    """How often the rectified units that a leaf feeds were on.

    Attributes:
        uses: in how many places.
        fired: in how many of them the unit was on.
        first: the first of these units.
    """

    uses: int
    fired: int
    first: Node


class Units:
    """Counts, for each leaf, the rectified units it feeds: one graph after the other."""

    def __init__(self) -> None:
        self.of: dict[Node, Unit] = {}

    def count(self, roots: Sequence[Node]) -> None:
        """Count the units of graphs."""
        for node in interior_order(roots):
            if node.operation is not _RELU:
                continue
            fires = bool(node.local_derivatives[0])
            for leaf in dict.fromkeys(_region(node.parents[0], _AFFINE)):
                if not leaf.parents:
                    old = self.of.get(leaf, Unit(0, 0, node))
                    self.of[leaf] = Unit(old.uses + 1, old.fired + fires, old.first)


def dead_units(
    units: Units, least: int, wanted: Iterable[Node] | None, names: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield the units that were off in every place.

    Args:
        units: what was counted.
        least: in how many places at least, for a unit may be off by chance.
        wanted: the leaves that are parameters; all by default.
        names: of leaves.
    """
    groups: dict[Node, list[Node]] = {}
    for leaf in units.of if wanted is None else wanted:
        unit = units.of.get(leaf)
        if unit is not None and unit.uses >= least and not unit.fired:
            groups.setdefault(unit.first, []).append(leaf)
    for first, feeding in groups.items():
        uses, at = units.of[feeding[0]].uses, digits(first.parents[0].data)
        more = f" and {len(feeding) - 1} more leaves" if len(feeding) > 1 else ""
        text = f"relu is off in all {uses:,} uses, first at {at}; no gradient reaches it{more}"
        remedy = "a smaller learning rate, other first weights, or leaky_relu"
        name = names.get(feeding[-1], "a unit")
        yield Finding(Mistake.DEAD_RELU, feeding[-1], name, text, remedy)


def scales(
    roots: Sequence[Node], parameters: Mapping[Node, str], names: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield the first use of inputs that are far from 1 in size."""
    largest, where = 0.0, None
    for node in interior_order(roots):
        size = max((abs(x) for x in _inputs(node, parameters)), default=0.0)
        if size > largest:
            largest, where = size, node
    text = scale_of(largest)
    if where is not None and text:
        yield Finding(Mistake.SCALE, where, names.get(where, "z"), text, SCALE_REMEDY)


def scale_of(largest: float) -> str:
    """Say that inputs are far from 1 in size, or return ""."""
    if largest > _LARGE or 0.0 < largest < _LITTLE:
        return f"the largest of its inputs is {digits(largest)}, far from 1"
    return ""


def _inputs(node: Node, parameters: Mapping[Node, str]) -> Iterator[float]:
    """Yield the numbers that weights are multiplied by in one node."""
    if node.operation is _DOT:
        weights, inputs, _ = _DOT.group(node.operands)
        pairs = zip(weights, inputs, strict=True)
    elif node.operation is _MUL and parameters:
        pairs = iter([(node.operands[0], node.operands[1])])
    else:
        return
    for one, other in chain.from_iterable(((x, y), (y, x)) for x, y in pairs):
        if not isinstance(one, Node) or (parameters and one not in parameters):
            continue
        if not isinstance(other, Node):
            yield other
        elif parameters and not other.parents and other not in parameters:
            yield other.data


def _region(node: Node, operations: frozenset[object]) -> Iterator[Node]:
    """Yield the nodes below a node that are reached through some operations only, once each."""
    met, pending = {node}, [node]
    while pending:
        node = pending.pop()
        yield node
        if node.operation in operations:
            for parent in reversed(node.parents):
                if parent not in met:
                    met.add(parent)
                    pending.append(parent)
