"""Where a nan or inf arises: the infinities and nans that the end of a graph depends on.

From the end back, a number that is not finite is followed to those operands that make it so: with
finite numbers in their place, the operation would give another result. A mask of -inf is not
followed, nor an overflow that `minimum` limits.

>>> from autodiff import Value, exp, log, minimum
>>> loss = log(minimum(exp(Value(1000.0)), 5.0) - 6)
>>> [birth.computed for birth in births_of(Graph([loss]))]
['log(v4)']
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import isfinite, isnan
from typing import NamedTuple

from autodiff.formula.printing import plain
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.graph.source_lines import SourceLine, line_of

from .chain_rule.factors import factor_of
from .trace import expression_of

_TRIED = 100  # operands of one node that are tried one by one


class Birth(NamedTuple):
    """A place where a nan or inf arises.

    Attributes:
        backward: whether it is in the backward pass.
        node: the node that computes it.
        name: the name of the number: of the node, or "adjoint of" a parent.
        computed: how it is computed, in terms of names.
        operands: what it is computed from: names and numbers, in order, without constants.
        value: the nan or inf.
        line: the line of the program, if lines were recorded.
    """

    backward: bool
    node: Node
    name: str
    computed: str
    operands: tuple[tuple[str, float], ...]
    value: float
    line: SourceLine | None


def births_of(graph: Graph) -> list[Birth]:
    """Return the births that the end of a graph depends on, in the order of computation.

    Args:
        graph: a graph with one root.

    Returns:
        If the end is nan or inf, the births in the forward pass. Else those in the backward pass:
        of the adjoints that are nan, or if none is, of those that are inf.
    """
    return _backward(graph) if isfinite(graph.end.data) else _forward(graph)


def _forward(graph: Graph) -> list[Birth]:
    names = graph.names
    born: set[Node] = set()
    met: dict[Node, None] = {graph.end: None}
    pending = [graph.end]
    while pending:
        node = pending.pop()
        causes = _causes(node)
        if not any(isnan(x.data) for x in causes) and (isnan(node.data) or not causes):
            born.add(node)
        pending += [x for x in causes if x not in met]
        met |= dict.fromkeys(causes)
    births: list[Birth] = []
    for node in graph.order:
        if node in born:
            operands = tuple((names[x], x.data) for x in dict.fromkeys(node.parents))
            computed = expression_of(node, names) or "a leaf"
            at = (node, names[node], computed, operands, node.data, line_of(node))
            births.append(Birth(False, *at))  # noqa: FBT003 the field says which pass
    return births


def _causes(node: Node) -> list[Node]:
    """Return the parents that make a node nan or inf, none if it is so by itself.

    Each of them suffices alone, or if none does, they do together and not with one less.
    """
    suspects = [x for x in dict.fromkeys(node.parents) if not isfinite(x.data)]
    if not suspects or not _persists(node, ()):  # its data was changed since
        return suspects
    if _persists(node, suspects):
        return []
    nans = [x for x in suspects if isnan(x.data)]
    if len(suspects) > _TRIED:
        return nans or suspects
    alone = [x for x in suspects if _persists(node, [y for y in suspects if y is not x])]
    if alone:
        return alone
    removed: list[Node] = []
    for x in suspects:
        if _persists(node, [*removed, x]):
            removed.append(x)
    return [x for x in suspects if x not in removed]


def _persists(node: Node, replaced: Collection[Node]) -> bool:
    """Tell whether a node has the same nan or inf with 1 in the place of some parents."""
    operation, there = node.operation, set(replaced)
    assert operation is not None
    floats = [(1.0 if x in there else x.data) if isinstance(x, Node) else x for x in node.operands]
    result = operation.function(*operation.group(floats))[0]
    return result == node.data or (isnan(result) and isnan(node.data))


class _Part(NamedTuple):
    """A part of an adjoint: outer * local derivative of the node by a parent."""

    node: Node
    position: int
    outer: float
    before: float  # the sum of the parts so far

    @property
    def value(self) -> float:
        return self.outer * self.node.local_derivatives[self.position]


def _backward(graph: Graph) -> list[Birth]:
    adjoint = graph.adjoints()
    has_nan = any(map(isnan, adjoint.values()))
    pending = [x for x, y in adjoint.items() if isnan(y) or not (has_nan or isfinite(y))]
    met = set(pending)
    born: dict[tuple[Node, int], _Part] = {}
    while pending:
        parts = list(_parts(pending.pop(), graph, adjoint))
        nans = [part for part in parts if isnan(part.value)]
        infinities = [part for part in parts if not isfinite(part.value)]
        if not nans:  # inf - inf, or a sum that overflows
            sums = (part for part in parts if not isfinite(part.before + part.value))
            added = next((x for x in sums if isnan(x.before + x.value) or not infinities), None)
            if added is not None:
                born[added.node, added.position] = added
        for part in nans or infinities:
            local = part.node.local_derivatives[part.position]
            follows = not isfinite(part.outer) and (isnan(part.outer) or isfinite(local))
            if not isnan(part.outer) and (not follows or isnan(part.value)):
                born[part.node, part.position] = part
            if follows and part.node not in met:
                met.add(part.node)
                pending.append(part.node)
    order = {node: -place for place, node in enumerate(graph.order)}
    places = sorted(born, key=lambda place: (order[place[0]], place[1]))
    return [_birth(born[place], graph) for place in places]


def _parts(node: Node, graph: Graph, adjoint: dict[Node, float]) -> Iterator[_Part]:
    """Yield the parts of an adjoint in the order in which the sweep adds them."""
    before = 0.0
    for child, position in reversed(graph.children[node]):
        part = _Part(child, position, adjoint[child], before)
        yield part
        before += part.value


def _birth(part: _Part, graph: Graph) -> Birth:
    """Describe an adjoint that is not finite: what was there before, plus a part."""
    node, names = part.node, graph.names
    factor = factor_of(node, part.position)
    name, above = names[factor.parent], names[node]
    formula = plain(factor.formula, {key: names[x] for x, key in factor.keys.items()})
    if isfinite(part.value):  # the sum overflows, not the product
        formula = f"{formula}, added"
    operands = [(f"adjoint of {above}", part.outer), (f"∂{above}/∂{name}", factor.value)]
    operands += [(names[x], x.data) for x in factor.keys if x is node or x is factor.parent]
    if part.before:
        operands.append(("added to", part.before))
    computed, result = f"{operands[0][0]} * ({formula})", part.before + part.value
    return Birth(True, node, f"adjoint of {name}", computed, tuple(operands), result, line_of(node))  # noqa: FBT003
