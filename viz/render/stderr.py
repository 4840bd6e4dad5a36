r"""Hold back what C libraries write to standard error, and pass on what matters.

Graphviz, Pango and Fontconfig remark on the machine's fonts and on the size of a picture, from C,
past Python's `sys.stderr`. A library must not let that through.

>>> import os
>>> with held_stderr() as lines:
...     _ = os.write(2, b"Fontconfig warning: unknown element\n")
>>> lines
['Fontconfig warning: unknown element']
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from tempfile import TemporaryFile
from threading import Lock

_STANDARD_ERROR = 2
_ONE_AT_A_TIME = Lock()  # standard error is the process's; Graphviz too is not made for threads
_NOISE = re.compile(
    r"Fontconfig |.*Pango-|Warning: graph has \d+ nodes|.*too large for cairo-renderer"
)


@contextmanager
def held_stderr() -> Generator[list[str]]:
    """Hold standard error back, Python's and the process's, inside a `with` block.

    Returns:
        A list that holds the lines after the block. All but known noise, such as what another
        thread wrote meanwhile, are then passed on.
    """
    lines: list[str] = []
    with _ONE_AT_A_TIME:
        spoken = StringIO()
        try:
            with redirect_stderr(spoken), _held_descriptor(lines):
                yield lines
        finally:
            lines.extend(spoken.getvalue().splitlines())
            rest = [line for line in lines if line and not _NOISE.match(line)]
            if rest and sys.stderr is not None:  # it is None in a program without a console
                sys.stderr.write("\n".join(rest) + "\n")


@contextmanager
def _held_descriptor(lines: list[str]) -> Generator[None]:
    try:
        saved = os.dup(_STANDARD_ERROR)
    except OSError:  # it is closed, as in a daemon: nothing to hold
        yield
        return
    with TemporaryFile() as held:
        os.dup2(held.fileno(), _STANDARD_ERROR)
        try:
            yield
        finally:
            os.dup2(saved, _STANDARD_ERROR)
            os.close(saved)
            held.seek(0)
            lines.extend(held.read().decode(errors="replace").splitlines())
