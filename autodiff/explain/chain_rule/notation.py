r"""Names and numbers in formulas, in plain text and in LaTeX.

>>> print(latex_name("w1"), latex_name("sigma"), latex_name("50% off"))
w_{1} \sigma \text{50\% off}
>>> counted(12_345), counted(10**30)
('12,345', 'about 10^30.00')
"""

from __future__ import annotations

import re
from math import isfinite, log10

from autodiff.display import digits
from autodiff.formula.printing import latex
from autodiff.formula.tree import Number

_GREEK = (
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|"
    "upsilon|phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega"
)
_LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", _GREEK.split("|"), strict=True))
_SIMPLE = re.compile(rf"(?P<base>[A-Za-z]|{_GREEK})(?P<prime>'*)(?:_?(?P<index>[0-9]+))?")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{character: f"\\{character}" for character in "#$%&_{}"},
}
_LONGEST_COUNT = 10**21  # smaller counts are written out, larger ones as powers of ten
_PARENTHESISED = r"\left({0}\right)"


def latex_name(name: str) -> str:
    """Write a name for math mode: a letter with an index as such, any other name as text."""
    match = _SIMPLE.fullmatch(_LETTERS.get(name[:1], name[:1]) + name[1:])
    if match is None:
        return rf"\text{{{''.join(map(_escaped, name))}}}"
    base = match["base"]
    letter = base if len(base) == 1 else f"\\{base}"
    index = f"_{{{match['index']}}}" if match["index"] else ""
    return f"{letter}{index}{match['prime']}"


def latex_number(value: float, significant: int = 6) -> str:
    """Write a number for math mode to `significant` digits; a power of ten in parentheses."""
    text = latex(Number(float(digits(value, significant)) if isfinite(value) else value))
    return _PARENTHESISED.format(text) if "10^" in text else text


def counted(count: int) -> str:
    """Write a number of paths, which may have thousands of digits."""
    if count < _LONGEST_COUNT:
        return f"{count:,}"
    return f"about 10^{log10(count):.2f}"  # Python refuses to write ints of 5,000 digits


def paths_text(count: int) -> str:
    """Write a number of paths with its noun.

    >>> paths_text(1), paths_text(2)
    ('1 path', '2 paths')
    """
    return f"{counted(count)} path{'' if count == 1 else 's'}"


def _escaped(character: str) -> str:
    """Write a character of a label; one outside ASCII becomes its code point."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    if " " <= character <= "~":
        return character
    return f"[U+{ord(character):04X}]"
