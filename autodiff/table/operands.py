"""Reads the declared operands of an operation: names, stars and defaults.

>>> read_operands("x* b")
(('x', 'b'), frozenset({'x'}), ())
>>> read_operands("x slope=0.01")
(('x', 'slope'), frozenset(), (0.01,))
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autodiff.errors import OperationError

_DECLARED = re.compile(r"(?P<name>[^\W\d]\w*)(?:(?P<star>\*)|=(?P<default>\S+))?")
_GENERATED = re.compile(r"t\d+|\w*_|exact|len|map|zip|mul|forward|refused")


def read_operands(text: str) -> tuple[tuple[str, ...], frozenset[str], tuple[float, ...]]:
    """Read a declaration of operands.

    Args:
        text: names separated by spaces; `x*` is starred, `slope=0.01` has a default.

    Returns:
        The names, those that are starred, and the defaults of the last ones.

    Raises:
        OperationError: if a word is not an operand, or the operands do not go together.
    """
    declared = [_declared(word) for word in text.split()]
    operands = tuple(name for name, _, _ in declared)
    starred = frozenset(name for name, is_starred, _ in declared if is_starred)
    defaults = tuple(default for _, _, default in declared if default is not None)
    has_default = [default is not None for _, _, default in declared]
    in_order = has_default == sorted(has_default)
    if len(set(operands)) < len(operands) or not in_order or (starred and defaults):
        raise OperationError(
            "different operands, those with a default last, none beside a starred one",
            repr(text),
            'write for example "x slope=0.01" or "w* x* b"',
        )
    return operands, starred, defaults


def _declared(word: str) -> tuple[str, bool, float | None]:
    match = _DECLARED.fullmatch(word)
    try:
        if match is not None:
            default = match["default"]
            return match["name"], bool(match["star"]), None if default is None else float(default)
    except ValueError:
        pass
    raise OperationError("an operand such as x, x* or slope=0.01", repr(word), "separate by spaces")


def program_names(operands: Sequence[str]) -> dict[str, str]:
    """Rename the operands whose names the generated programs use themselves.

    Returns:
        For each operand, in order, the name it has in programs.
    """
    names: dict[str, str] = {}
    for operand in operands:
        name = operand
        while _GENERATED.fullmatch(name) or (name != operand and name in operands):
            name = f"{name}0" if name.endswith("_") else f"{name}_0"
        names[operand] = name
    return names
