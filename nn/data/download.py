"""Downloads a file from one of several mirrors, and checks it before it is kept.

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
    """Download a file, and put it in place only if it is whole and has the right digest.

    A bar shows the progress where the error stream is a terminal.

    Args:
        name: of the file on each mirror.
        mirrors: addresses that the name is appended to; tried in order.
        digest: the SHA-256 of the file, in hexadecimal digits.
        target: the path to keep it at, in a folder that exists.
        remedy: what to do if it cannot be downloaded, for the error.

    Raises:
        DataError: if no mirror gives the file; it says what each one did.
        FileError: if the file cannot be written.
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
    with urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 https, and the digest is checked
        length = int(response.headers.get("Content-Length") or 0)
        with _bar() as bar:
            task = bar.add_task(name, total=length or None)
            while part := response.read(_CHUNK):
                parts.append(part)
                bar.advance(task, len(part))
    return b"".join(parts)


def _bar() -> Any:
    """Return a progress bar on the error stream, silent where that is not a terminal."""
    progress, console = package("rich.progress"), package("rich.console")
    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(),
        console=console.Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
