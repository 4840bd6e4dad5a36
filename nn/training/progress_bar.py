"""A progress bar with loss, accuracy, rate and time left, for terminals and notebooks.

>>> bar = progress_bar(10, 1, wanted=True)  # silent without a terminal
>>> with bar:
...     bar.show(Record(1, 1, 10, 0.5, None))
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic
from typing import Any, Self, TextIO

from autodiff.extend import package

from .history import Record

_PAUSE = 0.1  # seconds between two updates
_MEMORY = 100  # steps that the running means go back


class Bar:
    """A progress bar that may be silent.

    Args:
        progress: a `rich.progress.Progress`, or None for silence.
        steps: the number of steps of the run.
        epochs: the number of its epochs.
    """

    def __init__(self, progress: Any, steps: int, epochs: int) -> None:
        self._progress = progress
        self._steps = steps
        self._epochs = epochs
        self._task: Any = None
        self._loss = self._accuracy = 0.0
        self._seen = self._judged = 0
        self._next = 0.0
        self._start = monotonic()

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
            self._task = self._progress.add_task("", total=self._steps)
        self._start = monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, record: Record) -> None:
        """Update the running means, and the bar if its last update is long enough ago."""
        if self._progress is None:
            return
        self._seen = min(self._seen + 1, _MEMORY)
        self._loss += (record.loss - self._loss) / self._seen
        if record.accuracy is not None:
            self._judged = min(self._judged + 1, _MEMORY)
            self._accuracy += (record.accuracy - self._accuracy) / self._judged
        now = monotonic()
        if now < self._next and record.step < self._steps:
            return
        self._next = now + _PAUSE
        self._progress.update(
            self._task, completed=record.step, description=self._text(record, now)
        )

    def _text(self, record: Record, now: float) -> str:
        parts = [f"epoch {record.epoch}/{self._epochs}", f"loss {self._loss:<#8.3g}"]
        if self._judged:
            parts.append(f"accuracy {self._accuracy:6.1%}")
        if record.learning_rate is not None:
            parts.append(f"rate {record.learning_rate:.3g}")
        parts.append(f"{record.step / max(now - self._start, 1e-9):,.0f} steps/s")
        return "  ".join(parts)


class _Output:
    """Standard output, which falls silent once it cannot be written to.

    A pipe may be closed and a disk full: neither may end the training.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._is_lost = False

    def write(self, text: str) -> int:
        self._try(lambda: self._file.write(text))
        return len(text)

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, act: Callable[[], object]) -> None:
        if self._is_lost:
            return
        try:
            act()
        except OSError:
            self._is_lost = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def progress_bar(steps: int, epochs: int, *, wanted: bool) -> Bar:
    """Return a bar, which is silent if it is not wanted or has no terminal or notebook."""
    if not wanted or sys.stdout is None:  # as it is where it was closed
        return Bar(None, steps, epochs)
    console = package("rich.console").Console(highlight=False, file=_Output(sys.stdout))
    if not (console.is_terminal or console.is_jupyter):
        return Bar(None, steps, epochs)
    rich = package("rich.progress")
    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(bar_width=None),
        rich.TimeRemainingColumn(
            compact=True, table_column=package("rich.table").Column(no_wrap=True)
        ),
        rich.TextColumn("left", table_column=package("rich.table").Column(no_wrap=True)),
    )
    return Bar(rich.Progress(*columns, console=console), steps, epochs)
