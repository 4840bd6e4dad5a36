"""Every operation of the table in a compiled program, against the eager engine."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from autodiff import TABLE, Value, clip, compile, maximum, minimum, operation
from autodiff.graph.node import variadic
from autodiff.operations import BUILT_IN
from autodiff.table.operation import Operation
from tests.autodiff.compiler.eager_oracle import assert_close, assert_equal_to_eager, eager

ROWS = [TABLE[name] for name in sorted(BUILT_IN)]
ORDINARY = (-3.7, -1.3, -0.6, 0.3, 0.7, 1.2, 4.2)
EDGES = (0.0, -0.0, 1.0, -1.0, 1e-300, 1e300, -1e300, 40.0, -800.0, 800.0, inf, -inf, nan)
FEW_EDGES = (0.0, -0.0, 1.0, -1.0, 1e300, inf, -inf, nan)

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def arity(row: Operation) -> int:
    """The number of operands, three for each starred one."""
    return len(row.operands) + 2 * len(row.starred)


def points(row: Operation, samples: tuple[float, ...]) -> list[list[float]]:
    count = arity(row)
    if count == 1:
        return [[x] for x in samples]
    if count == 2:
        return [list(pair) for pair in itertools.product(samples, repeat=2)]
    cycle = itertools.cycle(samples)
    ties = [[x] * count for x in samples]
    return ties + [[next(cycle) for _ in range(count)] for _ in range(3 * len(samples) + 1)]


@cache
def compiled(row: Operation, kinds: str) -> tuple[Any, Callable[..., Value], list[Value]]:
    """A program of one operation, whose operands are batched (b), static (s) or numbers (n).

    A batched operand is p + x with p = -0.0, which is x to the bit: so the gradient by p is the
    derivative by the operand.
    """
    leaves = [Value(0.5) for _ in kinds]

    def function(x: Sequence[Any]) -> Value:
        operands = [
            leaf + x[place] if kind == "b" else leaf
            for place, (leaf, kind) in enumerate(zip(leaves, kinds, strict=True))
        ]
        return variadic(row, operands)

    program = compile(function, parameters=leaves, example=([0.6] * len(kinds),))
    return program, function, leaves


def assert_point(row: Operation, kinds: str, point: list[float]) -> None:
    program, function, leaves = compiled(row, kinds)
    for leaf, kind, x in zip(leaves, kinds, point, strict=True):
        leaf.data = -0.0 if kind == "b" else x
    program.load()
    expected = eager(function, leaves, [[point, point]])
    assert_close(program([point, point]), expected.outputs)
    mean, gradient = program.value_and_grad([point, point])
    assert_close(mean, expected.mean)
    assert_close(gradient, expected.gradient)


@every_row
@pytest.mark.parametrize("samples", [ORDINARY, EDGES], ids=["ordinary points", "edges"])
def test_of_batched_operands(row, samples):
    for point in points(row, samples if arity(row) == 1 else samples[:: 1 + (samples is EDGES)]):
        assert_point(row, "b" * arity(row), point)


@every_row
@pytest.mark.parametrize("samples", [ORDINARY, FEW_EDGES], ids=["ordinary points", "edges"])
def test_of_static_operands(row, samples):
    for point in points(row, samples)[::2]:
        assert_point(row, "s" * arity(row), point)


@pytest.mark.parametrize("row", [row for row in ROWS if arity(row) > 1], ids=lambda row: row.name)
@pytest.mark.parametrize("first", "bs")
def test_of_static_beside_batched_operands(row, first):
    kinds = "".join(first if place % 2 == 0 else "sb"[first == "s"] for place in range(arity(row)))
    for point in [*points(row, ORDINARY)[::3], *points(row, FEW_EDGES)[::3]]:
        assert_point(row, kinds, point)


@pytest.mark.parametrize("row", [row for row in ROWS if arity(row) > 1], ids=lambda row: row.name)
def test_of_numbers_as_operands(row):
    """Each operand in turn, and all but one, is a number of the program's text."""
    count = arity(row)
    numbers = list(itertools.islice(itertools.cycle((0.0, 1.0, -2.0, 0.5, 3.0, inf)), count))
    ways = {(place,) for place in range(count)}
    ways |= {tuple(p for p in range(count) if p != place) for place in range(count)}
    for way in sorted(ways):
        leaf = Value(-0.0)

        def function(x: Sequence[Any], way=way, leaf=leaf) -> Value:
            operands = [numbers[p] if p in way else leaf + x[p] for p in range(count)]
            return variadic(row, operands)

        batch = np.array(points(row, ORDINARY)[::4])
        program = compile(function, parameters=[leaf], example=(batch[0].tolist(),))
        for point in batch:
            expected = eager(function, [leaf], [[point]])
            assert_close(program([point]), expected.outputs, max(abs(point)))  # a sum may cancel
            assert_close(program.value_and_grad([point])[1], expected.gradient, expected.size)


