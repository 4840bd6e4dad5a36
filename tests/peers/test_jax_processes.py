"""`fit(engine="jax")` in two processes of two devices each: one network, and its loss."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

pytestmark = pytest.mark.peers

pytest.importorskip("jax")
pytest.importorskip("safetensors")

ROOT = Path(__file__).parents[2]
CHILDREN = Path("/proc/self/task")
TRAINING = ["train", "moons", "--limit", "95", "--batch-size", "7", "--layers", "8"]
EPOCHS = ["--epochs", "80"]


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start the command line in a folder, with two devices in each process."""
    environment = {**os.environ, "JAX_NUM_CPU_DEVICES": "2", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "chalkgrad", *TRAINING, *words]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def together(folder: Path, *words: str) -> subprocess.Popen[str]:
    files = ["--checkpoint", "run.safetensors", "--save", "net.safetensors"]
    return started(folder, "--engine", "jax", "--processes", "2", *files, *EPOCHS, *words)


def parameters(path: Path) -> Any:
    return np.array([leaf.data for leaf in nn.load(path).parameters()])


@pytest.fixture(scope="module")
def alone(tmp_path_factory: Any) -> Any:
    """The parameters that one process without JAX gives."""
    folder = tmp_path_factory.mktemp("alone")
    done = started(folder, *EPOCHS, "--save", "net.safetensors")
    done.communicate(timeout=60)
    assert done.returncode == 0
    return parameters(folder / "net.safetensors")


def test_two_processes_train_what_one_does(tmp_path: Path, alone: Any) -> None:
    run = together(tmp_path)
    output, _ = run.communicate(timeout=120)
    assert run.returncode == 0
    assert output.count("held-out examples classified correctly") == 1
    assert abs(parameters(tmp_path / "net.safetensors") - alone).max() < 1e-12


@pytest.mark.skipif(not CHILDREN.exists(), reason="the system does not list the processes")
@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_a_training_goes_on_after_a_process_was_killed(
    tmp_path: Path, alone: Any, attempt: int
) -> None:
    run = together(tmp_path)
    checkpoint = tmp_path / "run.safetensors"
    while not checkpoint.exists():
        assert run.poll() is None
        time.sleep(0.05)
    time.sleep(random.Random(attempt).uniform(0.0, 1.0))
    listed = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    os.kill(int(listed[attempt % 2]), signal.SIGKILL)
    before = time.monotonic()
    _, errors = run.communicate(timeout=60)
    assert time.monotonic() - before < 15
    assert run.returncode == 2
    said = [line for line in errors.splitlines() if line.startswith("chalkgrad:")]
    assert re.search(r"the end of process \d; .* --resume run\.safetensors", " ".join(said))
    assert not (tmp_path / "net.safetensors").exists()
    again = together(tmp_path, "--resume", "run.safetensors")
    again.communicate(timeout=120)
    assert again.returncode == 0
    assert abs(parameters(tmp_path / "net.safetensors") - alone).max() < 1e-12


def test_processes_want_the_engine_jax(tmp_path: Path) -> None:
    run = started(tmp_path, "--processes", "2")
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 2
    assert "expected the engine jax with --processes, got 'compiled'" in errors


def test_an_error_of_all_processes_is_reported_once(tmp_path: Path) -> None:
    run = started(tmp_path, "--engine", "jax", "--processes", "2", "--learning-rate", "-1")
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 2
    assert errors.count("chalkgrad: expected") == 1
