"""The words of the command line: inputs, and the exact output on terminals of two widths.

The outputs are in tests/chalkgrad/expected, one file for each input and width; `make expected`
writes them anew.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from chalkgrad.cli.main import main

ROOT = Path(__file__).parents[3]
WIDTHS = (40, 120)
NEURON = "'tanh(x1*w1 + x2*w2 + b)' x1=2 x2=0 w1=-3 w2=1 b=6.8813735870195432"
WORDS = {
    "product": "'x*y' x=3 y=1",
    "options_last": "'x*y' x=3 y=1 --why x",
    "options_first": "--why x --order 2 'x*y' x=3 y=1",
    "options_between": "'x*y' --why x x=3 --why y y=1",
    "neuron": NEURON,
    "bindings": "'z*z + z, z = w*x' w=0.5 x=4",
    "minus_first": "'-x**2' x=3",
    "natural_logarithm": "'ln(x)' x=2",
    "power_of_e": "'e**x' x=1",
    "e_as_a_name": "'e*x' x=2 e=3",
    "pi": "'π*x' x=2",
    "absolute_value": "'||x| - 3|*|x|' x=2",
    "printed_signs": "'x \N{MINUS SIGN} 3·x÷2' x=2",
    "largest": "'max(x, y)' x=2 y=2",
    "kink": "'relu(x)' x=0",
    "gradient_of_zero": "'relu(x)*y' x=-1 y=2 --why y",
    "not_a_number": "'log(x - 1)*2' x=0.5 --why x",
    "unused_value": "x x=1 unused=2",
    "caret": "'x^2' x=2",
    "product_without_sign": "'2x' x=2",
    "name_before_parenthesis": "'x(y + 1)' x=2 y=1",
    "superscript": "'x² + 1' x=2",
    "bar_not_closed": "'|x + 1' x=2",
    "bar_as_or": "'x | y' x=2 y=1",
    "unknown_function": "'tanhh(x)' x=1",
    "unknown_name": "'x + yy' x=1",
    "unknown_name_far_right": "'x*x + x*x + x*x + x*x + x*x + x*x + 1000000 + unknown' x=1",
    "value_without_number": "x x=two",
    "value_without_sign": "x x",
    "value_twice": "x x=1 x=2",
    "why_an_unknown_name": "'x*y' x=1 y=2 --why z",
    "path_in_no_folder": "'x*y' --draw no/such/folder/a.svg x=3 y=1",
    "path_of_no_picture": "'x*y' --draw graph.bmp x=3 y=1",
    "command_mistyped": "trian digits",
    "command_mistyped_with_options": "evalute --data=folder digits",
    "images_missing": "predict network.safetensors no/such/image.png",
    "network_in_no_folder": "train xor --save no/such/folder/a.safetensors",
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", WORDS)
def test_words(name, width, check_expected, capsys, monkeypatch, tmp_path):  # noqa: PLR0913 fixtures
    for variable, value in {"COLUMNS": str(width), "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(tmp_path)
    code = main(shlex.split(WORDS[name]))
    shown = "".join(capsys.readouterr())
    assert "\x1b" not in shown
    check_expected(f"{name}.{width}.txt", f"$ chalkgrad {WORDS[name]}\n{shown}exit code {code}\n")


@pytest.mark.parametrize("name", WORDS)
def test_a_narrow_terminal_breaks_no_number(name):
    folder = Path(__file__).parents[1] / "expected"
    narrow, wide = (
        (folder / f"{name}.{width}.txt").read_text(encoding="utf-8").partition("\n")[2]
        for width in WIDTHS
    )
    numbers = r"-?\d+\.\d+(?:e[+-]?\d+)?|\d+"
    assert set(re.findall(numbers, narrow)) <= set(re.findall(numbers, wide))
    if "unknown_name_far" not in name:
        assert set(re.findall(numbers, narrow)) == set(re.findall(numbers, wide))
    assert max(map(len, narrow.splitlines())) <= WIDTHS[0]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_on_a_real_terminal(width, setting):
    pexpect = pytest.importorskip("pexpect")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **setting}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        if name not in setting:
            environment.pop(name, None)
    arguments = ["-m", "chalkgrad", *shlex.split(NEURON)]
    shown, _ = pexpect.run(
        shlex.join([sys.executable, *arguments]),
        withexitstatus=True,
        env=environment,
        dimensions=(50, width),
        encoding="utf-8",
    )
    assert ("\x1b" in shown) is not bool(setting)
    expected = Path(__file__).parents[1] / "expected" / f"neuron.{width}.txt"
    text = re.sub(r"\x1b\[[\d;]*m", "", shown.replace("\r\n", "\n"))
    assert f"$ chalkgrad {NEURON}\n{text}exit code 0\n" == expected.read_text(encoding="utf-8")
