"""Random programs over scalars, drawn by Hypothesis: plain data that is run as a function.

A program is a list of steps; each takes values by their numbers and appends its results. All
values stay moderate, so that rounding is not magnified and the eager engine is a fair oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import strategies as st

import autodiff
from autodiff import Value, dot, no_grad, tanh, where

Step = tuple[str, tuple[int, ...], float]


class Program(NamedTuple):
    """A random program.

    Attributes:
        parameters: their data.
        inputs: how many numbers an example has.
        steps: an operation, the numbers of its operands, and a constant.
    """

    parameters: tuple[float, ...]
    inputs: int
    steps: tuple[Step, ...]

    def leaves(self) -> list[Value]:
        return [Value(data) for data in self.parameters]

    def function(self, leaves: Sequence[Value]) -> Callable[[Any], Value]:
        """Return the function of one example."""

        def run(x: Any) -> Value:
            known = [*leaves, *x]
            for name, places, number in self.steps:
                operands = [known[place % len(known)] for place in places]
                known += STEPS[name](operands, number, leaves)
            last = known[-len(self.steps) :]
            return (
                sum(tanh(v) * (1 / (place + 1)) for place, v in enumerate(last)) + leaves[0] * 0.5
            )

        return run


def _many(name: str) -> Callable[..., list[Any]]:
    function = getattr(autodiff, name)
    return lambda xs, _number, _leaves: [tanh(function(xs))]


def _elementary(name: str) -> Callable[..., list[Any]]:
    function = getattr(autodiff, name)
    return lambda xs, _number, _leaves: [function(tanh(xs[0]))]


def _unrecorded(xs: Sequence[Any], number: float, _leaves: Any) -> list[Any]:
    with no_grad():
        inner = tanh(xs[0]) * number
    return [inner * xs[1]]


def _rows(xs: Sequence[Any], _number: float, leaves: Sequence[Value]) -> list[Any]:
    """A layer of two neurons that share their inputs."""
    moved = [*leaves[1:], leaves[0]]
    return [tanh(sum(w * x for w, x in zip(row, xs, strict=False))) for row in (leaves, moved)]


MANY = ("sum", "prod", "mean", "maximum", "minimum", "logsumexp", "norm")
ELEMENTARY = ("exp", "sigmoid", "sin", "cos", "relu", "gelu", "softplus", "elu")
STEPS: dict[str, Callable[..., list[Any]]] = {
    "add": lambda xs, _n, _l: [xs[0] + xs[1]],
    "subtract": lambda xs, _n, _l: [xs[0] - xs[1]],
    "subtract twice": lambda xs, n, _l: [(n - xs[0] - xs[1]) * 0.5],
    "multiply": lambda xs, _n, _l: [tanh(xs[0]) * xs[1]],
    "divide": lambda xs, _n, _l: [xs[0] / (xs[1] * xs[1] + 1.5)],
    "negate": lambda xs, _n, _l: [-xs[0]],
    "absolute": lambda xs, _n, _l: [abs(xs[0])],
    "power": lambda xs, _n, _l: [tanh(xs[0]) ** 2, (1.5 + tanh(xs[1])) ** tanh(xs[0])],
    "with a number": lambda xs, n, _l: [n * xs[0] + n, n - xs[1], xs[0] / (abs(n) + 1)],
    "constant": lambda _xs, n, _l: [Value(n) * 0.5 + Value(n) * n],
    "add nothing": lambda xs, _n, _l: [sum([xs[0], xs[1]]) + 0.0],
    "dot": lambda xs, n, _l: [tanh(dot(xs[: len(xs) // 2], xs[-(len(xs) // 2) :], n))],
    "sum of products": lambda xs, _n, _l: [tanh(sum(a * b for a, b in pairwise(xs)))],
    "softmax": lambda xs, _n, _l: autodiff.softmax([tanh(x) for x in xs]),
    "log softmax": lambda xs, _n, _l: autodiff.log_softmax([tanh(x) for x in xs]),
    "where": lambda xs, n, _l: [where(autodiff.greater(xs[0], n), xs[1], xs[0])],
    "detach": lambda xs, _n, _l: [(xs[0] * 0.5 + xs[1]).detach() * tanh(xs[1])],
    "no_grad": _unrecorded,
    "layer": _rows,
    "weight decay": lambda _xs, _n, leaves: [sum(w * w for w in leaves) * 0.1],
    **{name: _many(name) for name in MANY},
    **{name: _elementary(name) for name in ELEMENTARY},
}  # fmt: skip

_numbers = st.floats(-2, 2, allow_subnormal=False).map(lambda x: round(x, 3))
_steps = st.tuples(
    st.sampled_from(sorted(STEPS)),
    st.lists(st.integers(0, 10**6), min_size=2, max_size=6).map(tuple),
    _numbers,
)

programs = st.builds(
    Program,
    st.lists(_numbers, min_size=1, max_size=6).map(tuple),
    st.integers(1, 4),
    st.lists(_steps, min_size=1, max_size=30).map(tuple),
)
batches = st.integers(0, 2**32 - 1)
