"""The operations of the table as functions. Written by `make generated`: do not edit.

Every function takes any mix of Values and numbers. Given numbers only, it returns a float, so a
program written with these functions also runs without a graph.

>>> from autodiff import Value
>>> exp(0.0), exp(Value(0.0))
(1.0, Value(data=1.0, grad=0.0))
"""

from __future__ import annotations

from typing import overload

from autodiff.graph.node import unary
from autodiff.operations import TABLE

from .function_types import Function, Operand, Reduction, apply_to
from .value import Value


class FunctionOfXY(Function):
    """An operation called with (x, y)."""

    @overload
    def __call__(self, x: float, y: float, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, x: Operand, y: Operand, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        return apply_to(self.operation, operands)


class FunctionOfX(Function):
    """An operation called with (x)."""

    @overload
    def __call__(self, x: float, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, x: Operand, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        if len(operands) == 1 and isinstance(operands[0], Value):
            return unary(self.operation, operands[0])
        return apply_to(self.operation, operands)


class FunctionOfCXY(Function):
    """An operation called with (c, x, y)."""

    @overload
    def __call__(self, c: float, x: float, y: float, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, c: Operand, x: Operand, y: Operand, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        return apply_to(self.operation, operands)


class FunctionOfYX(Function):
    """An operation called with (y, x)."""

    @overload
    def __call__(self, y: float, x: float, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, y: Operand, x: Operand, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        return apply_to(self.operation, operands)


class FunctionOfNX(Function):
    """An operation called with (n, x)."""

    @overload
    def __call__(self, n: float, x: float, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, n: Operand, x: Operand, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        return apply_to(self.operation, operands)


class FunctionOfXSlope(Function):
    """An operation called with (x, slope)."""

    @overload
    def __call__(self, x: float, slope: float = 0.01, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, x: Operand, slope: Operand = 0.01, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        return apply_to(self.operation, operands)


class FunctionOfXAlpha(Function):
    """An operation called with (x, alpha)."""

    @overload
    def __call__(self, x: float, alpha: float = 1.0, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, x: Operand, alpha: Operand = 1.0, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        return apply_to(self.operation, operands)


class FunctionOfXLowHigh(Function):
    """An operation called with (x, low, high)."""

    @overload
    def __call__(self, x: float, low: float, high: float, /) -> float: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __call__(self, x: Operand, low: Operand, high: Operand, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
        return apply_to(self.operation, operands)


pow = FunctionOfXY(TABLE["pow"])
"""Return x to the power y.

Formula: x ** y
Derivative by x: y * where(abs(x) > 0, x, where(y == 0, 1, x))**(y - 1)
Derivative by y: where(x > 0, out * log(where(x > 0, x, 1)), where(x == 0, where(y >= 0, 0, -inf),
    nan))
Note: x**0 is 1 with derivative 0 everywhere; 0**y has derivative 0 by y; a k-th derivative is inf
    or nan where x**(y - k) overflows.

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

sign = FunctionOfX(TABLE["sign"])
"""Return the sign of x: 1 or -1; x itself where it is 0 or nan.

Formula: where(x > 0, 1, where(x < 0, -1, x))
Derivative: 0

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

floor = FunctionOfX(TABLE["floor"])
"""Return the largest whole number that is not above x.

Derivative: 0

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

round = FunctionOfX(TABLE["round"])
"""Return the nearest whole number, the even one of two.

Derivative: 0

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

mod = FunctionOfXY(TABLE["mod"])
"""Return the remainder of x / y, with the sign of y, as Python's x % y.

Derivative by x: 1
Derivative by y: -round((x - out) / y)
Note: the derivatives are those between the jumps.

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

floor_div = FunctionOfXY(TABLE["floor_div"])
"""Return the largest whole number that is not above x / y, as Python's x // y.

Formula: where(y == 0, x / y, round((x - mod(x, y)) / y))
Derivative by x: 0
Derivative by y: 0

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

square = FunctionOfX(TABLE["square"])
"""Return the square of x.

Formula: x**2
Derivative: 2 * x

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

reciprocal = FunctionOfX(TABLE["reciprocal"])
"""Return the reciprocal of x.

Formula: 1 / x
Derivative: -out**2

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

less = FunctionOfXY(TABLE["less"])
"""Return 1 where x < y, else 0.

Formula: x < y
Derivative by x: 0
Derivative by y: 0

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

less_equal = FunctionOfXY(TABLE["less_equal"])
"""Return 1 where x <= y, else 0.

Formula: x <= y
Derivative by x: 0
Derivative by y: 0

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

greater = FunctionOfXY(TABLE["greater"])
"""Return 1 where x > y, else 0.

Formula: x > y
Derivative by x: 0
Derivative by y: 0

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

greater_equal = FunctionOfXY(TABLE["greater_equal"])
"""Return 1 where x >= y, else 0.

Formula: x >= y
Derivative by x: 0
Derivative by y: 0

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

equal = FunctionOfXY(TABLE["equal"])
"""Return 1 where x == y as numbers, else 0.

Formula: x == y
Derivative by x: 0
Derivative by y: 0

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

where = FunctionOfCXY(TABLE["where"])
"""Return x where the condition c is not 0, else y.

Derivative by c: 0
Derivative by x: where(c, 1, 0)
Derivative by y: where(c, 0, 1)

Args:
    c: a Value or a real number.
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

exp = FunctionOfX(TABLE["exp"])
"""Return e to the power x.

Derivative: out

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

exp2 = FunctionOfX(TABLE["exp2"])
"""Return 2 to the power x.

Derivative: out * log(2)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

expm1 = FunctionOfX(TABLE["expm1"])
"""Return e**x - 1, exact for small x.

Derivative: exp(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

log = FunctionOfX(TABLE["log"])
"""Return the natural logarithm of x.

Derivative: 1 / x
Domain: x >= 0; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

log1p = FunctionOfX(TABLE["log1p"])
"""Return the natural logarithm of 1 + x, exact for small x.

Derivative: 1 / (1 + x)
Domain: x >= -1; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

log2 = FunctionOfX(TABLE["log2"])
"""Return the logarithm of x to base 2.

Derivative: 1 / (x * log(2))
Domain: x >= 0; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

log10 = FunctionOfX(TABLE["log10"])
"""Return the logarithm of x to base 10.

Derivative: 1 / (x * log(10))
Domain: x >= 0; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

sqrt = FunctionOfX(TABLE["sqrt"])
"""Return the square root of x.

Derivative: 0.5 / out
Domain: x >= 0; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

cbrt = FunctionOfX(TABLE["cbrt"])
"""Return the cube root of x.

Derivative: reciprocal(out)**2 / 3

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

xlogy = FunctionOfXY(TABLE["xlogy"])
"""Return x * log(y), 0 where x is 0.

Formula: where(x == 0, where(y >= 0, 0, nan), x * log(y))
Derivative by x: log(y)
Derivative by y: x / where(y == 0, where(x == 0, 1, 0), y)
Domain: y >= 0; elsewhere the value and the derivative are nan.
Note: the entropy of p is -xlogy(p, p).

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

logit = FunctionOfX(TABLE["logit"])
"""Return log(x / (1 - x)), the inverse of sigmoid.

Formula: where(abs(x - 0.5) < 0.25, 2 * atanh(2*x - 1), log(x / (1 - x)))
Derivative: 1 / bernoulli_variance(x)
Domain: x * (1 - x) >= 0; elsewhere the value and the derivative are nan.
Note: near 1/2 by atanh, where the logarithm would cancel.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

sin = FunctionOfX(TABLE["sin"])
"""Return the sine of x, in radians.

Derivative: cos(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

cos = FunctionOfX(TABLE["cos"])
"""Return the cosine of x, in radians.

Derivative: -sin(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

tan = FunctionOfX(TABLE["tan"])
"""Return the tangent of x, in radians.

Derivative: 1 + out**2

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

asin = FunctionOfX(TABLE["asin"])
"""Return the inverse sine of x, in radians.

Derivative: 1 / sqrt(one_minus_square(x))
Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

acos = FunctionOfX(TABLE["acos"])
"""Return the inverse cosine of x, in radians.

Derivative: -1 / sqrt(one_minus_square(x))
Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

atan = FunctionOfX(TABLE["atan"])
"""Return the inverse tangent of x, in radians.

Derivative: 1 / (1 + x**2)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

atan2 = FunctionOfYX(TABLE["atan2"])
"""Return the angle of the point (x, y) in radians, from -pi to pi.

Derivative by y: inverse_x(x, y)
Derivative by x: -inverse_y(x, y)

Args:
    y: a Value or a real number.
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

sinh = FunctionOfX(TABLE["sinh"])
"""Return the hyperbolic sine of x.

Derivative: cosh(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

cosh = FunctionOfX(TABLE["cosh"])
"""Return the hyperbolic cosine of x.

Derivative: sinh(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

tanh = FunctionOfX(TABLE["tanh"])
"""Return the hyperbolic tangent of x.

Derivative: sech(x)**2
Note: keeps its size where 1 - out**2 rounds to 0.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

sech = FunctionOfX(TABLE["sech"])
"""Return the hyperbolic secant of x.

Formula: 1 / cosh(x)
Derivative: -out * tanh(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

asinh = FunctionOfX(TABLE["asinh"])
"""Return the inverse hyperbolic sine of x.

Derivative: 1 / hypot(x, 1)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

acosh = FunctionOfX(TABLE["acosh"])
"""Return the inverse hyperbolic cosine of x.

Derivative: 1 / sqrt(x - 1) / sqrt(x + 1)
Domain: x >= 1; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

atanh = FunctionOfX(TABLE["atanh"])
"""Return the inverse hyperbolic tangent of x.

Derivative: 1 / one_minus_square(x)
Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

hypot = FunctionOfXY(TABLE["hypot"])
"""Return the length of the vector (x, y).

Derivative by x: direction_x(x, y)
Derivative by y: direction_y(x, y)
Note: derivatives 0 at the origin; below 1e-154 second derivatives may overflow early.

Args:
    x: a Value or a real number.
    y: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

erf = FunctionOfX(TABLE["erf"])
"""Return the error function of x.

Derivative: 2 / sqrt(pi) * exp(-x**2)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

erfc = FunctionOfX(TABLE["erfc"])
"""Return the complementary error function of x, 1 - erf(x).

Derivative: -2 / sqrt(pi) * exp(-x**2)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

erfinv = FunctionOfX(TABLE["erfinv"])
"""Return the inverse of the error function of x.

Derivative: sqrt(pi) / 2 * exp(out**2)
Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

normal_cdf = FunctionOfX(TABLE["normal_cdf"])
"""Return the standard normal distribution function of x.

Derivative: normal_pdf(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

normal_pdf = FunctionOfX(TABLE["normal_pdf"])
"""Return the standard normal density of x.

Formula: exp(-x**2 / 2) / sqrt(2*pi)
Derivative: -where(abs(x) < 40, x, 0) * out
Note: between the two floats next to 1, where the second derivative is 0, it has no digits.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

lgamma = FunctionOfX(TABLE["lgamma"])
"""Return the logarithm of the absolute value of the gamma function of x.

Derivative: digamma(x)
Note: near its zeros below 0 only the absolute error is small.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

digamma = FunctionOfX(TABLE["digamma"])
"""Return the derivative of lgamma at x.

Derivative: polygamma(1, x)
Note: near its zeros only the absolute error is small.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

polygamma = FunctionOfNX(TABLE["polygamma"])
"""Return the n-th derivative of digamma at x, n = 0, 1, 2, ....

Derivative by n: nan
Derivative by x: polygamma(n + 1, x)
Note: not differentiable by n.

Args:
    n: a Value or a real number.
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

sigmoid = FunctionOfX(TABLE["sigmoid"])
"""Return the logistic function of x.

Formula: 1 / (1 + exp(-x))
Derivative: sigmoid_slope(x)
Note: sigmoid_slope(x) is out * sigmoid(-x).

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

logsigmoid = FunctionOfX(TABLE["logsigmoid"])
"""Return the logarithm of sigmoid(x), without underflow.

Formula: minimum(x, 0) - log1p(exp(-abs(x)))
Derivative: sigmoid(-x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

softplus = FunctionOfX(TABLE["softplus"])
"""Return log(1 + e**x), without overflow.

Formula: maximum(x, 0) + log1p(exp(-abs(x)))
Derivative: sigmoid(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

relu = FunctionOfX(TABLE["relu"])
"""Return x where it is positive, else 0.

Formula: where(x <= 0, 0, x)
Derivative: where(x > 0, 1, 0)
Note: derivative 0 at 0.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

leaky_relu = FunctionOfXSlope(TABLE["leaky_relu"])
"""Return x where it is positive, else slope * x (Maas et al., 2013).

Formula: where(x > 0, x, slope * x)
Derivative by x: where(x > 0, 1, slope)
Derivative by slope: where(x > 0, 0, x)

Args:
    x: a Value or a real number.
    slope: a Value or a real number. Default: 0.01.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

elu = FunctionOfXAlpha(TABLE["elu"])
"""Return x where it is positive, else alpha * (e**x - 1) (Clevert et al., 2015).

Formula: where(x > 0, x, alpha * expm1(x))
Derivative by x: where(x > 0, 1, alpha * exp(minimum(x, 0)))
Derivative by alpha: where(x > 0, 0, expm1(minimum(x, 0)))

Args:
    x: a Value or a real number.
    alpha: a Value or a real number. Default: 1.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

selu = FunctionOfX(TABLE["selu"])
"""Return the scaled ELU of x, which keeps mean 0 and variance 1 (Klambauer et al., 2017).

Formula: s * where(x > 0, x, a * expm1(x)), s = 1.0507009873554805, a = 1.6732632423543772
Derivative: s * where(x > 0, 1, a * exp(minimum(x, 0))), s = 1.0507009873554805, a =
    1.6732632423543772

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

gelu = FunctionOfX(TABLE["gelu"])
"""Return x times the normal distribution function of x (Hendrycks and Gimpel, 2016).

Formula: x * normal_cdf(x)
Derivative: normal_cdf(x) + x * normal_pdf(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

gelu_tanh = FunctionOfX(TABLE["gelu_tanh"])
"""Return gelu(x), approximated by tanh (Hendrycks and Gimpel, 2016).

Formula: x * gelu_gate(x)
Derivative: gelu_gate(x) + x * sigmoid_slope(2*u) * v, z = where(abs(x) < 40, x, 40 * sign(x)), u =
    sqrt(2/pi) * (z + 0.044715 * z**3), v = 2 * sqrt(2/pi) * (1 + 0.134145 * z**2)
Note: gelu_gate(x) is 0.5 * (1 + tanh(u)), u = sqrt(2/pi) * (x + 0.044715 * x**3).

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

silu = FunctionOfX(TABLE["silu"])
"""Return x * sigmoid(x), also called swish (Elfwing et al., 2017).

Formula: x / (1 + exp(-x))
Derivative: sigmoid(x) + x * sigmoid_slope(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

mish = FunctionOfX(TABLE["mish"])
"""Return x * tanh(softplus(x)) (Misra, 2019).

Formula: x * tanh(softplus(x))
Derivative: tanh(p) + x * sech(p)**2 * sigmoid(x), p = softplus(x)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

relu6 = FunctionOfX(TABLE["relu6"])
"""Return x limited to the interval from 0 to 6.

Formula: minimum(maximum(x, 0), 6)
Derivative: where(x > 0, where(x < 6, 1, 0), 0)
Note: derivative 0 at 0 and at 6.

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

softsign = FunctionOfX(TABLE["softsign"])
"""Return x / (1 + abs(x)) (Glorot and Bengio, 2010).

Formula: where(abs(x) < inf, x / (1 + abs(x)), sign(x))
Derivative: reciprocal(1 + abs(x))**2

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

hardtanh = FunctionOfX(TABLE["hardtanh"])
"""Return x limited to the interval from -1 to 1.

Formula: minimum(maximum(x, -1), 1)
Derivative: where(abs(x) < 1, 1, 0)

Args:
    x: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

clip = FunctionOfXLowHigh(TABLE["clip"])
"""Return x limited to the interval from low to high; high where low is above it.

Formula: minimum(maximum(x, low), high)
Derivative by x: 0.5 * (x > low) * (x <= high) + 0.5 * (x >= low) * (x < high)
Derivative by low: 0.5 * (x < low) * (low <= high) + 0.5 * (x <= low) * (low < high)
Derivative by high: 0.5 * (m > high) + 0.5 * (m >= high), m = maximum(x, low)
Note: minimum of maximum: a tie shares the derivative.

Args:
    x: a Value or a real number.
    low: a Value or a real number.
    high: a Value or a real number.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if the number of operands does not fit.
"""

maximum = Reduction(TABLE["maximum"])
"""Return the largest operand.

Derivative: (x == out) / sum(x == out)

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

minimum = Reduction(TABLE["minimum"])
"""Return the smallest operand.

Derivative: (x == out) / sum(x == out)

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

sum = Reduction(TABLE["sum"])
"""Return the sum of the operands.

Derivative: 1
Note: the terms are added without rounding in between (math.fsum).

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

prod = Reduction(TABLE["prod"])
"""Return the product of the operands.

Derivative: prod_of_others(x)

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

mean = Reduction(TABLE["mean"])
"""Return the mean of the operands.

Formula: sum(x) / count(x)
Derivative: 1 / count(x)
Note: the terms are added without rounding in between (math.fsum).

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

var = Reduction(TABLE["var"])
"""Return the variance of the operands, their mean squared distance from the mean.

Formula: sum(((x - m) - sum(x - m) / n)**2) / n, n = count(x), m = sum(x) / n
Derivative: 2 / n * ((x - m) - sum(x - m) / n), n = count(x), m = sum(x) / n
Note: divided by n, as NumPy does; the mean of x - m corrects the rounding of m.

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

std = Reduction(TABLE["std"])
"""Return the standard deviation of the operands, the root of their variance.

Formula: norm((x - m) - sum(x - m) / n) / sqrt(n), n = count(x), m = sum(x) / n
Derivative: ((x - m) - sum(x - m) / n) / (n * where(out == 0, inf, out)), n = count(x), m = sum(x) /
    n
Note: derivatives 0 where all are equal; of two operands the second derivatives are 0 up to
    rounding.

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

logsumexp = Reduction(TABLE["logsumexp"])
"""Return the logarithm of the sum of e**x over the operands, without overflow.

Formula: where(abs(m) < inf, m + log1p(sum(where(x == m, 0, exp(x - m))) + (sum(x == m) - 1)), m), m
    = maximum(x)
Derivative: exp(x - m) / sum(exp(x - m)), m = maximum(x)
Note: exp(x - out) would be wrong where out is so large that log(n) is lost in it; where a share is
    1/2, the third derivative keeps only its absolute error.

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""

norm = Reduction(TABLE["norm"])
"""Return the Euclidean norm of the operands, without overflow.

Formula: where(m < inf, where(m > 0, m * sqrt(sum((x / m)**2)), m), m), m = maximum(abs(x))
Derivative: where(large, direction_x(where(large, x, 1), norm(where(large, 0, x))), x / where(out ==
    0, inf, out)), large = (abs(x) > 0.75 * out) * (sum(x == 0) < count(x) - 1)
Note: derivatives 0 at the origin; by an element that outweighs the others, their norm is used, so
    that second derivatives do not cancel.

Args:
    x: Values and real numbers, or one sequence of them.

Returns:
    A Value; a float if every operand is a number.

Raises:
    OperandError: if an operand is neither a Value nor a real number.
    WrongTypeError: for an array.
    ShapeError: if there are none.
"""
