"""The derivative table: every operation, written once.

A row gives the name, the operands, the formula, the derivative by each operand, and what the
operation returns in words. Everything else follows from these texts: float functions, higher
derivatives, compiled programs, explanations, the functions and methods that users call.

Two rules keep the derivatives right to any order. First, a derivative is written with smooth
operations: `sech(x)**2`, not 1 - tanh(x)**2, which rounds to 0 at x = 20, and not `abs`, whose
own derivative jumps. Second, both branches of a `where` are finite wherever it can be
differentiated.

>>> TABLE["tanh"]
tanh(x) = tanh(x)
>>> TABLE["tanh"].derivatives
('sech(x)**2',)
"""

from __future__ import annotations

from keyword import iskeyword

from .errors import OperationError, described
from .formula.words import CONSTANTS, PRODUCT_OF_OTHERS, REDUCTIONS, WORDS
from .table import registry
from .table.operation import Operation

row = Operation  # short, so that the table reads in columns

# fmt: off
_ROWS = (
    #   name             operands          formula                       derivative by each operand
    # -- arithmetic
    row("add",           "x y",            "x + y",                      "1 ; 1",
        about="the sum of x and y", sign="+"),
    row("sub",           "x y",            "x - y",                      "1 ; -1",
        about="the difference of x and y", sign="-"),
    row("mul",           "x y",            "x * y",                      "y ; x",
        about="the product of x and y", sign="*"),
    row("div",           "x y",            "x / y",                      "1 / y ; -out / y",
        about="the quotient of x and y", sign="/"),
    row("pow",           "x y",            "x ** y",
        "y * where(abs(x) > 0, x, where(y == 0, 1, x))**(y - 1) ; "
        "where(x > 0, out * log(where(x > 0, x, 1)), where(x == 0, where(y >= 0, 0, -inf), nan))",
        about="x to the power y", sign="**",
        note="x**0 is 1 with derivative 0 everywhere; 0**y has derivative 0 by y; a k-th derivative "
        "is inf or nan where x**(y - k) overflows"),
    row("neg",           "x",              "-x",                         "-1",
        about="x with the opposite sign", sign="-"),
    row("abs",           "x",              "abs(x)",                     "sign(x)",
        about="the absolute value of x", note="derivative 0 at 0"),
    row("sign",          "x",              "where(x > 0, 1, where(x < 0, -1, x))", "0",
        about="the sign of x: 1 or -1; x itself where it is 0 or nan"),
    row("floor",         "x",              "floor(x)",                   "0",
        about="the largest whole number that is not above x"),
    row("round",         "x",              "round(x)",                   "0",
        about="the nearest whole number, the even one of two"),
    row("mod",           "x y",            "mod(x, y)",                  "1 ; -round((x - out) / y)",
        about="the remainder of x / y, with the sign of y, as Python's x % y", sign="%",
        note="the derivatives are those between the jumps"),
    row("floor_div",     "x y",
        "where(y == 0, x / y, round((x - mod(x, y)) / y))", "0 ; 0",
        about="the largest whole number that is not above x / y, as Python's x // y", sign="//"),
    row("square",        "x",              "x**2",                       "2 * x",
        about="the square of x"),
    row("reciprocal",    "x",              "1 / x",                      "-out**2",
        about="the reciprocal of x"),
    # -- comparison, as 1 or 0, and choice
    row("less",          "x y",            "x < y",                      "0 ; 0",
        about="1 where x < y, else 0", sign="<"),
    row("less_equal",    "x y",            "x <= y",                     "0 ; 0",
        about="1 where x <= y, else 0", sign="<="),
    row("greater",       "x y",            "x > y",                      "0 ; 0",
        about="1 where x > y, else 0", sign=">"),
    row("greater_equal", "x y",            "x >= y",                     "0 ; 0",
        about="1 where x >= y, else 0", sign=">="),
    row("equal",         "x y",            "x == y",                     "0 ; 0",
        about="1 where x == y as numbers, else 0", sign="=="),
    row("where",         "c x y",          "where(c, x, y)",
        "0 ; where(c, 1, 0) ; where(c, 0, 1)",
        about="x where the condition c is not 0, else y"),
    # -- exponentials, logarithms and roots
    row("exp",           "x",              "exp(x)",                     "out",
        about="e to the power x"),
    row("exp2",          "x",              "exp2(x)",                    "out * log(2)",
        about="2 to the power x"),
    row("expm1",         "x",              "expm1(x)",                   "exp(x)",
        about="e**x - 1, exact for small x"),
    row("log",           "x",              "log(x)",                     "1 / x",
        about="the natural logarithm of x", domain="x >= 0"),
    row("log1p",         "x",              "log1p(x)",                   "1 / (1 + x)",
        about="the natural logarithm of 1 + x, exact for small x", domain="x >= -1"),
    row("log2",          "x",              "log2(x)",                    "1 / (x * log(2))",
        about="the logarithm of x to base 2", domain="x >= 0"),
    row("log10",         "x",              "log10(x)",                   "1 / (x * log(10))",
        about="the logarithm of x to base 10", domain="x >= 0"),
    row("sqrt",          "x",              "sqrt(x)",                    "0.5 / out",
        about="the square root of x", domain="x >= 0"),
    row("cbrt",          "x",              "cbrt(x)",                    "reciprocal(out)**2 / 3",
        about="the cube root of x"),
    row("xlogy",         "x y",
        "where(x == 0, where(y >= 0, 0, nan), x * log(y))",
        "log(y) ; x / where(y == 0, where(x == 0, 1, 0), y)",
        about="x * log(y), 0 where x is 0", domain="y >= 0",
        note="the entropy of p is -xlogy(p, p)"),
    row("logit",         "x",
        "where(abs(x - 0.5) < 0.25, 2 * atanh(2*x - 1), log(x / (1 - x)))", "1 / bernoulli_variance(x)",
        about="log(x / (1 - x)), the inverse of sigmoid", domain="x * (1 - x) >= 0",
        note="near 1/2 by atanh, where the logarithm would cancel"),
    # -- circles and hyperbolas
    row("sin",           "x",              "sin(x)",                     "cos(x)",
        about="the sine of x, in radians"),
    row("cos",           "x",              "cos(x)",                     "-sin(x)",
        about="the cosine of x, in radians"),
    row("tan",           "x",              "tan(x)",                     "1 + out**2",
        about="the tangent of x, in radians"),
    row("asin",          "x",              "asin(x)",                    "1 / sqrt(one_minus_square(x))",
        about="the inverse sine of x, in radians", domain="abs(x) <= 1"),
    row("acos",          "x",              "acos(x)",                    "-1 / sqrt(one_minus_square(x))",
        about="the inverse cosine of x, in radians", domain="abs(x) <= 1"),
    row("atan",          "x",              "atan(x)",                    "1 / (1 + x**2)",
        about="the inverse tangent of x, in radians"),
    row("atan2",         "y x",            "atan2(y, x)",
        "inverse_x(x, y) ; -inverse_y(x, y)",
        about="the angle of the point (x, y) in radians, from -pi to pi"),
    row("sinh",          "x",              "sinh(x)",                    "cosh(x)",
        about="the hyperbolic sine of x"),
    row("cosh",          "x",              "cosh(x)",                    "sinh(x)",
        about="the hyperbolic cosine of x"),
    row("tanh",          "x",              "tanh(x)",                    "sech(x)**2",
        about="the hyperbolic tangent of x", note="keeps its size where 1 - out**2 rounds to 0"),
    row("sech",          "x",              "1 / cosh(x)",                "-out * tanh(x)",
        about="the hyperbolic secant of x"),
    row("asinh",         "x",              "asinh(x)",                   "1 / hypot(x, 1)",
        about="the inverse hyperbolic sine of x"),
    row("acosh",         "x",              "acosh(x)",                   "1 / sqrt(x - 1) / sqrt(x + 1)",
        about="the inverse hyperbolic cosine of x", domain="x >= 1"),
    row("atanh",         "x",              "atanh(x)",                   "1 / one_minus_square(x)",
        about="the inverse hyperbolic tangent of x", domain="abs(x) <= 1"),
    row("hypot",         "x y",            "hypot(x, y)",
        "direction_x(x, y) ; direction_y(x, y)",
        about="the length of the vector (x, y)",
        note="derivatives 0 at the origin; below 1e-154 second derivatives may overflow early"),
    # -- the error function, the normal distribution and the gamma function
    row("erf",           "x",              "erf(x)",                     "2 / sqrt(pi) * exp(-x**2)",
        about="the error function of x"),
    row("erfc",          "x",              "erfc(x)",                    "-2 / sqrt(pi) * exp(-x**2)",
        about="the complementary error function of x, 1 - erf(x)"),
    row("erfinv",        "x",              "erfinv(x)",                  "sqrt(pi) / 2 * exp(out**2)",
        about="the inverse of the error function of x", domain="abs(x) <= 1"),
    row("normal_cdf",    "x",              "normal_cdf(x)",              "normal_pdf(x)",
        about="the standard normal distribution function of x"),
    row("normal_pdf",    "x",              "exp(-x**2 / 2) / sqrt(2*pi)",
        "-where(abs(x) < 40, x, 0) * out",
        about="the standard normal density of x",
        note="between the two floats next to 1, where the second derivative is 0, it has no digits"),
    row("lgamma",        "x",              "lgamma(x)",                  "digamma(x)",
        about="the logarithm of the absolute value of the gamma function of x",
        note="near its zeros below 0 only the absolute error is small"),
    row("digamma",       "x",              "digamma(x)",                 "polygamma(1, x)",
        about="the derivative of lgamma at x",
        note="near its zeros only the absolute error is small"),
    row("polygamma",     "n x",            "polygamma(n, x)",            "nan ; polygamma(n + 1, x)",
        about="the n-th derivative of digamma at x, n = 0, 1, 2, ...",
        note="not differentiable by n"),
    # -- activations
    row("sigmoid",       "x",              "1 / (1 + exp(-x))",          "sigmoid_slope(x)",
        about="the logistic function of x", note="sigmoid_slope(x) is out * sigmoid(-x)"),
    row("logsigmoid",    "x",              "minimum(x, 0) - log1p(exp(-abs(x)))", "sigmoid(-x)",
        about="the logarithm of sigmoid(x), without underflow"),
    row("softplus",      "x",              "maximum(x, 0) + log1p(exp(-abs(x)))", "sigmoid(x)",
        about="log(1 + e**x), without overflow"),
    row("relu",          "x",              "where(x <= 0, 0, x)",        "where(x > 0, 1, 0)",
        about="x where it is positive, else 0", note="derivative 0 at 0"),
    row("leaky_relu",    "x slope=0.01",   "where(x > 0, x, slope * x)",
        "where(x > 0, 1, slope) ; where(x > 0, 0, x)",
        about="x where it is positive, else slope * x (Maas et al., 2013)"),
    row("elu",           "x alpha=1",      "where(x > 0, x, alpha * expm1(x))",
        "where(x > 0, 1, alpha * exp(minimum(x, 0))) ; where(x > 0, 0, expm1(minimum(x, 0)))",
        about="x where it is positive, else alpha * (e**x - 1) (Clevert et al., 2015)"),
    row("selu",          "x",
        "s * where(x > 0, x, a * expm1(x)), s = 1.0507009873554805, a = 1.6732632423543772",
        "s * where(x > 0, 1, a * exp(minimum(x, 0))), s = 1.0507009873554805, a = 1.6732632423543772",
        about="the scaled ELU of x, which keeps mean 0 and variance 1 (Klambauer et al., 2017)"),
    row("gelu",          "x",              "x * normal_cdf(x)",          "normal_cdf(x) + x * normal_pdf(x)",
        about="x times the normal distribution function of x (Hendrycks and Gimpel, 2016)"),
    row("gelu_tanh",     "x",              "x * gelu_gate(x)",
        "gelu_gate(x) + x * sigmoid_slope(2*u) * v, "
        "z = where(abs(x) < 40, x, 40 * sign(x)), u = sqrt(2/pi) * (z + 0.044715 * z**3), "
        "v = 2 * sqrt(2/pi) * (1 + 0.134145 * z**2)",
        about="gelu(x), approximated by tanh (Hendrycks and Gimpel, 2016)",
        note="gelu_gate(x) is 0.5 * (1 + tanh(u)), u = sqrt(2/pi) * (x + 0.044715 * x**3)"),
    row("silu",          "x",              "x / (1 + exp(-x))",
        "sigmoid(x) + x * sigmoid_slope(x)",
        about="x * sigmoid(x), also called swish (Elfwing et al., 2017)"),
    row("mish",          "x",              "x * tanh(softplus(x))",
        "tanh(p) + x * sech(p)**2 * sigmoid(x), p = softplus(x)",
        about="x * tanh(softplus(x)) (Misra, 2019)"),
    row("relu6",         "x",              "minimum(maximum(x, 0), 6)",
        "where(x > 0, where(x < 6, 1, 0), 0)",
        about="x limited to the interval from 0 to 6", note="derivative 0 at 0 and at 6"),
    row("softsign",      "x",
        "where(abs(x) < inf, x / (1 + abs(x)), sign(x))", "reciprocal(1 + abs(x))**2",
        about="x / (1 + abs(x)) (Glorot and Bengio, 2010)"),
    row("hardtanh",      "x",              "minimum(maximum(x, -1), 1)", "where(abs(x) < 1, 1, 0)",
        about="x limited to the interval from -1 to 1"),
    # -- limits
    row("clip",          "x low high",     "minimum(maximum(x, low), high)",
        "0.5 * (x > low) * (x <= high) + 0.5 * (x >= low) * (x < high) ; "
        "0.5 * (x < low) * (low <= high) + 0.5 * (x <= low) * (low < high) ; "
        "0.5 * (m > high) + 0.5 * (m >= high), m = maximum(x, low)",
        about="x limited to the interval from low to high; high where low is above it",
        note="minimum of maximum: a tie shares the derivative"),
    row("maximum",       "x*",             "maximum(x)",                 "(x == out) / sum(x == out)",
        about="the largest operand", sign="max"),
    row("minimum",       "x*",             "minimum(x)",                 "(x == out) / sum(x == out)",
        about="the smallest operand", sign="min"),
    # -- over many operands
    row("sum",           "x*",             "sum(x)",                     "1",
        about="the sum of the operands",
        note="the terms are added without rounding in between (math.fsum)"),
    row("prod",          "x*",             "prod(x)",                    "prod_of_others(x)",
        about="the product of the operands"),
    row("mean",          "x*",             "sum(x) / count(x)",          "1 / count(x)",
        about="the mean of the operands",
        note="the terms are added without rounding in between (math.fsum)"),
    row("var",           "x*",
        "sum(((x - m) - sum(x - m) / n)**2) / n, n = count(x), m = sum(x) / n",
        "2 / n * ((x - m) - sum(x - m) / n), n = count(x), m = sum(x) / n",
        about="the variance of the operands, their mean squared distance from the mean",
        note="divided by n, as NumPy does; the mean of x - m corrects the rounding of m"),
    row("std",           "x*",
        "norm((x - m) - sum(x - m) / n) / sqrt(n), n = count(x), m = sum(x) / n",
        "((x - m) - sum(x - m) / n) / (n * where(out == 0, inf, out)), n = count(x), m = sum(x) / n",
        about="the standard deviation of the operands, the root of their variance",
        note="derivatives 0 where all are equal; of two operands the second derivatives are 0 up to "
        "rounding"),
    row("dot",           "w* x* b",        "sum(w * x) + b",             "x ; w ; 1",
        about="the products of w and x, summed, plus b"),
    row("take",          "x* place* index", "sum(where(place == index, x, 0))",
        "where(place == index, 1, 0) ; 0 ; 0",
        about="the operand x whose place is index", note="0 where there is none"),
    row("logsumexp",     "x*",
        "where(abs(m) < inf, m + log1p(sum(where(x == m, 0, exp(x - m))) + (sum(x == m) - 1)), m), "
        "m = maximum(x)",
        "exp(x - m) / sum(exp(x - m)), m = maximum(x)",
        about="the logarithm of the sum of e**x over the operands, without overflow",
        note="exp(x - out) would be wrong where out is so large that log(n) is lost in it; where a "
        "share is 1/2, the third derivative keeps only its absolute error"),
    row("norm",          "x*",
        "where(m < inf, where(m > 0, m * sqrt(sum((x / m)**2)), m), m), m = maximum(abs(x))",
        "where(large, direction_x(where(large, x, 1), norm(where(large, 0, x))), "
        "x / where(out == 0, inf, out)), "
        "large = (abs(x) > 0.75 * out) * (sum(x == 0) < count(x) - 1)",
        about="the Euclidean norm of the operands, without overflow",
        note="derivatives 0 at the origin; by an element that outweighs the others, their norm is "
        "used, so that second derivatives do not cancel"),
    # -- parts of derivatives, whose own derivatives would cancel if they were written out
    row("one_minus_square", "x",           "(1 - x) * (1 + x)",          "-2 * x",
        about="1 - x**2, exact near 1"),
    row("bernoulli_variance", "x",         "x * (1 - x)",                "1 - 2 * x",
        about="x * (1 - x), the variance of an event of probability x"),
    row("direction_x",   "x y",            "x / where(r == 0, 1, r), r = hypot(x, y)",
        "direction_y(x, y) * inverse_y(x, where(hypot(x, y) == 0, 1, y)) ; "
        "-out * inverse_y(x, where(hypot(x, y) == 0, 1, y))",
        about="the cosine of the angle of the point (x, y)",
        note="0 at the origin, and so are its derivatives"),
    row("direction_y",   "x y",            "y / where(r == 0, 1, r), r = hypot(x, y)",
        "-out * inverse_x(where(hypot(x, y) == 0, 1, x), y) ; "
        "direction_x(x, y) * inverse_x(where(hypot(x, y) == 0, 1, x), y)",
        about="the sine of the angle of the point (x, y)",
        note="0 at the origin, and so are its derivatives"),
    row("inverse_x",     "x y",            "x / r / r, r = hypot(x, y)",
        "inverse_y(x, y)**2 - out**2 ; -2 * out * inverse_y(x, y)",
        about="the real part of 1 / (x - iy)"),
    row("inverse_y",     "x y",            "y / r / r, r = hypot(x, y)",
        "-2 * out * inverse_x(x, y) ; inverse_x(x, y)**2 - out**2",
        about="the imaginary part of 1 / (x - iy)"),
    row("sigmoid_slope", "x",              "sigmoid(x) * sigmoid(-x)",   "-out * tanh(x / 2)",
        about="the derivative of sigmoid at x"),
    row("gelu_gate",     "x",
        "1 / (1 + exp(-s) * exp(-r)), "
        "z = where(abs(x) < 40, x, 40 * sign(x)), h = round(16 * z) / 16, t = z - h, "
        "a = 1.5957691073417664 * h, b = 0.07135481387376785 * h**3, s = a + b, "
        "r = t * (1.5957691216057308 + 0.07135481627260025 * (3*h*h + 3*h*t + t*t)) + 1.426396435433791e-08 * h + 2.398832392488793e-09 * h**3 "
        "+ ((a - (s - (s - a))) + (b - (s - a)))",
        "sigmoid_slope(2*u) * 2 * sqrt(2/pi) * (1 + 0.134145 * z**2), "
        "z = where(abs(x) < 40, x, 40 * sign(x)), u = sqrt(2/pi) * (z + 0.044715 * z**3)",
        about="sigmoid(2*u), u = sqrt(2/pi) * (x + 0.044715 * x**3)",
        note="z is cut so that the products with h are exact: the tail is right to the last digits"),
    row("exp_difference", "x y",
        "where(abs(d) < 1000, exp(d) * (1 + ((x - (d - b)) - (y + b))), exp(d)), d = x - y, b = d - x",
        "out ; -out",
        about="e to the power x - y, corrected for the rounding of the difference"),
)
# fmt: on

