"""Arguments and results in lists and tuples, nested or not.

`grad(y, [w, [b]])` returns derivatives in the structure of its argument.

>>> list(parts((1.0, [2.0, (3.0,)])))
[1.0, 2.0, 3.0]
>>> rebuilt((1.0, [2.0, (3.0,)]), iter("abc"))
('a', ['b', ('c',)])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeGuard, cast

from .node import is_array


def is_structure(x: object) -> TypeGuard[Sequence[Any]]:
    """Tell a list, a tuple or an array with an axis from a single argument."""
    return isinstance(x, list | tuple) or is_array(x)


def parts(structure: Any) -> Iterator[Any]:
    """Yield the single arguments in a structure, in order."""
    if not is_structure(structure):
        yield structure
        return
    for part in cast("Iterable[Any]", structure):
        yield from parts(part)


def named_parts(structure: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the single arguments with their places: `x[0]`, `x[1][2]`.

    >>> list(named_parts([5, [7]], "x"))
    [('x[0]', 5), ('x[1][0]', 7)]
    """
    if not is_structure(structure):
        yield name, structure
        return
    for index, part in enumerate(structure):
        yield from named_parts(part, f"{name}[{index}]")


def rebuilt(structure: Any, replacements: Iterator[Any]) -> Any:
    """Put new parts into a structure; an array becomes a list."""
    if not is_structure(structure):
        return next(replacements)
    built = [rebuilt(part, replacements) for part in structure]
    if isinstance(structure, tuple):
        return type(structure)(*built) if hasattr(structure, "_fields") else tuple(built)
    return built
