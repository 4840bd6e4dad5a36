"""Calls of a function on numbers, without tracing: Values in the structure of an example.

The parameters may have other data than their Values: these are held aside, for this thread or
task, so that nothing is written into the user's Values.

>>> from autodiff import Value
>>> w = Value(3.0)
>>> with holding([w], [5.0]):
...     y = w * 2
>>> y.data, w.data
(10.0, 3.0)
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

import numpy as np

from autodiff.graph.node import Node, is_array
from autodiff.graph.pytree import rebuilt
from autodiff.value.value import Value

from .noticing import one_at_a_time

_class: Any = vars(object)["__class__"]
_held: ContextVar[dict[int, float] | None] = ContextVar("held", default=None)


@contextmanager
def holding(nodes: Sequence[Node], data: Iterable[float]) -> Generator[None]:
    """Give nodes other data inside the block, in this thread or task only."""
    numbers = {**(_held.get() or {}), **dict(zip(map(id, nodes), data, strict=True))}
    with one_at_a_time:
        before = [(node, type(node)) for node in dict.fromkeys(nodes)]
        token = _held.set(numbers)
        try:
            for node, kind in before:
                _class.__set__(node, _holder(kind))
            yield
        finally:
            for node, kind in before:
                _class.__set__(node, kind)
            _held.reset(token)


@cache
def _holder(kind: type[Node]) -> type[Node]:
    """Return the subclass that reads data held aside; what is computed from it is of the class."""
    if hasattr(kind, "_holds"):
        return kind
    slot = cast("Any", kind._data)

    def read(node: Node) -> float:
        numbers = _held.get()
        if numbers is not None:
            number = numbers.get(id(node))
            if number is not None:
                return number
        return slot.__get__(node)

    def write(node: Node, new: float) -> None:
        numbers = _held.get()
        if numbers is not None:
            numbers.pop(id(node), None)
        slot.__set__(node, new)

    members = {
        "__slots__": (),
        "__class__": property(lambda _: kind),  # so that results are of this class
        "_data": property(read, write),
        "_holds": True,
    }
    return type(kind.__name__, (kind,), members)


def values_of(structures: Iterable[Any], numbers: Iterable[float]) -> Iterator[Any]:
    """Yield structures of Values like the given ones, an array for an array.

    Args:
        structures: lists and tuples, nested or not, and arrays.
        numbers: the data of all Values, flat.
    """
    leaves = map(Value, numbers)
    for structure in structures:
        if is_array(structure):
            array = np.empty(structure.size, dtype=object)
            array[:] = [next(leaves) for _ in range(structure.size)]
            yield array.reshape(structure.shape)
        else:
            yield rebuilt(structure, leaves)
