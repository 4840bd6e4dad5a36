"""A package of ours that a user's file of the same name hides: found before the file is run."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import nn
from autodiff import ChalkgradError, MissingPackageError
from autodiff.extend import own_package

ROOT = Path(__file__).parents[2]
ASK = "from autodiff.extend import own_package; print(own_package('nn').__file__)"


def run_in(folder, program):
    """Run a program whose working directory comes first where modules are looked for."""
    path = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(ROOT)!r}]; "
    return subprocess.run(
        [sys.executable, "-c", path + program],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_our_own_package_is_found(tmp_path):
    assert own_package("nn") is nn
    assert Path(run_in(tmp_path, ASK).stdout.strip()) == ROOT / "nn" / "__init__.py"


@pytest.mark.parametrize("content", ["", "raise SystemExit('it was run')"])
def test_a_file_in_the_way_is_named_and_not_run(tmp_path, content):
    file = tmp_path / "nn.py"
    file.write_text(content)
    error = run_in(tmp_path, ASK).stderr
    assert "MissingPackageError: expected the package nn of chalkgrad" in error
    assert f"got {file}: rename that file, or run from another folder: it hides nn" in error
    assert "it was run" not in error


def test_a_folder_in_the_way_is_named(tmp_path):
    (tmp_path / "nn").mkdir()
    assert run_in(tmp_path, ASK).returncode == 0  # a folder without __init__.py hides nothing
    (tmp_path / "nn" / "__init__.py").touch()
    assert str(tmp_path / "nn" / "__init__.py") in run_in(tmp_path, ASK).stderr


def test_a_module_that_was_imported_already_is_named(tmp_path):
    (tmp_path / "nn.py").touch()
    assert f"got {tmp_path / 'nn.py'}" in run_in(tmp_path, f"import nn; {ASK}").stderr


def test_the_error_is_ours_and_an_import_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "nn", ModuleType("nn"))
    with pytest.raises(MissingPackageError, match="got another module nn") as caught:
        own_package("nn")
    assert isinstance(caught.value, ChalkgradError)
    assert isinstance(caught.value, ImportError)


def test_a_package_that_is_not_installed_is_missing():
    with pytest.raises(MissingPackageError, match=r"got .* without it: pip install chalkgrad"):
        own_package("no_such_package")
