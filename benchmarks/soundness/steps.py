"""The steps of random programs: each takes operands, a number, and the integers that chose them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import autodiff
from autodiff import TABLE, Value, dot, floor, grad, no_grad, take, tanh, where
from autodiff.extend import variadic

Step = Callable[[Sequence[Any], float, Sequence[int]], list[Any]]


def _inside(domain: str, x: Any) -> Any:
    """Move a number into the domain of an operation."""
    if domain.startswith("abs"):
        return tanh(x)
    return abs(x) + (1.0 if domain.endswith("1") else 0.1)


def _of_the_table(name: str) -> Step:
    row = TABLE[name]

    def step(xs: Sequence[Any], number: float, places: Sequence[int]) -> list[Any]:
        operands = list(xs)
        if not row.starred:
            operands = operands[: max(1, len(row.operands) - len(row.defaults))]
        elif len(row.starred) == 2:  # weights, inputs and a bias; elements, places and an index
            operands = operands[: 2 * ((len(operands) - 1) // 2) + 1]
        if row.domain and places[0] % 10:
            operands = [_inside(row.domain, x) for x in operands]
        if len(operands) > 1 and places[1] % 5 == 0:
            operands[places[2] % len(operands)] = number
        if not any(isinstance(x, Value) for x in operands):
            return [xs[0]]
        result = variadic(row, operands)
        return [tanh(result) if places[1] % 3 else result]

    return step


def _derivative(name: str) -> Step:
    """A first or second derivative of an operation, by a value that the program computed."""
    step = _of_the_table(name)

    def inner(xs: Sequence[Any], number: float, places: Sequence[int]) -> list[Any]:
        x = xs[0] * 0.5 + 0.25
        [y] = step([x, *xs[1:]], number, places)
        first = grad(y * x, x)
        return [tanh(grad(first * x, x) if places[2] % 2 else first)]

    return inner


def _ragged(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    rows = [xs[start : start + length] for start in range(2) for length in range(1, len(xs))]
    return [tanh(sum(a * b for a, b in pairwise([*row, number]))) for row in rows]


def _layer(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    half = len(xs) // 2
    return [tanh(dot(xs[i : i + half], xs[half - i : 2 * half - i], number)) for i in (0, 1)]


def _looked_up(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    is_small = variadic(TABLE["less"], [abs(xs[0]), 9.0])  # nan is not
    index = floor(where(is_small, xs[0], 0.0) * 3.0) % len(xs)
    return [tanh(take(xs, index)), *take([[number * row, xs[1]] for row in range(len(xs))], index)]


def _unrecorded(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    with no_grad():
        inside = tanh(xs[0]) * number
    return [tanh(inside * xs[1] + xs[2].detach())]


def _branch(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    if xs[0] > xs[1] * number:
        return [tanh(xs[0] - xs[1])]
    return [xs[1] * 0.5, tanh(xs[2])] if xs[2] >= 0 else [abs(xs[0])]


def _chosen(xs: Sequence[Any], _: float, __: Sequence[int]) -> list[Any]:
    low, *_, high = sorted(xs)
    return [tanh(low), high * 0.25, max(xs)]


_PLAIN: dict[str, Step] = {
    "ragged": _ragged,
    "layer": _layer,
    "looked up": _looked_up,
    "no_grad": _unrecorded,
    "softmax": lambda xs, _, __: autodiff.softmax([tanh(x) for x in xs]),
    "chain": lambda xs, n, _: [(n - xs[0] - xs[1] - xs[2]) * 0.25 + 0.0],
    "constant": lambda xs, n, _: [(Value(n) * 0.5 + n) * xs[0]],
    "squares": lambda xs, n, _: [tanh(sum(x * x for x in xs) * n)],
    "table": lambda xs, _, __: [xs[0] * xs[1], xs[0] + xs[1], xs[0] - xs[1], -xs[2]],
}
BRANCHES: dict[str, Step] = {"branch": _branch, "chosen": _chosen}
_SMOOTH = [
    name for name in TABLE if not TABLE[name].starred or name in {"norm", "logsumexp", "prod"}
]
STEPS: dict[str, Step] = {
    **_PLAIN,
    **BRANCHES,
    **{f"op {name}": _of_the_table(name) for name in TABLE},
    **{f"d {name}": _derivative(name) for name in _SMOOTH},
}
KINDS = [
    [kind for kind in STEPS if kind.startswith("op ")],
    [kind for kind in STEPS if kind.startswith("d ")],
    list(_PLAIN),
]
