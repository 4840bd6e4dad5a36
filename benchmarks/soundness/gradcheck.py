"""Gradient checks: right derivatives at every scale never called wrong, planted faults always."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Any

import autodiff
from autodiff import TABLE, Value, check, operation
from autodiff.extend import variadic

from .derivatives import SIZES
from .outcome import Outcome

SMOOTH = [
    "exp",
    "expm1",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "softplus",
    "logsigmoid",
    "atan",
    "asinh",
    "sech",
    "erf",
    "erfc",
    "gelu",
    "silu",
    "mish",
    "square",
    "gelu_tanh",
    "sinh",
    "cosh",
]
NAMES = sorted(TABLE)  # before anything is planted
KINKED = ["relu", "leaky_relu", "elu", "hardtanh", "selu"]
SCALES = [10.0**e for e in range(-12, 13)]

Function = Callable[..., Value]
Plant = Callable[[Value], Value]


def random_function(random: Random, length: int | None = None) -> tuple[str, Function]:
    """Draw a composition of three to eight operations, or as many as said, and its text."""
    steps: list[tuple[Any, ...]] = []
    for _ in range(length or random.randint(3, 8)):
        kind = random.choice(["unary", "unary", "binary", "other"])
        if kind == "unary":
            steps.append((random.choice(SMOOTH + KINKED), random.random()))
        elif kind == "binary":
            steps.append((random.choice(["+", "-", "*", "/"]), random.random(), random.random()))
        else:
            several = random.choice(["dot", "maximum", "dot", "maximum", "softmax", "log_softmax"])
            steps.append((several, random.random(), random.random()))
    constants = [random.uniform(-2, 2) for _ in steps]

    def function(*xs: Any, plant: Plant | None = None, place: float = 0.0) -> Any:
        pool = list(xs)
        planted = int(place * len(steps))
        for index, (step, constant) in enumerate(zip(steps, constants, strict=True)):
            name, *picks = step
            chosen = [pool[int(pick * len(pool))] for pick in picks]
            if plant is not None and index == planted:
                chosen[0] = plant(chosen[0])
            pool.append(_applied(name, chosen, constant))
        return pool[-1]

    return repr((steps, constants)), function


def _applied(name: str, xs: Sequence[Any], constant: float) -> Any:
    match name:
        case "+":
            return xs[0] + xs[1]
        case "-":
            return xs[0] - constant * xs[1]
        case "*":
            return xs[0] * xs[1]
        case "/":
            return xs[0] / (1.5 + autodiff.tanh(xs[1]))
        case "dot":
            return autodiff.dot([constant, 0.5], xs, constant)
        case "maximum":
            return autodiff.maximum(xs[0], xs[1] + constant)
        case "softmax" | "log_softmax":
            return getattr(autodiff, name)([xs[0], constant * xs[1], 0.5])[1]
        case _:
            return getattr(autodiff, name)(xs[0])


def random_point(random: Random, count: int) -> list[float]:
    """Draw numbers of either sign, from 1e-12 to 1e13."""
    return [
        random.choice([-1, 1]) * random.choice(SCALES) * random.uniform(1, 9.99)
        for _ in range(count)
    ]


def right_functions(cases: int, random: Random, order: int) -> Outcome:
    """Check random functions at scales from 1e-12 to 1e12; a `disagrees` is a false verdict."""
    failures: list[str] = []
    tried = 0
    while tried < cases:
        text, function = random_function(random)
        point = random_point(random, random.randint(1, 3))
        y = function(*map(Value, point))
        if not isinstance(y, Value) or not math.isfinite(y.data) or abs(y.data) > 1e100:
            continue
        tried += 1
        if not check(function, *point, order=order).ok:
            failures.append(f"check of {text} at {point}, order {order}, disagrees")
    return Outcome(f"random functions, order {order}: false verdicts", cases, failures, [])


def right_operations(cases: int, random: Random, order: int) -> Outcome:
    """Check single operations of the table at extreme points, equal operands among them."""
    failures: list[str] = []
    sizes = [size for size in SIZES if 1e-12 <= size <= 1e13]
    tried = 0
    while tried < cases:
        row = TABLE[random.choice(NAMES)]
        count = len(row.operands) + len(row.starred) * random.randint(0, 2)
        point = [random.choice([1.0, -1.0, 0.0]) * random.choice(sizes) for _ in range(count)]
        if random.random() < 0.2:
            point = [point[0]] * count
        y = variadic(row, [Value(x) for x in point])
        if math.isfinite(y.data):
            tried += 1
            report = check(y, order=order)
            if not report.ok:
                failures.append(f"check of {row.name}{point}, order {order}, disagrees")
    return Outcome(f"single operations, order {order}: false verdicts", cases, failures, [])


# -- planted faults ---------------------------------------------------------------------------

KINDS = ("wrong derivative", "wrong second derivative", "derivative lost through .data")


def planted_faults(cases: int, random: Random, kind: str, *, extreme: bool) -> Outcome:
    """Plant an identity whose derivative is wrong into one use of one step; none may pass.

    Args:
        cases: how many.
        random: the generator.
        kind: one of KINDS.
        extreme: whether points are drawn from 1e-12 to 1e12, rather than from -2 to 2.
    """
    failures: list[str] = []
    tried = 0
    order = 2 if kind == KINDS[1] else 1
    while tried < cases:
        text, function = random_function(random, random.randint(3, 12))
        count = random.randint(1, 4)
        point = (
            random_point(random, count)
            if extreme
            else [random.uniform(-2.0, 2.0) for _ in range(count)]
        )
        wrong = random.choice([0.5, 0.9, 1.01, 1.1, 2.0, -1.0])
        place = random.random()
        if not _shows(function, point, place, kind, wrong):
            continue  # the fault changes no derivative by a thousandth
        tried += 1
        if check(_with_plant(function, point, place, kind, wrong), *point, order=order).ok:
            failures.append(f"{text} at {point}, {kind} {wrong} at {place}, passes")
    where = "extreme points" if extreme else "points of ordinary size"
    return Outcome(f"{kind}, {where}: missed", cases, failures, [])


def _with_plant(
    function: Function, point: Sequence[float], place: float, kind: str, wrong: float
) -> Function:
    """Return a function with an identity planted at a step, whose derivative is wrong.

    A wrong second derivative is right at the point and everywhere agrees with itself: only
    differences of the function tell.
    """
    if kind == KINDS[2]:
        return partial(function, plant=lambda x: 0.5 * x + 0.5 * x.data, place=place)
    if kind == KINDS[0]:
        return partial(
            function, plant=operation("crooked", "x", "x", f"{wrong}", replace=True), place=place
        )
    seen: list[float] = []
    function(*map(Value, point), plant=lambda x: seen.append(x.data) or x, place=place)
    at = seen[0]
    slope = wrong / (1.0 + abs(at))
    operation("bent", "x", f"1 + {slope!r} * (x - ({at!r}))", f"{slope!r}", replace=True)
    return partial(
        function, plant=operation("crooked_later", "x", "x", "bent(x)", replace=True), place=place
    )


def _shows(
    function: Function, point: Sequence[float], place: float, kind: str, wrong: float
) -> bool:
    """Tell whether the fault changes a derivative enough, by derivatives with and without it."""
    planted = _with_plant(function, point, place, kind, wrong)
    found: list[list[float]] = []
    for f in (function, planted):
        xs = [Value(x) for x in point]
        y = f(*xs)
        if not isinstance(y, Value) or not math.isfinite(y.data):
            return False
        if kind == KINDS[1]:
            found.append([entry.data for row in autodiff.hessian(y, xs) for entry in row])
        else:
            found.append([entry.data for entry in autodiff.grad(y, xs)])
    return any(
        abs(right - crooked) > 1e-3 * max(abs(right), abs(crooked)) > 1e-9
        for right, crooked in zip(*found, strict=True)
        if math.isfinite(right) and math.isfinite(crooked)
    )


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield the outcomes, with `cases` cases of each kind."""
    few = max(1, cases // 10)
    yield right_functions(cases, Random(seed), 1)
    yield right_functions(few, Random(seed), 2)
    yield right_operations(cases, Random(seed), 1)
    yield right_operations(few, Random(seed), 2)
    for kind in KINDS:
        for extreme in (False, True):
            yield planted_faults(few, Random(seed), kind, extreme=extreme)
