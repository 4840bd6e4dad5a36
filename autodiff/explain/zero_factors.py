"""Why one factor of the chain rule is 0, or nearly 0: read off its formula, not off a list.

If the formula compares the operand itself, the operation is off there. If it does not contain the
operand, some other number is 0. Otherwise the operation is saturated if its slope stays small
nearby, else flat at this point.

>>> from autodiff import Value, relu
>>> z = Value(-0.41, label="z3")
>>> zero_factor(relu(z), 0, {z: "z3"}).text
'relu at z3 is off (z3 = -0.41)'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from math import isfinite
from typing import NamedTuple

from autodiff.display import digits
from autodiff.formula.tree import Call, Expression, Name, Number
from autodiff.formula.words import COMPARISONS
from autodiff.graph.node import Node

from .chain_rule.factors import DerivativeCache, factor_of, subtrees

_SMALL = 1e-2  # a slope that stays below it at a distance of 1 is saturated


class Cause(Enum):
    """Why a derivative is 0, or nearly 0."""

    NOT_CONNECTED = "not connected"
    OFF = "off"
    NOT_CHOSEN = "not chosen"
    STEP = "step"
    SATURATED = "saturated"
    FLAT = "flat"
    TIMES_ZERO = "times 0"
    TIMES_LITTLE = "times little"
    VANISHES = "vanishes"
    CANCELS = "cancels"
    UNDERFLOWS = "underflows"


class ZeroFactor(NamedTuple):
    """A factor that is 0 or small.

    Attributes:
        cause: its kind.
        node: the node whose derivative it is.
        parent: the parent that the derivative is by.
        value: the local derivative.
        text: the finding in a few words.
    """

    cause: Cause
    node: Node
    parent: Node
    value: float
    text: str


def zero_factor(
    node: Node, position: int, names: Mapping[Node, str], cache: DerivativeCache | None = None
) -> ZeroFactor:
    """Explain why the derivative of a node by one of its parents is 0 or small.

    Args:
        node: a computed node.
        position: the index of the parent.
        names: of the parents.
        cache: as for `factor_of`.
    """
    factor = factor_of(node, position, cache)
    assert node.operation is not None
    parent, value, sign = factor.parent, factor.value, node.operation.name
    name, at = names[parent], digits(parent.data)
    inside = list(subtrees(factor.formula))
    keys = {part.name for part in inside if isinstance(part, Name)}
    own = {factor.keys[parent], factor.keys[node]}
    if isinstance(factor.formula, Number):
        if factor.general == Number(0.0):
            cause, text = Cause.STEP, f"{sign} is a step: its derivative is 0 everywhere"
        elif not _chooses(subtrees(factor.general)):
            cause = Cause.TIMES_LITTLE if value else Cause.TIMES_ZERO
            text = f"{name} is multiplied by the constant {digits(value)}"
        else:
            cause, text = Cause.NOT_CHOSEN, f"{sign} does not depend on {name} here"
    elif _chooses(inside):
        if node.operation.starred or not keys & own:
            cause, text = Cause.NOT_CHOSEN, f"{sign} chose another operand than {name} = {at}"
        elif any(isinstance(part, Number) and not isfinite(part.value) for part in inside):
            cause, text = Cause.FLAT, f"{sign} is flat at {name} = {at}"  # 0**x
        else:
            cause, text = Cause.OFF, f"{sign} at {name} is off ({name} = {at})"
    elif not keys & own:
        cause, text = _multiplied(node, name, factor.keys, keys, names, value)
    elif _stays_small(node, position):
        cause, text = Cause.SATURATED, f"{sign} is saturated: {sign}'({at}) = {digits(value, 2)}"
    else:
        cause, text = Cause.FLAT, f"{sign} is flat at {name} = {at}"
    return ZeroFactor(cause, node, parent, value, text)


def _multiplied(  # noqa: PLR0913 the parts of one sentence
    node: Node,
    name: str,
    keys: Mapping[Node, str],
    used: set[str],
    names: Mapping[Node, str],
    value: float,
) -> tuple[Cause, str]:
    """Name the other operand that makes the derivative 0 or small."""
    others = [x for x, key in keys.items() if key in used and x is not node]
    smallest = min(others, key=lambda x: abs(x.data))
    shown = f"{names[smallest]} = {digits(smallest.data)}"
    cause = Cause.TIMES_LITTLE if value else Cause.TIMES_ZERO
    return cause, f"{name} is multiplied by {shown}"


def _stays_small(node: Node, position: int) -> bool:
    """Tell whether the slope is small at a distance of 1 too, on both sides."""
    operation = node.operation
    assert operation is not None
    places = [i for i, operand in enumerate(node.operands) if isinstance(operand, Node)]
    slopes: list[float] = []
    for step in (-1.0, 1.0):
        moved = {node.parents[position]: step}  # every use of it: x * x moves as a whole
        floats = [x.data + moved.get(x, 0.0) if isinstance(x, Node) else x for x in node.operands]
        slopes.append(abs(operation.function(*operation.group(floats))[1][places[position]]))
    return max(slopes) < _SMALL


def _chooses(parts: Iterable[Expression]) -> bool:
    return any(
        isinstance(part, Call) and part.function in {*COMPARISONS, "where"} for part in parts
    )
