"""A sample of each long hunt: faults of files, odd calls, photographs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed")
@pytest.mark.parametrize("hunt", ["files"])
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
