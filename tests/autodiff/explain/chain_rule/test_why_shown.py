"""An explained gradient as it is shown, compared exactly: text, LaTeX, notebook."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from autodiff import Value, elu, log, logsumexp, relu, sigmoid, tanh, why, why_zero
from autodiff.explain.chain_rule.notation import latex_name
from tests.autodiff.explain.chain_rule.explained import two_paths

TWO_PATHS = """\
∂z/∂s = -4, a sum over 2 paths
path  factor   formula  numbers  value
────  ───────  ───────  ───────  ─────
1     ∂z/∂y    -x       -1       -1
      ∂y/∂s    w        5        5
      product                    -5
2     ∂z/∂x    -y       -(-0.5)  0.5
      ∂x/∂s    2 * s    2 * 1    2
      product                    1
sum   ∂z/∂s                      -4"""

DERIVATION = r"""\begin{aligned}
P_{1} &= \frac{\partial z}{\partial y} \cdot \frac{\partial y}{\partial s} \\
&= \left(-x\right) \cdot w \\
&= \left(-1\right) \cdot 5 \\
&= -5 \\
P_{2} &= \frac{\partial z}{\partial x} \cdot \frac{\partial x}{\partial s} \\
&= \left(-y\right) \cdot \left(2\,s\right) \\
&= \left(-\left(-0.5\right)\right) \cdot \left(2 \cdot 1\right) \\
&= 1 \\
\frac{\partial z}{\partial s} &= P_{1} + P_{2} \\
&= \left(-5\right) + 1 \\
&= -4
\end{aligned}"""


NOTEBOOK = """\
P₁ = ∂z/∂y · ∂y/∂s
   = (-x) · w
   = (-1) · 5
   = -5
P₂ = ∂z/∂x · ∂x/∂s
   = (-y) · (2 * s)
   = (-(-0.5)) · (2 * 1)
   = 1
∂z/∂s = P₁ + P₂
      = (-5) + 1
      = -4"""


def test_two_paths_to_the_letter() -> None:
    assert str(why(*two_paths())) == TWO_PATHS
    assert why(*two_paths()).latex() == DERIVATION


@pytest.mark.parametrize("text", ["[/x]", "[bold]w", "a\nb"])
def test_any_label_is_shown_as_it_is(text) -> None:
    x = Value(3.0, label=text)
    screen = io.StringIO()
    Console(file=screen, width=80).print(why(x * 2, x))
    shown = text.replace("\n", r"\n")
    assert f"∂v1/∂{shown} = 2" in screen.getvalue()
    assert str(why(x * 2, x)).splitlines()[0].startswith(f"∂v1/∂{shown} = 2")
    found = why_zero(x * 0.0, x)  # whose heading has a label
    Console(file=screen, width=80).print(found)
    assert f"uses of {shown}" in screen.getvalue()
    assert len(str(found).splitlines()) == 4


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("δ1", r"\delta_{1}"),
        ("Ω", r"\Omega"),
        ("x_", r"\text{x\_}"),
        ("x_1", "x_{1}"),
        ("x٣", r"\text{x[U+0663]}"),
    ],
)
def test_names_in_latex(name, wanted) -> None:
    assert latex_name(name) == wanted


def test_it_shows_itself_in_a_terminal_and_a_notebook() -> None:
    z, s = two_paths()
    screen = io.StringIO()
    Console(file=screen, width=80).print(why(z, s))
    assert "┃ path ┃ factor  ┃" in screen.getvalue()
    bundle = why(z, s)._repr_mimebundle_()
    assert bundle["text/plain"] == str(why(z, s))
    assert f"<pre>{NOTEBOOK}</pre>" in bundle["text/html"]
    assert "$$" not in bundle["text/html"]
    assert "</pre><table><caption>∂z/∂s = -4, a sum over 2 paths</caption>" in bundle["text/html"]


@pytest.mark.parametrize(
    ("include", "exclude"), [({"text/plain"}, None), (None, {"text/html"}), ({"text/plain"}, ())]
)
def test_a_notebook_gets_only_what_it_wants(include, exclude) -> None:
    z, s = two_paths()
    assert why(z, s)._repr_mimebundle_(include, exclude) == {"text/plain": str(why(z, s))}


AWKWARD = ["w", "x1", "a'", "sigma", "50% of $_{x}^2 ~\\ #&", "中文", "two words", "{", "W_12", "δ"]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no TeX here")
def test_every_derivation_compiles(tmp_path: Path) -> None:
    bodies: list[str] = []
    for name in AWKWARD:
        x, y = Value(3e-12, label=name), Value(-4.5e10, label="y")
        parts = [x**2, relu(x), elu(y) * x, logsumexp([x] * 9), tanh(x / y) ** 3, log(y) * x]
        loss = parts[0]
        for part in parts[1:]:
            loss = loss * part - part
        bodies += [why(loss, x, top).latex() for top in (0, 3)]
    bodies += [why(x, y).latex() for x, y in [(Value(1.0), Value(1.0)), two_paths()]]
    long = x = Value(0.5)
    for _ in range(200):
        long = long + sigmoid(long)
    bodies.append(why(long, x, 2).latex())
    text = "".join(f"\\[\n{body}\n\\]\n" for body in bodies)
    whole = why(*two_paths()).latex(standalone=True)
    (tmp_path / "whole.tex").write_text(whole)
    (tmp_path / "all.tex").write_text(
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
        f"{text}\n\\end{{document}}\n"
    )
    for name in ("whole", "all"):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-draftmode"]
        command.append(f"{name}.tex")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:]
        assert "Missing character" not in done.stdout
