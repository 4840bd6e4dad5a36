"""Explaining a graph: why a gradient is what it is, or 0, or nan; what differs, what is wrong.

What is not here: tables of whole graphs (`autodiff.trace`), gradient checks (`autodiff.check`).

>>> from autodiff import Value
>>> x = Value(3.0, label="x")
>>> why(x * x, x).number
2
"""

from __future__ import annotations

from .compare import Comparison, Difference, Kind, compare
from .exact import Exact, ExactRow, exact
from .findings import Finding, Findings, Mistake
from .lint import lint
from .nan import Birth, WhyNan, why_nan
from .nudge import Nudge, nudge
from .why import Why, why
from .zero import Cause, Reason, WhyZero, why_zero

__all__ = [
    "Birth",
    "Cause",
    "Comparison",
    "Difference",
    "Exact",
    "ExactRow",
    "Finding",
    "Findings",
    "Kind",
    "Mistake",
    "Nudge",
    "Reason",
    "Why",
    "WhyNan",
    "WhyZero",
    "compare",
    "exact",
    "lint",
    "nudge",
    "why",
    "why_nan",
    "why_zero",
]
