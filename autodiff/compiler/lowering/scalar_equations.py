"""The third pass, contraction: additions and products become sums, static parts computed apart.

A value is *batched* if it depends on an argument. Else it is *static*: the same for every example,
and computed once per call. A scalar equation is an operation applied to operands, or a sum of
products and terms; in a batched sum, one static offset holds all static parts.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> w, b = Value(3.0, label="w"), Value(1.0, label="b")
>>> scalars = to_scalar_equations(record(lambda x: (w * x + b).tanh(), [w, b], (5.0,)))
>>> for equation in scalars.equations:
...     print(equation)
sum of 1 products, an offset
tanh of 1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from math import nan
from typing import NamedTuple, TypeAlias

from autodiff.compiler.ir.operations import BROADCAST, DETACH
from autodiff.compiler.tracing.record import Guard, Operand, Recording, bare_node
from autodiff.graph.node import Node, data_of
from autodiff.operations import TABLE
from autodiff.structure.units import Unit, computed_units
from autodiff.table.operation import Operation

Factors: TypeAlias = tuple[Operand, Operand]

_SUM, _MUL, _TAKE = TABLE["sum"], TABLE["mul"], TABLE["take"]
_SUMS = frozenset({"add", "sum"})


class ScalarEquation(NamedTuple):
    """The equation of one scalar.

    Attributes:
        node: the node with its value.
        is_batched: whether it differs from example to example.
        operation: what is applied to `operands`; None for a sum of the parts below.
        operands: in order.
        mixed: products of a static and a batched factor, in this order.
        products: products of two batched factors; in a static equation, all products.
        terms: batched terms; in a static equation, all terms.
        offset: one more, static term of a batched sum, or None.
    """

    node: Node
    is_batched: bool
    operation: Operation | None
    operands: tuple[Operand, ...] = ()
    mixed: tuple[Factors, ...] = ()
    products: tuple[Factors, ...] = ()
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

    def reads(self) -> tuple[Operand, ...]:
        """Return everything that it is computed from."""
        if self.operation is not None:
            return self.operands
        mixed, products, terms, offset = self[4:]
        if mixed or products:
            terms = (*chain.from_iterable(mixed), *chain.from_iterable(products), *terms)
        return terms if offset is None else (*terms, offset)


class ScalarProgram(NamedTuple):
    """A recording as scalar equations.

    Attributes:
        nodes: the number of scalar nodes.
        equations: each after those that it reads.
        batched: everything that differs from example to example, arguments included.
        differentiated: everything that has an adjoint: the outputs and what they depend on.
        outputs: of the function, all batched.
        guards: of the function, with batched operands.
    """

    nodes: int
    equations: list[ScalarEquation]
    batched: set[Operand]
    differentiated: set[Operand]
    outputs: tuple[Node, ...]
    guards: tuple[Guard, ...]


def to_scalar_equations(recording: Recording) -> ScalarProgram:
    """Write a recording as scalar equations."""
    lowering = _Contraction(recording)
    for unit in computed_units(recording.nodes, recording.roots()):
        lowering.add(unit)
    guards = tuple(
        replace(each, x=lowering.broadcast(each.x), y=lowering.broadcast(each.y))
        for each in recording.guards
    )
    outputs = tuple(lowering.broadcast(x) for x in recording.outputs)
    equations = lowering.equations
    differentiated = _differentiated(equations, outputs)
    return ScalarProgram(
        len(recording.nodes), equations, lowering.batched, differentiated, outputs, guards
    )


class _Contraction:
    """Collects the equations of units, each after those that it reads.

    A sum of one term has none: its term stands for it.
    """

    def __init__(self, recording: Recording) -> None:
        self.equations: list[ScalarEquation] = []
        self.batched: set[Operand] = {
            leaf for argument in recording.arguments for leaf in argument.leaves
        }
        self._same: dict[Operand, Operand] = {}  # what stands for a node that has no equation
        self._offsets: dict[object, Node] = {}
        self._broadcast: dict[object, Node] = {}

    def add(self, unit: Unit) -> None:
        """Append the equations of a unit."""
        node = unit.node
        if unit.products or unit.kind in _SUMS:
            is_neuron = unit.kind == "neuron"
            self._add_sum(node.parents[0] if is_neuron else node, unit)
            if not is_neuron:
                return
            self._append(self._applied(node, self._renewed(node.operands)))
        else:
            self._append(self._applied(node, self._renewed(unit.terms)))

    def _add_sum(self, head: Node, unit: Unit) -> None:
        """Append the equation of a sum, of which zeros are no part."""
        same, products = self._same, unit.products
        terms = unit.terms
        if 0.0 in terms:
            terms = tuple([x for x in terms if x.__class__ is not float or x])
        if same:
            terms = self._renewed(terms)
            if not same.keys().isdisjoint(chain.from_iterable(products)):
                products = tuple([(same.get(x, x), same.get(y, y)) for x, y in products])
        if not products and len(terms) == 1:
            same[head] = terms[0]
        else:
            self._append(self._sum(head, products, terms))

    def _renewed(self, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
        """Return operands with what stands for them."""
        same = self._same
        if not same or same.keys().isdisjoint(operands):
            return operands
        return tuple([same.get(x, x) for x in operands])

    def _append(self, equation: ScalarEquation) -> None:
        self.equations.append(equation)
        if equation.is_batched:
            self.batched.add(equation.node)

    def _applied(self, node: Node, operands: tuple[Operand, ...]) -> ScalarEquation:
        operation = node.operation
        assert operation is not None
        is_batched = not self.batched.isdisjoint(operands)
        if operation.starred:
            if is_batched and not self._is_lookup(operation, operands):
                operands = tuple([self.broadcast(x) for x in operands])  # elements are of one kind
        elif operation.defaults:
            operands = tuple(operation.group(operands))
        return ScalarEquation(node, is_batched, operation, operands)

    def _is_lookup(self, operation: Operation, operands: tuple[Operand, ...]) -> bool:
        """Tell whether an operation takes a row of a static table by an index of the example."""
        if operation is not _TAKE:
            return False
        count = len(operands) // 2
        return self.batched.isdisjoint(operands[:-1]) and operands[count:-1] == tuple(range(count))

    def broadcast(self, x: Operand) -> Node:
        """Return a batched operand itself; of a static one, its broadcast."""
        x = self._same.get(x, x)
        if isinstance(x, Node) and x in self.batched:
            return x
        key: object = x if isinstance(x, Node) else repr(x)
        if key not in self._broadcast:
            self._broadcast[key] = node = bare_node(BROADCAST, (x,), data_of(x))
            self._append(ScalarEquation(node, is_batched=True, operation=BROADCAST, operands=(x,)))
        return self._broadcast[key]

    def _sum(
        self, head: Node, products: tuple[Factors, ...], terms: tuple[Operand, ...]
    ) -> ScalarEquation:
        """Divide the parts of a sum into batched and static ones."""
        batched = self.batched
        if batched.isdisjoint(terms) and batched.isdisjoint(chain.from_iterable(products)):
            return ScalarEquation(head, False, None, products=products, terms=terms)  # noqa: FBT003
        mixed: list[Factors] = []
        both: list[Factors] = []
        static: list[Factors] = []
        for product in products:
            left, right = product
            if right in batched:
                (both if left in batched else mixed).append(product)
            elif left in batched:
                mixed.append((right, left))
            else:
                static.append(product)
        moving, rest = terms, ()
        if not batched.issuperset(terms):
            moving = tuple([x for x in terms if x in batched])
            rest = tuple([x for x in terms if x not in batched])
        offset = self._offset(static, rest) if static or rest else None
        return ScalarEquation(head, True, None, (), tuple(mixed), tuple(both), moving, offset)  # noqa: FBT003

    def _offset(self, products: list[Factors], terms: tuple[Operand, ...]) -> Operand | None:
        """Return one static operand for all static parts of a sum, or None."""
        number = 0.0  # the sum of what is known now
        for x, y in products:
            if not isinstance(x, Node) and not isinstance(y, Node):
                number += x * y
        products = [pair for pair in products if any(isinstance(x, Node) for x in pair)]
        if number:
            terms = (*terms, number)
        if not products and len(terms) <= 1:
            return terms[0] if terms else None
        numbers = [repr(x) for x in chain(terms, *products) if isinstance(x, float)]
        key = tuple(products), terms, tuple(numbers)  # 0.0 and -0.0 are equal keys
        if key in self._offsets:
            return self._offsets[key]
        if len(products) == 1 and not terms:
            total = bare_node(_MUL, products[0], nan)
            self._append(ScalarEquation(total, False, _MUL, products[0]))  # noqa: FBT003
        else:
            total = bare_node(_SUM, (*terms, *chain.from_iterable(products)), nan)
            self._append(
                ScalarEquation(total, False, None, products=tuple(products), terms=terms)  # noqa: FBT003
            )
        self._offsets[key] = total
        return total


def _differentiated(equations: Sequence[ScalarEquation], outputs: Sequence[Node]) -> set[Operand]:
    """Return what a derivative of the outputs flows through."""
    found: set[Operand] = set(outputs)
    add = found.update
    for equation in reversed(equations):
        if equation.node in found and equation.operation is not DETACH:
            add(equation.reads())
    return found
