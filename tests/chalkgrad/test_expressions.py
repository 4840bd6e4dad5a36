"""The command line, as a person uses it: output compared exactly, errors that point."""

from __future__ import annotations

import builtins
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import chalkgrad
from autodiff import TABLE, Value
from autodiff.errors import FormulaError
from autodiff.from_text import named_values, read
from chalkgrad.cli.main import main

ROOT = Path(__file__).parents[2]
LINE = """\
name  expression  value  local derivatives    adjoint
────  ──────────  ─────  ───────────────────  ───────
x                 2                           -3
w                 -3                          2
v1    x * w       -6     ∂/∂x = -3, ∂/∂w = 2  1
v2    v1 + 7      1      ∂/∂v1 = 1            1

Gradient check
by  backpropagation  differences  relative error  verdict
"""


def test_an_expression_prints_its_table_and_its_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x*w + 7", "x=2", "w=-3"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(LINE)
    assert out.count("agrees") == 2
    assert err == ""


def test_second_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x**3", "x=2", "--order", "2"]) == 0
    assert "x, x  12  " in capsys.readouterr().out.replace("               ", "  ")


def test_an_expression_may_begin_with_a_minus_sign(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-x**2", "x=-3"]) == 0
    assert "v2    -v1" in capsys.readouterr().out


def test_a_kink_is_shown_with_its_slopes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["relu(x)", "x=0"]) == 0
    assert "kink: slope 0 on the left, 1 on the right" in capsys.readouterr().out


def test_bindings_name_their_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log(1 + exp(-z)), z = w*x", "w=0.5", "x=1.5"]) == 0
    assert "\nz     w * x" in capsys.readouterr().out


def test_a_value_that_is_not_used_is_noted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x", "x=1", "y=2"]) == 0
    assert capsys.readouterr().err == "note: y does not occur in the expression\n"


def test_pictures_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    assert main(["x*2", "x=1", "--draw", str(svg), "--draw", str(png)]) == 0
    assert svg.read_text().count("<g ") > 3
    assert png.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {svg}\nwrote {png}\n" in capsys.readouterr().out


def test_a_page_to_explore_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.html"
    assert main(["x*2", "x=1", "--explore", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "<title>x*2: step through its gradient</title>" in text
    assert capsys.readouterr().out.endswith(f"wrote {path}\n")
    assert main(["x*2", "x=1", "--explore", "page.svg"]) == 2
    assert "expected a path that ends in .html or .htm" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["tanhh(x)", "x=1"],
            "unknown function 'tanhh'; did you mean 'tanh'?\n    tanhh(x)\n    ^^^^^\n",
        ),
        (["x + yy", "x=1"], "unknown name 'yy' (the names are: x)\n    x + yy\n        ^^\n"),
        (["x.real", "x=1"], "there are no attributes"),
        (["__import__(os)"], "unknown function '__import__'"),
        (["x^2", "x=1"], "a power is written x**y"),
        (["x", "x=two"], "'two' is not a number\n    x=two\n      ^^^\n"),
        (["x", "x"], "a value is given as name=number"),
        (["x", "1x=2"], "'1x' is not a name"),
        (["tanh", "tanh=2"], "'tanh' is a function or constant"),
        (["x", "x=1", "x=2"], "'x' is given twice"),
        (["dot(x, x)", "x=1"], "one element or more for each of w, x in dot"),
        (["x", "x=1", "--draw", "a.bmp"], "bmp"),
        (["x", "x=1", "--draw", "no/such/folder/a.svg"], "no/such/folder"),
        ([""], "the formula is empty"),
        (["trian", "digits"], "got trian: did you mean `chalkgrad train`?"),
        (["help"], "got help: did you mean `chalkgrad --help`?"),
        (["tran"], "got tran: did you mean `chalkgrad train`?"),
        (["3", "--why", "v1"], "--why asks for a name of the expression: it has none\n"),
    ],
)
def test_errors_point_and_exit_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("chalkgrad: ")
    assert message in err
    assert "Traceback" not in err


def test_help_lists_the_functions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "logsumexp" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--foo"], "unrecognized arguments: --foo"),
        (["x", "--drow=a.svg", "x=1"], "unrecognized arguments: --drow (did you mean --draw?)"),
        (["--order", "2"], "the following arguments are required: expression\n"),
    ],
)
def test_the_option_at_fault_is_named(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.endswith(f"chalkgrad: error: {message.rstrip()}\n")


@pytest.mark.parametrize("words", [["--draw", "-x.svg"], ["--draw=-x.svg"]])
def test_the_name_of_a_picture_may_begin_with_a_minus_sign(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["x*2", "x=1", *words]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["-x.svg"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (".svg", "got '.svg': write 'graph.svg'"),
        ("", "expected a path to save to, got an empty one"),
        ("no/b.png", "'no/b.png' (No such file or directory): make the folder no first"),
    ],
)
def test_every_path_is_judged_before_anything_is_printed_or_drawn(
    wrong: str,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["x*2", "x=1", "--draw", "ok.svg", "--draw", wrong]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "colour"),
    [
        ("'x*2' x=1 --draw a.svg --draw b.svg", {}),
        ("'x*2' x=1 --draw a.svg --draw b.svg", {"FORCE_COLOR": "1"}),
        ("train xor --epochs 3 --save a.safetensors", {}),
    ],
)
def test_a_closed_pipe_drops_no_file(words: str, colour: dict[str, str], tmp_path: Path) -> None:
    if "--save" in words:
        pytest.importorskip("safetensors")
    program = f"{sys.executable} -u -m chalkgrad {words} | true; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", program],  # noqa: S607 a pipe
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **colour},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, "")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == re.findall(r"[ab]\.\w+", words)


