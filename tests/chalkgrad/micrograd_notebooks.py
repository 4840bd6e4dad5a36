"""The code of the notebooks in micrograd's manner for either package, and outputs compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "notebooks"
DOOR = re.compile(r"^from chalkgrad\.micrograd import (.+)$", re.MULTILINE)
NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:e[-+]?\d+)?")


def sources(name: str, *, theirs: bool, **settings: object) -> list[str]:
    """Return the code of each cell.

    Args:
        name: of the notebook.
        theirs: whether micrograd is imported instead of chalkgrad.
        settings: what some variables are set to instead.
    """
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(DOOR.findall("\n".join(codes))) == 1
    for key, value in settings.items():
        pattern = re.compile(rf"^{key} = .*$", re.MULTILINE)
        codes = [pattern.sub(f"{key} = {value!r}", code) for code in codes]
    return [DOOR.sub(_theirs, code) for code in codes] if theirs else codes


def _theirs(match: re.Match[str]) -> str:
    layers = ", ".join(name for name in match[1].split(", ") if name != "Value")
    return f"from micrograd.engine import Value; from micrograd.nn import {layers}"


def demand_same(ours: str, theirs: str) -> None:
    """Compare texts: numbers to 12 digits, the rest exactly, but for the breaks of lines."""
    assert NUMBER.sub("#", ours).split() == NUMBER.sub("#", theirs).split()
    numbers = [float(text) for text in NUMBER.findall(ours)]
    expected = [float(text) for text in NUMBER.findall(theirs)]
    assert len(numbers) > 20
    assert numbers == pytest.approx(expected, rel=1e-12, abs=1e-12)
