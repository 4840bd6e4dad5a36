"""Traced Values: while a function runs, they tell what it reads that leaves no trace in the graph.

A function that decides by `.data` gives a graph for one example only. Inside `noticing`, arguments
and parameters belong to a subclass of their class, and so does what is computed from them. It
tells the tracer of every read of `data`, `grad` and `local_derivatives` outside the engine, of
every assignment to `data`, and of every question of identity (`==`, `in`, a look-up in a dict)
about an argument, which a number would have answered otherwise, and of every copy. Outside tracing
it costs nothing.

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> [each.what for each in record(lambda x: x * x.data, [], (2.0,)).unseen]
['x.data is read']
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import RLock
from typing import Any, Protocol

from autodiff.graph import backprop, copying
from autodiff.graph import node as node_module
from autodiff.graph.fields import Fields
from autodiff.graph.node import Node
from autodiff.graph.source_lines import is_ours
from autodiff.native.choice import engine
from autodiff.value.ufuncs import identical
from autodiff.value.value import Value

# What computes with data and decides nothing by it: files, and single functions.
_RECORD = __file__.replace("noticing", "record")
_ENGINE = frozenset([_RECORD, *(str(each.__file__) for each in (node_module, backprop, copying))])
_FUNCTIONS = frozenset((Value.detach.__code__, Value.__repr__.__code__))
_PASSED_ON = node_module.data_of.__code__
_frame_at = sys._getframe  # documented


class Tracer(Protocol):
    """What traced Values tell.

    Attributes:
        numbers: the data of parameters, by `id`, where it is not that of the Value.
    """

    numbers: dict[int, float]

    def noticed(self, node: Node, what: str) -> None:
        """Something was done with a node that leaves no trace: " is read", for example."""
        ...

    def identified(self, node: Node, other: object) -> None:
        """A node was compared by `==` or `!=`, or looked for by `in`."""
        ...

    def hashed(self, node: Node) -> None:
        """A node was looked up in a set or dict."""
        ...


class _State:
    __slots__: tuple[str, ...] = ("open",)

    def __init__(self) -> None:
        self.open: int = 0


_tracer: ContextVar[Tracer | None] = ContextVar("tracer", default=None)
_state = _State()
_class: Any = vars(object)["__class__"]
# A Value has one class at a time, and two threads may trace functions of the same parameters.
one_at_a_time = RLock()


@contextmanager
def noticing(tracer: Tracer, nodes: Iterable[Node]) -> Generator[None]:
    """Make nodes traced Values that tell a tracer; restore their classes at the end."""
    with one_at_a_time:
        before = [(node, type(node)) for node in dict.fromkeys(nodes)]
        token = _tracer.set(tracer)
        _count(1)
        try:
            for node, kind in before:
                _class.__set__(node, _traced(kind))
            yield
        finally:
            _count(-1)
            _tracer.reset(token)
            for node, kind in before:
                _class.__set__(node, kind)


def _count(change: int) -> None:
    _state.open += change
    if engine is not None:  # C then asks a node for its number, see `_substituted`
        engine.count_tracers(_state.open)


def restore(nodes: Iterable[Node]) -> None:
    """Give traced Values their own class again, and all that they are computed from."""
    stack = list(nodes)
    pop = stack.pop
    while stack:
        node = pop()
        plain = getattr(node.__class__, "_untraced", None)
        if plain is not None:
            node.__class__ = plain
            stack += node.parents


@cache
def _traced(kind: type[Node]) -> type[Node]:
    """Return the subclass of a class of nodes that tells the tracer."""
    if hasattr(kind, "_untraced"):
        return kind
    members: dict[str, Any] = {
        "__slots__": (),
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__doc__": kind.__doc__,
        "__eq__": _equal,
        "__hash__": _hash,
        "__reduce_ex__": _reduced,
        "_untraced": kind,
        **{name: _copied(kind, name) for name in ("__copy__", "__deepcopy__")},
        **{name: _watched(kind, name) for name in ("data", "grad", "local_derivatives")},
        "_data": _substituted(),
    }
    return type(kind.__name__, (kind,), members)


def _watched(kind: type[Node], name: str) -> property:
    """Return the attribute `name`, whose reads from outside the engine are told."""
    attribute = getattr(kind, name)
    is_data = name == "data"

    def read(node: Node) -> Any:
        tracer = _tracer.get() or _tracer_of(node)
        if tracer is not None and not _is_engine():
            tracer.noticed(node, f".{name} is read")
        return attribute.__get__(node)

    def write(node: Node, new: Any) -> None:
        tracer = _tracer_of(node)
        if is_data and tracer is not None and not _is_engine():
            tracer.noticed(node, ".data is assigned to")
            tracer.numbers.pop(id(node), None)
        attribute.__set__(node, new)

    return property(read, write)


def _substituted() -> property:
    """Return the slot of `data`, which the engine reads: the tracer's number, if it has one."""
    slot: Any = vars(Fields)["_data"]

    def read(node: Node) -> Any:
        tracer = _tracer.get() or _tracer_of(node)
        if tracer is not None and tracer.numbers:
            number = tracer.numbers.get(id(node))
            if number is not None:
                return number
        return slot.__get__(node)

    return property(read, slot.__set__)


def _tracer_of(node: Node) -> Tracer | None:
    """Return the tracer; once no function is traced any more, make the node plain again."""
    tracer = _tracer.get()
    if tracer is None and not _state.open:
        restore([node])
    return tracer


def _is_engine() -> bool:
    """Tell whether the attribute is used by code that only computes with it."""
    frame: Any = _frame_at(2)
    if frame.f_code is _PASSED_ON:
        frame = frame.f_back
    code = frame.f_code
    return code.co_filename in _ENGINE or code in _FUNCTIONS


def _equal(self: Node, other: object) -> Any:
    tracer = _tracer_of(self)
    frame = _frame_at(1)
    if tracer is not None and (frame.f_code is identical.__code__ or not is_ours(frame)):
        tracer.identified(self, other)
    return self is other or NotImplemented


def _hash(self: Node) -> int:
    tracer = _tracer_of(self)
    if tracer is not None and not is_ours(_frame_at(1)):
        tracer.hashed(self)
    return object.__hash__(self)


def _copied(kind: type[Node], name: str) -> Any:
    """Return the method `name`, which makes a copy, and tells so."""
    method = getattr(kind, name)

    def copy(self: Node, *arguments: Any) -> Any:
        tracer = _tracer_of(self)
        if tracer is not None:
            tracer.noticed(self, " is copied")
        return method(self, *arguments)

    return copy


def _reduced(self: Node, _: object) -> Any:
    tracer = _tracer_of(self)
    if tracer is not None:
        tracer.noticed(self, " is copied")
    function, (ancestors, kind, *fields) = copying.reduce_node(self)
    return function, (ancestors, getattr(kind, "_untraced", kind), *fields)
