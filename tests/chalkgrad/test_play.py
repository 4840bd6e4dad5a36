"""`chalkgrad play`: pages of data sets and of networks in files."""

from __future__ import annotations

import json
import re

import pytest

import nn
from chalkgrad.cli import choices as recipes
from chalkgrad.cli.main import main
from nn.data import Examples, Split


def facts_in(path) -> dict:
    """Return what the script of a page is told."""
    text = path.read_text(encoding="utf-8")
    [data] = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text)
    return json.loads(data)


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "xor"])
def test_points_are_played_with_from_the_first_step(name, tmp_path, capsys) -> None:
    page = tmp_path / "page.html"
    assert main(["play", name, "--save", str(page), "--limit", "50", "--batch-size", "all"]) == 0
    assert capsys.readouterr().out == f"wrote {page}\n"
    facts = facts_in(page)
    assert facts["networks"][0]["sizes"] == [2, 8, 8, 1]
    assert facts["batchSize"] == len(facts["classes"]["labels"]) == 50


def test_layers_and_settings_are_those_that_are_given(tmp_path) -> None:
    page = tmp_path / "page.html"
    words = ["--layers", "3,5", "--activation", "relu", "--learning-rate", "0.25", "--seed", "4"]
    assert main(["play", "moons", *words, "--save", str(page)]) == 0
    first, facts = facts_in(page)["networks"][0], facts_in(page)
    assert (first["sizes"], first["activations"]) == ([2, 3, 5, 1], ["relu", "relu", "linear"])
    assert facts["rate"] == 0.25
    net = nn.MLP(2, [3, 5, 1], initialiser="xavier_uniform", seed=4)
    assert first["parameters"] == [leaf.data for leaf in net.parameters()]


def test_a_network_for_images_is_trained_first(tmp_path, capsys, monkeypatch) -> None:
    images = [[1.0] * 32 + [0.0] * 32, [0.0] * 32 + [1.0] * 32]
    targets = [[float(digit == label) for digit in range(10)] for label in (0, 1)]
    part = Examples(images * 10, targets * 10)
    monkeypatch.setattr(recipes, "digits", lambda: Split(part, part[:2]))
    page = tmp_path / "page.html"
    assert main(["play", "digits", "--save", str(page), "--layers", "4", "--epochs", "30"]) == 0
    assert "for 30 epochs" in capsys.readouterr().out
    facts = facts_in(page)
    assert (facts["kind"], facts["loss"]) == ("image", "cross_entropy")
    first = facts["networks"][0]
    net = nn.MLP(64, first["sizes"][1:], activation=first["activations"])
    for leaf, number in zip(net.parameters(), first["parameters"], strict=True):
        leaf.data = number
    assert nn.accuracy(net, part) == 1


@pytest.mark.parametrize(
    ("name", "outputs", "options", "loss"),
    [
        ("moons.safetensors", 1, [], "mean_squared_error"),
        ("moons.safetensors", 2, [], "cross_entropy"),
        ("net.safetensors", 2, [], "cross_entropy"),
        ("net.safetensors", 2, ["--on", "spirals"], "cross_entropy"),
    ],
)
def test_a_network_in_a_file_goes_on(name, outputs, options, loss, tmp_path) -> None:
    net = nn.MLP(2, [3, outputs], activation="tanh", seed=1)
    net.save(tmp_path / name)
    page = tmp_path / "page.html"
    assert main(["play", str(tmp_path / name), "--save", str(page), *options]) == 0
    facts = facts_in(page)
    assert facts["networks"][0]["parameters"] == [leaf.data for leaf in net.parameters()]
    assert facts["loss"] == loss


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["mons"], "did you mean moons?"),
        (["none.safetensors"], "expected a readable file none.safetensors"),
        (["moons", "--save", "page.txt"], "write 'page.html'"),
        (["moons", "--epochs", "-1"], "the number of epochs"),
        (["moons", "--learning-rate", "0"], "the learning rate"),
    ],
)
def test_errors_take_one_line(words, message, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["play", *words]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_a_file_of_unknown_data_needs_their_name(capsys, tmp_path) -> None:
    nn.MLP(5, [2], seed=1).save(tmp_path / "net.safetensors")
    assert main(["play", str(tmp_path / "net.safetensors")]) == 2
    assert "--on moons" in capsys.readouterr().err
