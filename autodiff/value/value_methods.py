"""The operations of one operand as methods of a Value. Written by `make generated`: do not edit.

NumPy calls these methods, by its own names (`arcsin`), when a function such as `np.exp` meets
an array of Values.

>>> from autodiff import Value
>>> Value(0.0).tanh().data
0.0
"""

from __future__ import annotations

from typing import Self

from autodiff.graph.node import Node, unary, variadic
from autodiff.operations import TABLE


class Elementary(Node):
    """A node with the operations of one operand as methods."""

    __slots__: dict[str, str] = {}

    def neg(self) -> Self:
        """Return x with the opposite sign.

        Here x is this Value.
        Formula: -x
        Derivative: -1
        """
        return unary(TABLE["neg"], self)

    negative = neg

    def abs(self) -> Self:
        """Return the absolute value of x.

        Here x is this Value.
        Derivative: sign(x)
        Note: derivative 0 at 0.
        """
        return unary(TABLE["abs"], self)

    def sign(self) -> Self:
        """Return the sign of x: 1 or -1; x itself where it is 0 or nan.

        Here x is this Value.
        Formula: where(x > 0, 1, where(x < 0, -1, x))
        Derivative: 0
        """
        return unary(TABLE["sign"], self)

    def floor(self) -> Self:
        """Return the largest whole number that is not above x.

        Here x is this Value.
        Derivative: 0
        """
        return unary(TABLE["floor"], self)

    def round(self) -> Self:
        """Return the nearest whole number, the even one of two.

        Here x is this Value.
        Derivative: 0
        """
        return unary(TABLE["round"], self)

    rint = round

    def mod(self, y: Self | float) -> Self:
        """Return the remainder of x / y, with the sign of y, as Python's x % y.

        Here x is this Value.
        Derivative by x: 1
        Derivative by y: -round((x - out) / y)
        Note: the derivatives are those between the jumps.

        Args:
            y: a Value or a real number.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
        """
        return variadic(TABLE["mod"], (self, y))

    remainder = mod

    def square(self) -> Self:
        """Return the square of x.

        Here x is this Value.
        Formula: x**2
        Derivative: 2 * x
        """
        return unary(TABLE["square"], self)

    def reciprocal(self) -> Self:
        """Return the reciprocal of x.

        Here x is this Value.
        Formula: 1 / x
        Derivative: -out**2
        """
        return unary(TABLE["reciprocal"], self)

    def exp(self) -> Self:
        """Return e to the power x.

        Here x is this Value.
        Derivative: out
        """
        return unary(TABLE["exp"], self)

    def exp2(self) -> Self:
        """Return 2 to the power x.

        Here x is this Value.
        Derivative: out * log(2)
        """
        return unary(TABLE["exp2"], self)

    def expm1(self) -> Self:
        """Return e**x - 1, exact for small x.

        Here x is this Value.
        Derivative: exp(x)
        """
        return unary(TABLE["expm1"], self)

    def log(self) -> Self:
        """Return the natural logarithm of x.

        Here x is this Value.
        Derivative: 1 / x
        Domain: x >= 0; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["log"], self)

    def log1p(self) -> Self:
        """Return the natural logarithm of 1 + x, exact for small x.

        Here x is this Value.
        Derivative: 1 / (1 + x)
        Domain: x >= -1; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["log1p"], self)

    def log2(self) -> Self:
        """Return the logarithm of x to base 2.

        Here x is this Value.
        Derivative: 1 / (x * log(2))
        Domain: x >= 0; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["log2"], self)

    def log10(self) -> Self:
        """Return the logarithm of x to base 10.

        Here x is this Value.
        Derivative: 1 / (x * log(10))
        Domain: x >= 0; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["log10"], self)

    def sqrt(self) -> Self:
        """Return the square root of x.

        Here x is this Value.
        Derivative: 0.5 / out
        Domain: x >= 0; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["sqrt"], self)

    def cbrt(self) -> Self:
        """Return the cube root of x.

        Here x is this Value.
        Derivative: reciprocal(out)**2 / 3
        """
        return unary(TABLE["cbrt"], self)

    def logit(self) -> Self:
        """Return log(x / (1 - x)), the inverse of sigmoid.

        Here x is this Value.
        Formula: where(abs(x - 0.5) < 0.25, 2 * atanh(2*x - 1), log(x / (1 - x)))
        Derivative: 1 / bernoulli_variance(x)
        Domain: x * (1 - x) >= 0; elsewhere the value and the derivative are nan.
        Note: near 1/2 by atanh, where the logarithm would cancel.
        """
        return unary(TABLE["logit"], self)

    def sin(self) -> Self:
        """Return the sine of x, in radians.

        Here x is this Value.
        Derivative: cos(x)
        """
        return unary(TABLE["sin"], self)

    def cos(self) -> Self:
        """Return the cosine of x, in radians.

        Here x is this Value.
        Derivative: -sin(x)
        """
        return unary(TABLE["cos"], self)

    def tan(self) -> Self:
        """Return the tangent of x, in radians.

        Here x is this Value.
        Derivative: 1 + out**2
        """
        return unary(TABLE["tan"], self)

    def asin(self) -> Self:
        """Return the inverse sine of x, in radians.

        Here x is this Value.
        Derivative: 1 / sqrt(one_minus_square(x))
        Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["asin"], self)

    arcsin = asin

    def acos(self) -> Self:
        """Return the inverse cosine of x, in radians.

        Here x is this Value.
        Derivative: -1 / sqrt(one_minus_square(x))
        Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["acos"], self)

    arccos = acos

    def atan(self) -> Self:
        """Return the inverse tangent of x, in radians.

        Here x is this Value.
        Derivative: 1 / (1 + x**2)
        """
        return unary(TABLE["atan"], self)

    arctan = atan

    def atan2(self, x: Self | float) -> Self:
        """Return the angle of the point (x, y) in radians, from -pi to pi.

        Here y is this Value.
        Derivative by y: inverse_x(x, y)
        Derivative by x: -inverse_y(x, y)

        Args:
            x: a Value or a real number.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
        """
        return variadic(TABLE["atan2"], (self, x))

    arctan2 = atan2

    def sinh(self) -> Self:
        """Return the hyperbolic sine of x.

        Here x is this Value.
        Derivative: cosh(x)
        """
        return unary(TABLE["sinh"], self)

    def cosh(self) -> Self:
        """Return the hyperbolic cosine of x.

        Here x is this Value.
        Derivative: sinh(x)
        """
        return unary(TABLE["cosh"], self)

    def tanh(self) -> Self:
        """Return the hyperbolic tangent of x.

        Here x is this Value.
        Derivative: sech(x)**2
        Note: keeps its size where 1 - out**2 rounds to 0.
        """
        return unary(TABLE["tanh"], self)

    def sech(self) -> Self:
        """Return the hyperbolic secant of x.

        Here x is this Value.
        Formula: 1 / cosh(x)
        Derivative: -out * tanh(x)
        """
        return unary(TABLE["sech"], self)

    def asinh(self) -> Self:
        """Return the inverse hyperbolic sine of x.

        Here x is this Value.
        Derivative: 1 / hypot(x, 1)
        """
        return unary(TABLE["asinh"], self)

    arcsinh = asinh

    def acosh(self) -> Self:
        """Return the inverse hyperbolic cosine of x.

        Here x is this Value.
        Derivative: 1 / sqrt(x - 1) / sqrt(x + 1)
        Domain: x >= 1; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["acosh"], self)

    arccosh = acosh

    def atanh(self) -> Self:
        """Return the inverse hyperbolic tangent of x.

        Here x is this Value.
        Derivative: 1 / one_minus_square(x)
        Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["atanh"], self)

    arctanh = atanh

    def hypot(self, y: Self | float) -> Self:
        """Return the length of the vector (x, y).

        Here x is this Value.
        Derivative by x: direction_x(x, y)
        Derivative by y: direction_y(x, y)
        Note: derivatives 0 at the origin; below 1e-154 second derivatives may overflow early.

        Args:
            y: a Value or a real number.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
        """
        return variadic(TABLE["hypot"], (self, y))

    def erf(self) -> Self:
        """Return the error function of x.

        Here x is this Value.
        Derivative: 2 / sqrt(pi) * exp(-x**2)
        """
        return unary(TABLE["erf"], self)

    def erfc(self) -> Self:
        """Return the complementary error function of x, 1 - erf(x).

        Here x is this Value.
        Derivative: -2 / sqrt(pi) * exp(-x**2)
        """
        return unary(TABLE["erfc"], self)

    def erfinv(self) -> Self:
        """Return the inverse of the error function of x.

        Here x is this Value.
        Derivative: sqrt(pi) / 2 * exp(out**2)
        Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.
        """
        return unary(TABLE["erfinv"], self)

    def normal_cdf(self) -> Self:
        """Return the standard normal distribution function of x.

        Here x is this Value.
        Derivative: normal_pdf(x)
        """
        return unary(TABLE["normal_cdf"], self)

    def normal_pdf(self) -> Self:
        """Return the standard normal density of x.

        Here x is this Value.
        Formula: exp(-x**2 / 2) / sqrt(2*pi)
        Derivative: -where(abs(x) < 40, x, 0) * out
        Note: between the two floats next to 1, where the second derivative is 0, it has no digits.
        """
        return unary(TABLE["normal_pdf"], self)

    def lgamma(self) -> Self:
        """Return the logarithm of the absolute value of the gamma function of x.

        Here x is this Value.
        Derivative: digamma(x)
        Note: near its zeros below 0 only the absolute error is small.
        """
        return unary(TABLE["lgamma"], self)

    def digamma(self) -> Self:
        """Return the derivative of lgamma at x.

        Here x is this Value.
        Derivative: polygamma(1, x)
        Note: near its zeros only the absolute error is small.
        """
        return unary(TABLE["digamma"], self)

    def polygamma(self, x: Self | float) -> Self:
        """Return the n-th derivative of digamma at x, n = 0, 1, 2, ....

        Here n is this Value.
        Derivative by n: nan
        Derivative by x: polygamma(n + 1, x)
        Note: not differentiable by n.

        Args:
            x: a Value or a real number.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
        """
        return variadic(TABLE["polygamma"], (self, x))

    def sigmoid(self) -> Self:
        """Return the logistic function of x.

        Here x is this Value.
        Formula: 1 / (1 + exp(-x))
        Derivative: sigmoid_slope(x)
        Note: sigmoid_slope(x) is out * sigmoid(-x).
        """
        return unary(TABLE["sigmoid"], self)

    def logsigmoid(self) -> Self:
        """Return the logarithm of sigmoid(x), without underflow.

        Here x is this Value.
        Formula: minimum(x, 0) - log1p(exp(-abs(x)))
        Derivative: sigmoid(-x)
        """
        return unary(TABLE["logsigmoid"], self)

    def softplus(self) -> Self:
        """Return log(1 + e**x), without overflow.

        Here x is this Value.
        Formula: maximum(x, 0) + log1p(exp(-abs(x)))
        Derivative: sigmoid(x)
        """
        return unary(TABLE["softplus"], self)

    def relu(self) -> Self:
        """Return x where it is positive, else 0.

        Here x is this Value.
        Formula: where(x <= 0, 0, x)
        Derivative: where(x > 0, 1, 0)
        Note: derivative 0 at 0.
        """
        return unary(TABLE["relu"], self)

    def leaky_relu(self, slope: Self | float = 0.01) -> Self:
        """Return x where it is positive, else slope * x (Maas et al., 2013).

        Here x is this Value.
        Formula: where(x > 0, x, slope * x)
        Derivative by x: where(x > 0, 1, slope)
        Derivative by slope: where(x > 0, 0, x)

        Args:
            slope: a Value or a real number. Default: 0.01.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
        """
        return variadic(TABLE["leaky_relu"], (self, slope))

    def elu(self, alpha: Self | float = 1.0) -> Self:
        """Return x where it is positive, else alpha * (e**x - 1) (Clevert et al., 2015).

        Here x is this Value.
        Formula: where(x > 0, x, alpha * expm1(x))
        Derivative by x: where(x > 0, 1, alpha * exp(minimum(x, 0)))
        Derivative by alpha: where(x > 0, 0, expm1(minimum(x, 0)))

        Args:
            alpha: a Value or a real number. Default: 1.

        Raises:
            OperandError: if an operand is neither a Value nor a real number.
        """
        return variadic(TABLE["elu"], (self, alpha))

    def selu(self) -> Self:
        """Return the scaled ELU of x, which keeps mean 0 and variance 1 (Klambauer et al., 2017).

        Here x is this Value.
        Formula: s * where(x > 0, x, a * expm1(x)), s = 1.0507009873554805, a = 1.6732632423543772
        Derivative: s * where(x > 0, 1, a * exp(minimum(x, 0))), s = 1.0507009873554805, a =
            1.6732632423543772
        """
        return unary(TABLE["selu"], self)

    def gelu(self) -> Self:
        """Return x times the normal distribution function of x (Hendrycks and Gimpel, 2016).

        Here x is this Value.
        Formula: x * normal_cdf(x)
        Derivative: normal_cdf(x) + x * normal_pdf(x)
        """
        return unary(TABLE["gelu"], self)

    def gelu_tanh(self) -> Self:
        """Return gelu(x), approximated by tanh (Hendrycks and Gimpel, 2016).

        Here x is this Value.
        Formula: x * gelu_gate(x)
        Derivative: gelu_gate(x) + x * sigmoid_slope(2*u) * v, z = where(abs(x) < 40, x, 40 *
            sign(x)), u = sqrt(2/pi) * (z + 0.044715 * z**3), v = 2 * sqrt(2/pi) * (1 + 0.134145 *
            z**2)
        Note: gelu_gate(x) is 0.5 * (1 + tanh(u)), u = sqrt(2/pi) * (x + 0.044715 * x**3).
        """
        return unary(TABLE["gelu_tanh"], self)

    def silu(self) -> Self:
        """Return x * sigmoid(x), also called swish (Elfwing et al., 2017).

        Here x is this Value.
        Formula: x / (1 + exp(-x))
        Derivative: sigmoid(x) + x * sigmoid_slope(x)
        """
        return unary(TABLE["silu"], self)

    def mish(self) -> Self:
        """Return x * tanh(softplus(x)) (Misra, 2019).

        Here x is this Value.
        Formula: x * tanh(softplus(x))
        Derivative: tanh(p) + x * sech(p)**2 * sigmoid(x), p = softplus(x)
        """
        return unary(TABLE["mish"], self)

    def relu6(self) -> Self:
        """Return x limited to the interval from 0 to 6.

        Here x is this Value.
        Formula: minimum(maximum(x, 0), 6)
        Derivative: where(x > 0, where(x < 6, 1, 0), 0)
        Note: derivative 0 at 0 and at 6.
        """
        return unary(TABLE["relu6"], self)

    def softsign(self) -> Self:
        """Return x / (1 + abs(x)) (Glorot and Bengio, 2010).

        Here x is this Value.
        Formula: where(abs(x) < inf, x / (1 + abs(x)), sign(x))
        Derivative: reciprocal(1 + abs(x))**2
        """
        return unary(TABLE["softsign"], self)

    def hardtanh(self) -> Self:
        """Return x limited to the interval from -1 to 1.

        Here x is this Value.
        Formula: minimum(maximum(x, -1), 1)
        Derivative: where(abs(x) < 1, 1, 0)
        """
        return unary(TABLE["hardtanh"], self)
