"""`python -m nn train digits`: a short run, its errors, its exit codes."""

from __future__ import annotations

import re

import pytest

from nn import __main__ as program
from nn.__main__ import main
from nn.data import Examples, Split
from nn.errors import MissingPackageError


@pytest.fixture
def few_digits(monkeypatch) -> None:
    """Two images that are easily told apart, instead of the real ones."""
    images = [[1.0] * 32 + [0.0] * 32, [0.0] * 32 + [1.0] * 32]
    targets = [[float(digit == label) for digit in range(10)] for label in (0, 1)]
    part = Examples(images * 10, targets * 10)
    monkeypatch.setattr(program, "digits", lambda: Split(part, part[:2]))


@pytest.mark.usefixtures("few_digits")
def test_without_a_terminal_there_is_one_line_for_each_epoch(capsys) -> None:
    assert main(["train", "digits", "--layers", "4", "3", "--epochs", "2", "--seed", "1"]) == 0
    first, one, two, last = capsys.readouterr().out.splitlines()
    assert first == "MLP of 64 -> 4 tanh -> 3 tanh -> 10 linear, 315 parameters"
    assert re.fullmatch(r"epoch 1/2  loss [\d.]+ +accuracy +\d+\.\d%", one)
    assert re.fullmatch(r"epoch 2/2  loss [\d.]+ +accuracy +\d+\.\d%", two)
    assert re.fullmatch(
        r"\d of 2 held-out images read rightly: accuracy \d+\.\d% after \d+ s", last
    )


@pytest.mark.usefixtures("few_digits")
def test_two_runs_with_one_seed_say_the_same(capsys) -> None:
    outputs = []
    for _ in range(2):
        main(["train", "digits", "--epochs", "3", "--seed", "2", "--layers"])
        outputs.append(re.sub(r"after \d+ s", "", capsys.readouterr().out))
    assert outputs[0] == outputs[1]
    assert "64 -> 10 linear" in outputs[0]


@pytest.mark.usefixtures("few_digits")
def test_on_a_terminal_there_is_a_bar(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["train", "digits", "--epochs", "1", "--layers", "2"]) == 0
    out = capsys.readouterr().out
    assert "epoch 1/1" in out
    assert "left" in out
    assert "━" in out


def test_the_real_digits_are_learnt(capsys) -> None:
    pytest.importorskip("sklearn")
    assert main(["train", "digits", "--layers", "--epochs", "2"]) == 0
    match = re.search(r"accuracy (\d+\.\d)% after", capsys.readouterr().out)
    assert match is not None
    assert float(match[1]) >= 85


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["train"], "the following arguments are required: dataset"),
        (["train", "letters"], "invalid choice: 'letters'"),
        (["train", "digits", "--epochs", "many"], "--epochs: invalid int value: 'many'"),
        (["train", "digits", "--speed", "1"], "unrecognized arguments: --speed"),
        (["train", "digits", "--activation", "rleu"], "got str 'rleu': did you mean 'relu'?"),
        (["train", "digits", "--layers", "0"], "the number of neurons, got int 0"),
        (["train", "digits", "--epochs", "0"], "the number of epochs, got int 0"),
        (["train", "digits", "--batch-size", "-1"], "the batch size, got int -1"),
        (["train", "digits", "--learning-rate", "0"], "the learning rate, got float 0.0"),
    ],
)
@pytest.mark.usefixtures("few_digits")
def test_bad_arguments_are_explained_with_exit_code_2(arguments, message, capsys) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"]])
def test_help_is_no_failure(arguments, capsys) -> None:
    assert main(arguments) == 0
    assert "usage: python -m nn" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "stopped before the end"),
        (MissingPackageError("scikit-learn", "none", "pip install"), 2, "expected scikit-learn"),
    ],
)
def test_interruptions_and_missing_packages_end_in_one_line(
    raised, code, message, capsys, monkeypatch
) -> None:
    def interrupted() -> Split:
        raise raised

    monkeypatch.setattr(program, "digits", interrupted)
    assert main(["train", "digits"]) == code
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
