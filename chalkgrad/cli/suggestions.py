"""What was meant by a mistyped word of the command line.

>>> meant("--drow", ["--draw", "--why"])
' (did you mean --draw?)'
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def meant(word: str, known: Iterable[str]) -> str:
    """Return a hint at the known word that is most like another, or ""."""
    near = get_close_matches(word, list(known), 1, 0.7)
    return f" (did you mean {near[0]}?)" if near else ""
