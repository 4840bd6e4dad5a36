"""Builds a graph from a text such as `tanh(x1*w1 + b)` and values for its names.

The text is in the language of formulas; it is parsed, never evaluated as Python.

>>> from autodiff import Value
>>> read("x**2 + 1", {"x": Value(3.0)})
Value(data=10.0, grad=0.0)
"""

from __future__ import annotations

from collections.abc import Mapping
from math import e, pi

from .errors import FormulaError, ShapeError
from .formula.interpret import evaluate
from .formula.parse import parse
from .formula.tree import Call, Expression, Number, arguments_of, fold
from .formula.words import CONSTANTS
from .operations import TABLE
from .table.registry import known_functions
from .value.function_types import Operand, apply_to
from .value.value import Value

# As textbooks write what the table calls by the names that programmers use.
_OTHER_NAMES = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "max": "maximum",
    "min": "minimum",
}
_CONSTANTS = {**CONSTANTS, "e": e, "π": pi}


def read(text: str, values: Mapping[str, Value]) -> Value:
    """Compute an expression over Values.

    Args:
        text: arithmetic, comparisons, and functions of the derivative table. `ln`, `arctan` and
            others of a textbook's names are understood too, and `e` unless it is a name; `e**x` is
            `exp(x)`.
        values: the Value of each name in the text.

    Returns:
        The end of the graph. An expression without names gives a leaf.

    Raises:
        FormulaError: pointing at the place: a name without a value, an unknown function, or
            anything beyond the language.
    """
    functions = {name: arities for name, arities in known_functions().items() if name in TABLE}
    functions |= {other: functions[name] for other, name in _OTHER_NAMES.items()}
    formula = parse(text, list(values), functions, _CONSTANTS)

    def apply(name: str, operands: list[Operand]) -> Operand:
        try:
            return apply_to(TABLE[_OTHER_NAMES.get(name, name)], operands)
        except ShapeError as error:
            raise FormulaError(str(error), text) from None

    environment: dict[str, Operand] = dict(values)
    for name, expression in formula.bindings:
        environment[name] = _named(evaluate(_with_exp(expression), environment, apply), name)
    result: Operand = evaluate(_with_exp(formula.result), environment, apply)
    return result if isinstance(result, Value) else Value(result)


def named_values(assignments: Mapping[str, str]) -> dict[str, Value]:
    """Make labelled leaves from the two sides of assignments such as x1=2.

    Args:
        assignments: for each name the text of a number, or of a formula without names: 1/3, pi/2.

    Raises:
        FormulaError: if a name cannot be used, or a text is not a number.
    """
    values: dict[str, Value] = {}
    for name, text in assignments.items():
        assignment = f"{name}={text}"
        if not name.isidentifier() or name in {*known_functions(), *CONSTANTS, "True", "False"}:
            reason = "a function or constant" if name.isidentifier() else "not a name"
            raise FormulaError(f"{name!r} is {reason}", assignment, 0, len(name))
        try:
            values[name] = Value(_number_in(text), label=name)
        except FormulaError:
            message = f"{text!r} is not a number"
            raise FormulaError(message, assignment, len(name) + 1, len(assignment)) from None
    return values


def _number_in(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return read(text, {}).data


def _with_exp(formula: Expression) -> Expression:
    """Replace powers of e, such as e**x, by exp(x), which is exact and shows as it is meant."""

    def replaced(tree: Expression, below: list[Expression]) -> Expression:
        if not isinstance(tree, Call):
            return tree
        if tree.function == "pow" and below[0] == Number(e):
            return Call("exp", (below[1],))
        return Call(tree.function, tuple(below))

    return fold(formula, arguments_of, replaced)


def _named(result: Operand, name: str) -> Value:
    """Label the result of a binding unless it has a label; make a number a leaf."""
    if not isinstance(result, Value):
        return Value(result, label=name)
    if result.label is None:
        result.label = name
    return result
