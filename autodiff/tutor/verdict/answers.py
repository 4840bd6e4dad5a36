"""An answer as a person writes it, and to how many digits it agrees with a number.

>>> answer = read_answer("0.71", "the answer")
>>> answer.agrees(0.70710678), answer.agrees(0.7), answer.agrees(-0.71)
(2, 0, 0)
>>> read_answer("2/3", "the answer").agrees(2 / 3) == EXACT
True
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor, inf, isfinite, isnan, log10, nan
from typing import Any, NamedTuple

from autodiff.errors import ChalkgradError, OptionError, WrongTypeError, described
from autodiff.from_text import read
from autodiff.graph.node import Node, number

EXACT = 99  # "digits" of an answer that leaves nothing out
_ROUNDING = 1e-9  # the relative error that a calculation in floats may have
_LONGEST = 200  # characters of an answer
_DECIMAL = re.compile(r"([+-]?)(\d*)(\.?)(\d*)(?:[eE]([+-]?\d{1,4}))?")
_WORDS = {"inf": inf, "+inf": inf, "-inf": -inf, "nan": nan}
_SIGNS = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "^": "**"})  # noqa: RUF001 as typed
_DIGITS_OF_ARRAYS = {2: 3, 4: 6}  # by the bytes of a NumPy float: half, single


class Answer(NamedTuple):
    """A number with the digits that were given.

    Attributes:
        text: as it was written.
        value: the nearest float.
        exact: the number itself; None for inf and nan.
        unit: one unit of the last digit; 0 if the answer is exact, such as a fraction.
        zeros: how many zeros at the end of a whole number may only hold its place: 2 in 1200.
    """

    text: str
    value: float
    exact: Fraction | None
    unit: Fraction
    zeros: int = 0

    def agrees(self, truth: float, size: float = 0.0) -> int:
        """Return to how many digits the answer is right; 0 if it is wrong.

        Right is a number rounded to the nearest, and from two digits on one rounded up or cut off.

        Args:
            truth: the number to compare with.
            size: of what was added up to it; rounding errors of this scale are overlooked.

        Returns:
            The number of digits, `EXACT` for the number itself.
        """
        if self.exact is None or not isfinite(truth):
            same = self.value == truth or (isnan(self.value) and isnan(truth))
            return EXACT if same else 0
        if not isfinite(size):
            size = 0.0  # of a sum with nan or an infinity in it
        if abs(self.value - truth) > self._reach + 1e-8 * abs(truth) + 1e-12 * size:
            return 0  # most of what is compared, without fractions
        gap = abs(self.exact - Fraction(truth))
        if gap <= Fraction(_ROUNDING * abs(truth) + 1e-13 * min(size, 1e300)):
            return EXACT
        if not self.exact or not truth or not self.unit:
            return 0
        for dropped in range(self.zeros + 1):
            unit = self.unit * 10**dropped
            found = _digits_above(truth, unit)
            enough = found >= 2 or not dropped
            if enough and (gap <= unit / 2 or (gap < unit and found >= 2 and not dropped)):
                return max(found, 1)
        return 0

    def is_nearest(self, truth: float) -> bool:
        """Tell whether no other answer of as many digits is nearer."""
        if self.exact is None or not isfinite(truth):
            return self.agrees(truth) > 0
        slack = Fraction(_ROUNDING * abs(truth))
        return abs(self.exact - Fraction(truth)) <= max(self.unit / 2, slack)

    @property
    def _reach(self) -> float:
        return 2.0 * number(self.unit * 10**self.zeros)

    @property
    def digits(self) -> int:
        """How many significant digits were given."""
        if not self.unit or not self.exact:
            return EXACT
        return max(1, len(str(abs(self.exact / self.unit))) - self.zeros)


def _digits_above(truth: float, unit: Fraction) -> int:
    """Return how many digits of a number stand at or above a unit."""
    return floor(log10(abs(truth))) - round(log10(unit.numerator) - log10(unit.denominator)) + 1


def read_answer(x: object, what: str) -> Answer:
    """Read an answer.

    Args:
        x: a number; or a text: a decimal number, a fraction such as "1/3", or an expression of
            numbers such as "2 * 0.5 - 1" or "ln 4". A text claims the digits that it shows, a float
            those of its shortest form.
        what: what is answered, for the error.

    Raises:
        WrongTypeError: if it is neither a number nor a text.
        OptionError: if the text is not a number.
    """
    if isinstance(x, Node | bool):
        remedy = "pass the number that you found" if isinstance(x, Node) else "write a number"
        raise WrongTypeError(f"a number for {what}", described(x), remedy)
    if isinstance(x, str):
        return _of_text(x, what)
    value = number(x)
    if isinstance(x, Fraction):
        return Answer(str(x), value, x, Fraction(0))
    digits = _DIGITS_OF_ARRAYS.get(_bytes(x))
    text = f"{value:.{digits}g}" if digits else repr(value).removesuffix(".0")
    return _of_text(text, what)


def _bytes(x: Any) -> int:
    kind: Any = getattr(x, "dtype", None)
    return kind.itemsize if getattr(kind, "kind", "") == "f" else 0


def _of_text(given: str, what: str) -> Answer:
    text = given.strip()
    if len(text) > _LONGEST:
        raise OptionError(f"a number for {what}", described(given), "write a shorter one")
    plain = text.translate(_SIGNS)
    if plain.lower() in _WORDS:
        return Answer(text, _WORDS[plain.lower()], None, Fraction(0))
    decimal = _DECIMAL.fullmatch(plain.replace("_", ""))
    if decimal and decimal[2] + decimal[4] and plain.isascii():
        return _of_decimal(text, decimal)
    plain = re.sub(r"\bln\s*(\d+)", r"log(\1)", plain)
    try:
        if "/" in plain and re.fullmatch(r"[+-]?\d+\s*/\s*\d+", plain):
            exact = Fraction(re.sub(r"\s", "", plain))
            return Answer(text, number(exact), exact, Fraction(0))
        value = read(plain, {}).data
    except (ChalkgradError, ZeroDivisionError):
        remedy = "write for example 0.84, -1.3e-3 or 1/3"
        if re.fullmatch(r"[+-]?\d+,\d+", plain):
            remedy = f"write the decimal sign as a point: {text.replace(',', '.')}"
        raise OptionError(f"a number for {what}", described(given), remedy) from None
    return Answer(text, value, Fraction(value) if isfinite(value) else None, Fraction(0))


def _of_decimal(text: str, parts: re.Match[str]) -> Answer:
    sign, whole, point, rest, power = parts.groups()
    exponent = int(power or 0)
    value = float(f"{sign}{whole or 0}.{rest or 0}e{exponent}")
    if not isfinite(value):
        return Answer(text, value, None, Fraction(0))
    unit = Fraction(10) ** (exponent - len(rest))
    exact = Fraction(int(f"{sign}{whole}{rest}")) * unit
    shown = whole.lstrip("0")
    is_whole = not point and power is None
    zeros = len(shown) - len(shown.rstrip("0")) if is_whole else 0
    return Answer(text, value, exact, unit, min(zeros, max(0, len(shown) - 1)))
