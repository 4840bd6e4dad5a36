"""Arguments named like something in the generated source."""

from __future__ import annotations

import numpy as np
import pytest

from autodiff import Value, compile
from tests.autodiff.compiler.eager_oracle import assert_equal_to_eager

W = Value(2.0, label="w")

TEXT = """
    t0 t1 ta tc m0 mb st0 sta g g1 c c1 p p1 v1 v2 v10 dv1 dx dp1 r s at to_b1 to_s1 owner1
    lengths1 zero zero_2 values adjoints static gradient seed prepare forward reverse finish
    add tanh exp multiply subtract take copyto matmul where not_equal segment_sums outer_products
    erf inf nan np numpy math x_given X self_ given fill shape reduce T λ _ __ _0 print
    add_ t0_ v1_ x_ d
    W W1 dW1 b b1 db1 _1 _2 __10 dp2 v1_2 dv1_2 stb stc y_given given_
"""


PAIRS = ((0, 3), (2, 1), (3, 3), (1, 2), (0, 1))


def colliding(name, other):
    """A function of two arguments, so called, with gathers, scratch memory and a product."""
    text = f"""
def function({name}, {other}):
    a = [shared * ({name}[i] * {name}[j]).tanh() for i, j in {PAIRS}]
    b = [({name}[i] - shared * {other}[i - 1]).exp() for i in (2, 1)]
    return sum(a) * {other}[1] + b[0] * b[1] * {name}[1] * {name}[0] + {other}[0]
"""
    names = {"shared": W}
    exec(text, names)  # noqa: S102 the only way to choose a name
    return names["function"]


def assert_works(name, other):
    function = colliding(name, other)
    batch = np.random.default_rng(0).uniform(-1, 1, (3, 4)), np.ones((3, 2))
    program = compile(function, parameters=[W], example=tuple(x[0].tolist() for x in batch))
    assert_equal_to_eager(program, function, [W], batch)


@pytest.mark.parametrize("name", TEXT.split())
def test_an_argument_may_be_called_like_anything_in_the_text(name):
    assert_works(name, "y")
    assert_works("x", name)


@pytest.mark.parametrize(
    ("name", "other"),
    [("at_b1", "y"), ("x", "x_2"), ("x_2", "x"), ("x", "x_3"), ("t0", "t0_"), ("add_", "add")],
)
def test_arguments_may_be_called_like_views_of_each_other(name, other):
    assert_works(name, other)