HELPERS = frozenset(
    {
        *("one_minus_square", "bernoulli_variance", "sigmoid_slope", "gelu_gate"),
        *("direction_x", "direction_y", "inverse_x", "inverse_y", "exp_difference"),
    }
)

TABLE: dict[str, Operation] = registry.TABLE
TABLE.update((operation.name, operation) for operation in _ROWS)
BUILT_IN = frozenset(TABLE)


def register(new: Operation, *, replace: bool = False) -> Operation:
    """Put a row into the table, after reading and compiling all its texts.

    Args:
        new: the row to add.
        replace: whether a row of the user's by the same name gives way.

    Returns:
        The row of the table: the old one, if it is the same.

    Raises:
        OperationError: if a name cannot be used or is taken; the table is unchanged.
        FormulaError: if a text cannot be read; the table is unchanged.
    """
    known = TABLE.get(new.name)
    if known is not None and known.source == new.source:
        return known
    if known is not None and (new.name in BUILT_IN or not replace):
        remedy = "choose another name" if new.name in BUILT_IN else "pass replace=True"
        raise OperationError("a new name", f"{new.name!r}, which is {known!r}", remedy)
    reserved = {*BUILT_IN, *WORDS, *REDUCTIONS, *CONSTANTS, PRODUCT_OF_OTHERS, "where", "out"}
    for name in (new.name, *new.operands):
        if not name.isidentifier() or iskeyword(name) or name in reserved:
            raise OperationError(
                "identifiers that the language of formulas does not use",
                repr(name),
                "choose another name",
            )
    if new.name in registry.uses(new.parsed[0].resolved()):
        raise OperationError(
            "a formula made of other operations",
            f"{new!r}, which goes back to {new.name} itself",
            "write the inner one out",
        )
    try:
        new.compile()
    except RecursionError:  # Python's own compiler
        remedy = "give its parts names of their own, after commas"
        raise OperationError("a formula of moderate depth", described(new), remedy) from None
    TABLE[new.name] = new
    for other in list(TABLE.values()):
        if other.name not in BUILT_IN:
            other.forget()  # what was compiled with the row that gave way
    return new
