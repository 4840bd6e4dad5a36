"""Groups of nodes that play the same role, found in the graph itself.

Units of the same depth, kind, operation and number of operands are one group, such as the sixteen
neurons of a layer. Leaves are grouped by their use: the weights of one layer, its biases, the
inputs. Pictures fold a graph by its groups.

>>> from autodiff import Value
>>> weights, x = [Value(0.5) for _ in range(3)], Value(2.0, label="x")
>>> grouping = group([sum((w * x + 1).tanh() for w in weights)])
>>> [each.name for each in grouping.groups]
['leaf x 3', 'x', 'neuron x 3', 'sum']
>>> grouping.edges
{(0, 2): 3, (1, 2): 3, (2, 3): 3}
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from autodiff.graph.graph import Graph, graph_below
from autodiff.graph.node import Node

from .units import Unit, contract

_DIGITS = "0123456789"
_LONGEST = 12  # letters of a label in a list
_FEW = 4  # different labels in a list
_MARKS = "_-.,:;()[]{} "  # between a name and its numbers: w_2_3, w[4]


class Group(NamedTuple):
    """Units of the same role.

    Attributes:
        name: a name that is unique in the graph: "dot x 16", "dot x 16 (2)", or by labels.
        depth: the number of units on the longest path from a leaf; 0 for leaves.
        units: the members, in the order of computation.
    """

    name: str
    depth: int
    units: tuple[Unit, ...]

    @property
    def kind(self) -> str:
        """The kind of every member: "leaf", "sum", "dot", "neuron" or the name of an operation."""
        return self.units[0].kind

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes of every member in turn."""
        return (part for unit in self.units for part in unit.parts)


class Grouping(NamedTuple):
    """A graph divided into groups.

    Attributes:
        groups: by depth, then by first use.
        group_of: the index of the group of every node.
        edges: for the indices of two groups, how often the second uses nodes of the first.
    """

    groups: tuple[Group, ...]
    group_of: Mapping[Node, int]
    edges: Mapping[tuple[int, int], int]


def group(roots: Sequence[Node] | Graph) -> Grouping:
    """Find the groups of the graph below the roots, in time linear in its size.

    Args:
        roots: the ends of a graph, or the graph.

    Returns:
        The groups; every node is in exactly one. Equal graphs give equal groups.
    """
    graph = graph_below(roots)
    units = contract(graph)
    roles = _roles_of_steps(units)
    roles.update(_roles_of_leaves(units, roles))
    members: dict[tuple[int, Hashable], list[Unit]] = {}
    for unit in units:
        members.setdefault(roles[unit.node], []).append(unit)
    in_order = sorted(members.items(), key=lambda item: item[0][0])  # stable: then by first use
    names = _names([found for _, found in in_order], graph.labels)
    groups = tuple(
        Group(name, role[0], tuple(found))
        for name, (role, found) in zip(names, in_order, strict=True)
    )
    group_of = {node: index for index, each in enumerate(groups) for node in each.nodes()}
    return Grouping(groups, group_of, count_edges(group_of))


def count_edges(part_of: Mapping[Node, int]) -> dict[tuple[int, int], int]:
    """Count the uses from each part of a graph to each other part.

    Args:
        part_of: the number of the part that each node belongs to.

    Returns:
        For each two parts, how often nodes of the second have a node of the first as a parent,
        sorted by the second part; uses inside a part do not count.
    """
    counts: dict[tuple[int, int], int] = {}
    for node, target in part_of.items():
        for parent in node.parents:
            edge = part_of[parent], target
            if edge[0] != target:
                counts[edge] = counts.get(edge, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (item[0][1], item[0][0])))


def _roles_of_steps(units: Sequence[Unit]) -> dict[Node, tuple[int, Hashable]]:
    """Return depth and role of every unit that is not a leaf."""
    depths: dict[Node, int] = {}
    roles: dict[Node, tuple[int, Hashable]] = {}
    for unit in units:
        if unit.kind == "leaf":
            continue
        depth = 1 + max(depths.get(node, 0) for _, node in _uses(unit))
        depths[unit.node] = depth
        roles[unit.node] = depth, (unit.kind, unit.operation, _arity(unit))
    return roles


def _arity(unit: Unit) -> Hashable:
    """Return how many operands of each sort a unit has; 1 - x and x - 1 differ."""
    is_node = [isinstance(term, Node) for term in unit.terms]
    if unit.products or unit.kind == "sum" or (unit.operation and unit.operation.starred):
        return len(unit.products), is_node.count(True), is_node.count(False)
    return tuple(is_node)


def _roles_of_leaves(
    units: Sequence[Unit], roles: Mapping[Node, tuple[int, Hashable]]
) -> dict[Node, tuple[int, Hashable]]:
    """Return the role of every leaf: the groups that use it, and as which operand."""
    numbers: dict[tuple[int, Hashable], int] = {}  # shorter to compare than the roles themselves
    uses: dict[Node, set[tuple[int, int]]] = {}
    for unit in units:
        if unit.kind == "leaf":
            uses[unit.node] = set()
            continue
        number = numbers.setdefault(roles[unit.node], len(numbers))
        for place, node in _uses(unit):
            if node in uses:
                uses[node].add((number, place))
    return {leaf: (0, frozenset(places)) for leaf, places in uses.items()}


def _uses(unit: Unit) -> Iterator[tuple[int, Node]]:
    """Yield the nodes that a unit uses, each with its place, which decides its role."""
    for product in unit.products:
        for place, factor in enumerate(product):
            if isinstance(factor, Node):
                yield place, factor
    for place, term in _places(unit):
        if isinstance(term, Node):
            yield place, term


def _places(unit: Unit) -> Iterable[tuple[int, Node | float]]:
    if unit.products or unit.kind == "sum":
        return ((2, term) for term in unit.terms)  # after the two factors
    operation = unit.operation
    if operation is None or not operation.starred:
        return enumerate(unit.terms)
    places: list[tuple[int, Node | float]] = []
    entries: list[Any] = operation.group(unit.terms)
    for place, (name, entry) in enumerate(zip(operation.operands, entries, strict=True)):
        places += ((place, term) for term in (entry if name in operation.starred else [entry]))
    return places


def _names(groups: Sequence[Sequence[Unit]], labels: Mapping[Node, str]) -> list[str]:
    """Give every group a unique name; repeated names are numbered."""
    wanted = [_name(units, labels) for units in groups]
    used = set(wanted)
    counts: dict[str, int] = {}
    names: list[str] = []
    for name in wanted:
        unique, number = name, counts.get(name, 0) + 1
        while number > 1 and unique in used:
            unique = f"{name} ({number})"
            number += unique in used
        counts[name] = number
        used.add(unique)
        names.append(unique)
    return names


def _name(units: Sequence[Unit], called: Mapping[Node, str]) -> str:
    """Return "loss" or "sum" for a single unit, "x, y", "w x 16" or "dot x 16" for several."""
    labels = [called.get(unit.node, "") for unit in units]
    if len(units) == 1:
        return labels[0] or units[0].kind
    distinct = set(labels)
    if len(units) == len(distinct) <= _FEW and all(map(_is_word, labels)):
        return ", ".join(labels)
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*labels, strict=False))
    common = "".join(letters[0] for letters in alike).rstrip(_DIGITS).rstrip(_MARKS)
    return f"{common or units[0].kind} x {len(units)}"


def _is_word(label: str) -> bool:
    """Tell a name that stands alone (height) from one of a numbered row (w_2_3)."""
    return bool(label) and len(label) <= _LONGEST and label[-1] not in _DIGITS + _MARKS
