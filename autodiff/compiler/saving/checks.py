"""Checks of what a file says: every part of a program must be what the compiler would write.

>>> size(3, 5)
3
>>> size(-1, 5)
Traceback (most recent call last):
...
autodiff.errors.FileError: expected an int from 0 to 5 in a saved program, got int -1: save the \
program again with program.save
"""

from __future__ import annotations

import re
from keyword import iskeyword
from math import prod
from typing import Any
from unicodedata import normalize

from autodiff.errors import FileError, described

MOST_POSITIONS = 1 << 24  # of a vector, of a read, and of all reads of a program together
_MOST_AXES = 8
_BLOCK = re.compile(r"v[1-9][0-9]{0,8}")
_LOOP = re.compile(r"loop[1-9][0-9]{0,8}")


def wrong(expected: str, arrived: object) -> FileError:
    """Return the error for a part that is not as expected."""
    remedy = "save the program again with program.save"
    return FileError(f"{expected} in a saved program", described(arrived), remedy)


def demand(holds: bool, expected: str, arrived: object) -> None:  # noqa: FBT001 the condition
    """Raise `FileError` unless a condition holds."""
    if not holds:
        raise wrong(expected, arrived)


def size(x: Any, most: int = MOST_POSITIONS, least: int = 0) -> int:
    """Return an int from `least` to `most`."""
    demand(type(x) is int and least <= x <= most, f"an int from {least} to {most}", x)
    return x


def truth(x: Any) -> bool:
    """Return a boolean."""
    demand(type(x) is bool, "true or false", x)
    return x


def text(x: Any) -> str:
    """Return a text."""
    demand(type(x) is str, "a text", x)
    return x


def entries(x: Any, count: int | None = None) -> list[Any]:
    """Return a list, of a given length if one is given."""
    expected = "a list" if count is None else f"a list of {count}"
    demand(type(x) is list and count in {None, len(x)}, expected, x)
    return x


def shape(x: Any) -> tuple[int, ...]:
    """Return a shape with at least one element; () has one."""
    axes = tuple([size(each, least=1) for each in entries(x)])
    demand(len(axes) <= _MOST_AXES, f"at most {_MOST_AXES} axes", x)
    demand(prod(axes) <= MOST_POSITIONS, f"a shape of at most {MOST_POSITIONS:,} elements", x)
    return axes


def argument_name(x: Any) -> str:
    """Return a name that may stand in generated source."""
    is_name = type(x) is str and x.isidentifier() and not iskeyword(x)
    demand(is_name and normalize("NFKC", x) == x, "an identifier as the name of an argument", x)
    return x


def block_name(x: Any) -> str:
    """Return the name of an equation, v1 or v2 and so on: it stands in generated source."""
    demand(type(x) is str and _BLOCK.fullmatch(x) is not None, "a name such as 'v1'", x)
    return x


def loop_name(x: Any) -> str:
    """Return the name of a loop, loop1 or loop2 and so on: it stands in generated source."""
    demand(type(x) is str and _LOOP.fullmatch(x) is not None, "a name such as 'loop1'", x)
    return x
