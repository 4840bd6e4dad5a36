"""The languages that formulas are printed in, as data: what differs between them.

A further target (JavaScript, say) is a further `Dialect`. What is not here: the printing
itself (`emit`), LaTeX and text for people (`text`).

>>> PYTHON.call("pow", ["x", "y"]), NUMPY.call("exp", ["x"])
('pow(x, y)', 'np.exp(x)')
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import isfinite, isnan
from typing import NamedTuple

from .words import REDUCTIONS, WORDS


class Dialect(NamedTuple):
    """What differs between the languages that formulas are printed in.

    Attributes:
        call: spells a word applied to arguments, given its name.
        reduction: spells a reduction over an expression of starred operands.
        choose: a choice; `{0}` the condition, `{1}` if it holds, `{2}` if not.
        truth: a comparison as the number 1 or 0.
        lazy: whether only the chosen branch is evaluated.
        loops: whether starred operands are walked element by element.
        infix_division: whether `/` never raises.
        namespace: what stands before the names of inf and nan.
    """

    call: Callable[[str, list[str]], str]
    reduction: Callable[[str, str], str]
    choose: str
    truth: str
    lazy: bool
    loops: bool
    infix_division: bool = True
    namespace: str = ""

    def number(self, value: float) -> str:
        """Spell a constant, with all its digits."""
        if isfinite(value):
            return repr(value)
        name = f"{self.namespace}nan" if isnan(value) else f"{self.namespace}inf"
        # not `value < 0`: NumPy reports the invalid flag that a comparison with nan leaves behind
        return name if isnan(value) or value > 0 else f"-{name}"


def _python_call(name: str, arguments: list[str]) -> str:
    return f"-{arguments[0]}" if name == "neg" else f"{name}({', '.join(arguments)})"


def _python_reduction(name: str, elements: str) -> str:
    star = "*" if name in {"maximum", "minimum"} else ""
    return f"{name}({star}{elements})"


def _numpy_call(name: str, arguments: list[str]) -> str:
    template = WORDS[name].numpy
    if len(arguments) <= WORDS[name].arity:
        return template.format(*arguments)
    return reduce(template.format, arguments)  # the maximum of several, two by two


def _numpy_reduction(name: str, elements: str) -> str:
    return REDUCTIONS[name].numpy.format(elements)


PYTHON = Dialect(
    call=_python_call,
    reduction=_python_reduction,
    choose="{1} if {0} else {2}",
    truth="1.0 if {0} else 0.0",
    lazy=True,
    loops=True,
)
IEEE_PYTHON = PYTHON._replace(infix_division=False)
NUMPY = Dialect(
    call=_numpy_call,
    reduction=_numpy_reduction,
    choose="np.where({0}, {1}, {2})",
    truth="1.0 * ({0})",
    lazy=False,
    loops=False,
    namespace="np.",
)
