"""Why one factor of the chain rule is 0, or nearly 0: derived from its formula and nearby points.

If the formula has a choice and the result does not change with the operand, the operation is off,
or chose another one. If the factor is 0 wherever the operand is moved, but not if another one is,
that one is the reason. Otherwise the operation is saturated if its slope stays small nearby, has a
kink if it changes all the same, and else is flat at this point.

>>> from autodiff import Value, relu
>>> z = Value(-0.41, label="z3")
>>> zero_factor(relu(z), 0, {z: "z3"}).text
'relu at z3 is off (z3 = -0.41)'
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from math import inf, isfinite
from typing import NamedTuple

from autodiff.display import digits
from autodiff.formula.tree import Call, Expression, Name, Number
from autodiff.formula.words import COMPARISONS
from autodiff.graph.node import Node

from .chain_rule.factors import DerivativeCache, Factor, factor_of, subtrees

_SMALL = 1e-2  # a slope that stays below it at a distance of 1 is saturated


class Cause(Enum):
    """Why a derivative is 0, or nearly 0."""

    NOT_CONNECTED = "not connected"
    OFF = "off"
    NOT_CHOSEN = "not chosen"
    STEP = "step"
    SATURATED = "saturated"
    FLAT = "flat"
    KINK = "kink"
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
    operation = node.operation
    if factor.general == Number(0.0):
        cause, text = Cause.STEP, f"{sign} is a step: its derivative is 0 everywhere"
    elif isinstance(factor.formula, Number) and not _chooses(subtrees(factor.general)):
        cause = Cause.TIMES_LITTLE if value else Cause.TIMES_ZERO
        text = f"{name} is multiplied by the constant {digits(value)}"
    elif _chooses(subtrees(factor.general)) and _is_still(node, parent):
        cause, text = _not_used(factor, operation.starred, name, at)
        zero = _other(node, position) if cause is Cause.FLAT else None  # of 0**x
        if zero is not None:
            cause = Cause.TIMES_ZERO
            text = f"the derivative of {sign} by {name} is 0 where {names[zero]} = 0"
    else:
        other = _other(node, position)
        if other is not None:
            cause = Cause.TIMES_LITTLE if value else Cause.TIMES_ZERO
            shown = f"{names[other]} = {digits(other.data)}"
            text = f"{name} is multiplied by {shown}"
            if factor.formula != Name(factor.keys[other]):
                text = f"the derivative of {sign} by {name} is {digits(value, 2)} where {shown}"
        elif _stays_small(node, position):
            cause = Cause.SATURATED
            text = f"{sign} is saturated: {sign}'({at}) = {digits(value, 2)}"
        elif _is_kink(node, parent):
            cause = Cause.KINK
            text = f"{sign} is not smooth at {name} = {at}, where its derivative is taken as 0"
        else:
            cause, text = Cause.FLAT, f"{sign} is flat at {name} = {at}"
    return ZeroFactor(cause, node, parent, value, text)


def _not_used(factor: Factor, starred: Collection[str], name: str, at: str) -> tuple[Cause, str]:
    """Explain why a result does not change with a parent, although its formula has a choice."""
    node, inside = factor.node, list(subtrees(factor.formula))
    assert node.operation is not None
    sign = node.operation.name
    keys = {part.name for part in inside if isinstance(part, Name)}
    if isinstance(factor.formula, Number):
        return Cause.NOT_CHOSEN, f"{sign} does not depend on {name} here"
    if starred or keys.isdisjoint({factor.keys[factor.parent], factor.keys[node]}):
        return Cause.NOT_CHOSEN, f"{sign} chose another operand than {name} = {at}"
    if any(isinstance(part, Number) and not isfinite(part.value) for part in inside):
        return Cause.FLAT, f"{sign} is flat at {name} = {at}"  # 0**x
    return Cause.OFF, f"{sign} at {name} is off ({name} = {at})"


def _result(node: Node, moved: Mapping[Node, float]) -> tuple[float, tuple[float, ...]]:
    """Compute a node again, and its derivative by each operand, with other data for some."""
    operation = node.operation
    assert operation is not None
    floats = [moved.get(x, x.data) if isinstance(x, Node) else x for x in node.operands]
    return operation.function(*operation.group(floats))


def _slope(node: Node, position: int, moved: Mapping[Node, float]) -> float:
    places = [i for i, operand in enumerate(node.operands) if isinstance(operand, Node)]
    return abs(_result(node, moved)[1][places[position]])


def _near(x: Node, scale: float) -> list[float]:
    step = scale * max(1.0, abs(x.data))
    return [x.data - step, x.data + step]


def _is_still(node: Node, parent: Node) -> bool:
    """Tell whether a small move of a parent, to one side at least, leaves the result as it is."""
    here = _result(node, {})[0]
    return any(_result(node, {parent: x})[0] == here for x in _near(parent, 1e-4))


def _other(node: Node, position: int) -> Node | None:
    """Return the other parent that makes a derivative small, whatever the parent itself is."""
    parent = node.parents[position]
    places = (*_near(parent, 1e-4), *_near(parent, 0.5), parent.data - 1.0, parent.data + 1.0, 1.0)
    base = max(_slope(node, position, {}), _SMALL**8)
    if any(100.0 * base < _slope(node, position, {parent: x}) < inf for x in places):
        return None
    others = sorted(dict.fromkeys(x for x in node.parents if x is not parent), key=_size)
    for x in others:
        moves = [{x: y, parent: z} for y in (1.0, 2.0, 0.5, -0.5) for z in (parent.data, 1.0)]
        if any(_slope(node, position, move) > 100.0 * base for move in moves):
            return x
    together = dict.fromkeys(others, 1.5)  # several factors of 0
    return others[0] if others and _slope(node, position, together) > 100.0 * base else None


def _size(x: Node) -> float:
    return abs(x.data)


def _stays_small(node: Node, position: int) -> bool:
    """Tell whether the slope is small at a distance of 1 too, on both sides."""
    x = node.parents[position]
    return max(_slope(node, position, {x: x.data + step}) for step in (-1.0, 1.0)) < _SMALL


def _is_kink(node: Node, parent: Node) -> bool:
    """Tell whether the result changes in proportion to a small move, to one side at least."""
    here = _result(node, {})[0]
    far, close = (
        [abs((_result(node, {parent: x})[0] - here) / (x - parent.data)) for x in places]
        for places in (_near(parent, 1e-4), _near(parent, 1e-6))
    )
    return any(isfinite(y) and y > 0.5 * x > 0.0 for x, y in zip(far, close, strict=True))


def _chooses(parts: Iterable[Expression]) -> bool:
    return any(
        isinstance(part, Call) and part.function in {*COMPARISONS, "where", "sign"}
        for part in parts
    )
