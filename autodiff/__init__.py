"""chalkgrad's engine: scalars that record how they were computed.

    numbers -> Value -> graph -> gradients, derivatives of any order, checks, tables

Everything that users need is here by name. To see how it works, start with `operations`.

>>> from autodiff import Value
>>> a, b = Value(2.0), Value(-3.0)
>>> c = a * b + a
>>> c.backward()
>>> a.grad, b.grad
(-2.0, 2.0)
"""

from __future__ import annotations

from .compiler.api import compile  # noqa: A004 what other engines call it
from .errors import (
    BranchError,
    ChalkgradError,
    FileError,
    FormulaError,
    LostDerivativeError,
    MissingPackageError,
    OperandError,
    OperationError,
    OptionError,
    ReplayError,
    ShapeError,
    WrongTypeError,
)
from .explain.chain_rule.why import Why, why
from .explain.compare import Comparison, compare
from .explain.linting.findings import Findings, Mistake
from .explain.linting.lint import lint
from .explain.nudge import Nudge, nudge
from .explain.rounding.rounding import Exact, exact
from .explain.trace import Trace, trace
from .explain.why_nan import WhyNan, why_nan
from .explain.why_zero import WhyZero, why_zero
from .gradcheck.check import check
from .gradcheck.report import CheckReport
from .gradcheck.verdicts import Verdict
from .graph.grad_mode import no_grad
from .graph.source_lines import SourceLine, line_of, lines
from .operations import TABLE
from .value.function_types import Function, Reduction, operation
from .value.functions import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    clip,
    cos,
    cosh,
    elu,
    equal,
    erf,
    erfc,
    exp,
    expm1,
    gelu,
    gelu_tanh,
    greater,
    greater_equal,
    hardtanh,
    hypot,
    leaky_relu,
    less,
    less_equal,
    log,
    log1p,
    log2,
    log10,
    logsigmoid,
    logsumexp,
    maximum,
    mean,
    minimum,
    mish,
    norm,
    pow,
    prod,
    reciprocal,
    relu,
    sech,
    selu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    sum,
    tan,
    tanh,
    where,
)
from .value.sequences import dot, log_softmax, softmax
from .value.transforms import grad, hessian, jacobian, jvp, value_and_grad, vjp
from .value.value import Value, label

__all__ = [
    "TABLE",
    "BranchError",
    "ChalkgradError",
    "CheckReport",
    "Comparison",
    "Exact",
    "FileError",
    "Findings",
    "FormulaError",
    "Function",
    "LostDerivativeError",
    "MissingPackageError",
    "Mistake",
    "Nudge",
    "OperandError",
    "OperationError",
    "OptionError",
    "Reduction",
    "ReplayError",
    "ShapeError",
    "SourceLine",
    "Trace",
    "Value",
    "Verdict",
    "Why",
    "WhyNan",
    "WhyZero",
    "WrongTypeError",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "check",
    "clip",
    "compare",
    "compile",
    "cos",
    "cosh",
    "dot",
    "elu",
    "equal",
    "erf",
    "erfc",
    "exact",
    "exp",
    "expm1",
    "gelu",
    "gelu_tanh",
    "grad",
    "greater",
    "greater_equal",
    "hardtanh",
    "hessian",
    "hypot",
    "jacobian",
    "jvp",
    "label",
    "leaky_relu",
    "less",
    "less_equal",
    "line_of",
    "lines",
    "lint",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logsigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mish",
    "no_grad",
    "norm",
    "nudge",
    "operation",
    "pow",
    "prod",
    "reciprocal",
    "relu",
    "sech",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "square",
    "sum",
    "tan",
    "tanh",
    "trace",
    "value_and_grad",
    "vjp",
    "where",
    "why",
    "why_nan",
    "why_zero",
]
