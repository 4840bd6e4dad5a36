"""Ctrl-C during a run, which finishes its current step first.

>>> with deferred_interrupt() as interrupt:
...     signal.raise_signal(signal.SIGINT)
...     interrupt.is_wanted
True
"""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread
from types import FrameType


@dataclass
class Interrupt:
    """Whether Ctrl-C was pressed.

    Attributes:
        is_wanted: whether the run should end.
    """

    is_wanted: bool = False


@contextmanager
def deferred_interrupt() -> Generator[Interrupt]:
    """Note the first Ctrl-C instead of raising KeyboardInterrupt; a second one raises it.

    The handler from before is restored at the end. Nothing changes in other threads than the main
    one, which get no signals, and where Ctrl-C is ignored.
    """
    interrupt = Interrupt()
    before = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or before in {signal.SIG_IGN, None}:
        yield interrupt
        return

    def take_note(_number: int, _frame: FrameType | None) -> None:
        if interrupt.is_wanted:
            raise KeyboardInterrupt
        interrupt.is_wanted = True

    signal.signal(signal.SIGINT, take_note)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
