"""A progress bar for checks that take long: on a terminal only, and only after a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any, TypeVar

from autodiff.system import package

T = TypeVar("T")
_PATIENCE = 1.0  # seconds without a bar


def with_progress(items: Sequence[T], title: str) -> Iterator[T]:
    """Yield the items; show on standard error, if it is a terminal, how many are done.

    A bar moves the cursor by escape sequences, of which NO_COLOR wants none.
    """
    start = monotonic()
    is_wanted = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    bar: Any = None
    try:
        for done, item in enumerate(items):
            if bar is not None:
                bar.update(bar.task_ids[0], completed=done)
            elif is_wanted and monotonic() - start > _PATIENCE:
                console = package("rich.console").Console(stderr=True)
                bar = package("rich.progress").Progress(console=console, transient=True)
                bar.add_task(title, total=len(items), completed=done)
                bar.start()
            yield item
    finally:
        if bar is not None:
            bar.stop()
