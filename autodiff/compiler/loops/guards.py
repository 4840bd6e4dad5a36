"""Guards as loops: each comparison of the trace is checked for the example at hand.

>>> from autodiff.compiler.ir.access import access_to
>>> from autodiff.formula.dialects import C
>>> x, y = access_to([0], is_batched=True), access_to([1], is_batched=True)
>>> writer = Writer(C)
>>> write_guards(writer, [GuardGroup(">", x, y, (True,), (("x > y", "model.py:3"),))])
>>> writer.lines
['if (!(v[0] > v[1])) {', '    return 1;', '}']
"""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.compiler.ir.equations import GuardGroup
from autodiff.graph.hooks import IN_RANGE

from .places import Affine, reader_of
from .writer import Writer


def write_guards(writer: Writer, groups: Sequence[GuardGroup]) -> None:
    """Write the checks of all guards; they are counted from 1."""
    first = 1
    for group in groups:
        _group(writer, group, first)
        first += len(group.outcomes)


def _group(writer: Writer, group: GuardGroup, first: int) -> None:
    dialect = writer.dialect
    left, right = reader_of(group.left), reader_of(group.right)
    outcomes = [int(each) for each in group.outcomes]

    def body(indices: list[Affine]) -> None:
        x, y = writer.get(left, indices), writer.get(right, indices)
        relation = dialect.unequal if group.relation == "!=" else group.relation
        holds = dialect.in_range(x, y) if relation == IN_RANGE else f"{x} {relation} {y}"
        if len({*outcomes}) == 1:
            failed = dialect.negated(holds) if outcomes[0] else holds
        else:
            wanted = f"{writer.table(outcomes)}[{indices[0]}]"
            failed = f"({dialect.choice(holds, '1', '0')}) {dialect.unequal} {wanted}"
        number = indices[0].plus(Affine(first))
        with writer.block(dialect.when(failed)):
            writer.line(dialect.fail(str(number), x, y))

    writer.nest(group.left.shape, body)
