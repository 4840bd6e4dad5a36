"""Strict retracing: what a graph depends on unseen is found, and sound functions pass."""

from __future__ import annotations

import random
import re

import pytest

from autodiff import Value, compile, maximum
from autodiff.errors import ReplayError
from tests.autodiff.compiler.branching_functions import BRANCHING
from tests.autodiff.compiler.eager_oracle import assert_equal_to_eager

NEARBY = "on nearby arguments and parameters"


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


HIDDEN = [
    (lambda w, x: w * x * random.random(), "when the function is traced again"),
    (counting, "when the function is traced again"),
    (growing, "when the function is traced again"),
    (lambda w, x: w * x * len(repr(x)) * float(repr(x)[11:14]), NEARBY),
]


@pytest.mark.parametrize(("function", "occasion"), HIDDEN)
def test_strict_finds_what_a_graph_depends_on_unseen(function, occasion):
    w = Value(2.0)
    with pytest.raises(ReplayError, match=f"expected the same graph {occasion}, got") as caught:
        compile(lambda x: function(w, x), parameters=[w], example=(1.95,), strict=True)
    assert isinstance(caught.value, ValueError)


def test_the_error_of_strict_names_the_first_difference():
    with pytest.raises(ReplayError) as caught:
        compile(lambda x: x * float(repr(x)[11:16]), parameters=[], example=(1.999,), strict=True)
    text = re.sub(r"2\.00\d*", "2.002", str(caught.value))
    assert text == (
        "expected the same graph on nearby arguments and parameters, got `mul(x, 2.002)` instead "
        "of `mul(x, 1.999)`: pass what changes as an argument or a parameter; do not read .data, "
        "random numbers or globals in the function"
    )


@pytest.mark.parametrize("make", BRANCHING, ids=lambda make: make.__name__)
def test_strict_passes_on_sound_programs(make):
    w = Value(0.8)
    function = make(w)
    program = compile(function, parameters=[w], example=(1.0, 1.0), strict=True)
    assert_equal_to_eager(program, function, [w], [[1.0], [1.0]])


def test_strict_passes_where_numbers_come_from_softmax_and_detach():
    w = Value(0.8)
    function = lambda x: maximum(w * x, x.detach() * w) + (x * w).detach()  # noqa: E731
    compile(function, parameters=[w], example=(1.0,), strict=True)


def test_strict_finds_a_way_past_a_comparison_nearby():
    with pytest.raises(ReplayError, match="expected the same graph on nearby arguments"):
        compile(
            lambda x: x * float(repr(x)[11:16]) if x > 1.0 else x,
            parameters=[],
            example=(1.002,),
            strict=True,
        )
    with pytest.raises(ReplayError, match="an example whose comparisons keep their outcome"):
        compile(
            lambda x: x * 2 if not (x < 1.0 or x > 1.0) else x,
            parameters=[],
            example=(1.0,),
            strict=True,
        )
