"""A progress bar with loss, accuracy, rate and time left, for terminals and notebooks.

>>> bar = progress_bar(10, 1, wanted=True)  # silent without a terminal
>>> with bar:
...     bar.show(Record(1, 1, 10, 0.5, None))
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from html import escape
from time import monotonic
from typing import Any, Protocol, Self, TextIO

from autodiff.extend import package

from .history import Record

_PAUSE = 0.1  # seconds between two updates
_NARROW = 60  # columns: a bar would leave no room for the numbers
_MEMORY = 100  # steps that the running means go back


class Display(Protocol):
    """Where a bar is shown."""

    def start(self, steps: int) -> None:
        """Show a bar of so many steps."""
        ...

    def update(self, step: int, parts: Sequence[str], left: float) -> None:
        """Show how far the run is, in words, and about how many seconds it will take from here."""
        ...

    def stop(self) -> None:
        """Leave the bar as it is."""
        ...


class Terminal:
    """A bar of rich; on a narrow console a line of numbers, as many as fit.

    Args:
        console: a `rich.console.Console`.
    """

    def __init__(self, console: Any) -> None:
        rich, column = package("rich.progress"), package("rich.table").Column
        columns = (
            rich.TextColumn("{task.description}"),
            rich.BarColumn(bar_width=None),
            rich.TimeRemainingColumn(compact=True, table_column=column(no_wrap=True)),
            rich.TextColumn("left", table_column=column(no_wrap=True)),
        )
        self._width: int = console.width
        shown = columns if self._width >= _NARROW else columns[:1]
        self._progress: Any = rich.Progress(*shown, console=console)
        self._task: Any = None

    def start(self, steps: int) -> None:
        """Show a bar of so many steps."""
        self._progress.start()
        self._task = self._progress.add_task("", total=steps)

    def update(self, step: int, parts: Sequence[str], left: float) -> None:  # noqa: ARG002 rich measures it
        """Show how far the run is."""
        text = _beginning(parts, self._width) if self._width < _NARROW else "  ".join(parts)
        self._progress.update(self._task, completed=step, description=text)

    def stop(self) -> None:
        """Leave the bar as it is."""
        self._progress.stop()


def _beginning(parts: Sequence[str], width: int) -> str:
    """Return the first parts, those that fit a line as a whole."""
    line = ""
    for part in parts:
        longer = f"{line}  {part.strip()}" if line else part
        if len(longer) > width:
            break
        line = longer
    return line


class Notebook:
    """A bar in the output of a cell, which keeps its last state."""

    def __init__(self) -> None:
        self._steps: int = 0
        self._handle: Any = None

    def start(self, steps: int) -> None:
        """Show a bar of so many steps."""
        self._steps = steps
        display = package("IPython.display").display
        self._handle = display(self._bundle(0, (), ""), raw=True, display_id=True)

    def update(self, step: int, parts: Sequence[str], left: float) -> None:
        """Show how far the run is, and how long it will take from here."""
        rest = f"{_clock(left)} left" if step < self._steps else ""
        self._handle.update(self._bundle(step, parts, rest), raw=True)

    def stop(self) -> None:
        """Leave the bar as it is."""

    def _bundle(self, step: int, parts: Sequence[str], left: str) -> dict[str, str]:
        shown = [f"{step:,} of {self._steps:,} steps", *parts, left]
        line = " · ".join(" ".join(part.split()) for part in shown if part)
        bar = f'<progress value="{step}" max="{self._steps}" style="width: 100%"></progress>'
        return {"text/html": f"<div>{bar}<br>{escape(line)}</div>", "text/plain": line}


class Bar:
    """A progress bar that may be silent.

    Args:
        display: where it is shown, or None for silence.
        steps: the number of steps of the run.
        epochs: the number of its epochs.
    """

    def __init__(self, display: Display | None, steps: int, epochs: int) -> None:
        self._display = display
        self._steps = steps
        self._epochs = epochs
        self._loss = self._accuracy = 0.0
        self._seen = self._judged = 0
        self._next = 0.0
        self._start = monotonic()
        self._before: int | None = None  # steps of an earlier run that this one continues
        self._late: Record | None = None  # the last record, until it is shown

    def __enter__(self) -> Self:
        if self._display is not None:
            self._display.start(self._steps)
        self._start = monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        if self._display is not None:
            if self._late is not None:
                self._update(self._late, monotonic())
            self._display.stop()

    def show(self, record: Record) -> None:
        """Update the running means, and the bar if its last update is long enough ago."""
        if self._display is None:
            return
        self._seen = min(self._seen + 1, _MEMORY)
        self._loss += (record.loss - self._loss) / self._seen
        if record.accuracy is not None:
            self._judged = min(self._judged + 1, _MEMORY)
            self._accuracy += (record.accuracy - self._accuracy) / self._judged
        if self._before is None:
            self._before = record.step - 1
        now = monotonic()
        if now < self._next and record.step < self._steps:
            self._late = record
            return
        self._next = now + _PAUSE
        self._update(record, now)

    def _update(self, record: Record, now: float) -> None:
        assert self._display is not None
        self._late = None
        done = record.step - (self._before or 0)
        rate = done / max(now - self._start, 1e-9)
        left = (self._steps - record.step) / rate
        self._display.update(record.step, self._parts(record, rate), left)

    def _parts(self, record: Record, rate: float) -> list[str]:
        parts = [f"epoch {record.epoch}/{self._epochs}", f"loss {self._loss:<#8.3g}"]
        if self._judged:
            parts.append(f"accuracy {self._accuracy:6.1%}")
        if record.learning_rate is not None:
            parts.append(f"rate {record.learning_rate:.3g}")
        parts.append(f"{rate:,.0f} steps/s")
        return parts


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
    if _in_notebook():
        return Bar(Notebook(), steps, epochs)
    console = package("rich.console").Console(highlight=False, file=_Output(sys.stdout))
    return Bar(Terminal(console) if console.is_terminal else None, steps, epochs)


def _in_notebook() -> bool:
    """Tell whether this program is the kernel of a notebook."""
    module: Any = sys.modules.get("IPython")
    shell: object = module.get_ipython() if module is not None else None
    return getattr(shell, "kernel", None) is not None


def _clock(seconds: float) -> str:
    """Write a time as minutes and seconds.

    >>> _clock(75.4), _clock(3725)
    ('1:15', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
