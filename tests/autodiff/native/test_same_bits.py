"""The engine in C computes every row as the one in Python does, bit for bit."""

from __future__ import annotations

import math
import struct
from itertools import product
from random import Random

import pytest

from autodiff import TABLE, Value
from autodiff.graph import node as node_module
from autodiff.graph.node import IN_PYTHON
from autodiff.native.choice import engine
from autodiff.value.operators import Arithmetic

pytestmark = pytest.mark.skipif(engine is None, reason="no native engine runs")

POINTS = (
    *(0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 20.0, 40.0, 709.0, 710.0, 1e16, 1e160, 1e308),
    *(5e-324, 1e-310, 2.2250738585072014e-308, 1e-160, 1e-17, 0.1, math.pi / 2, math.e, math.inf),
)
POINTS = (*POINTS, *(-x for x in POINTS), math.nan)
MADE_BY = ("_data", "_by_first", "_by_second", "_grad")
ROWS = {
    count: [row for row in TABLE.values() if not row.starred and len(row.operands) == count]
    for count in (1, 2)
}


def drawn(draw: Random) -> float:
    """Draw a float by its bits, so that every exponent is as likely as another."""
    if draw.random() < 0.5:
        return draw.uniform(-30.0, 30.0)
    return struct.unpack("d", draw.getrandbits(64).to_bytes(8, "little"))[0]


def fields(node: Value) -> list[str | None]:
    """Return the numbers of a node in hexadecimal; every nan is one."""
    numbers = [getattr(node, name) for name in MADE_BY]
    return [None if number is None else number.hex() for number in numbers]


def demand_same(ours: Value, plain: Value, where: object) -> None:
    assert fields(ours) == fields(plain), where
    assert ours.operation is plain.operation
    assert (ours.label, ours.operands) == (plain.label, plain.operands)


@pytest.mark.parametrize("row", ROWS[1], ids=lambda row: row.name)
def test_functions_of_one_number(row) -> None:
    draw = Random(row.name)
    for x in [*POINTS, *(drawn(draw) for _ in range(300))]:
        v = Value(x)
        demand_same(node_module.unary(row, v), IN_PYTHON[0](row, v), x)


@pytest.mark.parametrize("row", ROWS[2], ids=lambda row: row.name)
def test_functions_of_two_numbers(row) -> None:
    draw = Random(row.name)
    pairs = [*product(POINTS, POINTS), *((drawn(draw), drawn(draw)) for _ in range(300))]
    for x, y in pairs:
        v, w = Value(x), Value(y)
        demand_same(node_module.binary(row, v, w), IN_PYTHON[1](row, v, w), (x, y))


@pytest.mark.parametrize("row", ROWS[2], ids=lambda row: row.name)
def test_functions_of_a_value_and_a_number(row) -> None:
    for x, y in product(POINTS[::3], POINTS):
        v = Value(x)
        demand_same(node_module.binary(row, v, y), IN_PYTHON[1](row, v, y), (x, y))


@pytest.mark.parametrize("name", ["__add__", "__sub__", "__mul__"])
def test_operators(name: str) -> None:
    for x, y in product(POINTS, POINTS):
        v, w = Value(x), Value(y)
        ours, plain = getattr(Value, name), vars(Arithmetic)[name]
        demand_same(ours(v, w), plain(v, w), (x, y))
        demand_same(ours(v, y), plain(v, y), (x, y))
        turned = name.replace("__", "__r", 1)
        ours, plain = getattr(Value, turned), vars(Arithmetic)[turned]
        demand_same(ours(w, x), plain(w, x), (x, y))
