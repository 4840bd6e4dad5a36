"""Who is told what a graph alone does not show: comparisons, and derivatives that are dropped.

A program that is recorded to be run again on other numbers must know which way its comparisons
went, and that a number which looks constant was computed. Outside such a recording nobody
listens, and all that it costs is one test, and only in comparisons, `detach` and `no_grad`.
What is not here: what is made of it (`program.record`).

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
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, Protocol

from autodiff.formula.ieee import COMPARE
from autodiff.formula.words import INFIX

# Comparisons by their signs, of numbers and of arrays; "!=" 0 is a truth test.
RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    **{INFIX[name].sign: compare for name, compare in COMPARE.items()},
    "!=": operator.ne,
}


class Observer(Protocol):
    """What a recording wants to be told."""

    def compared(self, relation: str, x: Any, y: Any, outcome: object) -> None:
        """Data of two operands were compared: `relation` is "<", "<=", ">", ">=" or "!="."""
        ...

    def dropped(self, leaf: Any, operation: Any, operands: Sequence[Any]) -> None:
        """A leaf was made of what an operation gave for operands; no derivative flows."""
        ...


class _State:
    __slots__: tuple[str, ...] = ("open",)

    def __init__(self) -> None:
        self.open: int = 0


_current: ContextVar[Observer | None] = ContextVar("observer", default=None)
_state = _State()
_lock = Lock()


def observer() -> Observer | None:
    """Return who listens in this thread or task, or None."""
    return _current.get() if _state.open else None


@contextmanager
def watching(listener: Observer) -> Generator[None]:
    """Tell a listener what happens in this thread or task."""
    token = _current.set(listener)
    with _lock:
        _state.open += 1
    try:
        yield
    finally:
        with _lock:
            _state.open -= 1
        _current.reset(token)
