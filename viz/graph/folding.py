"""Which boxes a folded picture has: a box per group, and one group opened if wanted.

Where even the groups are too many for a picture, as in a recurrence of a thousand steps, the
depths in the middle become one box.

>>> from autodiff import Value
>>> x = Value(2.0, label="x")
>>> loss = sum((x * i).tanh() for i in range(1, 4))
>>> [box.title for box in fold(Graph([loss]))]
['x', 'mul x 3', 'tanh x 3', 'sum']
>>> [box.title for box in fold(Graph([loss]), "tanh x 3")]
['x', 'mul x 3', 'tanh 1', 'tanh 2', 'tanh 3', 'sum']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from autodiff import OptionError
from autodiff.extend import Graph, Group, Grouping, Node, Unit, described, group

_MOST_BOXES = 40  # more would be letters too small to read
_ENDS = 12  # boxes that are shown where the depths in the middle are left out
_FEW = 8  # parts that an opened box shows one by one
_BESIDE = 4  # members of an opened box that stand side by side, each with its own edges
_INSIDE = 20  # members that stand inside the opened box, which keeps the edges


class Box(NamedTuple):
    """One box of a folded picture.

    Attributes:
        title: the name of the group, or how many nodes are not shown.
        nodes: every node that the box stands for.
        values: those of the nodes whose numbers are typical of it.
        unit: one of the members, all of which have its role; None for what is merely left out.
        single: whether the box is a node by itself, to be drawn as in any graph.
        opened: whether it is the box that was opened, or a part of it.
        members: what is inside an opened box that keeps its frame, the last for what is left out.
    """

    title: str
    nodes: tuple[Node, ...]
    values: tuple[Node, ...]
    unit: Unit | None = None
    single: bool = False
    opened: bool = False
    members: tuple[Box, ...] = ()


def fold(graph: Graph, unfold: object = None, grouping: Grouping | None = None) -> list[Box]:
    """Divide a graph into boxes.

    Args:
        graph: what to divide.
        unfold: the title of a box to open, or a node to show within its group; None for neither.
        grouping: of the graph, if it was made already.

    Returns:
        The boxes, by depth; every node is in exactly one.

    Raises:
        OptionError: if no box has this name, or the node is not in the graph.
    """
    grouping = group(graph) if grouping is None else grouping
    if unfold is None:
        return _boxes(grouping, None, [])
    if isinstance(unfold, Node) and unfold in grouping.group_of:
        wanted = grouping.group_of[unfold]
        return _boxes(grouping, wanted, _around(grouping.groups[wanted], unfold, graph))
    names = {each.name: index for index, each in enumerate(grouping.groups)}
    if isinstance(unfold, str) and unfold in names:
        wanted = names[unfold]
        return _boxes(grouping, wanted, _members(grouping.groups[wanted], graph))
    boxes = _boxes(grouping, None, [])
    for place, box in enumerate(boxes):
        if isinstance(unfold, str) and box.title == unfold:  # depths that were left out
            return [*boxes[:place], *_one_by_one(box.nodes, graph), *boxes[place + 1 :]]
    raise OptionError(
        "a Value of the graph, or the name of a box: " + ", ".join(repr(b.title) for b in boxes),
        described(unfold),
        "pass unfold= one of these names, as the picture shows them",
    )


# -- the whole -----------------------------------------------------------------------------------


def _boxes(grouping: Grouping, opened: int | None, inside: list[Box]) -> list[Box]:
    """Return a box per group, `inside` in place of the opened one, and what is left out."""
    columns = _columns(grouping)
    shown = _shown(columns)
    if opened is not None:
        shown.update(depth for depth, indexes in columns.items() if opened in indexes)
    boxes: list[Box] = []
    for is_shown, run in groupby(sorted(columns), key=shown.__contains__):
        depths = list(run)
        if not is_shown:
            groups = [grouping.groups[index] for depth in depths for index in columns[depth]]
            boxes.append(_left_out(depths, groups))
            continue
        for depth in depths:
            crowded = len(columns[depth]) > _MOST_BOXES  # many different ones side by side
            visible = set(columns[depth][: _ENDS if crowded else None]) | {opened}
            for index in columns[depth]:
                if index in visible:
                    boxes += inside if index == opened else [_folded(grouping.groups[index])]
            rest = [grouping.groups[index] for index in columns[depth] if index not in visible]
            if rest:
                boxes.append(_left_out([depth], rest))
    return boxes


def _columns(grouping: Grouping) -> dict[int, list[int]]:
    """Return the groups by depth; leaves stand with what uses them first."""
    depths = {index: each.depth for index, each in enumerate(grouping.groups)}
    leaves = {index: [0] for index, depth in depths.items() if depth == 0}
    for source, target in grouping.edges:
        if source in leaves:
            leaves[source].append(depths[target])
    depths.update((index, min(found[1:] or found)) for index, found in leaves.items())
    columns: dict[int, list[int]] = {}
    for index, depth in depths.items():
        columns.setdefault(depth, []).append(index)
    return columns


def _shown(columns: dict[int, list[int]]) -> set[int]:
    """Choose the depths that are shown: all, or as many from both ends as there is room for."""
    depths = sorted(columns)
    if sum(map(len, columns.values())) <= _MOST_BOXES:
        return set(depths)
    shown: set[int] = {depths[0], depths[-1]}
    room = _ENDS - sum(len(columns[depth]) for depth in shown)
    for ends in zip(depths[1:-1], reversed(depths[1:-1]), strict=True):
        room -= sum(len(columns[depth]) for depth in ends)
        if room < 0:
            break
        shown.update(ends)
    return shown


def _folded(each: Group) -> Box:
    values = tuple(unit.node for unit in each.units)
    return Box(each.name, tuple(each.nodes()), values, each.units[0])


def _left_out(depths: Sequence[int], groups: Iterable[Group]) -> Box:
    first, last = depths[0], depths[-1]
    title = f"depth {first}" if first == last else f"depths {first} to {last}"
    nodes = tuple(node for each in groups for node in each.nodes())
    return Box(title, nodes, nodes)


# -- one box opened ------------------------------------------------------------------------------


def _members(each: Group, graph: Graph) -> list[Box]:
    """Open a group: of one member its parts, a few side by side, many inside a frame.

    Inside a frame members have no edges: from three groups of leaves to sixteen neurons, and on,
    they would be a thicket.
    """
    count = len(each.units)
    if count == 1:
        return _parts(each.units[0], graph)
    first = each.units if count <= _INSIDE else each.units[: _INSIDE - 1]
    members = [
        _member(unit, graph)._replace(title=name)
        for unit, name in zip(first, _member_names(first, graph), strict=True)
    ]
    if count <= _BESIDE:
        return members
    inside = (*members, *_rest(each.units[len(first) :], count))
    return [_folded(each)._replace(opened=True, members=inside)]


def _member_names(units: Sequence[Unit], graph: Graph) -> list[str]:
    """Name members by their labels where those differ, else by number."""
    labels = [graph.labels.get(unit.node, "") for unit in units]
    if all(labels) and len(set(labels)) == len(labels):
        return labels
    return [
        f"{label or unit.kind} {number}"
        for number, (label, unit) in enumerate(zip(labels, units, strict=True), 1)
    ]


def _around(each: Group, node: Node, graph: Graph) -> list[Box]:
    """Open the member of a group that a node is part of; the others are one box."""
    chosen = next(unit for unit in each.units if node in unit.parts)
    others = [unit for unit in each.units if unit is not chosen]
    return [*_parts(chosen, graph), *_rest(others, len(each.units))]


def _rest(units: Sequence[Unit], count: int) -> list[Box]:
    if not units:
        return []
    nodes = tuple(part for unit in units for part in unit.parts)
    title = f"\N{HORIZONTAL ELLIPSIS} {len(units)} more of {count}"
    return [Box(title, nodes, tuple(unit.node for unit in units), opened=True)]


def _member(unit: Unit, graph: Graph) -> Box:
    title = graph.labels.get(unit.node, unit.kind)
    return Box(title, unit.parts, (unit.node,), unit, single=len(unit.parts) == 1, opened=True)


def _parts(unit: Unit, graph: Graph) -> list[Box]:
    if len(unit.parts) == 1:
        return [_member(unit, graph)]
    parts = set(unit.parts)  # in the order of the computation: product, sum, product, sum
    return _one_by_one([node for node in graph.order if node in parts], graph)


def _one_by_one(nodes: Sequence[Node], graph: Graph) -> list[Box]:
    """Return a box per node, with those before the last left out if there are many."""
    labels = graph.labels
    boxes = [Box(labels.get(x, ""), (x,), (x,), single=True, opened=True) for x in nodes]
    if len(nodes) <= _FEW:
        return boxes
    hidden = tuple(nodes[_FEW - 2 : -1])
    title = f"\N{HORIZONTAL ELLIPSIS} {len(hidden)} more of {len(nodes)}"
    return [*boxes[: _FEW - 2], Box(title, hidden, hidden, opened=True), boxes[-1]]
