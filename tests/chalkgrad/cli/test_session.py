"""`chalkgrad` alone, on a real terminal and without IPython: Tab, history, names."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = (
    "import sys, importlib.util as util; found = util.find_spec\n"
    "util.find_spec = lambda name, *rest: None if name in {blocked} else found(name, *rest)\n"
    "from chalkgrad.cli.main import main; sys.exit(main([]))"
)
PROMPT = ">>> "


def opened(state: Path, blocked: str = "{'IPython'}"):
    """Open a session on a terminal, with its files of state in a folder."""
    pytest.importorskip("readline")
    pexpect = pytest.importorskip("pexpect")
    session = pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM.replace("{blocked}", blocked)],
        dimensions=(40, 120),
        encoding="utf-8",
        env={**os.environ, "TERM": "dumb", "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(state)},
        timeout=60,
    )
    session.expect_exact(PROMPT)
    return session


def shown(session, typed: str) -> str:
    session.send(f"{typed}\r")
    session.expect_exact(PROMPT)
    return session.before.replace("\r\n", "\n")


def closed(session) -> int:
    session.send("\x04")
    session.wait()
    session.close()
    return session.exitstatus


@pytest.mark.parametrize("blocked", ["{'IPython'}", "{'IPython', 'platformdirs'}"])
def test_tab_completes_and_the_next_session_has_the_lines(blocked, tmp_path):
    session = opened(tmp_path, blocked)
    assert shown(session, "x = Value(2.0); y = tanh(x)") == "x = Value(2.0); y = tanh(x)\n"
    assert "y     tanh(x)" in shown(session, "trace(y)")
    assert "∂y/∂x" in shown(session, "why_z\ty, x)")  # Tab writes why_zero(
    assert "autodiff.compiler.api" in shown(session, "compile.__module__")
    assert "True" in shown(session, "sum is __builtins__['sum']")
    assert closed(session) == 0
    history = tmp_path / "chalkgrad" / "history"
    assert history.read_text().splitlines()[-1] == "sum is __builtins__['sum']"
    session = opened(tmp_path, blocked)
    assert "True" in shown(session, "\x1b[A")
    assert closed(session) == 0


def test_a_history_that_cannot_be_kept_is_none(tmp_path):
    state = tmp_path / "state"
    state.write_text("a file, not a folder")
    session = opened(state)
    assert "6.0" in shown(session, "(Value(2.0) * 3).data")
    assert closed(session) == 0
    assert state.read_text() == "a file, not a folder"
