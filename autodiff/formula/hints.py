"""Hints: what to write instead of what the language of formulas does not have.

>>> KEYWORDS["if"], meant("tanhh", ["tanh", "exp"])
('a choice is written where(condition, x, y)', "; did you mean 'tanh'?")
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

CHARACTERS = {
    "^": "a power is written x**y",
    "@": "a sum of products is written dot(...)",
    "#": "a formula has no comment",
    "!": "the comparisons are < <= > >= ==",
    ".": "only named functions of the table are called; there are no attributes",
    "[": "there are no lists or subscripts",
    "{": "there are no sets or dictionaries",
    "'": "only real numbers are constants, not texts",
    '"': "only real numbers are constants, not texts",
    "&": "conditions are joined by where(condition, x, y)",
    "√": "a square root is written sqrt(x)",
    "∞": "infinity is written inf",
    "%": "a remainder is written mod(x, y)",
}
KEYWORDS = {
    "if": "a choice is written where(condition, x, y)",
    "else": "a choice is written where(condition, x, y)",
    "and": "conditions are joined by where(condition, x, y)",
    "or": "conditions are joined by where(condition, x, y)",
    "not": "turn the comparison round, or use where(condition, x, y)",
    "lambda": "only arithmetic, comparison and the table's functions are understood",
    "True": "only real numbers are constants",
    "False": "only real numbers are constants",
    "None": "only real numbers are constants",
    "for": "only arithmetic, comparison and the table's functions are understood",
}
BAR = (
    "'|' closes nothing: |x| is the absolute value of x; "
    "conditions are joined by where(condition, x, y)"
)
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def meant(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is most like an unknown one, or ""."""
    difflib = import_module("difflib")  # 2 ms at import, for errors alone
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
