"""`why_nan(loss)`: where the first nan or inf was born, in the forward or the backward pass.

Born is what is not finite although its operands are, and a nan that comes of infinities alone.
With `autodiff.lines` on, the line of the program is named too. What is not here: gradients that
are 0 (`zero`).

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
from autodiff.graph.naming import names_of
from autodiff.graph.node import Node
from autodiff.graph.source_lines import SourceLine, line_of
from autodiff.graph.traversal import interior_order, topological_order

from .chain_rule.factors import factor_of
from .chain_rule.why import node_of
from .trace import expression_of

_SHOWN = 5  # births, and operands of one


class Birth(NamedTuple):
    """A place where a nan or inf arises.

    Attributes:
        backward: whether it is in the backward pass.
        node: the node that gives it.
        name: of the node.
        computed: how it is computed, in terms of names.
        operands: the nodes it is computed from, with their numbers, in order; constants stand in
            `computed` alone.
        value: the nan or inf.
        line: of the program, if lines were recorded.
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
        births: where they arise, in order: forward, and if there is none, backward.
    """

    def __init__(self, name: str, value: float, births: Sequence[Birth]) -> None:
        self.births: tuple[Birth, ...] = tuple(births)
        self._name: str = name
        self._value: float = value

    @property
    def first(self) -> Birth | None:
        """The first of them, which is the one to look at."""
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
    """Find where the first nan or inf of a graph was born.

    Args:
        loss: the end of the graph. Its gradients are those of a sweep of its own.

    Returns:
        The births in the order of computation; those of the backward pass if forward has none.

    Raises:
        WrongTypeError: if it is not a Value.
    """
    loss = node_of(loss, "the loss")
    names = names_of([loss])
    births = list(_forward(loss, names)) or list(_backward(loss, names))
    return WhyNan(names[loss], loss.data, births)


def _forward(loss: Node, names: Mapping[Node, str]) -> Iterator[Birth]:
    for node in topological_order([loss]):
        if isfinite(node.data):
            continue
        before = [x.data for x in node.parents]
        if all(map(isfinite, before)) or (isnan(node.data) and not any(map(isnan, before))):
            operands = tuple((names[x], x.data) for x in dict.fromkeys(node.parents))
            computed = expression_of(node, dict(names)) or "a number given"
            at = (node, names[node], computed, operands, node.data, line_of(node))
            yield Birth(False, *at)  # noqa: FBT003 the field says which pass


def _backward(loss: Node, names: Mapping[Node, str]) -> Iterator[Birth]:
    order = interior_order([loss])
    adjoint: dict[Node, float] = {loss: 1.0}
    for node in reversed(order):
        outer = adjoint[node]
        edges = zip(node.parents, node.local_derivatives, strict=True)
        for position, (parent, derivative) in enumerate(edges):
            part = outer * derivative
            before = adjoint.get(parent, 0.0)
            adjoint[parent] = before + part
            if isfinite(outer) and isfinite(before) and not isfinite(adjoint[parent]):
                yield _birth(node, position, (outer, before, adjoint[parent]), names)


def _birth(
    node: Node, position: int, numbers: tuple[float, float, float], names: Mapping[Node, str]
) -> Birth:
    """Describe an adjoint that is not finite: outer * derivative, added to what was there."""
    outer, before, result = numbers
    factor = factor_of(node, position)
    name, above = names[factor.parent], names[node]
    formula = plain(factor.formula, {key: names[x] for x, key in factor.keys.items()})
    if isfinite(factor.value):  # the product overflows, or the sum
        formula = f"{formula}, added" if isfinite(outer * factor.value) else formula
    operands = [(f"adjoint of {above}", outer), (f"∂{above}/∂{name}", factor.value)]
    operands += [(names[x], x.data) for x in factor.keys if x is node or x is factor.parent]
    if before:
        operands.append(("added to", before))
    computed = f"{operands[0][0]} * ({formula})"
    return Birth(True, node, f"adjoint of {name}", computed, tuple(operands), result, line_of(node))  # noqa: FBT003


def _listed(operands: Sequence[tuple[str, float]]) -> str:
    shown = [f"{name} = {digits(value)}" for name, value in operands[:_SHOWN]]
    more = len(operands) - len(shown)
    return ", ".join([*shown, *([f"... {more} more"] if more else [])])
