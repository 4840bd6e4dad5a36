"""Arguments and results in lists, tuples, dicts and arrays, nested or not.

`grad(y, {"w": [w1, w2], "b": b})` returns derivatives in the structure of its argument.

>>> list(parts((1.0, {"w": [2.0, 3.0]})))
[1.0, 2.0, 3.0]
>>> rebuilt((1.0, {"w": [2.0, 3.0]}), iter("abc"))
('a', {'w': ['b', 'c']})
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeGuard, cast

from autodiff.errors import OptionError, WrongTypeError, described

from .node import is_array

MOST = 10_000_000  # scalars; their Values would take gigabytes
_DEEPEST = 100  # lists within lists


def is_structure(x: object) -> TypeGuard[Collection[Any]]:
    """Tell a list, a tuple, a dict or an array with an axis from a single argument."""
    return isinstance(x, list | tuple | dict) or is_array(x)


def parts(structure: Any) -> Iterator[Any]:
    """Yield the single arguments in a structure, in order; a dict's as its keys stand."""
    for _, part in named_parts(structure, ""):
        yield part


def named_parts(structure: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the single arguments with their places: `x[0]`, `x[1][2]`, `x['w']`.

    Raises:
        WrongTypeError: if lists are nested more than 100 deep, or one holds itself.
        OptionError: if one is too long.

    >>> list(named_parts([5, {"w": 7}], "x"))
    [('x[0]', 5), ("x[1]['w']", 7)]
    """
    yield from _named_parts(structure, name, ())


def _named_parts(structure: Any, name: str, around: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    if not is_structure(structure):
        yield name, structure
        return
    inner = (*around, id(structure))
    if id(structure) in around or len(inner) > _DEEPEST:
        raise WrongTypeError(
            f"lists, tuples and dicts nested at most {_DEEPEST} deep",
            f"{type(structure).__name__} nested deeper, or in itself",
            "flatten it",
        )
    is_dict = isinstance(structure, dict)
    if not is_dict:
        demand_short(structure, "a list of arguments")
    inside = cast("Iterable[Any]", structure.items() if is_dict else enumerate(structure))
    for key, part in inside:
        yield from _named_parts(part, f"{name}[{key!r}]", inner)


def rebuilt(structure: Any, replacements: Iterator[Any]) -> Any:
    """Put new parts into a structure whose parts were yielded; an array becomes a list."""
    if not is_structure(structure):
        return next(replacements)
    if isinstance(structure, dict):
        inside = cast("dict[Any, Any]", structure)
        return {key: rebuilt(part, replacements) for key, part in inside.items()}
    built = [rebuilt(part, replacements) for part in structure]
    if isinstance(structure, tuple):
        return type(structure)(*built) if hasattr(structure, "_fields") else tuple(built)
    return built


def demand_short(xs: Iterable[object], expected: str) -> None:
    """Refuse what announces more than 10,000,000 elements, before they are made.

    Args:
        xs: the elements, or what makes them.
        expected: what it should be, for the error.

    Raises:
        OptionError: if it is too long.
    """
    try:
        is_short = operator.length_hint(xs) <= MOST
    except OverflowError:
        is_short = False
    if not is_short:
        remedy = f"pass at most {MOST:,} at a time"
        raise OptionError(expected, f"{described(xs)}, which is too long", remedy)
