"""Second pass: units of scalars in one normal form, divided by what changes with the example.

A value is *batched* if it depends on an argument; else it is *static*, the same for every
example of a batch, and computed once per call. A row is one scalar equation: an operation of
the table applied to operands, or a sum of products and terms in which whatever is static has
been gathered into one static term. What is not here: which rows are alike (`stack`).

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> w, b = Value(3.0, label="w"), Value(1.0, label="b")
>>> for row in normalise(record(lambda x: (w * x + b).tanh(), [w, b], (5.0,))).rows:
...     print(row)
sum of 1 products, an offset
tanh of 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import nan
from typing import NamedTuple, TypeAlias

from autodiff.compiler.ir.operations import BROADCAST, DETACH
from autodiff.compiler.tracing.record import Guard, Operand, Recording, bare_node
from autodiff.graph.node import Node
from autodiff.operations import TABLE
from autodiff.structure.units import Unit, contract
from autodiff.table.operation import Operation

Product: TypeAlias = tuple[Operand, Operand]

_SUM, _MUL = TABLE["sum"], TABLE["mul"]


class Row(NamedTuple):
    """One scalar equation.

    Attributes:
        node: whose value it computes.
        is_batched: whether it differs from example to example.
        operation: what is applied to `operands`; None for a sum of the parts below.
        operands: in order.
        mixed: products of a static and a batched factor, in this order.
        products: products of two batched factors; in a static row, all products.
        terms: batched terms; in a static row, all terms.
        offset: one static term more, or None.
    """

    node: Node
    is_batched: bool
    operation: Operation | None
    operands: tuple[Operand, ...] = ()
    mixed: tuple[Product, ...] = ()
    products: tuple[Product, ...] = ()
    terms: tuple[Operand, ...] = ()
    offset: Operand | None = None

    def __repr__(self) -> str:
        if self.operation is not None:
            return f"{self.operation.name} of {len(self.operands)}"
        parts = [
            f"{len(self.mixed) + len(self.products)} products" * bool(self.mixed or self.products),
            f"{len(self.terms)} terms" * bool(self.terms),
            "an offset" * (self.offset is not None),
        ]
        return f"sum of {', '.join(part for part in parts if part)}"

    def uses(self) -> Iterator[Operand]:
        """Return everything it is computed from."""
        yield from self.operands
        for product in (*self.mixed, *self.products):
            yield from product
        yield from self.terms
        if self.offset is not None:
            yield self.offset


class Rows(NamedTuple):
    """A recording in normal form.

    Attributes:
        nodes: how many scalars there are.
        rows: each after those that it uses.
        batched: whatever differs from example to example, arguments included.
        reached: whatever has an adjoint: the outputs, and what they are derived from.
        outputs: what the function returned, all batched.
        guards: what it compared, all batched.
    """

    nodes: int
    rows: list[Row]
    batched: set[Operand]
    reached: set[Operand]
    outputs: tuple[Node, ...]
    guards: tuple[Guard, ...]


def normalise(recording: Recording) -> Rows:
    """Write a recording as rows."""
    maker = _Maker(recording)
    nodes = 0
    for unit in contract(recording.roots()):
        nodes += len(unit.parts)
        if unit.operation is not None:
            maker.add(unit)
    guards = tuple(
        replace(each, x=maker.lift(each.x), y=maker.lift(each.y)) for each in recording.guards
    )
    outputs = tuple(maker.lift(x) for x in recording.outputs)
    return Rows(nodes, maker.rows, maker.batched, _reached(maker.rows, outputs), outputs, guards)


class _Maker:
    def __init__(self, recording: Recording) -> None:
        self.rows: list[Row] = []
        self.batched: set[Operand] = {
            leaf for argument in recording.arguments for leaf in argument.leaves
        }
        self.lifted: dict[object, Node] = {}

    def add(self, unit: Unit) -> None:
        """Append the row of a unit, and before it those that it needs."""
        if unit.products or unit.kind in {"sum", "add"}:
            head = unit.node.parents[0] if unit.kind == "neuron" else unit.node
            self._append(self._sum(head, unit))
            if unit.kind == "neuron":
                self._append(self._applied(unit.node))
        else:
            self._append(self._applied(unit.node))

    def _append(self, row: Row) -> None:
        self.rows.append(row)
        if row.is_batched:
            self.batched.add(row.node)

    def _applied(self, node: Node) -> Row:
        operation, operands = node.operation, node.operands
        assert operation is not None
        is_batched = not self.batched.isdisjoint(operands)
        if operation.starred and is_batched:
            operands = tuple(self.lift(x) for x in operands)  # elements are of one kind
        elif not operation.starred:
            operands = tuple(operation.group(operands))  # with the defaults
        return Row(node, is_batched, operation, operands)

    def lift(self, x: Operand) -> Node:
        """Return a batched node with the value of a static one, or a batched one itself."""
        if isinstance(x, Node) and x in self.batched:
            return x
        key: object = x if isinstance(x, Node) else repr(x)
        if key not in self.lifted:
            data = x.data if isinstance(x, Node) else x
            self.lifted[key] = node = bare_node(BROADCAST, (x,), data)
            self._append(Row(node, is_batched=True, operation=BROADCAST, operands=(x,)))
        return self.lifted[key]

    def _sum(self, head: Node, unit: Unit) -> Row:
        """Sort the parts of a sum by what changes with the example."""
        batched = self.batched
        mixed: list[Product] = []
        both: list[Product] = []
        still: list[Product] = []
        for product in unit.products:
            left, right = product
            if left in batched:
                if right in batched:
                    both.append(product)
                else:
                    mixed.append((right, left))
            elif right in batched:
                mixed.append(product)
            else:
                still.append(product)
        terms = tuple(x for x in unit.terms if x in batched)
        offsets = tuple(x for x in unit.terms if x not in batched)
        if not (mixed or both or terms):
            return Row(head, is_batched=False, operation=None, products=tuple(still), terms=offsets)
        offset = self._gathered(still, offsets)
        return Row(
            head,
            is_batched=True,
            operation=None,
            mixed=tuple(mixed),
            products=tuple(both),
            terms=terms,
            offset=offset,
        )

    def _gathered(self, products: list[Product], terms: tuple[Operand, ...]) -> Operand | None:
        """Return one static operand for all static parts of a sum, or None."""
        number = 0.0  # of all that is known already
        for x, y in products:
            if not isinstance(x, Node) and not isinstance(y, Node):
                number += x * y
        products = [pair for pair in products if any(isinstance(x, Node) for x in pair)]
        terms = tuple(x for x in terms if isinstance(x, Node) or x != 0.0)
        if number:
            terms = (*terms, number)
        if not products and len(terms) <= 1:
            return terms[0] if terms else None
        if len(products) == 1 and not terms:
            total = bare_node(_MUL, products[0], nan)
            self._append(Row(total, is_batched=False, operation=_MUL, operands=products[0]))
            return total
        total = bare_node(_SUM, (*terms, *(x for product in products for x in product)), nan)
        self._append(
            Row(total, is_batched=False, operation=None, products=tuple(products), terms=terms)
        )
        return total


def _reached(rows: Sequence[Row], outputs: Sequence[Node]) -> set[Operand]:
    """Return what a derivative of the outputs passes."""
    reached: set[Operand] = set(outputs)
    for row in reversed(rows):
        if row.node in reached and row.operation is not DETACH:
            reached.update(row.uses())
    return reached
