"""The operators + - * of a Value. Written by `make generated`: do not edit.

Most nodes of a graph are made here, so each method computes the value and the local derivatives
itself, by the formulas of its row, and fills the slots of the node: two thirds of the time that
calling the functions of the row takes.

>>> from autodiff import Value
>>> Value(2.0) * Value(3.0)
Value(data=6.0, grad=0.0)
"""

# pyright: basic
from __future__ import annotations

from typing import Self

from autodiff.graph.grad_mode import state
from autodiff.graph.node import finish, new, reflected, with_number
from autodiff.operations import TABLE

from .value_methods import Elementary

_ADD = TABLE["add"]
_SUB = TABLE["sub"]
_MUL = TABLE["mul"]


class Arithmetic(Elementary):
    """A node with + - *."""

    __slots__: dict[str, str] = {}

    def __add__(self, other: Self | float) -> Self:
        kind = self.__class__
        if other.__class__ is not kind:
            return with_number(_ADD, self, other, (True, False))
        x, y = self._data, other._data  # pyright: ignore[reportAttributeAccessIssue]
        out = x + y
        node = new(kind)
        node._data = out
        node._first = self
        node._second = other
        node._by_first = 1.0
        node._by_second = 1.0
        node.operation = _ADD
        node._grad = 0.0
        node.label = None
        if state.blocks:
            finish(node, 3)
        return node

    def __radd__(self, other: float) -> Self:
        return reflected(_ADD, other, self)

    def __sub__(self, other: Self | float) -> Self:
        kind = self.__class__
        if other.__class__ is not kind:
            return with_number(_SUB, self, other, (True, False))
        x, y = self._data, other._data  # pyright: ignore[reportAttributeAccessIssue]
        out = x - y
        node = new(kind)
        node._data = out
        node._first = self
        node._second = other
        node._by_first = 1.0
        node._by_second = -1.0
        node.operation = _SUB
        node._grad = 0.0
        node.label = None
        if state.blocks:
            finish(node, 3)
        return node

    def __rsub__(self, other: float) -> Self:
        return reflected(_SUB, other, self)

    def __mul__(self, other: Self | float) -> Self:
        kind = self.__class__
        if other.__class__ is not kind:
            return with_number(_MUL, self, other, (True, False))
        x, y = self._data, other._data  # pyright: ignore[reportAttributeAccessIssue]
        out = x * y
        node = new(kind)
        node._data = out
        node._first = self
        node._second = other
        node._by_first = y
        node._by_second = x
        node.operation = _MUL
        node._grad = 0.0
        node.label = None
        if state.blocks:
            finish(node, 3)
        return node

    def __rmul__(self, other: float) -> Self:
        return reflected(_MUL, other, self)
