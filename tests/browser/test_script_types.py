"""The types of the scripts of pages, as their comments declare them, checked by TypeScript."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
SETTINGS = HERE / "tsconfig.json"


def compiler() -> str:
    """Return the path of `tsc`: that of `make browser`, or the system's."""
    own = Path(sys.prefix) / "node_modules" / ".bin" / "tsc"
    found = str(own) if own.exists() else shutil.which("tsc")
    if found is None:
        pytest.skip("there is no tsc here: npm install typescript")
    return found


def complaints(settings: Path) -> str:
    result = subprocess.run(
        [compiler(), "-p", settings], capture_output=True, text=True, check=False
    )
    assert (result.returncode == 0) == (not result.stdout), result.stderr
    return result.stdout


def test_the_scripts_have_the_types_that_they_declare() -> None:
    assert complaints(SETTINGS) == ""


def test_a_wrong_type_is_found(tmp_path) -> None:
    settings = json.loads(SETTINGS.read_text(encoding="utf-8"))
    settings["include"] = ["*.js"]
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    (tmp_path / "wrong.js").write_text(
        "/** @param {number} x */ export const twice = (x) => 2 * x;\ntwice('3');\n",
        encoding="utf-8",
    )
    assert "wrong.js(2,7): error TS2345" in complaints(tmp_path / "tsconfig.json")
