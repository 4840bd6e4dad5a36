"""Formulas of x, y and z: read as trees, and computed over floats."""

from __future__ import annotations

from autodiff.formula.ieee import IEEE
from autodiff.formula.parse import parse
from autodiff.formula.tree import Call, Name
from autodiff.table.registry import known_functions

NAMES = ("x", "y", "z", "w_1", "δ")
x, y, z = Name("x"), Name("y"), Name("z")


def tree(text):
    formula = parse(text, NAMES, known_functions())
    assert formula.bindings == ()
    return formula.result


def call(function, *arguments):
    return Call(function, arguments)


def compute(name, operands):
    match name:
        case "less" | "less_equal" | "greater" | "greater_equal" | "equal":
            first, second = operands
            holds = {
                "less": first < second,
                "less_equal": first <= second,
                "greater": first > second,
                "greater_equal": first >= second,
                "equal": first == second,
            }
            return float(holds[name])
        case "where":
            condition, first, second = operands
            return first if condition else second
        case _:
            return IEEE[name](*operands)
