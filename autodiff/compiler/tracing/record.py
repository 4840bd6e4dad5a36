"""The first pass, tracing: run a function once on an example and keep its graph and its guards.

An observer supplies what the graph does not hold: the outcome of every comparison, as a guard,
and what a leaf made by `detach` or under `no_grad` was computed from.

>>> from autodiff import Value
>>> w = Value(3.0)
>>> recording = record(lambda x: w * x if x > 0 else -x, [w], (2.0,))
>>> recording.outputs[0] is recording.guards[0].x, recording.guards[0].text
(False, 'x > 0')
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from autodiff.errors import ShapeError, WrongTypeError, described
from autodiff.graph.grad_mode import recording as always_recording
from autodiff.graph.hooks import IN_RANGE, watching
from autodiff.graph.node import Node, data_of, fill
from autodiff.graph.pytree import named_parts, rebuilt
from autodiff.graph.source_lines import SourceLine, line_at, place
from autodiff.table.operation import Operation
from autodiff.value.value import Value

from .noticing import noticing, restore
from .order import order_of
from .structures import Operand, flat_result, structure_shape

_new = object.__new__


@dataclass(frozen=True)
class Argument:
    """An argument of the traced function.

    Attributes:
        name: of the function's parameter.
        shape: of one example.
        leaves: its numbers, in order, as leaves of the graph.
    """

    name: str
    shape: tuple[int, ...]
    leaves: tuple[Node, ...]


@dataclass(frozen=True)
class Guard:
    """A comparison that the traced function made, and its outcome.

    Attributes:
        relation: "<", "<=", ">", ">=", "!=" for a truth test, or "in range".
        x: the left operand.
        y: the right operand.
        outcome: the result of the comparison.
        line: its source line, as "file.py:12: if x > 0:".
        text: the comparison in readable form, as "x > 0".
    """

    relation: str
    x: Operand
    y: Operand
    outcome: bool
    line: str
    text: str


class Unseen(NamedTuple):
    """Something that a traced function did and that its graph does not hold.

    Attributes:
        what: "x.data is read", for example.
        place: the user's source line.
    """

    what: str
    place: SourceLine

    def __str__(self) -> str:
        return f"{self.what} ({self.place._replace(file=Path(self.place.file).name)})"


@dataclass(frozen=True)
class Recording:
    """A traced function.

    Attributes:
        arguments: of the function.
        parameters: the leaves to differentiate by, in the order given.
        outputs: the numbers in the result, flat.
        shape: of the result: () for one Value, (k,) for a sequence of k.
        guards: its comparisons, each once, in order.
        detached: the leaves that were computed without a derivative, and what from.
        unseen: what the function did and the graph does not hold, each once, in order.
        nodes: every node that the roots are computed from, leaves included, operands first.
    """

    arguments: tuple[Argument, ...]
    parameters: tuple[Node, ...]
    outputs: tuple[Operand, ...]
    shape: tuple[int, ...]
    guards: tuple[Guard, ...]
    detached: Mapping[Node, Node]
    unseen: tuple[Unseen, ...]
    nodes: Sequence[Node]

    def operands(self, node: Node) -> tuple[Operand, ...]:
        """Return what the data of a node were computed from, across a `detach` too."""
        return (self.detached[node],) if node in self.detached else node.operands

    def roots(self) -> list[Node]:
        """Return the outputs and the operands of guards, each node once."""
        wanted = [*self.outputs, *(x for guard in self.guards for x in (guard.x, guard.y))]
        return list(dict.fromkeys(x for x in wanted if isinstance(x, Node)))

    def frozen(self) -> list[Node]:
        """Return the leaves that are neither parameters nor arguments: constants of the program."""
        known = {*self.parameters, *(leaf for each in self.arguments for leaf in each.leaves)}
        leaves = [node for node in self.nodes if node.operation is None]
        return [leaf for leaf in leaves if leaf not in known and leaf not in self.detached]

    def replaced(self, new: Callable[[Node], Operand], nodes: Sequence[Node]) -> Recording:
        """Return the recording over other nodes, none of them detached.

        Args:
            new: returns what takes the place of an output or of an operand of a guard.
            nodes: that the new roots are computed from, operands first.
        """

        def renew(x: Operand) -> Operand:
            return new(x) if isinstance(x, Node) else x

        guards = tuple(replace(each, x=renew(each.x), y=renew(each.y)) for each in self.guards)
        outputs = tuple(renew(x) for x in self.outputs)
        return replace(self, outputs=outputs, guards=guards, detached={}, unseen=(), nodes=nodes)

    def without_dead_nodes(self) -> Recording:
        """Return the recording without the nodes that no root is computed from any more."""
        return replace(self, nodes=order_of(self.roots(), self.detached))


def record(
    function: Callable[..., Any],
    parameters: Sequence[Node],
    example: tuple[Any, ...],
    data: Iterable[float] | None = None,
) -> Recording:
    """Run a function once on an example.

    Args:
        function: takes the arguments of one example as Values, in the structure of the example:
            nested lists and tuples, or an array of Values for an array. It returns a Value or a
            structure of them.
        parameters: the leaves that the function is differentiated by.
        example: a tuple with one example of every argument.
        data: of the parameters; by default that of the Values, which are never written to.

    Raises:
        WrongTypeError: if the example is not a tuple, or the result not a Value, a number or a
            structure of them.
        ShapeError: if a structure is ragged, or there is no argument.
        OperandError: if the example holds anything but real numbers.
    """
    if not isinstance(example, tuple):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise WrongTypeError(
            "a tuple with one example of every argument", described(example), "write example=(x,)"
        )
    if not example:
        raise ShapeError(
            "at least one argument",
            "an empty example",
            "add an argument; the function need not use it",
        )
    names = _argument_names(function, len(example))
    pairs = [_as_values(given, name) for given, name in zip(example, names, strict=True)]
    leaves = [leaf for _, argument in pairs for leaf in argument.leaves]
    numbers = {} if data is None else dict(zip(map(id, parameters), data, strict=True))
    listener = _Listener(frozenset(map(id, leaves)), numbers)
    with always_recording(), watching(listener), noticing(listener, [*leaves, *parameters]):
        result = function(*(given for given, _ in pairs))
    outputs, shape = flat_result(result)
    recording = Recording(
        tuple(argument for _, argument in pairs),
        tuple(parameters),
        outputs,
        shape,
        tuple(listener.guards.values()),
        listener.detached,
        tuple(dict.fromkeys(listener.unseen)),
        (),
    )
    sources = listener.detached.values()
    restore([*recording.roots(), *sources, *(x for source in sources for x in source.parents)])
    return recording.without_dead_nodes()


class _Listener:
    """The observer while the function runs: of comparisons, of what leaves no trace.

    Args:
        arguments: the `id` of every number of the example.
        numbers: see `Tracer`.
    """

    def __init__(self, arguments: frozenset[int], numbers: dict[int, float]) -> None:
        self.guards: dict[object, Guard] = {}
        self.detached: dict[Node, Node] = {}
        self.unseen: list[Unseen] = []
        self.numbers: dict[int, float] = numbers
        self._arguments: frozenset[int] = arguments

    def compared(self, relation: str, x: Operand, y: Operand, outcome: object) -> None:
        key = relation, x, y
        if key not in self.guards:
            right = f"({_shown(y)})" if relation == IN_RANGE else f" {_shown(y)}"
            text = f"{_shown(x)} {relation}{right}"
            self.guards[key] = Guard(relation, x, y, bool(outcome), _calling_line(), text)

    def noticed(self, node: Node, what: str) -> None:
        self.unseen.append(Unseen(f"{node.label or 'a Value'}{what}", line_at(place(2))))

    def identified(self, node: Node, other: object) -> None:
        """Guard that two arguments differ, as numbers and as Values; report what would not."""
        if id(node) not in self._arguments or node is other:
            return
        if id(other) in self._arguments:
            x, y = data_of(node), data_of(cast("Node", other))
            if x != y:
                self.compared("!=", node, cast("Node", other), outcome=True)
                return
        elif isinstance(other, Node) or not isinstance(other, (int, float, np.number)):
            return
        self.noticed(node, " is compared by identity")

    def hashed(self, node: Node) -> None:
        if id(node) in self._arguments:
            self.noticed(node, " is looked up by identity")

    def dropped(self, leaf: Node, operation: Operation | None, operands: Sequence[Operand]) -> None:
        self.detached[leaf] = (
            cast("Node", operands[0])
            if operation is None  # `detach`: the leaf has the data of its operand
            else bare_node(operation, tuple(operands), data_of(leaf))
        )


def bare_node(
    operation: Operation, operands: tuple[Operand, ...], data: float, label: str | None = None
) -> Node:
    """Make a node without local derivatives: the compiler only reads its operation and operands."""
    node: Node = _new(Node)
    parents: Any = operands
    if float in map(type, operands):
        parents = tuple([x for x in operands if x.__class__ is not float])
    fill(node, operation, operands, parents, ())
    node._data, node.label = data, label
    return node


def _argument_names(function: Callable[..., Any], count: int) -> list[str]:
    code = getattr(function, "__code__", None)
    own: tuple[str, ...] = code.co_varnames[: code.co_argcount] if code is not None else ()
    names = list(own[1:] if hasattr(function, "__self__") else own)[:count]
    return names + [f"argument{place}" for place in range(len(names), count)]


def _as_values(given: Any, name: str) -> tuple[Any, Argument]:
    """Make Values of the numbers of one argument, in its structure."""
    shape = structure_shape(given, name)
    leaves = [
        Value(part.data if isinstance(part, Node) else part, label)
        for label, part in named_parts(given, name)
    ]
    values: Any = rebuilt(given, iter(leaves))
    if isinstance(given, np.ndarray) and shape:
        values = np.empty(len(leaves), dtype=object)
        values[:] = leaves
        values = values.reshape(shape)
    return values, Argument(name, shape, tuple(leaves))


def _calling_line() -> str:
    """Return the user's source line that made a comparison: "file.py:12: if x > 0:"."""
    line = line_at(place(3))  # the frames below: place, _calling_line, compared
    return str(line._replace(file=Path(line.file).name))


def _shown(x: Operand) -> str:
    if isinstance(x, Node):
        return x.label or (f"{x.operation.name}(...)" if x.operation else f"{data_of(x):g}")
    return f"{x:g}"
