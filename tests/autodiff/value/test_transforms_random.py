"""Derivatives of random expressions, against sixty-digit differences of an independent engine."""

from __future__ import annotations

import math
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import Value, check, grad, hessian, jvp
from autodiff.from_text import read
from tests import oracle

NAMES = ("x", "y", "z")

# Functions that are smooth everywhere, with values that stay of ordinary size.
UNARY = (
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "softplus",
    "atan",
    "asinh",
    "erf",
    "gelu",
    "silu",
    "mish",
)


def expressions() -> st.SearchStrategy[str]:
    """Texts of smooth expressions in x, y and z, with shared subexpressions through bindings."""
    leaves = st.sampled_from([*NAMES, "x", "y", "0.5", "-1.25", "3"])

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            st.tuples(st.sampled_from(UNARY), inner).map(lambda t: f"{t[0]}({t[1]})"),
            st.tuples(pair, st.sampled_from("+-*")).map(
                lambda t: f"({t[0][0]}) {t[1]} ({t[0][1]})"
            ),
            pair.map(lambda t: f"({t[0]}) / (2 + sin({t[1]}))"),
            pair.map(lambda t: f"sqrt(1.5 + ({t[0]})**2) * exp(-({t[1]})**2)"),
            pair.map(lambda t: f"logsumexp({t[0]}, {t[1]}, x)"),
            pair.map(lambda t: f"hypot({t[0]}, 1 + ({t[1]})**2)"),
            st.tuples(inner, inner).map(lambda t: f"(1.5 + sin({t[0]})) ** tanh({t[1]})"),
        )

    return st.recursive(leaves, extend, max_leaves=8)


points = st.tuples(*(st.floats(-2, 2, allow_subnormal=False) for _ in NAMES))


def oracle_function(text: str) -> object:
    scalar = text
    if "logsumexp" in text:  # the oracle writes it out, in sixty digits
        while match := re.search(r"logsumexp\(", scalar):
            arguments, end = _split(scalar, match.end())
            total = " + ".join(f"exp({argument})" for argument in arguments)
            scalar = f"{scalar[: match.start()]}log({total}){scalar[end:]}"
    return oracle.function_of(scalar, NAMES)


def _split(text: str, start: int) -> tuple[list[str], int]:
    """Split the arguments of a call that begins at `start`; also say where it ends."""
    level, arguments, current = 0, [], ""
    for index in range(start, len(text)):
        character = text[index]
        if character == ")" and level == 0:
            return [*arguments, current], index + 1
        if character == "," and level == 0:
            arguments.append(current)
            current = ""
            continue
        level += (character == "(") - (character == ")")
        current += character
    raise AssertionError(text)


def close(actual: float, expected: float, scale: float) -> bool:
    return abs(actual - expected) <= 1e-9 * max(abs(expected), abs(actual), scale)


@given(expressions(), points)
@settings(max_examples=150, deadline=None)
def test_random_expressions_match_the_oracle(text: str, point: tuple[float, ...]) -> None:
    xs = [Value(x, label=name) for x, name in zip(point, NAMES, strict=True)]
    y = read(text, dict(zip(NAMES, xs, strict=True)))
    f = oracle_function(text)
    y.backward()
    scale = 1e-3 * max(1.0, abs(y.data))
    first = grad(y, xs)
    for i, x in enumerate(xs):
        orders = [int(k == i) for k in range(3)]
        expected = oracle.derivative(f, point, orders)
        assert close(x.grad, expected, scale)
        assert close(first[i].data, expected, scale)


@given(expressions(), points)
@settings(max_examples=60, deadline=None)
def test_second_derivatives_match_the_oracle(text: str, point: tuple[float, ...]) -> None:
    xs = [Value(x, label=name) for x, name in zip(point, NAMES, strict=True)]
    y = read(text, dict(zip(NAMES, xs, strict=True)))
    f = oracle_function(text)
    matrix = hessian(y, xs)
    sizes = [abs(entry.data) for row in matrix for entry in row]
    scale = 1e-3 * max(1.0, abs(y.data), *sizes)
    for i in range(3):
        for j in range(i, 3):
            orders = [int(k == i) + int(k == j) for k in range(3)]
            assert close(matrix[i][j].data, oracle.derivative(f, point, orders), scale)


@given(expressions(), points)
@settings(max_examples=60, deadline=None)
def test_forward_mode_agrees_with_reverse_mode(text: str, point: tuple[float, ...]) -> None:
    xs = [Value(x, label=name) for x, name in zip(point, NAMES, strict=True)]
    y = read(text, dict(zip(NAMES, xs, strict=True)))
    gradient = [g.data for g in grad(y, xs)]
    direction = [0.3, -1.1, 2.0]
    expected = math.fsum(g * d for g, d in zip(gradient, direction, strict=True))
    size = max(1e-3, *(abs(g) for g in gradient))
    assert abs(jvp(y, xs, direction).data - expected) <= 1e-12 * size * 10


@given(expressions(), points)
@settings(max_examples=40, deadline=None)
def test_the_gradient_check_agrees_on_sound_expressions(
    text: str, point: tuple[float, ...]
) -> None:
    xs = {name: Value(x, label=name) for x, name in zip(point, NAMES, strict=True)}
    assert check(read(text, xs)).ok
