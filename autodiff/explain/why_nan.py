"""`why_nan(loss)`: where the first nan or inf arises, in the forward or the backward pass.

A number arises as nan or inf if its operands are finite; a nan also if they are only infinite.
With `autodiff.lines` on, the line of the program is named too.

>>> from autodiff import Value, log
>>> p = Value(0.5, label="p")
>>> print(why_nan(log(p - 1) * 2))
v3 is nan; the first nan or inf is v2, in the forward pass
pass     node  computed as  from       gives
───────  ────  ───────────  ─────────  ─────
forward  v2    log(v1)      v1 = -0.5  nan
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, isnan
from typing import NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.formula.printing import plain
from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.graph.source_lines import SourceLine, line_of

from .chain_rule.factors import factor_of
from .chain_rule.why import node_of
from .trace import expression_of

_SHOWN = 5  # births, and operands of one


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


class WhyNan(Tabular):
    """Where nans and infinities come from; prints as a table.

    Attributes:
        births: where they arise, in order: in the forward pass, or if there are none, backward.
    """

    def __init__(self, name: str, value: float, births: Sequence[Birth]) -> None:
        self.births: tuple[Birth, ...] = tuple(births)
        self._name: str = name
        self._value: float = value

    @property
    def first(self) -> Birth | None:
        """The first birth, or None."""
        return self.births[0] if self.births else None

    def table(self) -> Table:
        """Return the first births as a table of text."""
        shown = self.births[:_SHOWN]
        has_lines = any(birth.line is not None for birth in shown)
        columns = ("pass", "node", "computed as", "from", "gives", "line")
        rows = [
            (
                "backward" if birth.backward else "forward",
                birth.name,
                birth.computed,
                _listed(birth.operands),
                digits(birth.value),
                str(birth.line or ""),
            )
            for birth in shown
        ]
        width = len(columns) if has_lines else len(columns) - 1
        more = len(self.births) - len(shown)
        return Table(
            title=self._title(),
            columns=columns[:width],
            rows=[row[:width] for row in rows],
            notes=(f"... and {more:,} more",) if more else (),
            styles={"nan": "bold red", "inf": "red", "-inf": "red"},
        )

    def _title(self) -> str:
        state = f"{self._name} is {digits(self._value)}"
        if self.first is None:
            return f"{state}; nothing in its graph or gradients is nan or inf"
        which = "backward" if self.first.backward else "forward"
        return f"{state}; the first nan or inf is {self.first.name}, in the {which} pass"


def why_nan(loss: Node) -> WhyNan:
    """Find where the first nan or inf of a graph arises.

    Args:
        loss: the end of the graph. Its gradients are computed by a separate sweep.

    Returns:
        The births in the order of computation: those of the forward pass, or if there are none,
        those of the backward pass.

    Raises:
        WrongTypeError: if `loss` is not a Value.
    """
    graph = Graph([node_of(loss, "the loss")])
    return WhyNan(graph.names[loss], loss.data, births_of(graph))


def births_of(graph: Graph) -> list[Birth]:
    """Return the births in a graph with one root, as `why_nan` does."""
    return list(_forward(graph)) or _backward(graph)


def _forward(graph: Graph) -> Iterator[Birth]:
    names = graph.names
    for node in graph.order:
        if isfinite(node.data):
            continue
        before = [x.data for x in node.parents]
        if all(map(isfinite, before)) or (isnan(node.data) and not any(map(isnan, before))):
            operands = tuple((names[x], x.data) for x in dict.fromkeys(node.parents))
            computed = expression_of(node, names) or "a leaf"
            at = (node, names[node], computed, operands, node.data, line_of(node))
            yield Birth(False, *at)  # noqa: FBT003 the field says which pass


class _Part(NamedTuple):
    """A part of an adjoint: outer * local derivative of the node by a parent."""

    value: float
    outer: float = 0.0
    node: Node | None = None
    position: int = 0


def _backward(graph: Graph) -> list[Birth]:
    births: list[Birth] = []

    def through(node: Node, total: _Part) -> Iterator[tuple[Node, _Part]]:
        for position, derivative in enumerate(node.local_derivatives):
            part = _Part(total.value * derivative, total.value, node, position)
            yield node.parents[position], part

    def plus(total: _Part, part: _Part) -> _Part:
        result = total.value + part.value
        is_new = isfinite(part.outer) and isfinite(total.value) and not isfinite(result)
        if is_new and part.node is not None:
            births.append(_birth(part.node, part, total.value, graph.names))
        return _Part(result)

    zeros = [(node, _Part(0.0)) for node in graph.order]  # so that `plus` sees every part
    for _ in sweep(graph.order, [*zeros, (graph.end, _Part(1.0))], through, plus):
        pass
    return births


def _birth(node: Node, part: _Part, before: float, names: Mapping[Node, str]) -> Birth:
    """Describe an adjoint that is not finite: `before` plus outer * local derivative."""
    factor = factor_of(node, part.position)
    name, above = names[factor.parent], names[node]
    formula = plain(factor.formula, {key: names[x] for x, key in factor.keys.items()})
    if isfinite(part.value):  # the sum overflows, not the product
        formula = f"{formula}, added"
    operands = [(f"adjoint of {above}", part.outer), (f"∂{above}/∂{name}", factor.value)]
    operands += [(names[x], x.data) for x in factor.keys if x is node or x is factor.parent]
    if before:
        operands.append(("added to", before))
    computed, result = f"{operands[0][0]} * ({formula})", before + part.value
    return Birth(True, node, f"adjoint of {name}", computed, tuple(operands), result, line_of(node))  # noqa: FBT003


def _listed(operands: Sequence[tuple[str, float]]) -> str:
    shown = [f"{name} = {digits(value)}" for name, value in operands[:_SHOWN]]
    more = len(operands) - len(shown)
    return ", ".join([*shown, *([f"... {more} more"] if more else [])])
