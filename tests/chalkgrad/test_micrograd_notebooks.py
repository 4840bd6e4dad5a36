"""Notebooks in micrograd's manner print the same with micrograd and with chalkgrad.micrograd."""

from __future__ import annotations

import ast
import contextlib
import io
import re

import pytest

from tests.chalkgrad.micrograd_notebooks import demand_same, sources

pytest.importorskip("micrograd")


def _run(name: str, *, theirs: bool, **settings: object) -> tuple[str, dict[str, object]]:
    """Run a notebook's cells and return what it printed and showed, and its names."""
    names: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for number, source in enumerate(sources(name, theirs=theirs, **settings)):
            tree, last = ast.parse(source), None
            if isinstance(tree.body[-1], ast.Expr):
                last = ast.Expression(tree.body.pop().value)
            exec(compile(tree, f"<{name} {number}>", "exec"), names)  # noqa: S102 ours
            if last is not None:
                shown = eval(compile(last, f"<{name} {number}>", "eval"), names)  # noqa: S307 ours
                if shown is not None:
                    printed.write(f"{shown!r}\n")
    return printed.getvalue(), names


def _compare(name: str, **settings: object) -> tuple[dict[str, object], dict[str, object]]:
    ours, our_names = _run(name, theirs=False, **settings)
    theirs, their_names = _run(name, theirs=True, **settings)
    demand_same(ours, theirs)
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
