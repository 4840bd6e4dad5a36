"""Checks of the options of pictures: their look, their roots, their limits.

>>> look(theme="dark").theme.background
'#111827'
>>> checked_choice("by", "level", ["node", "level"])
'level'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, cast

from autodiff import OptionError, WrongTypeError
from autodiff.extend import Node, described

from .render.drawing import Drawing
from .themes import THEMES, Theme

DIRECTIONS = ("LR", "RL", "TB", "BT")

_AUTO = ("light", "dark")
_MOST_DIGITS = 17  # enough to tell any two floats apart


class Look(NamedTuple):
    """How a picture looks, whatever it shows.

    Attributes:
        digits: the number of significant digits of every number.
        direction: where edges point: "LR" to the right, "RL" to the left, "TB" down, "BT" up.
        theme: the colours and line widths.
    """

    digits: int = 6
    direction: str = "LR"
    theme: Theme = THEMES["light"]


def look(digits: object = 6, direction: object = "LR", theme: object = "light") -> Look:
    """Return the look of checked options.

    Raises:
        OptionError: if `digits` is not an int from 1 to 17, or direction or theme is unknown.
    """
    if type(digits) is not int or not 1 <= digits <= _MOST_DIGITS:  # True is an instance of int
        raise OptionError(
            f"digits as an int from 1 to {_MOST_DIGITS}", described(digits), "write digits=6"
        )
    where = checked_choice("direction", direction, DIRECTIONS)
    return Look(digits, where, THEMES[checked_choice("theme", theme, THEMES)])


def looks(digits: object = 6, direction: object = "LR", theme: object = "auto") -> list[Look]:
    """Return the look of checked options: one, or a light and a dark one for "auto".

    Raises:
        OptionError: as for `look`.
    """
    checked_choice("theme", theme, ("auto", *THEMES))
    return [look(digits, direction, name) for name in (_AUTO if theme == "auto" else [theme])]


def drawing(looks: Sequence[Look], write: Callable[[Look], str], summary: str) -> Drawing:
    """Return the picture that a function writes as DOT text in each look.

    Args:
        looks: what `looks` returned.
        write: returns texts that differ in colours alone.
        summary: what the picture shows, in a few words.
    """
    source, *dark = map(write, looks)
    return Drawing(source, summary, *dark)


def checked_choice(name: str, chosen: object, known: Iterable[str]) -> str:
    """Return the value of an option if it is known.

    Raises:
        OptionError: if it is not; the message lists the known ones.
    """
    choices = list(known)
    if isinstance(chosen, str) and chosen in choices:
        return chosen
    raise OptionError(
        f"{name} as one of {', '.join(map(repr, choices))}",
        described(chosen),
        f"write {name}={choices[0]!r}",
    )


def checked_limit(limit: object) -> int:
    """Return how many Values or lines a picture shows in full.

    Raises:
        OptionError: if it is not an int of at least 1.
    """
    if type(limit) is int and limit >= 1:
        return limit
    raise OptionError("limit as an int of at least 1", described(limit), "write limit=300")


def checked_roots(root: object) -> list[Node]:
    """Return the Values of a picture, at least one.

    Raises:
        WrongTypeError: if `root` is neither a Value nor a list or tuple of Values.
    """
    several = isinstance(root, (list, tuple))
    values = cast("Sequence[object]", root) if several else (root,)
    nodes = [value for value in values if isinstance(value, Node)]
    if nodes and len(nodes) == len(values):
        return nodes
    wrong = next((value for value in values if not isinstance(value, Node)), values)
    inside = f" inside a {type(values).__name__}" if several and values else ""
    raise WrongTypeError(
        "a Value, or a list or tuple of at least one Value",
        f"{described(wrong)}{inside}",
        "draw the Value that was computed, such as the loss itself and not loss.data",
    )


def checked_root(root: object) -> Node:
    """Return the one Value of a picture.

    Raises:
        WrongTypeError: if `root` is not a Value.
    """
    if isinstance(root, Node):
        return root
    raise WrongTypeError(
        "a Value",
        described(root),
        "pass the Value that was computed, such as the loss itself and not loss.data",
    )
