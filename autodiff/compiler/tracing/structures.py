"""Structures of numbers and Values: the shape of an argument, and the numbers of a result.

>>> structure_shape([[1, 2, 3], [4, 5, 6]], "x")
(2, 3)
"""

from __future__ import annotations

from typing import Any, TypeAlias

from autodiff.errors import OperandError, ShapeError, WrongTypeError, described
from autodiff.graph.node import Node, is_array, number
from autodiff.graph.pytree import is_structure, named_parts

Operand: TypeAlias = "Node | float"


def structure_shape(structure: Any, name: str) -> tuple[int, ...]:
    """Return the shape of a nested structure.

    Raises:
        ShapeError: if it is ragged.
        WrongTypeError: for a dict.
    """
    if is_array(structure):
        return tuple(structure.shape)  # also of an array without elements
    if isinstance(structure, dict):
        remedy = "pass or return its parts as separate arguments or in a list"
        raise WrongTypeError(f"numbers, lists or arrays as {name}", "a dict", remedy)
    if not is_structure(structure):
        return ()
    shapes = [structure_shape(part, f"{name}[{index}]") for index, part in enumerate(structure)]
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ShapeError(
                f"parts of equal shape in {name}",
                f"{shapes[0]} in {name}[0] and {shape} in {name}[{index}]",
                "pass parts of different shapes as separate arguments",
            )
    return (len(shapes), *(shapes[0] if shapes else ()))


def flat_result(result: Any) -> tuple[tuple[Operand, ...], tuple[int, ...]]:
    """Return the numbers in the result of a function, flat, and its shape.

    Raises:
        WrongTypeError: if it is not a Value, a number or a structure of them.
        ShapeError: if it is ragged.
    """
    shape = structure_shape(result, "result")
    outputs: list[Operand] = []
    for name, part in named_parts(result, "result"):
        try:
            outputs.append(part if isinstance(part, Node) else number(part))
        except OperandError as error:
            raise WrongTypeError(
                "the compiled function to return a Value or a list of Values",
                f"{described(part)} as {name}",
                "return the loss or the outputs",
            ) from error
    if not outputs:
        raise WrongTypeError(
            "the compiled function to return a Value", described(result), "return the loss"
        )
    return tuple(outputs), shape
