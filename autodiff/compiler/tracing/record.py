"""Running a function once on an example, and keeping all that is needed to run it on others.

What a graph alone does not show is told by an observer: the way of every comparison, as a
guard, and where a number came from that was cut off from its derivative (`detach`, `no_grad`).
What is not here: any change to the graph (`simplify`).

>>> from autodiff import Value
>>> w = Value(3.0)
>>> recording = record(lambda x: w * x if x > 0 else -x, [w], (2.0,))
>>> recording.outputs[0] is recording.guards[0].x, recording.guards[0].text
(False, 'x > 0')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np

from autodiff.errors import OperandError, ShapeError, WrongTypeError, described
from autodiff.graph.grad_mode import recording as always_recording
from autodiff.graph.hooks import watching
from autodiff.graph.node import Node, is_array, number
from autodiff.graph.pytree import is_structure, named_parts, rebuilt
from autodiff.graph.source_lines import line_at, place
from autodiff.table.operation import Operation
from autodiff.value.value import Value

Operand: TypeAlias = "Node | float"

# The same number, cut off from its derivative. No row of the table: in a graph of the user it
# is a leaf.


@dataclass(frozen=True)
class Argument:
    """An argument of the recorded function.

    Attributes:
        name: as the function calls it.
        shape: of one example.
        leaves: its numbers, in order, as leaves of the graph.
    """

    name: str
    shape: tuple[int, ...]
    leaves: tuple[Node, ...]


@dataclass(frozen=True)
class Guard:
    """A comparison that the recorded function made, and the way it went.

    Attributes:
        relation: "<", "<=", ">", ">=", or "!=" for a truth test.
        x: the left operand.
        y: the right operand.
        outcome: the way it went.
        line: where it was made, as "file.py:12: if x > 0:".
        text: how it read when it was recorded.
    """

    relation: str
    x: Operand
    y: Operand
    outcome: bool
    line: str
    text: str


@dataclass(frozen=True)
class Recording:
    """A function, run once.

    Attributes:
        arguments: what it was given.
        parameters: the leaves that it is differentiated by, in the order given.
        outputs: what it returned, flat.
        shape: of what it returned: () for one Value, (k,) for a sequence of k.
        guards: the comparisons it made, each once, in order.
        cut: leaves that were computed without a derivative, and what they have their data from.
    """

    arguments: tuple[Argument, ...]
    parameters: tuple[Node, ...]
    outputs: tuple[Operand, ...]
    shape: tuple[int, ...]
    guards: tuple[Guard, ...]
    cut: Mapping[Node, Node]

    def operands(self, node: Node) -> tuple[Operand, ...]:
        """Return what the data of a node are computed from; nothing for a leaf that is given."""
        return (self.cut[node],) if node in self.cut else node.operands

    def roots(self) -> list[Node]:
        """Return every node that a value is wanted of: outputs, then operands of guards."""
        wanted = [*self.outputs, *(x for guard in self.guards for x in (guard.x, guard.y))]
        return list(dict.fromkeys(x for x in wanted if isinstance(x, Node)))

    def replaced(self, new: Callable[[Node], Operand]) -> Recording:
        """Return the same recording over other nodes, none of them cut."""

        def renew(x: Operand) -> Operand:
            return new(x) if isinstance(x, Node) else x

        guards = tuple(replace(each, x=renew(each.x), y=renew(each.y)) for each in self.guards)
        outputs = tuple(renew(x) for x in self.outputs)
        return Recording(self.arguments, self.parameters, outputs, self.shape, guards, {})


def record(
    function: Callable[..., Any], parameters: Sequence[Node], example: tuple[Any, ...]
) -> Recording:
    """Run a function once on an example.

    Args:
        function: takes the arguments of one example as Values: nested lists and tuples as they
            are, an array as an array of Values. It returns a Value or a structure of them.
        parameters: the Values that the function uses and that it is differentiated by.
        example: a tuple with one example of every argument.

    Raises:
        WrongTypeError: if the example is no tuple, or the result holds no Value or number.
        ShapeError: if a structure is not regular.
        OperandError: if the example holds anything but numbers.
    """
    if not isinstance(example, tuple):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise WrongTypeError(
            "a tuple with one example of every argument", described(example), "write example=(x,)"
        )
    if not example:
        raise ShapeError(
            "at least one argument", "an empty example", "add one that the function need not use"
        )
    names = _argument_names(function, len(example))
    pairs = [_as_values(given, name) for given, name in zip(example, names, strict=True)]
    listener = _Listener()
    with always_recording(), watching(listener):
        result = function(*(given for given, _ in pairs))
    outputs, shape = _flat_result(result)
    return Recording(
        tuple(argument for _, argument in pairs),
        tuple(parameters),
        outputs,
        shape,
        tuple(listener.guards.values()),
        listener.cut,
    )


class _Listener:
    """Notes what happens while the function runs."""

    def __init__(self) -> None:
        self.guards: dict[object, Guard] = {}
        self.cut: dict[Node, Node] = {}

    def compared(self, relation: str, x: Operand, y: Operand, outcome: object) -> None:
        key = relation, x, y
        if key not in self.guards:
            text = f"{_named(x)} {relation} {_named(y)}"
            self.guards[key] = Guard(relation, x, y, bool(outcome), _calling_line(), text)

    def dropped(self, leaf: Node, operation: Operation | None, operands: Sequence[Operand]) -> None:
        if operation is None:  # the leaf has the data of its operand
            self.cut[leaf] = cast("Node", operands[0])
            return
        self.cut[leaf] = bare_node(operation, tuple(operands), leaf.data)


def bare_node(
    operation: Operation, operands: tuple[Operand, ...], data: float, label: str | None = None
) -> Node:
    """Make a node that a program computes, and that is never differentiated itself."""
    node: Node = object.__new__(Node)
    node.data, node.grad, node.label = data, 0.0, label
    node.operation, node.operands = operation, operands
    node.parents = tuple([x for x in operands if isinstance(x, Node)])
    node.local_derivatives = ()
    return node


def shape_of(structure: Any, name: str) -> tuple[int, ...]:
    """Return the lengths of a nested structure from the outside in.

    Raises:
        ShapeError: if its parts differ in shape.
    """
    if is_array(structure):
        return tuple(structure.shape)  # also of an array without elements
    if not is_structure(structure):
        return ()
    shapes = [shape_of(part, f"{name}[{index}]") for index, part in enumerate(structure)]
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ShapeError(
                f"parts of equal shape in {name}",
                f"{shapes[0]} in {name}[0] and {shape} in {name}[{index}]",
                "pass what differs as an argument of its own",
            )
    return (len(shapes), *(shapes[0] if shapes else ()))


def like(structure: Any, numbers: Iterator[float]) -> Any:
    """Put numbers into a structure; an array stays an array.

    >>> like((1, [2, 3]), iter([4.0, 5.0, 6.0]))
    (4.0, [5.0, 6.0])
    """
    if not is_structure(structure):
        return next(numbers)
    built = [like(part, numbers) for part in structure]
    if is_array(structure):
        return np.array(built)
    if isinstance(structure, tuple):
        return type(structure)(*built) if hasattr(structure, "_fields") else tuple(built)
    return built


def _argument_names(function: Callable[..., Any], count: int) -> list[str]:
    code = getattr(function, "__code__", None)
    own: tuple[str, ...] = code.co_varnames[: code.co_argcount] if code is not None else ()
    names = list(own[1:] if hasattr(function, "__self__") else own)[:count]
    return names + [f"argument{place}" for place in range(len(names), count)]


def _as_values(given: Any, name: str) -> tuple[Any, Argument]:
    """Make leaves of the numbers of one argument."""
    shape = shape_of(given, name)
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


def _flat_result(result: Any) -> tuple[tuple[Operand, ...], tuple[int, ...]]:
    shape = shape_of(result, "result")
    outputs: list[Operand] = []
    for name, part in named_parts(result, "result"):
        try:
            outputs.append(part if isinstance(part, Node) else number(part))
        except OperandError as error:
            raise WrongTypeError(
                "a Value, or a list of them, as the result of the compiled function",
                f"{described(part)} at {name}",
                "return the loss, or the outputs",
            ) from error
    if not outputs:
        raise WrongTypeError("a Value as the result", described(result), "return the loss")
    return tuple(outputs), shape


def _calling_line() -> str:
    """Return the line of the user's source that made a comparison: "file.py:12: if x > 0:"."""
    line = line_at(place(3))  # below this: place, this, compared
    return str(line._replace(file=Path(line.file).name))


def _named(x: Operand) -> str:
    if isinstance(x, Node):
        return x.label or (f"{x.operation.name}(...)" if x.operation else f"{x.data:g}")
    return f"{x:g}"
