"""The shell completes words: the program is run as argcomplete's hook in bash runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def completed(line: str, tmp_path: Path, program: str = "") -> subprocess.CompletedProcess[str]:
    """Run the hook; what it offers is in the file `offered`."""
    program = program or "from chalkgrad.cli.main import main; import sys; sys.exit(main([]))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            **os.environ,
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "offered"),
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
            "COMP_TYPE": "9",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("chalkgrad tr", {"train"}),
        ("chalkgrad x*y --w", {"--why"}),
        ("chalkgrad x*y+sin(z)+pi x=2 ", {"y=", "z="}),
        ("chalkgrad x*y --why ", {"x", "y"}),
        ("chalkgrad train --optimizer ada", {"adam", "adamw"}),
        ("chalkgrad train mo", {"moons"}),
        ("chalkgrad evaluate --da", {"--data"}),
        ("chalkgrad pl", {"play"}),
        ("chalkgrad play moons --lea", {"--learning-rate"}),
        ("chalkgrad --seed 1 tr", {"train"}),
        ("chalkgrad --seed 1 train mo", {"moons"}),
        ("chalkgrad --seed=1 train --optimizer ada", {"adam", "adamw"}),
    ],
)
def test_words_are_completed(line, wanted, tmp_path):
    pytest.importorskip("argcomplete")
    result = completed(line, tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    offered = {word.strip() for word in (tmp_path / "offered").read_text().split("\n")}
    assert wanted <= offered
    assert {word for word in offered if not word.startswith("-")} == {
        word for word in wanted if not word.startswith("-")
    }


def test_without_the_library_nothing_is_offered_and_no_session_opens(tmp_path):
    blocked = (
        "import sys, importlib.util as util; found = util.find_spec\n"
        "util.find_spec = lambda name: None if name == 'argcomplete' else found(name)\n"
        "from chalkgrad.cli.main import main; sys.exit(main([]))"
    )
    result = completed("chalkgrad tr", tmp_path, blocked)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
