"""The report of a gradient check: a verdict for every derivative, and what explains them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autodiff.display import Table, Tabular, digits

from .local_check import SuspectOperation
from .verdicts import CheckRow, Verdict


class CheckReport(Tabular):
    """The verdicts of a gradient check; prints as a table.

    Args:
        rows: one for each derivative, in the order of the leaves.
        fault: the first wrong operation, if derivatives disagree because of one.
        notes: any other explanation of a verdict.

    Attributes:
        rows: as given, a tuple.
        fault: as given.
        notes: as given, a tuple.
    """

    def __init__(
        self,
        rows: Iterable[CheckRow],
        fault: SuspectOperation | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.rows: tuple[CheckRow, ...] = tuple(rows)
        self.fault: SuspectOperation | None = fault
        self.notes: tuple[str, ...] = tuple(notes)

    @property
    def ok(self) -> bool:
        """Whether no derivative disagrees."""
        return all(row.verdict is not Verdict.DISAGREES for row in self.rows)

    def table(self) -> Table:
        """Return the report as a table of text."""
        lines = [
            (
                row.name,
                digits(row.analytic, 8),
                digits(row.numerical, 8),
                digits(row.relative_error, 2),
                row.describe(),
            )
            for row in self.rows
        ]
        notes = (self.fault.text,) if self.fault else ()
        return Table(
            title="Gradient check",
            columns=("by", "backpropagation", "differences", "relative error", "verdict"),
            rows=lines,
            notes=(*notes, *self.notes),
            styles={"agrees": "green", "disagrees": "bold red"},
        )
