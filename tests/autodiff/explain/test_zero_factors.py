"""Over the table, at points where a derivative is 0: the reason that is named holds numerically."""

from __future__ import annotations

import itertools
from math import isfinite

import pytest

from autodiff import TABLE, Value
from autodiff.explain.zero_factors import Cause, zero_factor
from autodiff.graph.node import variadic

POINTS = (0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 40.0, -40.0, 800.0, -800.0, 1e200)
BUILT_IN = sorted(name for name in TABLE if not name.startswith(("naive", "bad", "negated")))


def operands_of(row):
    if not row.starred:
        return len(row.operands)
    return 5 if row.name == "dot" else 3


def result(node, changed):
    row = node.operation
    floats = [changed.get(x, x.data) for x in node.operands]
    return row.function(*row.group(floats))


def slope(node, position, changed):
    return result(node, changed)[1][position]


def fault(node, position, found):
    """Return what is wrong with a reason, or ""."""
    x = node.parents[position]
    h = 1e-4 * max(1.0, abs(x.data))
    here = node.data
    sides = [result(node, {x: x.data + s * h})[0] for s in (-1, 1)]
    slopes = [abs(slope(node, position, {x: x.data + s * h})) for s in (-1, 1)]
    still = any(y == here for y in sides)
    steep = [slope(node, position, {x: p}) for p in (*POINTS, 0.3, -0.3)]
    own = any(isfinite(s) and s for s in steep)
    if found.cause in {Cause.SATURATED, Cause.FLAT} and not own:
        return "it is another operand that makes the derivative 0"
    match found.cause:
        case Cause.STEP:
            grid = [slope(node, position, {x: p}) for p in POINTS]
            return "" if not any(grid) else "the derivative is not 0 everywhere"
        case Cause.OFF | Cause.NOT_CHOSEN:
            return "" if still else "the result changes on both sides"
        case Cause.TIMES_ZERO:
            others = [y for y in node.parents if y is not x and f"= {y.data:g}" in found.text]
            changed = [abs(slope(node, position, {y: p})) for y in others for p in POINTS]
            changed += [abs(slope(node, position, {y: p, x: 1.0})) for y in others for p in POINTS]
            changed += [abs(slope(node, position, dict.fromkeys(set(node.parents) - {x}, 1.5)))]
            if not others or ("multiplied by" in found.text and all(y.data for y in others)):
                return "the factor that is named is not 0"
            return "" if any(s > 0 for s in changed) else "no other operand makes it 0"
        case Cause.SATURATED:
            far = [abs(slope(node, position, {x: x.data + s})) for s in (-1, 1)]
            return "" if max(far) < 1e-2 else "the slope is not small nearby"
        case Cause.KINK:
            rates = [abs(y - here) / h for y in sides]
            return "" if max(rates) > 1e-3 else "there is no kink"
        case Cause.FLAT:
            rates = [abs(y - here) / h for y in sides]
            return (
                "" if max(rates) < 1e-2 and max(slopes) < 0.1 * max(1, abs(x.data)) else "not flat"
            )
        case _:
            return f"no reason for 0: {found.cause}"


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_reason_for_a_derivative_of_0_is_true(name) -> None:
    row = TABLE[name]
    count = operands_of(row)
    points = POINTS if count < 3 else POINTS[:5] if count == 3 else (0.0, 1.0, -3.0)
    faults = []
    for point in itertools.product(points, repeat=count):
        xs = [Value(p) for p in point]
        node = variadic(row, xs)
        if not isfinite(node.data):
            continue
        names = {x: f"x{i}" for i, x in enumerate(xs)} | {node: "y"}
        for position, factor in enumerate(node.local_derivatives):
            if factor == 0.0:
                found = zero_factor(node, position, names)
                wrong = fault(node, position, found)
                if wrong:
                    faults.append(f"{name}{point} by {position}: {found.text}: {wrong}")
    assert faults == []
