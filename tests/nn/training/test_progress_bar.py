"""The progress bar: silent without a terminal; loss, accuracy, rate, speed, time left with one."""

from __future__ import annotations

import errno
import io
import os
import re
import sys

import pytest

from nn import MLP, Record, fit
from nn.training.progress_bar import Notebook, progress_bar

CORNERS = [([a, b], [float(a == b), float(a != b)]) for a in (0.0, 1.0) for b in (0.0, 1.0)]


def run(**settings) -> None:
    fit(MLP(2, [2]), CORNERS, epochs=3, batch_size=1, learning_rate=0.25, **settings)


@pytest.fixture
def terminal(monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")


def test_without_a_terminal_there_is_silence(capsys, monkeypatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    run()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("terminal")
def test_steps_without_accuracy_leave_that_of_the_bar_as_it_is(capsys) -> None:
    with progress_bar(9, 1, wanted=True) as bar:
        for step in range(1, 10):
            bar.show(Record(1, step, 9, 0.5, 0.75 if step % 4 == 1 else None))
    assert "accuracy  75.0%" in capsys.readouterr().out


@pytest.mark.usefixtures("terminal")
def test_on_request_there_is_silence(capsys) -> None:
    run(progress=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_there_is_a_bar(capsys) -> None:
    run()
    out = capsys.readouterr().out
    for text in ("epoch 3", "loss 0.", "accuracy", "%", "rate 0.25", "steps/s", "left", "━"):
        assert text in out


@pytest.mark.usefixtures("terminal")
def test_a_bar_that_cannot_be_shown_is_no_end_of_the_training(monkeypatch) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sys, "stdout", Full())
    net = MLP(2, [2], seed=0)
    before = net.state_dict()
    history = fit(net, CORNERS, epochs=3, batch_size=1, learning_rate=0.25)
    assert len(history) == 12
    assert net.state_dict() != before


@pytest.mark.usefixtures("terminal")
def test_where_there_is_no_output_there_is_no_bar(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    run()


@pytest.mark.usefixtures("terminal")
def test_on_a_narrow_terminal_there_are_the_numbers_that_fit(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    run()
    out = capsys.readouterr().out
    assert "…" not in out
    assert re.search(r"epoch 3/3  loss 0\.\d+  accuracy +\d+\.\d%", out)


def test_a_notebook_shows_each_number_with_its_name() -> None:
    assert (
        Notebook()
        ._bundle(0, ["accuracy  38.5%", "rate 0.1"], "")["text/plain"]
        .endswith("steps · accuracy 38.5% · rate 0.1")
    )
