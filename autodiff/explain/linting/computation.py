"""Mistakes in what is computed: a logarithm of softmax, relu units that never fire.

>>> from autodiff import Value, log, softmax
>>> z = [Value(1.0), Value(2.0)]
>>> [finding.mistake.value for finding in softmax_logs(Graph([-log(softmax(z)[0])]), {})]
['log of softmax']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from autodiff.display import digits
from autodiff.graph.graph import Graph, graph_below
from autodiff.graph.node import Node
from autodiff.operations import TABLE

from .findings import Finding, Mistake
from .shapes import Shapes, kinds_of, region

BY_CHANCE = 1000  # a unit that is off in fewer places of a batch may be on in the next
SCALE_REMEDY = "scale them: x / 255 for pixels, (x - mean) / deviation in general"
_LARGE, _LITTLE = 20.0, 1e-3  # beyond these the largest input is far from 1
_LOGS = frozenset(TABLE[name] for name in ("log", "log2", "log10"))
_EXPONENTIALS = frozenset({TABLE["exp"], TABLE["exp_difference"]})
_EXP, _POW, _ADD, _SUB, _MUL, _DIV, _SUM, _LOGSUMEXP = (
    TABLE[name] for name in ("exp", "pow", "add", "sub", "mul", "div", "sum", "logsumexp")
)


def softmax_logs(graph: Graph, names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield logarithms of an element of softmax, which are -inf where it underflows."""
    logs = [node for node in graph.interior if node.operation in _LOGS]
    kinds = kinds_of(graph) if logs else {}
    for node in logs:
        if _is_softmax(_without_constant(node.parents[0]), kinds):
            text = "the logarithm of softmax is -inf where softmax rounds to 0"
            remedy = "log_softmax(z), or nn.cross_entropy(z, targets), of the outputs z themselves"
            yield Finding(Mistake.SOFTMAX_LOG, node, names.get(node, "log"), text, remedy)


def _without_constant(node: Node) -> Node:
    """Return the Value in a sum of a Value and a constant, as `p + 1e-9`."""
    return node.parents[0] if node.operation is _ADD and len(node.parents) == 1 else node


def _is_softmax(node: Node, kinds: Mapping[Node, int]) -> bool:
    if node.operation is _EXP:  # exp(x - logsumexp(xs))
        exponent = node.parents[0]
        return exponent.operation is _SUB and exponent.parents[-1].operation is _LOGSUMEXP
    if node.operation not in {_DIV, _MUL} or len(node.parents) != 2:
        return False
    exponential, rest = node.parents
    total = rest if node.operation is _DIV else (rest.parents or (rest,))[0]  # times 1 / total
    if exponential.operation not in _EXPONENTIALS and not _is_power(exponential):
        return False
    added = frozenset({_ADD, _SUM})
    terms = region(total, lambda x: x.parents if x.operation in added else ())
    return any(kinds[term] == kinds[exponential] for term in terms)


def _is_power(node: Node) -> bool:
    """Tell whether a node is a number to the power of a Value."""
    return node.operation is _POW and not isinstance(node.operands[0], Node)


class Activity(NamedTuple):
    """How often the relu units that a leaf feeds were on.

    Attributes:
        uses: in how many places the leaf feeds one.
        fired: in how many of them the unit was on.
        first: the first of these units.
    """

    uses: int
    fired: int
    first: Node


class ReluActivity:
    """Counts how often relu units are on, one graph after the other.

    Attributes:
        of: the activity of the units that each leaf feeds.
    """

    def __init__(self) -> None:
        self.of: dict[Node, Activity] = {}
        self._shapes: Shapes = Shapes()

    def count(self, roots: Sequence[Node] | Graph) -> None:
        """Count the units of a graph."""
        for node in graph_below(roots).interior:
            if not self._shapes.rectifies(node):
                continue
            fires = bool(node.local_derivatives[0])
            for leaf in region(node.parents[0], self._shapes.linear_parents):
                if not leaf.parents:
                    old = self.of.get(leaf, Activity(0, 0, node))
                    self.of[leaf] = Activity(old.uses + 1, old.fired + fires, old.first)


def dead_units(
    activity: ReluActivity, least: int, wanted: Iterable[Node] | None, names: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield the units that were never on.

    Args:
        activity: how often units were on.
        least: the least number of uses that tells, for a unit may be off by chance.
        wanted: the leaves that are parameters; all leaves by default.
        names: of leaves.
    """
    groups: dict[Node, list[Node]] = {}
    for leaf in activity.of if wanted is None else wanted:
        unit = activity.of.get(leaf)
        if unit is not None and unit.uses >= least and not unit.fired:
            groups.setdefault(unit.first, []).append(leaf)
    for first, feeding in groups.items():
        uses, at = activity.of[feeding[0]].uses, digits(first.parents[0].data)
        more = f" and {len(feeding) - 1} more leaves" if len(feeding) > 1 else ""
        text = f"relu is off in all {uses:,} uses, first at {at}; no gradient reaches it{more}"
        remedy = "a smaller learning rate, other initial weights, or leaky_relu"
        name = names.get(feeding[-1], "a unit")
        yield Finding(Mistake.DEAD_RELU, feeding[-1], name, text, remedy)


def scale_of(largest: float) -> str:
    """Return the finding on inputs whose largest size is far from 1, else ""."""
    if largest > _LARGE or 0.0 < largest < _LITTLE:
        return f"the largest of its inputs is {digits(largest)}, far from 1"
    return ""
