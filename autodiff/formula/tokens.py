"""The tokenizer: cuts a formula into numbers, names and signs, each with its place.

>>> [token.text for token in tokens("2*x**2")]
['2', '*', 'x', '**', '2', '']
"""

from __future__ import annotations

import re
from typing import NamedTuple

from autodiff.errors import FormulaError

from .hints import CHARACTERS

_PATTERN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|<=|>=|==|[-+*/(),<>=|−×·⋅÷≤≥])"  # noqa: RUF001 signs of print
)
_SIGNS = {"−": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "≤": "<=", "≥": ">="}  # noqa: RUF001


class Token(NamedTuple):
    """A piece of text.

    Attributes:
        kind: "number", "name", "sign", or "end".
        text: the characters themselves; a printed sign, as for division, as Python writes it.
        start: where it begins, in characters.
        end: where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


def one_line(text: str) -> str:
    """Replace line breaks and tabs by one space each, so that carets fit below."""
    return "".join(" " if character.isspace() else character for character in text)


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text, the last of kind "end".

    Raises:
        FormulaError: at a character that belongs to no token.
    """
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            character = text[position]
            reason = CHARACTERS.get(character, f"{character!r} does not belong in a formula")
            raise FormulaError(reason, text, position, position + 1)
        if match.lastgroup != "space":
            sign = _SIGNS.get(match[0], match[0])
            found.append(Token(match.lastgroup or "", sign, position, match.end()))
        position = match.end()
    return [*found, Token("end", "", len(text), len(text))]
