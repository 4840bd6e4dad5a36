"""Reads the functions of formulas that a language lacks: of an asset those that a text needs.

>>> "function modulo(" in functions_of("special.js", "y = modulo(x, 2.0);")
True
>>> functions_of("special.js", "y = Math.sin(x);")
''
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_DEFINED = re.compile(
    r"^(?:export )?(?:static )?(?:function|const double|const|double|int|void) (\w+)"
)
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")


def functions_of(asset: str, text: str) -> str:
    """Return the functions and constants of an asset that a text uses, directly or through others.

    Args:
        asset: "special.js" or "special.c".
        text: in the same language.
    """
    pieces = _pieces(asset)
    needed: set[str] = set()
    pending = [text]
    while pending:
        words = set(_WORD.findall(pending.pop())) & pieces.keys() - needed
        needed |= words
        pending += [pieces[word] for word in words]
    return "\n".join(dict.fromkeys(piece for name, piece in pieces.items() if name in needed))


@cache
def _pieces(asset: str) -> dict[str, str]:
    """Return every definition by its name, in order, with the comment before it."""
    text = (Path(__file__).parent / asset).read_text(encoding="utf-8")
    pieces: dict[str, str] = {}
    for paragraph in text.split("\n\n")[1:]:  # the first says what the file is for
        block = paragraph.strip("\n") + "\n"
        for line in block.split("\n"):
            defined = _DEFINED.match(line)
            if defined is not None:
                pieces[defined[1]] = block
    return pieces
