"""`why_nan(loss)`: where a nan or inf arises, in the forward or the backward pass.

Only what the nan depends on is named: not a mask of -inf, nor an overflow that `minimum` limits.
With `autodiff.lines` on, the line of the program is named too.

>>> from autodiff import Value, log
>>> p = Value(0.5, label="p")
>>> print(why_nan(log(p - 1) * 2))
v3 is nan: it begins at v2, in the forward pass
pass     node  computed as  from       gives
───────  ────  ───────────  ─────────  ─────
forward  v2    log(v1)      v1 = -0.5  nan
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autodiff.display import Table, Tabular, digits
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .births import Birth, births_of
from .chain_rule.why import node_of

_SHOWN = 5  # births, and operands of one


class WhyNan(Tabular):
    """Where nans and infinities come from; prints as a table.

    Attributes:
        births: where they arise, in order: in the forward pass if the loss is nan or inf, else in
            the backward pass.
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
            return f"{state}; no gradient is nan or inf"
        if self.first.backward:
            value, name = digits(self.first.value), self.first.name
            return f"{state}; a gradient is {value}: it begins at {name}, in the backward pass"
        return f"{state}: it begins at {self.first.name}, in the forward pass"


def why_nan(loss: Node, *, names: Mapping[str, object] | None = None) -> WhyNan:
    """Find where the nan or inf of a loss, or of its gradients, arises.

    Args:
        loss: the end of the graph. Its gradients are computed by a separate sweep.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        The origins, in order of computation. If the loss is nan or inf, those in the forward pass
        that it depends on; else those in the backward pass, of gradients that are nan, or if none
        is, inf.

    Raises:
        WrongTypeError: if `loss` is not a Value, or `names` not a mapping.
    """
    graph = Graph([node_of(loss, "loss")], names)
    return WhyNan(graph.names[loss], loss.data, births_of(graph))


def _listed(operands: Sequence[tuple[str, float]]) -> str:
    shown = [f"{name} = {digits(value)}" for name, value in operands[:_SHOWN]]
    more = len(operands) - len(shown)
    return ", ".join([*shown, *([f"... {more} more"] if more else [])])
