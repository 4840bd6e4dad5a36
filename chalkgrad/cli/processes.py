"""`chalkgrad train --processes`: several processes on this machine that train one network.

JAX connects them. If one of them dies, the others are ended at once, and one error says so.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from autodiff import OptionError
from autodiff.extend import package, whole
from nn import LostProcessError

_ROLE = "CHALKGRAD_PROCESS"  # of a process that was started here: its number, how many, where
_HEARTBEAT = 10  # seconds without a sign of life after which JAX gives up a process
_INTERVAL = 0.1  # seconds between two looks at the processes
_PATIENCE = 3.0  # seconds in which the first process may report an error that all have


def processes_of(options: Namespace) -> int:
    """Return how many processes are still to be started: 1 if this is one of them.

    Raises:
        OptionError: if there are fewer than 1, or the engine is not jax.
    """
    count = whole(options.processes, 1, "the number of processes")
    if count > 1 and options.engine != "jax":
        remedy = "write --engine jax"
        raise OptionError("the engine jax with --processes", repr(options.engine), remedy)
    return 1 if _ROLE in os.environ else count


def join(options: Namespace) -> None:
    """Connect this process with the others, if it was started as one; only the first writes."""
    role = os.environ.get(_ROLE)
    if role is None:
        return
    number, count, where = role.split()
    package("jax").distributed.initialize(
        where, int(count), int(number), heartbeat_timeout_seconds=_HEARTBEAT
    )
    if number != "0":
        options.save = options.plot = options.pictures = None


def run_together(words: Sequence[str], count: int, checkpoint: Path | None) -> int:
    """Run a command in several processes, and wait for all of them.

    Args:
        words: of the command line.
        count: the number of processes, at least 2.
        checkpoint: what the training is written to, for the error.

    Returns:
        The exit code of the first process, whose output is shown.

    Raises:
        LostProcessError: if one of them ends before its time; the others are ended.
        MissingPackageError: if jax is not installed.
    """
    package("jax")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        where = f"localhost:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "chalkgrad", *words]
    with ExitStack() as stack:
        told = [stack.enter_context(TemporaryFile()) for _ in range(count)]
        children = [
            subprocess.Popen(  # noqa: S603 the same command
                command,
                env={**os.environ, _ROLE: f"{number} {count} {where}"},
                stdout=subprocess.DEVNULL if number else None,
                stderr=told[number] if number else None,
            )
            for number in range(count)
        ]
        stack.callback(_end, children)
        stack.enter_context(_left_to_others())
        return _code_of(children, told, checkpoint)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.kill()  # JAX takes note of a gentler signal, and goes on
        child.wait()


@contextmanager
def _left_to_others() -> Generator[None]:
    """Leave Ctrl-C to the processes that were started, which get it too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _code_of(
    children: Sequence[subprocess.Popen[bytes]],
    told: Sequence[IO[bytes]],
    checkpoint: Path | None,
) -> int:
    leader = children[0]
    while any(child.poll() is None for child in children):
        lost = [
            number for number, child in enumerate(children) if child.returncode not in {None, 0}
        ]
        if lost:
            with suppress(subprocess.TimeoutExpired):
                leader.wait(_PATIENCE)
            if leader.returncode is not None and leader.returncode >= 0:
                return leader.returncode
            raise _error(lost[0], len(children), _last_line(told[lost[0]]), checkpoint)
        time.sleep(_INTERVAL)
    if leader.returncode < 0:
        raise _error(0, len(children), "", checkpoint)
    return leader.returncode


def _last_line(file: IO[bytes]) -> str:
    """Return the last line that a process wrote about its end."""
    file.seek(0)
    lines = file.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _error(number: int, count: int, told: str, checkpoint: Path | None) -> LostProcessError:
    has_checkpoint = checkpoint is not None and checkpoint.exists()
    return LostProcessError(
        f"{count} processes until the end",
        f"the end of process {number}{f' ({told})' if told else ''}; the others were stopped",
        f"go on with --resume {checkpoint}" if has_checkpoint else "start again, with --checkpoint",
    )
