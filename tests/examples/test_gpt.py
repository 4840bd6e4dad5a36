"""The small GPT: its compiled losses are those of the eager engine, and it learns."""

from __future__ import annotations

import random
import sys
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def gpt():
    spec = spec_from_file_location("gpt", FOLDER / "gpt.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def engines(gpt, names):
    letters = "".join(sorted(set("".join(names))))
    return [kind(gpt.GPT(letters), names) for kind in (gpt.Compiled, gpt.Eager)]


def test_compiled_losses_are_those_of_the_eager_engine(gpt) -> None:
    names = ["emma", "jo", "a", "christopherxavier", "maximilianalexander", "eve"]
    compiled, eager = engines(gpt, names)
    found = [list(gpt.train(engine, len(names), 8)) for engine in (compiled, eager)]
    assert found[0] == pytest.approx(found[1], rel=1e-9)
    assert compiled.parameters == pytest.approx(eager.parameters, rel=1e-6, abs=1e-9)


def test_it_learns_names_and_writes_new_ones(gpt) -> None:
    names = gpt.read_names(FOLDER / "names.txt")
    assert len(names) == 5163
    model = gpt.GPT("abcdefghijklmnopqrstuvwxyz")
    assert len(model.parameters()) == 4192
    engine = gpt.Compiled(model, names)
    losses = list(islice(gpt.train(engine, len(names), 1000), 300))
    assert sum(losses[:5]) / 5 > 3.0
    assert sum(losses[-100:]) / 100 < 2.6
    engine.store()
    written = [model.sample(random.Random(seed)) for seed in range(5)]
    assert all(name.isalpha() and len(name) <= gpt.CONTEXT for name in written if name)
    assert len(set(written)) > 1


def test_a_sample_continues_as_the_loss_expects(gpt) -> None:
    """After training on one name alone, that name is what it writes."""
    model = gpt.GPT("an")
    engine = gpt.Compiled(model, ["anna"])
    assert list(gpt.train(engine, 1, 100))[-1] < 0.05
    engine.store()
    assert model.sample(random.Random(0)) == "anna"
    assert engine.tokens[0].tolist() == [0, 1, 2, 2, 1]


@pytest.mark.parametrize("options", [["--steps", "3"], ["--steps", "3", "--eager"]])
def test_the_program_prints_losses_and_names(gpt, options, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["gpt.py", *options])
    gpt.main()
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "5,163 names, 4,192 parameters"
    assert "step    3  loss 3.2" in printed[2]
    assert printed[3].count(",") == 19
