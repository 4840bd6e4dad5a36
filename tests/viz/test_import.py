"""Graphs are drawn without networks: `import viz` is light, and no nn.py of a user's hides ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import viz
from viz.networks.network import network

ROOT = Path(__file__).parents[2]
DRAWING = """
import webbrowser
webbrowser.open = lambda address: True
from autodiff import Value
import viz
y = Value(2.0, label="x") * 3
picture = viz.draw(y, highlight=y.parents[0])
assert picture.source in viz.draw(y, highlight=y.parents[0]).source
assert len(viz.steps(y)) == 2 and str(viz.tree(y)) and viz.show(y).stat().st_size
"""
FILES = ["", "raise RuntimeError('it was run')", "class Module: pass"]


def run_in(folder, program):
    """Run a program in a folder, whose files come before all others, as in a session there."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_import_brings_neither_networks_nor_what_they_need(tmp_path):
    result = run_in(tmp_path, "import viz, sys; print(*sys.modules)")
    assert not {"nn", "numpy", "matplotlib"} & set(result.stdout.split())


@pytest.mark.parametrize("content", FILES)
def test_graphs_are_drawn_beside_a_file_called_nn(tmp_path, content):
    (tmp_path / "nn.py").write_text(content)
    assert run_in(tmp_path, DRAWING).stderr == ""


@pytest.mark.parametrize("content", FILES)
def test_a_picture_of_a_network_names_the_file_in_its_way(tmp_path, content):
    file = tmp_path / "nn.py"
    file.write_text(content)
    for program in ("import viz; viz.network", "from viz import weights"):
        error = run_in(tmp_path, program).stderr
        assert f"got {file}: rename that file, or run from another folder" in error
        assert "it was run" not in error


def test_pictures_of_networks_are_listed_and_found():
    assert set(viz.__all__) <= set(dir(viz))
    assert viz.network is network
    with pytest.raises(AttributeError, match="module 'viz' has no attribute 'no_picture'"):
        viz.no_picture  # noqa: B018
