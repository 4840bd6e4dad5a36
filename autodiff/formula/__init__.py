"""The small language that derivatives are written in: read once, printed for every target.

    text --parse--> expression --emit--> Python over floats (fast, and with IEEE results), NumPy
                               --text--> plain text, LaTeX
                               --evaluate--> Values again, for derivatives of derivatives

What is not here: the operations written in it (`autodiff.operations`).

>>> plain(parse("x*y + 1", names={"x", "y"}, functions={}).result)
'x * y + 1'
"""

from __future__ import annotations

from .dialects import IEEE_PYTHON, NUMPY, PYTHON, Dialect
from .emit import emit
from .evaluate import evaluate, is_list
from .expression import Call, Expression, Formula, Name, Number, arguments_of, fold, substitute
from .floats import COMPARE, FAST, IEEE
from .parse import ANY_NUMBER, parse
from .reduce import reduced
from .steps import Reference, Step, steps
from .text import latex, plain
from .words import COMPARISONS, CONSTANTS, INFIX, PRODUCT_OF_OTHERS, REDUCTIONS, WORDS

__all__ = [
    "ANY_NUMBER",
    "COMPARE",
    "COMPARISONS",
    "CONSTANTS",
    "FAST",
    "IEEE",
    "IEEE_PYTHON",
    "INFIX",
    "NUMPY",
    "PRODUCT_OF_OTHERS",
    "PYTHON",
    "REDUCTIONS",
    "WORDS",
    "Call",
    "Dialect",
    "Expression",
    "Formula",
    "Name",
    "Number",
    "Reference",
    "Step",
    "arguments_of",
    "emit",
    "evaluate",
    "fold",
    "is_list",
    "latex",
    "parse",
    "plain",
    "reduced",
    "steps",
    "substitute",
]
