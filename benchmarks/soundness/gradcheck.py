"""Gradient checks: right derivatives at every scale never called wrong, planted faults always."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import autodiff
from autodiff import Value, check, operation

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
KINKED = ["relu", "leaky_relu", "elu", "hardtanh", "selu"]
SAFE_DIVISORS = ("1 + x*x", "2 + sin(x)")
SCALES = [10.0**e for e in range(-12, 13)]

Function = Callable[..., Value]


def random_function(random: Random) -> tuple[str, Function]:
    """Draw a composition of three to eight operations and its text."""
    steps: list[tuple[Any, ...]] = []
    for _ in range(random.randint(3, 8)):
        kind = random.choice(["unary", "unary", "binary", "sum", "max"])
        if kind == "unary":
            steps.append((random.choice(SMOOTH + KINKED), random.random()))
        elif kind == "binary":
            steps.append((random.choice(["+", "-", "*", "/"]), random.random(), random.random()))
        else:
            steps.append(({"sum": "dot", "max": "maximum"}[kind], random.random(), random.random()))
    constants = [random.uniform(-2, 2) for _ in steps]

    def function(*xs: Any) -> Any:
        pool = list(xs)
        for step, constant in zip(steps, constants, strict=True):
            name, *picks = step
            chosen = [pool[int(pick * len(pool))] for pick in picks]
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
        case _:
            return getattr(autodiff, name)(xs[0])


def right_functions(cases: int, random: Random, order: int) -> Outcome:
    """Check random functions at scales from 1e-12 to 1e12; a `disagrees` is a false verdict."""
    failures: list[str] = []
    tried = 0
    while tried < cases:
        count = random.randint(1, 3)
        text, function = random_function(random)
        point = [
            random.choice([-1, 1]) * random.choice(SCALES) * random.uniform(1, 9.99)
            for _ in range(count)
        ]
        y = function(*map(Value, point))
        if not isinstance(y, Value) or not math.isfinite(y.data) or abs(y.data) > 1e100:
            continue
        tried += 1
        if not check(function, *point, order=order).ok:
            failures.append(f"check of {text} at {point}, order {order}, disagrees")
    return Outcome(f"random functions, order {order}: false verdicts", cases, failures, [])


def planted_faults(cases: int, random: Random, order: int) -> Outcome:
    """Plant an identity whose first or second derivative is wrong; none may pass."""
    failures: list[str] = []
    tried = 0
    while tried < cases:
        text, function = random_function(random)
        x = random.uniform(-2.0, 2.0)
        wrong = random.choice([0.5, 0.9, 1.01, 1.1, 2.0, -1.0])
        crooked = _crooked(wrong, order, x)

        def planted(x: Any, crooked: Any = crooked, function: Function = function) -> Any:
            return function(crooked(x))

        z = Value(x)
        y = function(z)
        if not isinstance(y, Value) or not math.isfinite(y.data):
            continue
        first = autodiff.grad(y, z)
        second = autodiff.grad(first, z).data
        size, scale = abs(first.data), max(abs(second), abs(first.data))
        if not 1e-3 < size < 1e6 or scale > 1e6 or size < 1e-3 * scale:
            continue  # the fault would be too small to count
        tried += 1
        if check(planted, x, order=order).ok:
            failures.append(f"{text} at {x} with factor {wrong}, order {order}, passes")
    return Outcome(f"planted faults of order {order}: missed", cases, failures, [])


def _crooked(wrong: float, order: int, at: float) -> Any:
    """Make an identity whose derivative is `wrong`; or is 1 at a point, but has a slope.

    The second kind agrees with itself everywhere: only differences of the function tell.
    """
    if order == 1:
        return operation("crooked", "x", "x", f"{wrong}", replace=True)
    operation("bent", "x", f"1 + {wrong} * (x - {at!r})", f"{wrong}", replace=True)
    return operation("crooked_later", "x", "x", "bent(x)", replace=True)


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield the outcomes, with `cases` cases of each kind."""
    yield right_functions(cases, Random(seed), 1)
    yield right_functions(max(1, cases // 10), Random(seed), 2)
    yield planted_faults(max(1, cases // 10), Random(seed), 1)
    yield planted_faults(max(1, cases // 10), Random(seed), 2)
