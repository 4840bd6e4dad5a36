"""The scripts of pages: their types, checked by TypeScript from npm."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
FOLDERS = [
    folder
    for folder in sorted((ROOT / "viz").rglob("*"))
    if folder.is_dir() and any(folder.glob("*.js"))
]
OPTIONS = {
    "--target": "es2022",
    "--module": "es2022",
    "--moduleResolution": "bundler",
    "--lib": "es2023,dom,dom.iterable",
}
FLAGS = ["--allowJs", "--checkJs", "--noEmit", "--strict"]


@pytest.fixture(scope="module")
def compiler(tmp_path_factory):
    """The compiler of TypeScript: that on the PATH, else that of npm."""
    found = shutil.which("tsc")
    if found:
        return found
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("neither tsc nor npm is here")
    folder = tmp_path_factory.mktemp("typescript")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), "typescript@5"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if result.returncode:
        pytest.skip(f"npm cannot install typescript here: {result.stderr[-200:]}")
    return str(folder / "node_modules" / ".bin" / "tsc")


def complaints(compiler, files):
    options = [word for pair in OPTIONS.items() for word in pair]
    command = [compiler, *FLAGS, *options, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_the_types_are_right(compiler, folder):
    assert complaints(compiler, folder.glob("*.js")) == ""


def test_a_wrong_type_is_found(compiler, tmp_path):
    text = (ROOT / "viz" / "explorer" / "numbers.js").read_text(encoding="utf-8")
    wrong = tmp_path / "numbers.js"
    wrong.write_text(text + "\nbracketed(3);\n", encoding="utf-8")
    assert "not assignable to parameter of type 'string'" in complaints(compiler, [wrong])
