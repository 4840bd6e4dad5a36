"""Whether operations record the graph: the switch behind `no_grad`.

The switch is local to the thread or task. Reading a context variable for every node would cost
a tenth of building it, so a process-wide counter of open blocks is tested first.

>>> with no_grad():
...     is_recording()
False
"""

from __future__ import annotations

from _thread import allocate_lock  # threading costs 2 ms at import
from collections.abc import Callable, Generator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TypeVar

from autodiff.errors import WrongTypeError
from autodiff.native.choice import engine

F = TypeVar("F", bound=Callable[..., Any])

_RUNS_LATER = 0x20 | 0x80 | 0x200  # generator, coroutine, asynchronous generator

_lock = allocate_lock()


class _Block:
    """One `no_grad` block; a task that was started inside may outlive it."""

    __slots__: tuple[str, ...] = ("is_open", "outer")

    def __init__(self, outer: _Block | None) -> None:
        self.outer: _Block | None = outer
        self.is_open: bool = True


class _State:
    """How many blocks that affect new nodes are open in the whole process.

    Attributes:
        blocks: those of either kind; while it is 0, a new node needs no further test.
        lines: those that record source lines (`lines`).
    """

    __slots__: tuple[str, ...] = ("blocks", "lines")

    def __init__(self) -> None:
        self.blocks: int = 0
        self.lines: int = 0

    def count(self, *, blocks: int, lines: int = 0) -> None:
        """Add to the counts; below 0 for blocks that close."""
        with _lock:
            self.blocks += blocks
            self.lines += lines
            if engine is not None:
                engine.count_blocks(self.blocks)


_innermost: ContextVar[_Block | None] = ContextVar("innermost", default=None)
state = _State()


def is_recording() -> bool:
    """Tell whether operations record the graph here: in this thread or task."""
    if not state.blocks:
        return True
    block = _innermost.get()
    while block is not None and not block.is_open:
        block = block.outer
    return block is None


class no_grad(ContextDecorator):  # noqa: N801 lower case, as in other engines
    """Compute without recording: results are leaves, for inference and for updates.

    A context manager, and a decorator of plain functions. It may be nested, and it is local to
    the thread or task.

    >>> from autodiff import Value
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.parents
    ()
    """

    def __enter__(self) -> None:
        _innermost.set(_Block(_innermost.get()))
        state.count(blocks=1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        state.count(blocks=-1)
        block = _innermost.get()
        if block is not None:  # None in another context, as when a generator ends elsewhere
            block.is_open = False
            _innermost.set(block.outer)

    def __call__(self, function: F) -> F:
        """Decorate a plain function.

        Raises:
            WrongTypeError: for a coroutine or generator function, whose body runs after the call.
        """
        flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
        if flags & _RUNS_LATER:
            raise WrongTypeError(
                "a plain function",
                f"{function!r}, which runs later",
                "write `with no_grad():` inside",
            )
        return super().__call__(function)


@contextmanager
def recording() -> Generator[None]:
    """Record even inside a `no_grad` block."""
    token = _innermost.set(None)
    try:
        yield
    finally:
        _innermost.reset(token)
