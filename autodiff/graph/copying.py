"""Copying and pickling graphs of any depth; nodes that are shared stay shared.

`copy.deepcopy` and `pickle` follow references recursively, and fail at a depth of about a thousand
nodes. Here a copy walks the graph in order, and a pickle lists the ancestors of a node, oldest
first, ahead of the node itself: when pickle reaches a node, its parents are known already.

>>> import copy
>>> from autodiff import Value
>>> a = Value(2.0)
>>> b, c = copy.deepcopy([a * a, a])
>>> b.parents[0] is c
True
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from autodiff.collector import paused_collector
from autodiff.table.operation import Operation

from .node import Node, fill
from .traversal import interior_order, topological_order

_SHALLOW = 50  # up to so many ancestors, pickle's own recursion will do

# The nodes that an enclosing pickle lists, oldest first: they need no list of their own.
_listed: ContextVar[frozenset[Node]] = ContextVar("listed", default=frozenset())


def copy_node(node: Node) -> Node:
    """Copy one node; the copy has the same operands."""
    return _rebuild([], node.__class__, *_fields(node))


def copy_graph(node: Node, memo: dict[int, Any]) -> Node:
    """Copy a node and all its ancestors, for `copy.deepcopy`."""
    with paused_collector():
        for original in topological_order([node]):
            if id(original) not in memo:
                data, grad, label, operation, operands, derivatives = _fields(original)
                copied = tuple([memo[id(x)] if isinstance(x, Node) else x for x in operands])
                fields = (data, grad, label, operation, copied, derivatives)
                memo[id(original)] = _rebuild([], original.__class__, *fields)
    return memo[id(node)]


def reduce_node(node: Node) -> tuple[Callable[..., Node], tuple[Any, ...]]:
    """Tell `pickle` how to rebuild a node."""
    ancestors: list[Node] = []
    if node.parents and node not in _listed.get():
        ancestors = interior_order([node])[:-1]
        ancestors = _Ancestors(ancestors) if len(ancestors) > _SHALLOW else []
    return _rebuild, (ancestors, node.__class__, *_fields(node))


class _Ancestors(list[Node]):
    """A list that marks its nodes as listed while pickle writes them."""

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return list, (), None, self._listing()

    def _listing(self) -> Iterator[Node]:
        token = _listed.set(_listed.get() | frozenset(self))
        try:
            yield from self
        finally:
            _listed.reset(token)


Fields = tuple[
    float, float, str | None, Operation | None, tuple[Node | float, ...], tuple[float, ...]
]


def _fields(node: Node) -> Fields:
    return node._data, node._grad, node.label, node.operation, node.operands, node.local_derivatives


def _rebuild(  # noqa: PLR0913 the fields of a node, one by one
    ancestors: list[Node],
    kind: type[Node],
    data: float,
    grad: float,
    label: str | None,
    operation: Operation | None,
    operands: tuple[Node | float, ...],
    local_derivatives: tuple[float, ...],
) -> Node:
    """Make a node from its fields; the ancestors only had to be unpickled first."""
    del ancestors
    node = object.__new__(kind)
    parents = tuple([operand for operand in operands if isinstance(operand, Node)])
    same = len(parents) == len(operands)
    fill(node, operation, parents if same else operands, parents, local_derivatives)
    node._data, node._grad, node.label = data, grad, label
    return node
