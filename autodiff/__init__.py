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

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .compiler.api import compile, load_program  # noqa: A004 what other engines call it
from .compiler.padding import padded
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
    TracingWarning,
    WrongTypeError,
)
from .graph.grad_mode import no_grad
from .graph.session import use_variable_names
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
    digamma,
    elu,
    equal,
    erf,
    erfc,
    erfinv,
    exp,
    exp2,
    expm1,
    floor,
    floor_div,
    gelu,
    gelu_tanh,
    greater,
    greater_equal,
    hardtanh,
    hypot,
    leaky_relu,
    less,
    less_equal,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    logit,
    logsigmoid,
    logsumexp,
    maximum,
    mean,
    minimum,
    mish,
    mod,
    norm,
    normal_cdf,
    normal_pdf,
    polygamma,
    pow,
    prod,
    reciprocal,
    relu,
    relu6,
    round,
    sech,
    selu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softplus,
    softsign,
    sqrt,
    square,
    std,
    sum,
    tan,
    tanh,
    var,
    where,
    xlogy,
)
from .value.sequences import dot, log_softmax, softmax
from .value.take import take
from .value.transforms import grad, hessian, jacobian, jvp, value_and_grad, vjp
from .value.value import Value, label

if TYPE_CHECKING:
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
    from .tutor.by_hand import ByHand, by_hand
    from .tutor.exercises import Exercise, exercises
    from .tutor.session import practice

__all__ = [
    "TABLE",
    "BranchError",
    "ByHand",
    "ChalkgradError",
    "CheckReport",
    "Comparison",
    "Exact",
    "Exercise",
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
    "TracingWarning",
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
    "by_hand",
    "cbrt",
    "check",
    "clip",
    "compare",
    "compile",
    "cos",
    "cosh",
    "digamma",
    "dot",
    "elu",
    "equal",
    "erf",
    "erfc",
    "erfinv",
    "exact",
    "exercises",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "floor_div",
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
    "lgamma",
    "line_of",
    "lines",
    "lint",
    "load_program",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logit",
    "logsigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mish",
    "mod",
    "no_grad",
    "norm",
    "normal_cdf",
    "normal_pdf",
    "nudge",
    "operation",
    "padded",
    "polygamma",
    "pow",
    "practice",
    "prod",
    "reciprocal",
    "relu",
    "relu6",
    "round",
    "sech",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "softsign",
    "sqrt",
    "square",
    "std",
    "sum",
    "take",
    "tan",
    "tanh",
    "trace",
    "use_variable_names",
    "value_and_grad",
    "var",
    "vjp",
    "where",
    "why",
    "why_nan",
    "why_zero",
    "xlogy",
]

_LATER = {  # explanations, checks and exercises: where each is, imported on first use
    "ByHand": ".tutor.by_hand",
    "CheckReport": ".gradcheck.report",
    "Comparison": ".explain.compare",
    "Exact": ".explain.rounding.rounding",
    "Exercise": ".tutor.exercises",
    "Findings": ".explain.linting.findings",
    "Mistake": ".explain.linting.findings",
    "Nudge": ".explain.nudge",
    "Trace": ".explain.trace",
    "Verdict": ".gradcheck.verdicts",
    "Why": ".explain.chain_rule.why",
    "WhyNan": ".explain.why_nan",
    "WhyZero": ".explain.why_zero",
    "by_hand": ".tutor.by_hand",
    "check": ".gradcheck.check",
    "compare": ".explain.compare",
    "exact": ".explain.rounding.rounding",
    "exercises": ".tutor.exercises",
    "lint": ".explain.linting.lint",
    "nudge": ".explain.nudge",
    "practice": ".tutor.session",
    "trace": ".explain.trace",
    "why": ".explain.chain_rule.why",
    "why_nan": ".explain.why_nan",
    "why_zero": ".explain.why_zero",
}


def __getattr__(name: str) -> Any:
    """Import an explanation, a check or an exercise on first use.

    Raises:
        AttributeError: if there is no such name.
    """
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_LATER[name], __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
