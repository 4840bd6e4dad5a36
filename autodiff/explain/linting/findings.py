"""The findings of `lint`: silent mistakes, each with the code to write instead.

>>> print(Findings([]))
Nothing found: gradients, data, logarithms and relu units are sound.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

from autodiff.display import Table, Tabular
from autodiff.graph.node import Node

_SHOWN = 20
NOTHING = "Nothing found: gradients, data, logarithms and relu units are sound."


class Mistake(Enum):
    """A kind of mistake."""

    NOT_CONNECTED = "not connected"
    ACCUMULATED = "accumulated gradient"
    REPLACED = "replaced parameter"
    CHANGED = "changed data"
    SCALE = "scale of inputs"
    SOFTMAX_LOG = "log of softmax"
    SIGMOID_LOG = "log of sigmoid"
    DEAD_RELU = "dead relu"
    NAN = "nan"


class Finding(NamedTuple):
    """One mistake.

    Attributes:
        mistake: its kind.
        node: the node; None if there is none.
        name: the name of the node.
        text: the finding.
        remedy: what to write instead.
    """

    mistake: Mistake
    node: Node | None
    name: str
    text: str
    remedy: str


class Findings(Tabular):
    """All findings; prints as a table.

    Attributes:
        rows: the findings, by kind and then in the order of the computation.
    """

    def __init__(self, rows: Iterable[Finding]) -> None:
        order = list(Mistake)
        self.rows: tuple[Finding, ...] = tuple(
            sorted(rows, key=lambda finding: order.index(finding.mistake))
        )

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.rows

    def table(self) -> Table:
        """Return the findings as a table of text."""
        if self.ok:
            return Table(title=NOTHING, columns=(), rows=())
        more = len(self.rows) - _SHOWN
        return Table(
            title=f"{len(self.rows):,} finding{'' if len(self.rows) == 1 else 's'}",
            columns=("mistake", "node", "finding", "write instead"),
            rows=[(r.mistake.value, r.name, r.text, r.remedy) for r in self.rows[:_SHOWN]],
            notes=(f"... and {more:,} more",) if more > 0 else (),
        )

    def __str__(self) -> str:
        return NOTHING if self.ok else super().__str__()

    __repr__ = __str__

    def __rich__(self) -> Any:
        """Show as a table of rich."""
        return NOTHING if self.ok else super().__rich__()
