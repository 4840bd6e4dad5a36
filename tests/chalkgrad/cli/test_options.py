"""Options stand anywhere, also around a command on networks."""

from __future__ import annotations

import re

import pytest

from autodiff import FileError
from chalkgrad.cli.main import main
from chalkgrad.cli.network_parser import parsed
from chalkgrad.cli.paths import demand_readable

TRAIN = ["train", "xor", "--epochs", "1", "--layers", "4", "--limit", "20"]


@pytest.mark.parametrize(
    "words",
    [
        ["train", "--epochs", "1", "xor", "--layers", "4", "--limit", "20"],
        ["train", "--epochs", "1", "--limit", "20", "--layers", "4", "xor"],
        ["--epochs", "1", "--layers", "4", "train", "--limit", "20", "xor"],
    ],
)
def test_the_options_of_a_training(words, capsys):
    shown = []
    for each in (TRAIN, words):
        assert main(each) == 0
        shown.append(capsys.readouterr().out.partition(" after ")[0])
    assert shown[0] == shown[1]


def test_the_sizes_of_layers_end_at_a_data_set():
    assert parsed(["train", "--layers", "8", "4,", "moons"]).dataset == "moons"
    assert parsed(["train", "--layers", "8", "4,", "moons"]).layers == [[8], [4]]
    assert parsed(["train", "moons", "--layers"]).layers == []


def test_a_name_like_a_command_is_a_name(capsys):
    assert main(["--why", "train", "train*2", "train=3"]) == 0
    assert "∂v1/∂train = 2" in capsys.readouterr().out


def test_a_mistyped_option_of_a_command_gets_a_hint(capsys):
    assert main(["train", "xor", "--epoks", "3"]) == 2
    message = "error: unrecognized arguments: --epoks 3 (did you mean --epochs?)\n"
    assert capsys.readouterr().err.endswith(message)


def test_a_file_to_read_is_missing_or_a_folder(tmp_path):
    with pytest.raises(FileError, match=r"that can be read, got .*\(No such file"):
        demand_readable(tmp_path / "none.png")
    with pytest.raises(FileError, match=r"\(Is a directory\): name another file"):
        demand_readable(tmp_path)
    file = tmp_path / "some.png"
    file.write_bytes(b"")
    demand_readable(file)


@pytest.mark.parametrize(
    "words", [["x*y", "--wy", "x", "x=3", "y=1"], ["train", "xor", "--learning-rate", "fast"]]
)
def test_an_error_of_the_options_fits_a_narrow_terminal(words, capsys, monkeypatch):
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert main(words) == 2
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= 40
    assert "error:" in " ".join(lines)


@pytest.mark.parametrize("other", [["--why", "x"], ["--draw", "graph.svg"], ["--order", "2"]])
def test_practice_stands_alone(other, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["x*y", "x=3", "y=1", "--practice", *other]) == 2
    assert "expected --practice alone, got another option" in capsys.readouterr().err


def test_a_pair_stands_on_one_line_of_a_narrow_terminal(capsys, monkeypatch):
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert main(["w*w", "w=3", "--order", "2"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["by", "w,", "w"] in lines


def test_practice_fits_a_narrow_terminal(capsys, monkeypatch):
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    lines = iter(["123456", "q"])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    assert main(["x*y", "x=123", "y=456", "--practice"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 40
    assert "    none of the mistakes tried gives\n    this number\n" in out


@pytest.mark.parametrize(
    "words", [["--help"], ["train", "--help"], ["predict", "--help"], ["play", "--help"]]
)
def test_help_fits_a_narrow_terminal_and_breaks_no_word(words, capsys, monkeypatch):
    def shown(columns):
        monkeypatch.setenv("COLUMNS", columns)
        assert main(words) == 0
        return capsys.readouterr().out

    narrow, wide = shown("40"), shown("80")
    assert max(map(len, narrow.splitlines())) <= 40
    assert max(map(len, wide.splitlines())) <= 80
    ours, theirs = (set(re.findall(r"[a-z_]{6,}", text)) for text in (narrow, wide))
    assert ours == theirs


def test_help_lists_only_functions_for_users(capsys):
    assert main(["--help"]) == 0
    words = set(re.findall(r"\w+", capsys.readouterr().out))
    assert {"sin", "abs", "gelu", "hypot"} <= words
    assert words.isdisjoint({"exp_difference", "direction_x", "gelu_gate", "mul", "sigmoid_slope"})
