"""The largest memory that this process has taken. What is not here: the work.

>>> peak_memory() > 1_000_000
True
"""

from __future__ import annotations

import resource
from pathlib import Path

__all__ = ["peak_memory"]

STATUS = Path("/proc/self/status")


def peak_memory() -> int:
    """Return the peak of resident memory in bytes.

    On Linux the figure of `getrusage` begins with that of the parent process, so the system's own
    is read.
    """
    if STATUS.exists():
        lines = STATUS.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
