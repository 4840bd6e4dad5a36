"""Recording twice: what a graph depends on though nobody can see it, and what is sound."""

from __future__ import annotations

import random
import re

import pytest

from autodiff import Value, compile, maximum
from autodiff.errors import ReplayError
from tests.autodiff.compiler.compared import assert_equal_to_eager
from tests.autodiff.compiler.ways import WAYS

NEARBY = "for nearby arguments and parameters"


class Outside:
    count = 0


def counting(w, x):
    Outside.count += 1
    return w * x * Outside.count


def growing(w, x):
    Outside.count += 1
    total = w * x
    for _ in range(Outside.count):
        total = total + x
    return total


UNSEEN = [
    (lambda w, x: w * x * x.data, NEARBY),
    (lambda w, x: w * x if x.data > 1 else w + x, None),
    (lambda w, x: w * x * float(f"{x:.6f}"), NEARBY),
    (lambda w, x: w * x * random.random(), "when the function is recorded again"),
    (counting, "when the function is recorded again"),
    (growing, "when the function is recorded again"),
]


@pytest.mark.parametrize(("function", "occasion"), UNSEEN)
def test_strict_finds_what_a_graph_depends_on_unseen(function, occasion):
    w = Value(2.0)
    make = lambda: compile(  # noqa: E731
        lambda x: function(w, x), parameters=[w], example=(1.0,), strict=True
    )
    if occasion is None:
        occasion = "for nearby arguments and parameters"  # 1.0 lies on the edge
    with pytest.raises(ReplayError, match=f"expected the same graph {occasion}, got") as caught:
        make()
    assert isinstance(caught.value, ValueError)


def test_strict_finds_the_data_of_a_parameter():
    w = Value(2.0)
    expected = rf"{NEARBY}, got `mul\(#2, 2\.00\d+\)` where it was `mul\(#2, 2\.0\)`: what"
    with pytest.raises(ReplayError, match=expected):
        compile(lambda x: w * x * w.data, parameters=[w], example=(1.0,), strict=True)


def test_the_error_of_strict_names_the_first_difference():
    w = Value(2.0)
    with pytest.raises(ReplayError) as caught:
        compile(lambda x: w * x * x.data, parameters=[w], example=(1.0,), strict=True)
    text = re.sub(r"1\.00\d+", "1.002", str(caught.value))
    assert text == (
        "expected the same graph for nearby arguments and parameters, got `mul(#2, 1.002)` where "
        "it was `mul(#2, 1.0)`: what changes must be an argument or a Value: do not read .data, "
        "draw random numbers or use what changes outside"
    )


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_strict_passes_on_sound_programs(way):
    w = Value(0.8)
    function = way(w)
    program = compile(function, parameters=[w], example=(1.0, 1.0), strict=True)
    assert_equal_to_eager(program, function, [w], [[1.0], [1.0]])


def test_strict_passes_where_numbers_come_from_softmax_and_detach():
    w = Value(0.8)
    function = lambda x: maximum(w * x, x.detach() * w) + (x * w).detach()  # noqa: E731
    compile(function, parameters=[w], example=(1.0,), strict=True)
