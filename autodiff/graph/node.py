"""The node of the graph, and the functions that make one.

A node keeps its operands as they were written, numbers included. Its parents are the operands
that are nodes; for each parent it keeps one local derivative, a float computed in the forward
pass. It holds nothing else: no closure, no set, no reference from a parent to a child, so that
a dropped graph is freed at once.

One or two operands lie in slots of the node, and so do the derivatives by them: None where the
operand is a number. Python's collector visits every tuple that holds a node, so a node without
tuples costs a third of one with them. Longer lists of operands are tuples.

>>> from autodiff import Value
>>> y = Value(3.0) * 2
>>> y.operation, y.operands, y.parents, y.local_derivatives
(mul(x, y) = x * y, (Value(data=3.0, grad=0.0), 2.0), (Value(data=3.0, grad=0.0),), (2.0,))
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any, TypeVar

from autodiff.errors import OperandError, WrongTypeError, described
from autodiff.native.choice import engine
from autodiff.table.operation import Operation

from .fields import Fields
from .grad_mode import is_recording, state
from .hooks import RELATIONS, observer
from .source_lines import place
from .traversal import interior_order

_REMEDY = "pass an int, a float, a Fraction, a Decimal or a NumPy real scalar"
new = object.__new__


class Node(Fields):
    """A number that knows how it was computed.

    Args:
        data: an int, float, Fraction, Decimal, NumPy real scalar or 0-d array.
        label: a name to show in tables and pictures, any text; None for none.
    """

    __slots__: dict[str, str] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if engine is not None:
            engine.untrack(cls)

    def __init__(self, data: float, label: str | None = None) -> None:
        if not isinstance(label, str | None):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
            raise WrongTypeError("a str as label", described(label), "write label=str(...)")
        self._data: float = number(data)
        self._grad: float = 0.0
        self.operation: Operation | None = None
        self._first: Any = None
        self._second: Any = None
        self._by_first: Any = None
        self._by_second: float | None = None
        self.label: str | None = label
        if state.lines:
            self.line = place(2)

    @property
    def data(self) -> float:
        """The value, a float; that of a leaf may be assigned, then call `recompute` on the result.

        Raises:
            OperandError: if something other than a real number is assigned.
        """
        return self._data

    @data.setter
    def data(self, x: float) -> None:
        self._data = x if x.__class__ is float else _assigned(self, "data", x)

    @property
    def grad(self) -> float:
        """The gradient, a float: of the last `backward` if computed, else since `zero_grad`.

        Raises:
            OperandError: if something other than a real number is assigned.
        """
        return self._grad

    @grad.setter
    def grad(self, x: float) -> None:
        self._grad = x if x.__class__ is float else _assigned(self, "grad", x)

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        """The derivative of `data` by each of the parents, in their order."""
        by_first, by_second = self._by_first, self._by_second
        if by_first.__class__ is tuple:
            return by_first
        if by_second is None:
            return () if by_first is None else (by_first,)
        return (by_second,) if by_first is None else (by_first, by_second)

    @local_derivatives.setter
    def local_derivatives(self, slopes: tuple[float, ...]) -> None:
        if self._by_first.__class__ is tuple:
            self._by_first = slopes
        elif self._by_second is None:
            (self._by_first,) = slopes
        elif self._by_first is None:
            (self._by_second,) = slopes
        else:
            self._by_first, self._by_second = slopes


N = TypeVar("N", bound=Node)

# `unary`, `binary` and `with_number` make nearly all nodes. Each fills the slots itself: a
# shared function would add a fifth to the time that a node takes.


def unary(operation: Operation, x: N) -> N:
    """Apply an operation of one operand to a node."""
    node = new(x.__class__)
    node._data, (node._by_first,) = operation.function(x._data)
    node._first = x
    node._second = node._by_second = node.label = None
    node.operation = operation
    node._grad = 0.0
    if state.blocks:
        finish(node)
    return node


def binary(operation: Operation, x: N, y: N | float) -> N:
    """Apply an operation of two operands to a node and a node or number, in this order."""
    if x.__class__ is not y.__class__:
        return with_number(operation, x, y, (True, False))
    node = new(x.__class__)
    node._data, (node._by_first, node._by_second) = operation.function(x._data, y._data)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    node._first = x
    node._second = y
    node.operation = operation
    node._grad = 0.0
    node.label = None
    if state.blocks:
        finish(node)
    return node


def reflected(operation: Operation, x: float, y: N) -> N:
    """Apply an operation of two operands to a number and a node, in this order."""
    return with_number(operation, y, x, (False, True))


def with_number(
    operation: Operation, x: N, other: object, wanted: tuple[bool, bool], depth: int = 4
) -> N:
    """Apply an operation to a node and a number; `wanted` tells which side the node is on."""
    if isinstance(other, Node):  # of another class: rare, so the general way will do
        return variadic(operation, (x, other) if wanted[0] else (other, x))  # pyright: ignore[reportReturnType]
    constant = operand(other)
    if constant is NotImplemented:
        return constant
    node = new(x.__class__)
    function = operation.partial(wanted)
    if wanted[0]:
        node._data, (node._by_first,) = function(x._data, constant)
        node._first, node._second, node._by_second = x, constant, None
    else:
        node._data, (node._by_second,) = function(constant, x._data)
        node._first, node._second, node._by_first = constant, x, None
    node.operation = operation
    node._grad = 0.0
    node.label = None
    if state.blocks:
        finish(node, depth)
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
    node: N = new(first)  # pyright: ignore[reportAssignmentType]
    if operation.starred and not has_numbers:
        everything: tuple[Any, ...] = parents
        floats = [x._data for x in everything]
        node._data, derivatives = operation.function(*operation.group(floats))
    else:
        node._data, derivatives = evaluate(operation, checked)
    fill(node, operation, checked, parents, derivatives)
    if state.blocks:
        finish(node)
    return node


def evaluate(
    operation: Operation, operands: Sequence[Node | float]
) -> tuple[float, tuple[float, ...]]:
    """Compute an operation: its value, and its derivative by each operand that is a node."""
    if not operation.starred:
        grouped = operation.group(operands)
        wanted = tuple([isinstance(operand, Node) for operand in grouped])
        return operation.partial(wanted)(*[x._data if isinstance(x, Node) else x for x in grouped])
    flat: Sequence[Any] = operands
    is_node = [x.__class__ is not float for x in flat]
    if False not in is_node:
        return operation.function(*operation.group([x._data for x in flat]))
    floats = [x if x.__class__ is float else x._data for x in flat]
    data, derivatives = operation.function(*operation.group(floats))
    return data, tuple(compress(derivatives, is_node))


def fill(
    node: Node,
    operation: Operation | None,
    operands: tuple[Node | float, ...],
    parents: tuple[Node | float, ...],
    derivatives: tuple[float, ...],
) -> None:
    """Write into a new node how it was computed; the data, its own part, is not touched.

    Args:
        node: the node.
        operation: the row of the table; None for a leaf.
        operands: nodes and floats.
        parents: those of them that are nodes.
        derivatives: by each parent.
    """
    node.operation = operation
    node._grad = 0.0
    node.label = node._by_second = None
    node._first, node._second, node._by_first = operands, parents, derivatives
    if derivatives and len(operands) <= 2:
        node._first, node._second = (*operands, None)[:2]
        node._by_first = derivatives[0] if isinstance(node._first, Node) else None
        node._by_second = derivatives[-1] if isinstance(node._second, Node) else None


def refresh(node: Node) -> None:
    """Compute the data and the local derivatives of a computed node again, from its operands."""
    assert node.operation is not None
    node._data, node.local_derivatives = evaluate(node.operation, node.operands)


def recompute(root: Node) -> None:
    """Run the forward pass of an existing graph again, after data of its leaves has changed."""
    for node in interior_order([root]):
        refresh(node)


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
    return x.data if isinstance(x, Node) else number(x)  # a traced Value tells of the read


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


def _assigned(node: Node, name: str, x: object) -> float:
    """Return the float for a number that is assigned to `data` or `grad`."""
    try:
        return number(x)
    except OperandError:
        here = f"{name} of {node.label or 'a Value'}"
        remedy = _advice(x)
        if isinstance(x, Node):
            own = node.label if (node.label or "").isidentifier() else "v"
            remedy = f"take the number out of a Value with .data, as in {own}.data -= 0.1 * g.data"
        elif x is None and name == "grad":
            remedy = "write 0.0 to clear a gradient"
        raise OperandError(f"a real number as {here}", described(x), remedy) from None


def finish(node: Node, depth: int = 4) -> None:
    """Note the line of a new node inside `lines`, or make it a leaf inside `no_grad`.

    Args:
        node: the node.
        depth: how many frames lie above the user's: place, finish, a function of this file, an
            operator.
    """
    if state.lines:
        node.line = place(depth)
    if state.blocks > state.lines and not is_recording():
        listener = observer()
        if listener is not None:
            listener.dropped(node, node.operation, node.operands)
        node.operation = node._first = node._second = node._by_first = node._by_second = None


# The same in C. Rows that are not printed as C come back to these.
IN_PYTHON = (unary, binary)
if engine is not None:
    unary, binary = engine.unary, engine.binary
