"""An observer of what a graph does not show: comparisons, and derivatives that are dropped.

The compiler traces a program in order to run it on other numbers, so it must know how each
comparison came out, and that a number which looks constant was computed. Without an observer
the cost is one test, in comparisons, `detach` and `no_grad` only.

>>> from autodiff import Value
>>> class Printer:
...     def compared(self, relation, x, y, outcome):
...         print(x.data, relation, y, "is", outcome)
>>> with watching(Printer()):
...     _ = Value(2.0) > 1
2.0 > 1.0 is True
"""

from __future__ import annotations

import operator
from _thread import allocate_lock  # threading costs 2 ms at import
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from autodiff.formula.ieee import COMPARE
from autodiff.formula.words import INFIX

IN_RANGE = "in range"  # whether x is one of 0, 1, ..., y - 1


def _in_range(x: Any, y: Any) -> Any:
    return (x >= 0) & (x < y) & (x % 1 == 0)


# Comparisons by their signs, of numbers and of arrays; "!=" 0 is a truth test.
RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    **{INFIX[name].sign: compare for name, compare in COMPARE.items()},
    "!=": operator.ne,
    IN_RANGE: _in_range,
}


class Observer(Protocol):
    """The events that a tracer receives."""

    def compared(self, relation: str, x: Any, y: Any, outcome: object) -> None:
        """Two operands were compared; `relation` is one of `RELATIONS`."""
        ...

    def dropped(self, leaf: Any, operation: Any, operands: Sequence[Any]) -> None:
        """The result of an operation was made a leaf, through which no derivative flows."""
        ...


class _State:
    __slots__: tuple[str, ...] = ("open",)

    def __init__(self) -> None:
        self.open: int = 0


_current: ContextVar[Observer | None] = ContextVar("observer", default=None)
_state = _State()
_lock = allocate_lock()


def observer() -> Observer | None:
    """Return the observer of this thread or task, or None."""
    return _current.get() if _state.open else None


@contextmanager
def watching(listener: Observer) -> Generator[None]:
    """Send the events of this thread or task to a listener."""
    token = _current.set(listener)
    with _lock:
        _state.open += 1
    try:
        yield
    finally:
        with _lock:
            _state.open -= 1
        _current.reset(token)
