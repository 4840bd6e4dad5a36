"""The operations as functions: `exp(x)`, `dot(weights, inputs, bias)`, `softmax(xs)`.

Every function takes Values and numbers in any mixture; of numbers alone it returns a float, so
that a program written with them also runs without a graph. Users add their own operations here
with `operation`. What is not here: formulas and derivatives (`operations`).

>>> from autodiff import Value
>>> exp(0.0), exp(Value(0.0))
(1.0, Value(data=1.0, grad=0.0))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import overload

from autodiff.errors import ShapeError
from autodiff.graph.hooks import observer
from autodiff.graph.node import data_of
from autodiff.operations import TABLE, register
from autodiff.table.operation import Operation

from .function_types import Function, Operand, Reduction, apply_to, elements_of
from .value import Value


def dot(weights: Iterable[Operand], inputs: Iterable[Operand], bias: Operand = 0.0) -> Value:
    """Return the pre-activation z = w.x + b as one node.

    Args:
        weights: n Values or numbers.
        inputs: n Values or numbers.
        bias: a Value or number.

    Returns:
        A node whose parents are the weights, the inputs and the bias that are Values. The
        products are added without rounding in between (`math.fsum`). Of numbers alone, a Value
        without parents.

    Raises:
        ShapeError: if there are not as many inputs as weights, or none.
    """
    left, right = tuple(weights), tuple(inputs)
    if len(left) != len(right):
        raise ShapeError(
            f"as many inputs as weights ({len(left)})",
            f"{len(right)} inputs",
            "pass sequences of equal length",
        )
    result = apply_to(_DOT, (*left, *right, bias))
    return result if isinstance(result, Value) else Value(result)


@overload
def softmax(xs: Sequence[float]) -> list[float]: ...  # pyright: ignore[reportOverlappingOverload]
@overload
def softmax(xs: Sequence[Operand]) -> list[Value]: ...
def softmax(xs: Sequence[Operand]) -> Sequence[Operand]:
    """Return exp(x_i) / sum_j exp(x_j) for each x, without overflow (by logsumexp).

    Raises:
        ShapeError: if there are no operands.
    """
    return [exp(x) for x in log_softmax(xs)]


@overload
def log_softmax(xs: Sequence[float]) -> list[float]: ...  # pyright: ignore[reportOverlappingOverload]
@overload
def log_softmax(xs: Sequence[Operand]) -> list[Value]: ...
def log_softmax(xs: Sequence[Operand]) -> Sequence[Operand]:
    """Return x_i - logsumexp(x) for each x: finite where the logarithm of softmax is not.

    The largest is subtracted first, as a constant: the result does not depend on it, but
    logsumexp of numbers near 1e16 has no digits left for the difference.

    Raises:
        ShapeError: if there are no operands.
    """
    elements = elements_of(xs)
    largest = maximum([_without_derivative(x) for x in elements])
    top = where(less(abs(largest), inf), largest, 0.0)
    shifted = [x - top for x in elements]
    total = logsumexp(shifted)
    return [x - total for x in shifted]


def _without_derivative(x: Operand) -> Operand:
    """Return the number alone; while a program is recorded, a leaf that it can compute again."""
    return x.detach() if isinstance(x, Value) and observer() is not None else data_of(x)


def operation(  # noqa: PLR0913 the fields of a row of the table
    name: str,
    operands: str,
    formula: str,
    derivatives: str,
    *,
    domain: str = "",
    sign: str = "",
    note: str = "",
    replace: bool = False,
) -> Function | Reduction:
    """Add an operation to the table; it then works everywhere the built-in ones do.

    Declaring the same operation again changes nothing.

    Args:
        name: an identifier that the table does not have yet.
        operands: see `Operation`, as for the further arguments.
        formula: see there.
        derivatives: see there.
        domain: see there.
        sign: see there.
        note: see there.
        replace: whether an operation of yours by this name gives way to this one.

    Returns:
        The operation as a function of Values or numbers.

    Raises:
        OperationError: if the record is inconsistent or the name is taken.
        FormulaError: if a text cannot be read.

    >>> from autodiff import Value
    >>> swish2 = operation("swish2", "x", "x * sigmoid(2*x)",
    ...                    "s + 2*x*s*sigmoid(-2*x), s = sigmoid(2*x)")
    >>> swish2(Value(1.0))
    Value(data=0.8807970779778823, grad=0.0)
    """
    row = Operation(name, operands, formula, derivatives, domain=domain, sign=sign, note=note)
    row = register(row, replace=replace)
    return Reduction(row) if row.starred else Function(row)


_DOT = TABLE["dot"]

sign = Function(TABLE["sign"])
exp = Function(TABLE["exp"])
expm1 = Function(TABLE["expm1"])
log = Function(TABLE["log"])
log1p = Function(TABLE["log1p"])
log2 = Function(TABLE["log2"])
log10 = Function(TABLE["log10"])
sqrt = Function(TABLE["sqrt"])
cbrt = Function(TABLE["cbrt"])
square = Function(TABLE["square"])
reciprocal = Function(TABLE["reciprocal"])
sin = Function(TABLE["sin"])
cos = Function(TABLE["cos"])
tan = Function(TABLE["tan"])
asin = Function(TABLE["asin"])
acos = Function(TABLE["acos"])
atan = Function(TABLE["atan"])
sinh = Function(TABLE["sinh"])
cosh = Function(TABLE["cosh"])
tanh = Function(TABLE["tanh"])
sech = Function(TABLE["sech"])
asinh = Function(TABLE["asinh"])
acosh = Function(TABLE["acosh"])
atanh = Function(TABLE["atanh"])
sigmoid = Function(TABLE["sigmoid"])
logsigmoid = Function(TABLE["logsigmoid"])
softplus = Function(TABLE["softplus"])
relu = Function(TABLE["relu"])
selu = Function(TABLE["selu"])
gelu = Function(TABLE["gelu"])
gelu_tanh = Function(TABLE["gelu_tanh"])
silu = Function(TABLE["silu"])
mish = Function(TABLE["mish"])
hardtanh = Function(TABLE["hardtanh"])
erf = Function(TABLE["erf"])
erfc = Function(TABLE["erfc"])
pow = Function(TABLE["pow"])
atan2 = Function(TABLE["atan2"])
hypot = Function(TABLE["hypot"])
leaky_relu = Function(TABLE["leaky_relu"])
elu = Function(TABLE["elu"])
clip = Function(TABLE["clip"])
where = Function(TABLE["where"])
less = Function(TABLE["less"])
less_equal = Function(TABLE["less_equal"])
greater = Function(TABLE["greater"])
greater_equal = Function(TABLE["greater_equal"])
equal = Function(TABLE["equal"])

# Over the elements of a sequence, or over several operands.
sum = Reduction(TABLE["sum"])
prod = Reduction(TABLE["prod"])
mean = Reduction(TABLE["mean"])
logsumexp = Reduction(TABLE["logsumexp"])
maximum = Reduction(TABLE["maximum"])
minimum = Reduction(TABLE["minimum"])
norm = Reduction(TABLE["norm"])
