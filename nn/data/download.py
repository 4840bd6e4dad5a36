"""A file from one of several mirrors, checked before it is kept.

What is not here: which files there are, and where they are kept (`mnist`).

>>> fetch("a", ["data:,hello/"], "0" * 64, Path("unused"), "try again")
Traceback (most recent call last):
...
nn.errors.DataError: expected to download a, got data:,hello/a: its SHA-256 is \
358cb007, not 00000000: try again
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from autodiff.extend import package, write_whole
from nn.errors import DataError

_TIMEOUT = 20  # seconds without a byte
_CHUNK = 1 << 16
_SHOWN = 8  # digits of a digest


def fetch(name: str, mirrors: Sequence[str], digest: str, target: Path, remedy: str) -> None:
    """Download a file, and put it in its place only when it is whole and the right one.

    A bar shows the progress where the error stream is a terminal.

    Args:
        name: of the file on each mirror.
        mirrors: addresses that the name is added to; tried in order.
        digest: the SHA-256 of the file, in hexadecimal digits.
        target: where to put it; the folder is there.
        remedy: what to do if it cannot be had.

    Raises:
        DataError: if no mirror gives the file; it says what each did.
    """
    failures: list[str] = []
    for mirror in mirrors:
        address = f"{mirror}{name}"
        try:
            content = _download(address, name)
        except (OSError, HTTPException, ValueError) as error:
            failures.append(f"{address}: {error}")
            continue
        found = sha256(content).hexdigest()
        if found == digest:
            write_whole(target, content)
            return
        failures.append(f"{address}: its SHA-256 is {found[:_SHOWN]}, not {digest[:_SHOWN]}")
    raise DataError(f"to download {name}", "; ".join(failures), remedy)


def _download(address: str, name: str) -> bytes:
    parts: list[bytes] = []
    with urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 https, and then its digest
        length = int(response.headers.get("Content-Length") or 0)
        with _bar() as bar:
            task = bar.add_task(name, total=length or None)
            while part := response.read(_CHUNK):
                parts.append(part)
                bar.advance(task, len(part))
    return b"".join(parts)


def _bar() -> Any:
    """Return a progress bar on the error stream, which stays silent where that is no terminal."""
    progress, console = package("rich.progress"), package("rich.console")
    return progress.Progress(
        "{task.description}",
        progress.BarColumn(),
        progress.DownloadColumn(),
        console=console.Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
