"""`Value`: a number that records how it was computed, and so can be differentiated.

>>> x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(7.0, label="b")
>>> y = (w * x + b).tanh()
>>> y.backward()
>>> w
Value(data=-3.0, grad=0.8399486832280523, label='w')

Each operator is one row of the derivative table applied to its operands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Never, Self

from autodiff.errors import LostDerivativeError, WrongTypeError, described
from autodiff.graph.backprop import backward
from autodiff.graph.copying import copy_graph, copy_node, reduce_node
from autodiff.graph.hooks import observer
from autodiff.graph.naming import checked_names, variable_names
from autodiff.graph.node import Node, binary, compare, number, operand, recompute, reflected, unary
from autodiff.graph.traversal import topological_order
from autodiff.operations import TABLE
from autodiff.renamed import Renamed

from .arithmetic import Arithmetic
from .ufuncs import apply_ufunc

_DIV, _POW = TABLE["div"], TABLE["pow"]
_NEG, _ABS, _ROUND, _FLOOR = (TABLE[name] for name in ("neg", "abs", "round", "floor"))
_MOD, _FLOOR_DIV = TABLE["mod"], TABLE["floor_div"]


class Value(Arithmetic):
    """A scalar that records how it was computed.

    `+ - * / // % ** -v abs(v) round(v)` take Values and numbers and return Values. `<`, `<=`, `>`,
    `>=` and `bool(v)` compare data; `==` is identity, so that Values live in sets and dicts.

    Args:
        data: an int, float, NumPy real scalar or 0-d array; stored as a float.
        label: a name to show in tables and pictures, any text; None for none.

    Attributes:
        data: the value, a float. After assigning to that of a leaf, call `recompute` on the result.
            Any real number may be assigned and is stored as a float; a Value is refused.
        grad: the gradient, a float. That of a computed Value is from the last `backward`; that of
            a leaf is added up over all since `zero_grad`. It is assigned as `data` is.
        label: the name, a str, or None.
        operation: the row of the derivative table that was applied; None for a leaf.
        operands: what it was applied to, in order: a tuple of Values and floats.
        parents: the operands that are Values, in order; one that occurs twice is here twice.
        local_derivatives: the derivative of `data` by each of the parents, a tuple of floats.

    Raises:
        OperandError: if `data` is not a real number.
        WrongTypeError: if `label` is not a str.

    >>> a, b = Value(2.0, label="a"), Value(-3.0)
    >>> y = a * b + 1
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (-5.0, -3.0, 2.0)
    """

    __slots__: dict[str, str] = {}

    _prev = Renamed("parents, a tuple; `operands` has the numbers too")
    _op = Renamed("operation, a row of the derivative table; `operation.sign` is a text")
    _backward = Renamed("local_derivatives, one float for each parent; no node has a closure")

    # -- arithmetic ---------------------------------------------------------------------------

    def __truediv__(self, other: Self | float) -> Self:
        return binary(_DIV, self, other)

    def __rtruediv__(self, other: float) -> Self:
        return reflected(_DIV, other, self)

    def __mod__(self, other: Self | float) -> Self:
        return binary(_MOD, self, other)

    def __rmod__(self, other: float) -> Self:
        return reflected(_MOD, other, self)

    def __floordiv__(self, other: Self | float) -> Self:
        return binary(_FLOOR_DIV, self, other)

    def __rfloordiv__(self, other: float) -> Self:
        return reflected(_FLOOR_DIV, other, self)

    def __divmod__(self, other: Self | float) -> tuple[Self, Self]:
        return self // other, self % other

    def __rdivmod__(self, other: float) -> tuple[Self, Self]:
        return other // self, other % self

    def __pow__(self, other: Self | float) -> Self:
        return binary(_POW, self, other)

    def __rpow__(self, other: float) -> Self:
        return reflected(_POW, other, self)

    def __neg__(self) -> Self:
        return unary(_NEG, self)

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return unary(_ABS, self)

    def __round__(self, digits: None = None) -> Self:
        if digits is not None:
            raise WrongTypeError(
                "round(v), to a whole number",
                f"round(v, {digits!r})",
                "write f'{v:.2f}' for a text, or round(v.data, 2) for a number",
            )
        return unary(_ROUND, self)

    def __floor__(self) -> Self:
        return unary(_FLOOR, self)

    # -- comparison of data -------------------------------------------------------------------

    def __lt__(self, other: Self | float) -> bool:
        return _compare("<", self, other)

    def __le__(self, other: Self | float) -> bool:
        return _compare("<=", self, other)

    def __gt__(self, other: Self | float) -> bool:
        return _compare(">", self, other)

    def __ge__(self, other: Self | float) -> bool:
        return _compare(">=", self, other)

    def __bool__(self) -> bool:
        return compare("!=", self, 0.0)

    # -- gradients ----------------------------------------------------------------------------

    def backward(self, seed: float = 1.0) -> None:
        """Fill the gradients of everything this Value was computed from.

        The gradients of computed Values are set; those of leaves are added to, so that a second
        call doubles the leaves and nothing else.

        Args:
            seed: the gradient of this Value itself, a real number; 1 by default.

        Raises:
            OperandError: if `seed` is not a real number.
        """
        backward(self, number(seed))

    def zero_grad(self) -> None:
        """Set `grad` to 0 for this Value and everything it was computed from."""
        for node in topological_order([self]):
            node._grad = 0.0  # noqa: SLF001

    def recompute(self) -> None:
        """Run the forward pass again, after `data` of a leaf has changed.

        It computes `data` and the local derivatives of this Value and of everything it was
        computed from; gradients stay as they are.
        """
        recompute(self)

    def detach(self) -> Self:
        """Return a new leaf with the same data and label; no derivative flows through it."""
        leaf = self.__class__(self.data, label=self.label)
        listener = observer()
        if listener is not None:
            listener.dropped(leaf, None, (self,))
        return leaf

    # -- text, copies, NumPy ------------------------------------------------------------------

    def __repr__(self) -> str:
        named = "" if self.label is None else f", label={self.label!r}"
        return f"Value(data={self.data!r}, grad={self.grad!r}{named})"

    def __format__(self, specification: str) -> str:
        return format(self.data, specification) if specification else repr(self)

    def __float__(self) -> Never:
        raise _lost("float")

    def __int__(self) -> Never:
        raise _lost("int")

    def __copy__(self) -> Node:
        return copy_node(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Node:
        return copy_graph(self, memo)

    def __reduce_ex__(self, protocol: object) -> tuple[Callable[..., Node], tuple[Any, ...]]:
        return reduce_node(self)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return apply_ufunc(ufunc, method, inputs, options)


def label(names: Mapping[str, object] | None = None, /, **values: Value) -> None:
    """Give several Values their names at once.

    Args:
        names: variables, such as `locals()`. Every Value that they hold, also in lists, tuples,
            dicts, arrays and networks, is named by its place: `w`, `w[0]`,
            `net.layers[0].neurons[1].bias`. Labels that stand stay; of two variables for one Value
            the one defined first counts. Names that begin with an underscore are left out.
        values: the Values, each by the name that becomes its label, whatever it was before.

    >>> a, b = Value(2.0), Value(3.0)
    >>> label(a=a, b=b)
    >>> b
    Value(data=3.0, grad=0.0, label='b')
    >>> w = [Value(1.0), Value(2.0)]
    >>> label({"w": w})
    >>> w[1]
    Value(data=2.0, grad=0.0, label='w[1]')

    Raises:
        WrongTypeError: if `names` is not a mapping of variables by name, or one of `values` is not
            a Value; no label is changed.
    """
    variables = checked_names(names)
    for name, value in values.items():
        if not isinstance(value, Value):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
            raise WrongTypeError(f"a Value for {name}", described(value), "pass the Value itself")
    for name, value in values.items():
        value.label = name
    for node, place in variable_names(variables or {}).items():
        node.label = node.label or place


def _compare(relation: str, x: Node, other: object) -> bool:
    """Compare data; for an array or a foreign class return NotImplemented."""
    y: Any = other if isinstance(other, Node) else operand(other)
    return y if y is NotImplemented else compare(relation, x, y)


def _lost(kind: str) -> LostDerivativeError:
    return LostDerivativeError(
        "an operation that keeps the derivative",
        f"{kind}(Value)",
        "use v.data for the number alone; for math.exp(v) write autodiff.exp(v), and so on",
    )
