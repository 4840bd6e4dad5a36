"""Trees are evaluated, starred operands element by element."""

from __future__ import annotations

import pytest

from autodiff.formula.ieee import IEEE
from autodiff.formula.interpret import evaluate
from tests.autodiff.formula.formulas import compute, tree


def apply_to_floats(name, operands):
    return compute(name, operands) if name not in {"sum", "prod"} else IEEE[name](operands)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + 1", [2.0, 3.0, 5.0]),
        ("x * y", [10.0, 20.0, 40.0]),
        ("sum(x)", 7.0),
        ("sum(x * x)", 21.0),
        ("sum(x) / count(x)", 7.0 / 3.0),
        ("prod_of_others(x)", [8.0, 4.0, 2.0]),
        ("maximum(x)", 4.0),
        ("x == maximum(x)", [0.0, 0.0, 1.0]),
        ("where(x > 1, y, x)", [1.0, 10.0, 10.0]),
        ("y", 10.0),
        ("3", 3.0),
    ],
)
def test_starred_operands_go_element_by_element(text, expected):
    environment = {"x": [1.0, 2.0, 4.0], "y": 10.0}
    assert evaluate(tree(text), environment, apply_to_floats) == expected
