"""Relu units that never fire, and inputs far from 1.

>>> from autodiff import Value, relu
>>> activity, b = ReluActivity(), Value(-3.0, label="b")
>>> activity.count([relu(b + 1)])
>>> [finding.name for finding in dead_units(activity, 1, None, {b: "b"})]
['b']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from autodiff.display import digits
from autodiff.graph.graph import Graph, graph_below
from autodiff.graph.node import Node

from .findings import Finding, Mistake
from .shapes import Shapes, region

BY_CHANCE = 1000  # a unit that is off in fewer places of a batch may be on in the next


class Activity(NamedTuple):
    """How often the relu units that a leaf feeds were on.

    Attributes:
        uses: in how many places the leaf feeds one.
        fired: in how many of them the unit was on.
        first: the pre-activation of the first of these units.
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
            inner = self._shapes.rectified(node)
            if inner is None:
                continue
            fires = node.data != 0.0 or inner.data > 0.0  # a mask of zeros is not a dead relu
            for leaf in region(inner, self._shapes.linear_parents):
                if not leaf.parents:
                    old = self.of.get(leaf, Activity(0, 0, inner))
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
        uses, at = activity.of[feeding[0]].uses, digits(first.data)
        more = f" and {len(feeding) - 1} more leaves" if len(feeding) > 1 else ""
        text = f"relu is off in all {uses:,} uses, first at {at}; no gradient reaches it{more}"
        remedy = "a smaller learning rate, other initial weights, or leaky_relu"
        name = names.get(feeding[-1], "a unit")
        yield Finding(Mistake.DEAD_RELU, feeding[-1], name, text, remedy)
