"""The functions of the table as methods of a Value: `v.exp()`, `v.relu()`.

NumPy calls these methods, by its own names (`arcsin`), when a function such as `np.exp` meets
an array of Values. What is not here: operators (`value`), functions that also take numbers or
several operands (`functions`).

>>> from autodiff import Value
>>> Value(0.0).tanh().data
0.0
"""

from __future__ import annotations

from typing import Self

from autodiff.graph.node import Node, unary, variadic
from autodiff.operations import TABLE


class Elementary(Node):
    """A node with the elementary functions; each is one row of the table."""

    __slots__: tuple[str, ...] = ()

    def exp(self) -> Self:
        """Return e**v."""
        return unary(TABLE["exp"], self)

    def expm1(self) -> Self:
        """Return e**v - 1, exact for small v."""
        return unary(TABLE["expm1"], self)

    def log(self) -> Self:
        """Return the natural logarithm."""
        return unary(TABLE["log"], self)

    def log1p(self) -> Self:
        """Return log(1 + v), exact for small v."""
        return unary(TABLE["log1p"], self)

    def log2(self) -> Self:
        """Return the logarithm to base 2."""
        return unary(TABLE["log2"], self)

    def log10(self) -> Self:
        """Return the logarithm to base 10."""
        return unary(TABLE["log10"], self)

    def sqrt(self) -> Self:
        """Return the square root."""
        return unary(TABLE["sqrt"], self)

    def cbrt(self) -> Self:
        """Return the cube root."""
        return unary(TABLE["cbrt"], self)

    def square(self) -> Self:
        """Return v * v."""
        return unary(TABLE["square"], self)

    def sin(self) -> Self:
        """Return the sine."""
        return unary(TABLE["sin"], self)

    def cos(self) -> Self:
        """Return the cosine."""
        return unary(TABLE["cos"], self)

    def tan(self) -> Self:
        """Return the tangent."""
        return unary(TABLE["tan"], self)

    def arcsin(self) -> Self:
        """Return the inverse sine."""
        return unary(TABLE["asin"], self)

    def arccos(self) -> Self:
        """Return the inverse cosine."""
        return unary(TABLE["acos"], self)

    def arctan(self) -> Self:
        """Return the inverse tangent."""
        return unary(TABLE["atan"], self)

    def sinh(self) -> Self:
        """Return the hyperbolic sine."""
        return unary(TABLE["sinh"], self)

    def cosh(self) -> Self:
        """Return the hyperbolic cosine."""
        return unary(TABLE["cosh"], self)

    def tanh(self) -> Self:
        """Return the hyperbolic tangent."""
        return unary(TABLE["tanh"], self)

    def arcsinh(self) -> Self:
        """Return the inverse hyperbolic sine."""
        return unary(TABLE["asinh"], self)

    def arccosh(self) -> Self:
        """Return the inverse hyperbolic cosine."""
        return unary(TABLE["acosh"], self)

    def arctanh(self) -> Self:
        """Return the inverse hyperbolic tangent."""
        return unary(TABLE["atanh"], self)

    def sigmoid(self) -> Self:
        """Return 1 / (1 + e**-v)."""
        return unary(TABLE["sigmoid"], self)

    def softplus(self) -> Self:
        """Return log(1 + e**v)."""
        return unary(TABLE["softplus"], self)

    def relu(self) -> Self:
        """Return max(v, 0), with derivative 0 at 0."""
        return unary(TABLE["relu"], self)

    def silu(self) -> Self:
        """Return v * sigmoid(v)."""
        return unary(TABLE["silu"], self)

    def gelu(self) -> Self:
        """Return v * Phi(v), by the error function."""
        return unary(TABLE["gelu"], self)

    def arctan2(self, x: Self | float) -> Self:
        """Return the angle of the point (x, v)."""
        return variadic(TABLE["atan2"], (self, x))

    def hypot(self, y: Self | float) -> Self:
        """Return the length of the vector (v, y)."""
        return variadic(TABLE["hypot"], (self, y))
