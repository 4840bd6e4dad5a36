"""A sample of each long hunt: faults of files, odd calls, photographs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed")
@pytest.mark.parametrize("hunt", ["files", "idx", "native", "safetensors", "pictures"])
def test_a_short_hunt_finds_nothing(hunt):
    """In a process of its own, which has no threads when it forks."""
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.soundness", hunt, "--cases", "30"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_odd_calls_meet_errors_of_ours():
    """Three calls of each public callable."""
    program = (
        "from benchmarks.soundness import calls\n"
        "if __name__ == '__main__':\n"
        "    print([line for each in calls.hunt(60, 0) for line in each.failures])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "[]\n", result.stdout + result.stderr
