"""Activations by name: any operation of the derivative table that needs only one operand.

An operation that a user adds with `autodiff.operation` can be named at once.

>>> activation("tanh")
tanh(x) = tanh(x)
>>> activation("rleu")
Traceback (most recent call last):
...
autodiff.errors.OptionError: expected 'linear' or an operation of one operand as activation, \
got str 'rleu': did you mean 'relu' or 'relu6'?
"""

from __future__ import annotations

from difflib import get_close_matches

from autodiff import TABLE, Function, OptionError, Value
from autodiff.extend import Operation, described, unary, variadic

LINEAR = "linear"


def activation(name: str | Function) -> Operation | None:
    """Find an activation by name.

    Args:
        name: `"linear"`, or an operation with one operand that has no default (`"relu"`, `"tanh"`,
            `"sigmoid"`, `"leaky_relu"`, ...); or the function itself.

    Returns:
        The row of the table; None for `"linear"`.

    Raises:
        OptionError: if there is none of that name; it suggests similar names.
    """
    if isinstance(name, str) and name == LINEAR:
        return None
    if isinstance(name, Function):
        name = name.operation.name
    row = TABLE.get(name) if isinstance(name, str) else None  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
    if row is None or not _takes_one(row):
        raise OptionError(
            f"{LINEAR!r} or an operation of one operand as activation",
            described(name),
            _advice(str(getattr(name, "__name__", name)) if callable(name) else name),
        )
    return row


def activate(row: Operation | None, pre_activation: Value) -> Value:
    """Apply an activation to a pre-activation; None leaves it as it is."""
    if row is None:
        return pre_activation
    if len(row.operands) == 1:
        return unary(row, pre_activation)  # in a third of the time of `variadic`
    return variadic(row, (pre_activation,))


def _takes_one(row: Operation) -> bool:
    return not row.starred and len(row.operands) - len(row.defaults) == 1


def _advice(name: object) -> str:
    known = [LINEAR, *(row.name for row in TABLE.values() if _takes_one(row))]
    text = name.lower() if isinstance(name, str) else ""
    close = [repr(match) for match in get_close_matches(text, known)]
    if close:
        return f"did you mean {' or '.join(close)}?"
    return "write a name such as 'relu', 'tanh' or 'sigmoid'"
