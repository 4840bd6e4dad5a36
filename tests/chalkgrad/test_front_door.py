"""`import chalkgrad`: every public name, the two that clash, and files that hide a package."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from rlcompleter import Completer

import pytest

import autodiff
import chalkgrad
import nn
import viz
from autodiff.extend import engine_in_use
from chalkgrad.cli.main import main

ROOT = Path(__file__).parents[2]
PACKAGES = (autodiff, nn, viz)


def test_every_public_name_is_an_attribute() -> None:
    for package in PACKAGES:
        assert getattr(chalkgrad, package.__name__) is package
    for package in reversed(PACKAGES):  # where two clash, the first has the name
        for name in package.__all__:
            first = next(p for p in PACKAGES if name in p.__all__)
            assert getattr(chalkgrad, name) is getattr(first, name), name


def test_two_names_clash_and_no_other() -> None:
    clashes = {
        (name, first.__name__, second.__name__)
        for first, second in combinations(PACKAGES, 2)
        for name in set(first.__all__) & set(second.__all__)
        if getattr(first, name) is not getattr(second, name)
    }
    assert clashes == {("lint", "autodiff", "nn"), ("pulls", "nn", "viz")}
    assert chalkgrad.lint is autodiff.lint
    assert chalkgrad.pulls is nn.pulls
    for name, *_ in clashes:
        assert f"`chalkgrad.{name}`" in re.sub(r"\s+", " ", chalkgrad.__doc__ or "")


def test_names_are_listed_and_completed() -> None:
    public = {name for package in PACKAGES for name in package.__all__}
    assert public | {"autodiff", "nn", "viz", "__version__"} <= set(dir(chalkgrad))
    assert "import_module" not in dir(chalkgrad)
    completer = Completer({"chalkgrad": chalkgrad})
    assert completer.complete("chalkgrad.why_z", 0) == "chalkgrad.why_zero("


def test_names_are_imported_one_by_one_or_all() -> None:
    names: dict[str, object] = {}
    exec("from chalkgrad import Value, MLP, draw", names)  # noqa: S102
    assert names["Value"] is autodiff.Value
    assert names["MLP"] is nn.MLP
    assert names["draw"] is viz.draw
    exec("from chalkgrad import *", names)  # noqa: S102
    assert names["why_zero"] is autodiff.why_zero
    assert "import_module" not in names


def test_what_comes_through_the_door_can_be_pickled() -> None:
    net = pickle.loads(pickle.dumps(chalkgrad.MLP(2, [1], seed=1)))
    assert type(net) is nn.MLP
    assert type(pickle.loads(pickle.dumps(chalkgrad.Value(2.0)))) is autodiff.Value


def test_a_name_that_is_unknown_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'chalkgrad' has no attribute 'Valu'"):
        _ = chalkgrad.Valu
    assert not hasattr(chalkgrad, "__wrapped__")


def test_an_import_of_the_door_imports_no_package() -> None:
    program = "import chalkgrad, sys; hasattr(chalkgrad, '__wrapped__'); print(*sys.modules)"
    loaded = run_in(ROOT, program).stdout.split()
    assert "chalkgrad" in loaded
    assert not {"autodiff", "nn", "viz"} & set(loaded)


def run_in(folder: Path, program: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program whose working directory comes first where modules are looked for."""
    path = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(ROOT)!r}]; "
    return subprocess.run(
        [sys.executable, "-c", path + program],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("hidden", "use"),
    [
        ("nn", "MLP"),
        ("nn", "nn"),
        ("viz", "draw"),
        ("autodiff", "Value"),
        ("autodiff", "MLP"),
        ("autodiff", "draw"),
    ],
)
def test_a_file_that_hides_a_package_is_named_and_not_run(hidden, use, tmp_path) -> None:
    file = tmp_path / f"{hidden}.py"
    file.write_text("raise SystemExit('it was run')")
    error = run_in(tmp_path, f"import chalkgrad; chalkgrad.{use}").stderr
    assert f"expected the package {hidden} of chalkgrad ({ROOT / hidden}" in error
    assert f"got {file}: rename that file, or run from another folder: it hides {hidden}" in error
    assert "it was run" not in error


def test_beside_a_file_nn_the_rest_works(tmp_path) -> None:
    (tmp_path / "nn.py").write_text("raise SystemExit('it was run')")
    program = (
        "import chalkgrad; print(chalkgrad.draw, chalkgrad.Value)\n"
        "from chalkgrad.cli.main import main\n"
        "print(main(['x*2', 'x=1', '--draw', 'x.svg']), main(['train', 'xor']))"
    )
    result = run_in(tmp_path, program)
    assert result.stdout.endswith("wrote x.svg\n0 2\n")
    message = f"chalkgrad: expected the package nn of chalkgrad ({ROOT / 'nn'}"
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def test_beside_a_file_nn_names_are_listed_and_a_session_opens(tmp_path) -> None:
    (tmp_path / "nn.py").write_text("raise SystemExit('it was run')")
    program = (
        "import sys; sys.modules['IPython'] = None; import chalkgrad\n"
        "print(hasattr(chalkgrad, 'nosuch'), {'draw', 'nn'} & set(dir(chalkgrad)))\n"
        "from chalkgrad.cli.main import main; main([])"
    )
    result = run_in(tmp_path, program, typed="print(draw, grad)")
    assert result.stdout.startswith("False {'draw'}\n")
    assert "<function draw" in result.stdout
    assert "are imported" in result.stderr
    assert "Error" not in result.stderr


@pytest.mark.parametrize("words", [[], ["x", "x=1"], ["--help"], ["train", "xor"], ["--version"]])
def test_beside_a_file_autodiff_there_is_one_line(words, tmp_path) -> None:
    file = tmp_path / "autodiff.py"
    file.write_text("raise SystemExit('it was run')")
    program = f"from chalkgrad.cli.main import main; sys.exit(main({words}))"
    result = run_in(tmp_path, program)
    if words == ["--version"]:
        assert (result.returncode, result.stderr) == (0, "")
        return
    assert result.returncode == 2
    assert result.stderr.startswith("chalkgrad: expected the package autodiff of chalkgrad")
    assert result.stderr.endswith(": it hides autodiff\n")
    assert result.stderr.count("\n") == 1


def test_the_version_and_the_engine(capsys) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"chalkgrad {chalkgrad.__version__} ({engine_in_use})\n"
    program = subprocess.run(
        [sys.executable, "-m", "chalkgrad", "--version"],
        cwd=ROOT,
        env={**os.environ, "CHALKGRAD_PURE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    why = "pure Python, because CHALKGRAD_PURE is set"
    assert program.stdout == f"chalkgrad {chalkgrad.__version__} ({why})\n"
