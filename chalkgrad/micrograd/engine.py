"""`Value` with micrograd's habits, as `micrograd.engine` has it.

>>> a, b = Value(-4.0), Value(2.0)
>>> c = (a + b).relu() + b**2
>>> c.backward()
>>> c, b
(Value(data=4.0, grad=1.0), Value(data=2.0, grad=4.0))
>>> c._op, sorted(v._op for v in c._prev)
('+', ['**2', 'ReLU'])
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import nan
from typing import Any

import autodiff
from autodiff import OperandError, WrongTypeError
from autodiff.extend import Node, Operation, described, fill, is_array, number, topological_order

_SIGNS = {"relu": "ReLU"}
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": lambda x, y: x / y,
}
_label: Any = Node.label
_local_derivatives: Any = vars(Node)["local_derivatives"]


class _Unknown(Operation):
    """An operation made by hand, whose formula nobody knows.

    `recompute` and `grad` give nan rather than a wrong number. It is in no table, so that a pickle
    has its name alone.
    """

    __slots__: tuple[str, ...] = ()

    def __init__(self, name: str) -> None:
        super().__init__(name, "x*", "nan * sum(x)", "nan")

    def __reduce__(self) -> Any:
        return _Unknown, (self.name,)


class Value(autodiff.Value):
    """A Value with micrograd's attributes, and its way of writing - and / with + and * and **.

    Args:
        data: a real number; stored as a float.
        _children: for a node made by hand: the Values that it was computed from. Assign a function
            to `_backward` that adds to their gradients.
        _op: for a node made by hand: the text of its operation.
        label: a name to show in pictures; "" for none.

    Attributes:
        _prev: the set of Values it was computed from; numbers in an expression are Values too.
        _op: the text of the operation: "+", "*", "**2", "ReLU", "tanh"; "" for a leaf.
        _backward: a function that adds the part of this node to the gradients in `_prev`.

    Raises:
        OperandError: if `data` is not a real number.
        WrongTypeError: if a child is not a Value, or `_op` or `label` is not a str.
    """

    label = property(lambda self: _label.__get__(self) or "", _label.__set__)
    local_derivatives = property(  # pyright: ignore[reportIncompatibleMethodOverride]
        lambda self: tuple(_local_derivatives.__get__(self)),
        _local_derivatives.__set__,
        doc="The derivative of `data` by each parent; of a node made by hand, as measured.",
    )
    _own_backward: Callable[[], None] | None = None

    def __init__(
        self, data: float, _children: Iterable[Node] = (), _op: str = "", label: str | None = ""
    ) -> None:
        super().__init__(data, label)
        if _children:
            children = tuple(dict.fromkeys(_children))
            for child in children:
                if not isinstance(child, Node):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
                    remedy = "write Value(data, (x, y), 'name', label='...')"
                    raise WrongTypeError("Values as _children", described(child), remedy)
            fill(self, _Unknown(_op), children, children, (0.0,) * len(children))
            self.label = label

    @property
    def _prev(self) -> set[Node]:
        return set(self.parents)

    @property
    def _op(self) -> str:
        if self.operation is None:
            return ""
        if self.operation.name == "pow" and isinstance(self.operands[1], float):
            exponent = self.operands[1]
            return f"**{int(exponent) if exponent.is_integer() else exponent}"
        return _SIGNS.get(self.operation.name, self.operation.sign)

    @property
    def _backward(self) -> Callable[[], None]:
        return self._own_backward or partial(_add_to_operands, self)

    @_backward.setter
    def _backward(self, function: Callable[[], None]) -> None:
        if not callable(function):
            remedy = "assign a function that adds to the gradients of the operands"
            raise WrongTypeError("a function as _backward", described(function), remedy)
        self._own_backward = function
        if self.parents:
            operands, parents = self.operands, self.parents
            self._first: Any = operands  # in tuples, as of more than two operands
            self._second: Any = parents
            self._by_first: Any = _Measured(self, function)
            self._by_second: float | None = None

    def backward(self, seed: float = 1.0) -> None:
        """Set the gradient here, and add to that of everything below, computed Values included.

        As in micrograd, a second call without `zero_grad` adds to gradients that are passed on
        again.

        Args:
            seed: the gradient of this Value itself, a real number; 1 by default.

        Raises:
            OperandError: if `seed` is not a real number.
        """
        self.grad = seed
        for node in reversed(topological_order([self])):
            own = getattr(node, "_own_backward", None)
            _add_to_operands(node) if own is None else own()

    def __add__(self, other: Any) -> Any:
        return super().__add__(_node(other))

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __mul__(self, other: Any) -> Any:
        return super().__mul__(_node(other))

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __neg__(self) -> Any:
        return self * -1

    def __sub__(self, other: Any) -> Any:
        return self + -other if _is_operand(other) else super().__sub__(other)

    def __rsub__(self, other: Any) -> Any:
        return other + (-self)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, autodiff.Value):
            return self * other**-1
        return (
            self * (Value(other) ** -1).data if _is_operand(other) else super().__truediv__(other)
        )

    def __rtruediv__(self, other: Any) -> Any:
        return other * self**-1

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        apply = _OPERATORS.get(ufunc.__name__)
        if apply is None or method != "__call__" or options or any(map(is_array, inputs)):
            return super().__array_ufunc__(ufunc, method, *inputs, **options)
        return apply(*map(_node, inputs))

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"


def _add_to_operands(node: Node) -> None:
    gradient = node.grad
    for operand, derivative in zip(node.parents, node.local_derivatives, strict=True):
        operand.grad += gradient * derivative


def _node(x: Any) -> Any:
    """Make a leaf of a number, as micrograd does; the engine refuses or handles the rest."""
    return x if isinstance(x, Node) or not _is_operand(x) else Value(x)


def _is_operand(x: Any) -> bool:
    if isinstance(x, Node | int | float):
        return True
    try:
        number(x)
    except OperandError:
        return False
    return True


class _Measured:
    """The local derivatives of a node made by hand, found where they are first needed.

    They lie in the node as a tuple would, and say that they are one: the engine's sweep looks at
    `__class__`. micrograd calls a `_backward` in `backward` only, so that a closure may use what is
    set later.

    Args:
        node: the node.
        function: its `_backward`.
    """

    __class__ = property(lambda _: tuple)  # pyright: ignore[reportIncompatibleMethodOverride]

    def __init__(self, node: Value, function: Callable[[], None]) -> None:
        self._node: Value = node
        self._function: Callable[[], None] = function

    def __len__(self) -> int:
        return len(self._node.parents)

    def __iter__(self) -> Iterator[float]:
        """Yield what `_backward` adds to each parent for a gradient of 1; nan if it fails."""
        try:
            slopes = _measured(self._node, self._function)
        except Exception:  # noqa: BLE001 whatever the user's function raises
            return iter([nan] * len(self))  # it may succeed later
        self._node.local_derivatives = slopes
        return iter(slopes)


def _measured(node: Value, function: Callable[[], None]) -> tuple[float, ...]:
    """Return what a `_backward` made by hand adds to each operand for a gradient of 1."""
    everything = (node, *node.parents)
    before = [each.grad for each in everything]
    try:
        for each in node.parents:
            each.grad = 0.0
        node.grad = 1.0
        function()
        return tuple([each.grad for each in node.parents])
    finally:
        for each, grad in zip(everything, before, strict=True):
            each.grad = grad
