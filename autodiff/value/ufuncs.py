"""NumPy functions applied to Values: `np.exp(v)`, `m * v`, `np.float64(2) * v`.

NumPy asks a Value what a universal function means for it. The answer is a row of the table,
applied to every element; the result is a Value, or an array of Values. Functions over arrays
of Values (`np.exp(array)`) call the methods of the elements instead.

>>> import numpy as np
>>> from autodiff import Value
>>> np.array([1.0, 2.0]) * Value(3.0)
array([Value(data=3.0, grad=0.0), Value(data=6.0, grad=0.0)], dtype=object)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from autodiff.errors import WrongTypeError
from autodiff.formula.words import COMPARISONS, INFIX, WITHOUT_NUMPY, WORDS
from autodiff.graph.node import Node, compare, is_array, variadic
from autodiff.operations import TABLE

_OPERATIONS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "power": "pow",
    "float_power": "pow",
    "negative": "neg",
    "absolute": "abs",
    "fabs": "abs",
    "sign": "sign",
    "square": "square",
    "reciprocal": "reciprocal",
    "logaddexp": "logsumexp",
    "floor_divide": "floor_div",
} | {word.numpy: name for name, word in WORDS.items() if name not in WITHOUT_NUMPY}

# On the data, as Python's comparison operators: names of NumPy, and signs.
_COMPARISONS = {name: INFIX[name].sign for name in COMPARISONS - {"equal"}}


def apply_ufunc(
    ufunc: Any, method: str, inputs: tuple[Any, ...], options: Mapping[str, Any]
) -> Any:
    """Answer NumPy's call of a universal function on a Value.

    Args:
        ufunc: the NumPy function.
        method: "__call__", or one such as "reduce".
        inputs: at least one Value, beside numbers and arrays.
        options: keyword arguments of the call.

    Raises:
        WrongTypeError: if the table has no such operation, or for `out=` and other options.
    """
    name: str = ufunc.__name__
    if method != "__call__" or options:
        raise WrongTypeError(
            f"np.{name}(...) without options",
            f"method {method!r} with {sorted(options) or 'no options'}",
            "a Value cannot be stored in an array of floats: write m = m * v instead of m *= v",
        )
    if name in _OPERATIONS:
        operation = TABLE[_OPERATIONS[name]]
        return _elementwise(lambda *operands: variadic(operation, operands), inputs)
    if name in _COMPARISONS:
        result = _elementwise(partial(compare, _COMPARISONS[name]), inputs)
        return result.astype(bool) if is_array(result) else result
    if name in {"equal", "not_equal"}:  # identity, as for `==`
        return _elementwise(identical if name == "equal" else _different, inputs)
    raise WrongTypeError(
        f"a NumPy function that the derivative table knows ({', '.join(sorted(_OPERATIONS))})",
        f"np.{name}",
        "write it with these, or add it with autodiff.operation",
    )


def identical(x: Any, y: Any) -> bool:
    """Tell whether two operands are one Value, as `==` does."""
    node, other = (x, y) if isinstance(x, Node) else (y, x)
    return node.__eq__(other) is True  # the method, which a traced Value notices


def _different(x: Any, y: Any) -> bool:
    return not identical(x, y)


def _elementwise(function: Callable[..., Any], inputs: tuple[Any, ...]) -> Any:
    if not any(is_array(operand) for operand in inputs):
        return function(*inputs)
    import numpy as np  # already loaded: it is NumPy that calls  # noqa: PLC0415

    def boxed(operand: Any) -> Any:
        """Put a Value in an array without axes, else NumPy would call us again."""
        if not isinstance(operand, Node):
            return operand
        box = np.empty((), dtype=object)
        box[()] = operand
        return box

    return np.frompyfunc(function, len(inputs), 1)(*map(boxed, inputs))