@pytest.mark.parametrize("closed", ["<&-", "</dev/null >&-"])
def test_a_session_needs_its_streams(closed: str) -> None:
    result = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m chalkgrad {closed}"],  # noqa: S607 a shell closes
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 2
    assert result.stderr.startswith("chalkgrad: expected standard input and output, got a closed")
    assert result.stderr.count("\n") == 1


def test_a_session_completes_names_and_says_which_are_python_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readline = pytest.importorskip("readline")
    monkeypatch.setitem(sys.modules, "IPython", None)
    opened: dict[str, Any] = {}
    monkeypatch.setattr("code.interact", lambda **given: opened.update(given))
    before = readline.get_completer()
    try:
        assert main([]) == 0
        assert readline.get_completer()("why_z", 0) == "why_zero("
    finally:
        readline.set_completer(before)
    both = {name for name in dir(chalkgrad) if hasattr(builtins, name) and name[0] != "_"}
    assert both == {"compile", "pow", "round", "sum"}
    assert both & opened["local"].keys() == {"compile"}
    assert opened["local"]["compile"] is chalkgrad.compile
    assert "Only pow, round and sum are still Python's" in opened["banner"]


def test_as_a_module_and_into_a_closed_pipe() -> None:
    command = f'{sys.executable} -m chalkgrad "x*x" x=3 | head -1'
    result = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 a pipe
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert result.stdout.startswith("name  expression")
    assert result.stderr == ""


def test_without_arguments_a_session_with_everything_imported() -> None:
    typed = "x = Value(3.0)\ny = tanh(x) * x\ny.backward()\nprint(f'{x.grad:.4f}', nn.MLP, draw)\n"
    blocked = (
        "import sys; sys.modules['IPython'] = None\nfrom chalkgrad.cli.main import main; main([])"
    )
    result = subprocess.run(
        [sys.executable, "-c", blocked],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "1.0247" in result.stdout
    assert "Value, grad, check, trace, MLP" in result.stderr


def test_constants_and_comparisons_in_expressions() -> None:
    x = Value(2.0, label="x")
    assert read("pi", {}).data == pytest.approx(3.141592653589793)
    assert read("where(x > 1, x**2, -x)", {"x": x}).data == 4.0
    assert read("1 + 2", {}).parents == ()


def test_comparisons_in_expressions_stay_alive() -> None:
    x = Value(2.0, label="x")
    y = read("where(x > 1, x**2, -x)", {"x": x})
    x.data = 0.5
    y.recompute()
    assert y.data == -0.5


@pytest.mark.parametrize(
    ("text", "number"), [("1/3", 1 / 3), ("pi/2", math.pi / 2), ("-2**2", -4.0)]
)
def test_a_value_may_be_a_formula_without_names(text: str, number: float) -> None:
    assert named_values({"x": text})["x"].data == number


def test_values_are_numbers_of_any_notation() -> None:
    values = named_values({"a": "1e-3", "b": "-inf", "c": "2"})
    assert [values[name].data for name in "abc"] == [0.001, float("-inf"), 2.0]
    assert values["a"].label == "a"
    with pytest.raises(FormulaError, match="is not a number"):
        named_values({"a": "1,5"})


def test_a_derivative_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["(z - y)**2, z = w*x", "w=3", "x=2", "y=1", "--why", "w", "--why", "z"]) == 0
    out, _ = capsys.readouterr()
    assert out.endswith(
        "\n\n∂v2/∂w = 20, the product along the only path\n"
        "path  factor   formula  numbers  value\n"
        "────  ───────  ───────  ───────  ─────\n"
        "1     ∂v2/∂v1  2 * v1   2 * 5    10\n"
        "      ∂v1/∂z   1                 1\n"
        "      ∂z/∂w    x        2        2\n"
        "      product                    20\n"
        "\n∂v2/∂z = 10, the product along the only path\n"
        "path  factor   formula  numbers  value\n"
        "────  ───────  ───────  ───────  ─────\n"
        "1     ∂v2/∂v1  2 * v1   2 * 5    10\n"
        "      ∂v1/∂z   1                 1\n"
        "      product                    10\n"
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["relu(w*x)", "w=3", "x=-2"], "off    relu at v1 is off (v1 = -6)  1 of 1"),
        (
            ["sqrt(w)*x", "w=0", "x=-2"],
            "it begins at adjoint of w, in the backward pass",
        ),
        (["x*2", "w=0", "x=-2"], "not connected"),
    ],
)
def test_a_derivative_of_0_or_nan_is_explained_too(
    words: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--why", "w"]) == 0
    assert text in capsys.readouterr().out


def test_a_name_that_does_not_occur_cannot_be_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["w*x", "w=3", "x=2", "--why", "q"]) == 2
    assert "--why asks for a name of the expression: w, x\n" in capsys.readouterr().err


def test_the_names_of_textbooks() -> None:
    x = Value(0.3, label="x")
    pairs = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arsinh": "asinh"}
    for other, name in {**pairs, "arcosh": "acosh", "artanh": "atanh"}.items():
        read_value, wanted = read(f"{other}(x)", {"x": x}), read(f"{name}(x)", {"x": x})
        assert read_value.operation is wanted.operation
    assert read("max(x, 1) + min(x, 1)", {"x": x}).data == 1.3


def test_e_is_a_number_unless_it_is_a_name() -> None:
    x = Value(2.0, label="x")
    power = read("e**x", {"x": x})
    assert power.operation is TABLE["exp"]
    assert read("e*x", {"x": x}).data == 2 * math.e
    assert read("e**x", {"x": x, "e": Value(3.0)}).data == 9.0
    assert read("e**x, e = x + 1", {"x": x}).data == 9.0
    assert read("π*x", {"x": x}).data == 2 * math.pi
