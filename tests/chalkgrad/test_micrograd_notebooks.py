"""Notebooks in micrograd's manner print the same with micrograd and with chalkgrad.micrograd."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path

import pytest

pytest.importorskip("micrograd")

FOLDER = Path(__file__).parent / "notebooks"
DOOR = re.compile(r"^from chalkgrad\.micrograd import (.+)$", re.MULTILINE)
NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:e[-+]?\d+)?")


def _theirs(match: re.Match[str]) -> str:
    names = match[1].split(", ")
    layers = ", ".join(name for name in names if name != "Value")
    return f"from micrograd.engine import Value; from micrograd.nn import {layers}"


def _run(name: str, *, theirs: bool, **settings: object) -> tuple[str, dict[str, object]]:
    """Run a notebook's cells and return what it printed, and its names."""
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(DOOR.findall("\n".join(sources))) == 1
    names: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for number, source in enumerate(sources):
            code = DOOR.sub(_theirs, source) if theirs else source
            for key, value in settings.items():
                code = re.sub(rf"^{key} = .*$", f"{key} = {value!r}", code, flags=re.MULTILINE)
            exec(compile(code, f"<{name} {number}>", "exec"), names)  # noqa: S102 ours
    return printed.getvalue(), names


def _compare(name: str, **settings: object) -> tuple[dict[str, object], dict[str, object]]:
    ours, our_names = _run(name, theirs=False, **settings)
    theirs, their_names = _run(name, theirs=True, **settings)
    assert NUMBER.sub("#", ours) == NUMBER.sub("#", theirs)
    numbers = [float(text) for text in NUMBER.findall(ours)]
    expected = [float(text) for text in NUMBER.findall(theirs)]
    assert len(numbers) > 20
    assert numbers == pytest.approx(expected, rel=1e-12, abs=1e-12)
    return our_names, their_names


@pytest.fixture
def methods_as_before():
    """The lecture puts methods into the class: take them out again."""
    from micrograd.engine import Value as Theirs  # noqa: PLC0415

    from chalkgrad.micrograd import Value  # noqa: PLC0415

    yield
    for kind in (Value, Theirs):
        for name in ("tanh", "exp"):
            if name in vars(kind):
                delattr(kind, name)


def _labels(dot) -> list[str]:
    return sorted(re.findall(r'label="?([^"\]]+)', dot.source))


def test_two_moons() -> None:
    _compare("two_moons", steps=2)


@pytest.mark.peers
def test_all_steps_of_two_moons() -> None:
    _compare("two_moons")


def test_the_graph_drawn_by_hand() -> None:
    ours, theirs = _compare("trace_graph")
    for name in ("product", "long_graph", "neuron"):
        assert _labels(ours[name]) == _labels(theirs[name])
        assert ours[name].source.count("->") == theirs[name].source.count("->")
    assert len(_labels(ours["long_graph"])) > 40


@pytest.mark.usefixtures("methods_as_before")
def test_the_lecture() -> None:
    _compare("lecture")


def test_a_wrong_number_would_show(monkeypatch) -> None:
    from chalkgrad.micrograd import Value  # noqa: PLC0415

    monkeypatch.setattr(Value, "__neg__", lambda self: self * -1.00000001)
    with pytest.raises(AssertionError):
        _compare("trace_graph")
