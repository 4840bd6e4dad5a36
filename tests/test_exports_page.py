"""The page of ways out: its commands, and the examples that need packages of others, are true."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.autodiff.formula.other_languages import needs_gcc, needs_node

PAGE = (Path(__file__).parents[1] / "docs" / "exports.md").read_text(encoding="utf-8")
FIRST, *OTHERS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
SECTIONS = {section.partition("\n")[0]: section for section in OTHERS}
WANTED = {"ONNX": "onnxruntime", "JAX, and StableHLO": "jax", "PyTorch": "torch"}


def run_examples(title: str) -> None:
    """Run the examples of a section with those that it builds on; none is skipped."""
    text = FIRST + SECTIONS["A file"] + SECTIONS["C"] * (title == "JavaScript") + SECTIONS[title]
    test = doctest.DocTestParser().get_doctest(
        text.replace("  # doctest: +SKIP", ""), {}, title, None, 0
    )
    failed = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed
    assert not failed


@pytest.mark.parametrize(
    "title", [pytest.param("C", marks=needs_gcc), pytest.param("JavaScript", marks=needs_node)]
)
def test_the_commands_print_what_the_page_shows(title, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_examples(title)
    (console,) = re.findall(r"```console\n(.*?)```", SECTIONS[title], re.DOTALL)
    for block in console.split("$ ")[1:]:
        line, _, shown = block.partition("\n")
        command = shlex.split(line)
        if command[0] == "cat":
            Path(command[1]).write_text(shown, encoding="utf-8")
            continue
        assert shutil.which(command[0])
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout == shown


@pytest.mark.peers
@pytest.mark.parametrize("title", WANTED)
def test_the_examples_with_other_packages(title, tmp_path, monkeypatch) -> None:
    pytest.importorskip(WANTED[title])
    if title == "ONNX":
        pytest.importorskip("onnx")
    monkeypatch.chdir(tmp_path)
    run_examples(title)


def test_every_way_of_the_table_has_a_section() -> None:
    ways = re.findall(r"^\| ([\w-]+) \|", FIRST, re.MULTILINE)
    titles = " ".join(SECTIONS)
    assert [way for way in ways if way not in {"to", "a"} and way not in titles] == []
    assert len(ways) >= 7
