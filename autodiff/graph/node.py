"""The node of the graph, and the functions that make one.

A node keeps its operands as they were written, numbers included. Its parents are the operands
that are nodes; for each parent it keeps one local derivative, a float computed in the forward
pass. It holds nothing else: no closure, no set, no reference from a parent to a child, so that
a dropped graph is freed at once.

>>> from autodiff import Value
>>> y = Value(3.0) * 2
>>> y.operation, y.operands, y.parents, y.local_derivatives
(mul(x, y) = x * y, (Value(data=3.0, grad=0.0), 2.0), (Value(data=3.0, grad=0.0),), (2.0,))
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any, TypeVar

from autodiff.errors import OperandError, WrongTypeError, described
from autodiff.table.operation import Operation

from .grad_mode import is_recording, state
from .hooks import RELATIONS, observer
from .source_lines import Place, place
from .traversal import interior_order

_REMEDY = "pass an int, a float, a Fraction, a Decimal or a NumPy real scalar"
_new = object.__new__


class Node:
    """A number that knows how it was computed.

    Args:
        data: an int, float, Fraction, Decimal, NumPy real scalar or 0-d array.
        label: a name to show in tables and pictures, any text; None for none.
    """

    line: Place
    __slots__: dict[str, str] = {
        "data": "float: the value. Assign to that of a leaf, then call `recompute` on the result.",
        "grad": "float: the gradient, of the last `backward` if computed, else since `zero_grad`.",
        "label": "str | None: a name to show in tables and pictures.",
        "line": "Where the node was made; set inside `with lines():` only.",
        "local_derivatives": "tuple of floats: the derivative of `data` by each of the parents.",
        "operands": "tuple: what the operation was applied to, in order: nodes and floats.",
        "operation": "Operation | None: the row of the derivative table; None for a leaf.",
        "parents": "tuple: the operands that are nodes; one that occurs twice is here twice.",
    }

    def __init__(self, data: float, label: str | None = None) -> None:
        if not isinstance(label, str | None):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
            raise WrongTypeError("a str as label", described(label), "write label=str(...)")
        self.data: float = number(data)
        self.grad: float = 0.0
        self.operation: Operation | None = None
        self.operands: tuple[Node | float, ...] = ()
        self.parents: tuple[Node, ...] = ()
        self.local_derivatives: tuple[float, ...] = ()
        self.label: str | None = label
        if state.lines:
            self.line = place(2)


N = TypeVar("N", bound=Node)

# `unary`, `binary` and `_with_constant` make nearly all nodes. Each fills the slots itself: a
# shared function would add a fifth to the time that a node takes.


def unary(operation: Operation, x: N) -> N:
    """Apply an operation of one operand to a node."""
    node = _new(x.__class__)
    node.data, node.local_derivatives = operation.function(x.data)
    node.operands = node.parents = (x,)
    node.operation = operation
    node.grad = 0.0
    node.label = None
    if state.blocks:
        _finish(node)
    return node


def binary(operation: Operation, x: N, y: N | float) -> N:
    """Apply an operation of two operands to a node and a node or number, in this order."""
    if x.__class__ is not y.__class__:
        return _with_constant(operation, x, y, (True, False))
    node = _new(x.__class__)
    node.data, node.local_derivatives = operation.function(x.data, y.data)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    node.operands = node.parents = (x, y)  # pyright: ignore[reportAttributeAccessIssue]
    node.operation = operation
    node.grad = 0.0
    node.label = None
    if state.blocks:
        _finish(node)
    return node


def reflected(operation: Operation, x: float, y: N) -> N:
    """Apply an operation of two operands to a number and a node, in this order."""
    return _with_constant(operation, y, x, (False, True))


def _with_constant(operation: Operation, x: N, other: object, wanted: tuple[bool, bool]) -> N:
    """Apply an operation to a node and a number; `wanted` tells which side the node is on."""
    if isinstance(other, Node):  # of another class: rare, so the general way will do
        return variadic(operation, (x, other) if wanted[0] else (other, x))  # pyright: ignore[reportReturnType]
    constant = operand(other)
    if constant is NotImplemented:
        return constant
    node = _new(x.__class__)
    function = operation.partial(wanted)
    if wanted[0]:
        node.data, node.local_derivatives = function(x.data, constant)
        node.operands = (x, constant)
    else:
        node.data, node.local_derivatives = function(constant, x.data)
        node.operands = (constant, x)
    node.parents = (x,)
    node.operation = operation
    node.grad = 0.0
    node.label = None
    if state.blocks:
        _finish(node)
    return node


def variadic(operation: Operation, operands: Sequence[N | float]) -> N:
    """Apply any operation to a flat list of operands, at least one of them a node.

    Raises:
        ShapeError: if the number of operands does not fit the operation.
        OperandError: if an operand is neither a node nor a number.
    """
    kinds = set(map(type, operands))
    has_numbers = float in kinds
    kinds.discard(float)
    if len(kinds) > 1:  # numbers of other types
        operands = [x if isinstance(x, Node) else number(x) for x in operands]
        has_numbers = True
    checked = parents = tuple(operands)
    if has_numbers:
        parents = tuple([x for x in checked if x.__class__ is not float])
    first = parents[0].__class__
    if len(kinds) > 1:  # nodes of a class and of its subclass make one of the subclass
        first = max([x.__class__ for x in parents], key=lambda kind: len(kind.__mro__))
    node: N = _new(first)  # pyright: ignore[reportAssignmentType]
    if operation.starred and not has_numbers:
        everything: tuple[Any, ...] = parents
        floats = [x.data for x in everything]
        node.data, node.local_derivatives = operation.function(*operation.group(floats))
    else:
        node.data, node.local_derivatives = evaluate(operation, checked)
    node.operation, node.operands, node.parents = operation, checked, parents  # pyright: ignore[reportAttributeAccessIssue]
    node.grad = 0.0
    node.label = None
    if state.blocks:
        _finish(node)
    return node


def evaluate(
    operation: Operation, operands: Sequence[Node | float]
) -> tuple[float, tuple[float, ...]]:
    """Compute an operation: its value, and its derivative by each operand that is a node."""
    if not operation.starred:
        grouped = operation.group(operands)
        wanted = tuple([isinstance(operand, Node) for operand in grouped])
        return operation.partial(wanted)(*[x.data if isinstance(x, Node) else x for x in grouped])
    flat: Sequence[Any] = operands
    is_node = [x.__class__ is not float for x in flat]
    if False not in is_node:
        return operation.function(*operation.group([x.data for x in flat]))
    floats = [x if x.__class__ is float else x.data for x in flat]
    data, derivatives = operation.function(*operation.group(floats))
    return data, tuple(compress(derivatives, is_node))


def recompute(root: Node) -> None:
    """Run the forward pass of an existing graph again, after data of its leaves has changed.

    Data that was assigned as an int or a NumPy scalar becomes a float again.
    """
    order = interior_order([root])
    for node in order:
        for parent in node.parents:
            if parent.data.__class__ is not float:
                parent.data = number(parent.data)
    _evaluate(order)


def use_floats(order: Sequence[Node]) -> None:
    """Make floats of data that was assigned to leaves as ints or NumPy scalars.

    What was computed from such data since, in the precision of NumPy's scalars, is computed again;
    of a graph that is older than the assignment nothing changes.

    Args:
        order: the computed nodes, each after its parents.

    Raises:
        OperandError: if something else than a real number was assigned to `data`.
    """
    changed: set[Node] = set()
    for node in order:
        for parent in node.parents:
            if not parent.parents and parent.data.__class__ is not float:
                parent.data = number(parent.data)
    stale: list[Node] = []
    for node in order:
        kinds = {type(node.data), *map(type, node.local_derivatives)}
        if kinds != {float} or not changed.isdisjoint(node.parents):
            changed.add(node)
            stale.append(node)
    _evaluate(stale)


def _evaluate(order: Sequence[Node]) -> None:
    for node in order:
        assert node.operation is not None
        node.data, node.local_derivatives = evaluate(node.operation, node.operands)


def number(x: object) -> float:
    """Convert a real number to the nearest float; one too large for a float becomes inf.

    Real numbers are int, float, Fraction, Decimal, and NumPy scalars and 0-d arrays.

    Raises:
        OperandError: for anything else; the message has the remedy for what is often tried.
    """
    if x.__class__ is float:
        return x  # pyright: ignore[reportReturnType]
    if isinstance(x, int):
        return _nearest(x)
    if isinstance(x, float):
        return float(x)
    kind = getattr(getattr(x, "dtype", None), "kind", None)
    is_scalar = getattr(x, "shape", None) == () and kind in {"f", "i", "u", "b"}  # of NumPy
    if is_scalar or (hasattr(x, "as_integer_ratio") and not isinstance(x, type)):
        return _nearest(x)
    raise OperandError("a real number", described(x), _advice(x))


def _nearest(x: Any) -> float:
    try:
        return float(x)
    except OverflowError:
        return float("inf") if x > 0 else float("-inf")
    except ValueError:  # a signalling nan of Decimal
        return float("nan")


def data_of(x: Node | float) -> float:
    """Return the number alone, of a node or of any real number."""
    return x.data if isinstance(x, Node) else number(x)


def compare(relation: str, x: Node | float, y: Node | float) -> bool:
    """Compare data by the sign of a relation, and tell a recording the outcome."""
    left, right = data_of(x), data_of(y)
    outcome = RELATIONS[relation](left, right)
    listener = observer()
    if listener is not None:  # NumPy may pass a number in an array without axes
        first, second = (v if isinstance(v, Node) else data_of(v) for v in (x, y))
        listener.compared(relation, first, second, outcome)
    return outcome


def is_array(x: object) -> bool:
    """Tell whether `x` is an array of one axis or more, without importing NumPy."""
    shape = getattr(x, "shape", ())
    return bool(shape) and hasattr(x, "dtype") and not callable(shape)  # as of NumPy itself


def operand(x: object) -> Any:
    """Convert the other operand of an operator, or return NotImplemented for a foreign class.

    A built-in type raises our error, which says what to do.
    """
    if x.__class__ is float:
        return x
    try:
        return number(x)
    except OperandError:
        if type(x).__module__ == "builtins":
            raise
        return NotImplemented


def _advice(x: object) -> str:
    if isinstance(x, Node):
        return "a Value never holds a Value: use it directly, or v.detach() for a new leaf"
    if isinstance(x, str):
        return "write float(...) around a text"
    if x is None:
        return "did a function forget its return?"
    if isinstance(x, (list, tuple)) or is_array(x):
        return "make one Value per element: [Value(x) for x in ...]"
    if isinstance(x, complex) or getattr(getattr(x, "dtype", None), "kind", "") == "c":
        return "complex numbers have no order; use the real and imaginary parts"
    return _REMEDY


def _finish(node: Node) -> None:
    """Note the line of a new node inside `lines`, or make it a leaf inside `no_grad`."""
    if state.lines:
        node.line = place(4)  # frames: place, _finish, a function of this file, an operator
    if state.blocks > state.lines and not is_recording():
        listener = observer()
        if listener is not None:
            listener.dropped(node, node.operation, node.operands)
        node.operation = None
        node.operands = node.parents = ()
        node.local_derivatives = ()
