"""The docstrings of functions and methods, made from the rows of the table.

>>> from autodiff.operations import TABLE
>>> print(description(TABLE["asin"]))
Return the inverse sine of x, in radians.
<BLANKLINE>
Derivative: 1 / sqrt(one_minus_square(x))
Domain: abs(x) <= 1; elsewhere the value and the derivative are nan.
"""

from __future__ import annotations

from .operation import Operation


def description(row: Operation) -> str:
    """Say what an operation computes, by which formula, and what its derivatives are."""
    lines = [f"Return {row.about}." if row.about else f"{row!r}.", ""]
    if row.about and row.formula != f"{row.name}({', '.join(row.operands)})":
        lines.append(f"Formula: {row.formula}")
    for operand, derivative in zip(row.operands, row.derivatives, strict=True):
        by = f" by {operand}" if len(row.operands) > 1 else ""
        lines.append(f"Derivative{by}: {derivative}")
    if row.domain:
        lines.append(f"Domain: {row.domain}; elsewhere the value and the derivative are nan.")
    if row.note:
        lines.append(f"Note: {row.note}.")
    return "\n".join(lines)


def of_function(row: Operation) -> str:
    """Return the docstring of an operation as a function of Values and numbers."""
    lines = [description(row), "", "Args:", *argument_lines(row, row.operands)]
    lines += ["", "Returns:", "    A Value; a float if every operand is a number."]
    lines += ["", "Raises:", f"    OperandError: {_NO_NUMBER}", "    WrongTypeError: for an array."]
    count = "there are none" if row.starred else "the number of operands does not fit"
    lines.append(f"    ShapeError: if {count}.")
    return "\n".join(lines)


def of_method(row: Operation) -> str:
    """Return the docstring of an operation as a method of the Value that is its first operand."""
    first, *others = row.operands
    summary, rest = description(row).split("\n\n", 1)
    lines = [summary, "", f"Here {first} is this Value.", rest]
    if others:
        lines += ["", "Args:", *argument_lines(row, tuple(others))]
        lines += ["", "Raises:", f"    OperandError: {_NO_NUMBER}"]
    return "\n".join(lines)


_NO_NUMBER = "if an operand is neither a Value nor a real number."


def argument_lines(row: Operation, operands: tuple[str, ...]) -> list[str]:
    """Return a line for each of some operands, under the heading of arguments."""
    defaults = dict(zip(reversed(row.operands), reversed(row.defaults), strict=False))
    kinds = {
        operand: "Values and real numbers, or one sequence of them."
        if operand in row.starred
        else "a Value or a real number."
        for operand in operands
    }
    by_default = {x: f" Default: {value:g}." for x, value in defaults.items()}
    return [f"    {x}: {kind}{by_default.get(x, '')}" for x, kind in kinds.items()]