@every_row
def test_of_one_operand_in_all_places(row):
    leaf = Value(-0.0)

    def function(x: Any) -> Value:
        shared = leaf + x
        return variadic(row, [shared] * arity(row))

    program = compile(function, parameters=[leaf], example=(0.6,))
    for x in (*ORDINARY, *FEW_EDGES):
        expected = eager(function, [leaf], [[x]])
        assert_close(program([x]), expected.outputs)
        local = variadic(row, [Value(x)] * arity(row)).local_derivatives
        size = max((abs(d) for d in local if math.isfinite(d)), default=0.0)
        assert_close(program.value_and_grad([x])[1], expected.gradient, size)


@every_row
def test_of_a_batch(row):
    """Several uses of one operation in one program, on many examples at once."""
    count = arity(row)
    leaves = [Value(0.1 * place + 0.2) for place in range(count)]

    def function(x: Sequence[Any]) -> Value:
        moved = [leaf * xi for leaf, xi in zip(leaves, x, strict=True)]
        return variadic(row, moved) + 0.5 * variadic(row, moved[::-1]) * variadic(row, leaves)

    batch = np.random.default_rng(1).uniform(0.1, 0.9, (9, count))
    program = compile(function, parameters=leaves, example=(batch[0].tolist(),))
    assert_equal_to_eager(program, function, leaves, [batch])


def test_no_setting_of_numpy_is_changed_and_no_warning_reaches_the_user():
    leaf = Value(1.0)
    program = compile(lambda x: (leaf / x).log() - (leaf / x), parameters=[leaf], example=(1.0,))
    for setting in ("raise", "warn"):
        with np.errstate(all=setting):
            before = np.geterr()
            assert np.isnan(program([0.0, -1.0])).all()
            program.value_and_grad([0.0, inf, nan])
            assert np.geterr() == before


@pytest.mark.parametrize("function", [maximum, minimum])
def test_the_largest_of_many_is_found_without_a_warning(function):
    leaf = Value(1.0)
    program = compile(lambda x: clip(leaf * x, -2.0, 2.0), parameters=[leaf], example=(1.0,))
    several = compile(lambda x: function(leaf, x * leaf), parameters=[leaf], example=(1.0,))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program.value_and_grad([0.0, 1.0])
        several.value_and_grad([0.0, 1.0])


# -- the user's own ---------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _table_as_before():
    before = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(before)


OWN = [
    ("wave", "x", "s * exp(-x**2), s = sin(2*x)", "2 * exp(-x**2) * (cos(2*x) - x * sin(2*x))"),
    ("hub", "x delta=1", "where(abs(x) < delta, x**2 / 2, delta * (abs(x) - delta / 2))",
     "where(abs(x) < delta, x, delta * sign(x)) ; where(abs(x) < delta, 0, abs(x) - delta)"),
    ("cubes", "w* x* b", "sum(w * x**3) + b**2", "x**3 ; 3 * w * x**2 ; 2*b"),
    ("spread", "x*", "sum(x**2) - sum(x)**2", "2*x - 2 * sum(x)"),
    ("widest", "x*", "maximum(x) - minimum(x)", "(x == maximum(x)) - (x == minimum(x))"),
    ("rooms", "x*", "prod(x) / count(x)", "prod_of_others(x) / count(x)"),
]  # fmt: skip


@pytest.mark.parametrize("texts", OWN, ids=lambda texts: texts[0])
@pytest.mark.parametrize("kinds", ["bbbbbbb", "sssssss", "bsbsbsb", "sbbbssb", "bssssss"])
def test_of_the_user(texts, kinds):
    operation(*texts)
    row = TABLE[texts[0]]
    for point in [*points(row, ORDINARY), *points(row, FEW_EDGES)]:
        assert_point(row, kinds[: arity(row)], point)


@pytest.mark.parametrize("kinds", ["sssbbb", "bbbsss", "ssssbb"])
def test_of_the_user_with_a_sum_over_static_elements_beside_batched_ones(kinds):
    operation("products", "w* x*", "sum(w) * sum(x)", "sum(x) ; sum(w)")
    for point in points(TABLE["products"], ORDINARY):
        assert_point(TABLE["products"], kinds, point)


@pytest.mark.parametrize("name", ["detach", "leaf", "neuron", "broadcast", "copyto", "values"])
def test_of_the_user_whatever_its_name(name):
    operation(name, "x", "2 * x", "2")
    assert_point(TABLE[name], "b", [0.7])
    assert_point(TABLE[name], "s", [0.7])
