"""Compare the gradients of programs that do the same work, then their times.

>>> steps = {OURS: lambda: (1.0, np.ones(2)), "another": lambda: (1.0, [np.ones(2)])}
>>> [row[:2] for row in rows_of("work", compare(steps, "float64"), {})]
[('work', 'another')]
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from .networks import Step
from .timing import interleaved, quiet_collector, seconds

Row = tuple[str, ...]

OURS = "chalkgrad"
EAGER = "our eager engine"
_ROUNDS = 60
_SLOW = 0.2  # seconds; a slower step has a few rounds of its own
_VERY_SLOW = 2.0  # seconds; an even slower one has one
_TOLERANCES = {"float64": 1e-9, "float32": 1e-3}  # relative to the largest derivative


def compare(steps: Mapping[str, Step], kind: str) -> dict[str, float]:
    """Check every gradient against ours, then time every program.

    Args:
        steps: by name, ours included.
        kind: "float64" or "float32", which sets how far the gradients may differ.

    Returns:
        For every name the median time of a step, in seconds.

    Raises:
        ArithmeticError: if a gradient differs from ours.
    """
    expected = np.asarray(steps[OURS]()[1])
    slow: dict[str, float] = {}
    for name, step in steps.items():
        found: list[Any] = []
        time = seconds(lambda step=step, found=found: found.append(step()[1]))
        gradient = np.concatenate([np.ravel(part) for part in found[0]])
        error = np.abs(gradient - expected).max() / np.abs(expected).max()
        if not error <= _TOLERANCES[kind]:
            raise ArithmeticError(f"{name}: its gradient differs from ours by {error:.1e}")
        if time > _SLOW:
            slow[name] = time
    fast = {name: step for name, step in steps.items() if name not in slow}
    with quiet_collector():
        times = interleaved(fast, _ROUNDS)
        for name, time in slow.items():
            rounds = 1 if time > _VERY_SLOW else 5
            times[name] = median(seconds(steps[name]) for _ in range(rounds))
    return {name: times[name] for name in steps}


def rows_of(title: str, times: Mapping[str, float], targets: Mapping[str, float]) -> list[Row]:
    """Return a row per peer: how many times faster ours is, and how many it should be."""
    rows: list[Row] = []
    for name, time in times.items():
        if name != OURS:
            target = _times(targets[name]) if name in targets else ""
            ratio = _times(time / times[OURS])
            rows.append(("" if rows else title, name, span(times[OURS]), span(time), ratio, target))
    return rows


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}x" if ratio >= 50 else f"{ratio:.2f}x"


def span(time: float) -> str:
    """Return a time with three digits: 43.1 us, 2.05 ms, 4.31 s.

    >>> span(43.14e-6), span(0.35), span(4.0)
    ('43.1 us', '350 ms', '4.00 s')
    """
    unit, factor = ("us", 1e6) if time < 1e-3 else ("ms", 1e3) if time < 1.0 else ("s", 1.0)
    shown = time * factor
    return f"{shown:.{0 if shown >= 100 else 1 if shown >= 10 else 2}f} {unit}"


def machine() -> str:
    """Return the processor, Python, and the versions of the libraries compared."""
    processor = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        lines = described.read_text().splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        processor = named[0] if named else processor
    parts = [
        f"{processor}, {cpu_count()} cores, one thread each",
        f"Python {sys.version.split()[0]}",
    ]
    for package in ("numpy", "torch", "jax", "casadi", "micrograd"):
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            parts.append(f"no {package}")
    return "; ".join(parts)


def note(text: str) -> None:
    """Print to standard error what is being measured."""
    print(f"... {text}", file=sys.stderr, flush=True)
