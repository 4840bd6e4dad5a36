"""Colours and line widths stand in `viz/themes.py` alone, and a change there is seen."""

import ast
import re
from pathlib import Path

import pytest

from autodiff import Value
from nn import MLP
from viz import draw, network, steps
from viz.themes import THEMES

VIZ = Path(__file__).parents[2] / "viz"
FILES = sorted(path for path in VIZ.rglob("*.py") if path.name != "themes.py")
COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|white|black|gr[ae]y|red|green|blue|orange|[A-Z]\w+_r")
WIDTHS = {"penwidth", "linewidth", "linewidths", "markeredgewidth", "alpha"}


def looks(tree):
    """The colours, line widths and opacities that are written out in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and COLOR.fullmatch(str(node.value)):
            yield node.value
        pairs = []
        if isinstance(node, ast.Dict):
            pairs = [
                (getattr(k, "value", None), v) for k, v in zip(node.keys, node.values, strict=True)
            ]
        elif isinstance(node, ast.keyword):
            pairs = [(node.arg, node.value)]
        for name, value in pairs:
            if name in WIDTHS and isinstance(value, ast.Constant) and value.value:
                yield f"{name}={value.value}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(VIZ)))
def test_no_colour_and_no_line_width_stands_elsewhere(path):
    assert list(looks(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "wrong", ['f(color="white")', 'x = "#334155"', "plot(linewidth=2)", '{"penwidth": "2.5"}']
)
def test_one_that_stands_elsewhere_is_found(wrong):
    assert list(looks(ast.parse(wrong)))


@pytest.mark.parametrize(
    ("changed", "written"),
    [
        ({"edge_width": 1.7}, "edge .*penwidth=1.7"),
        ({"box_width": 1.8}, "node .*penwidth=1.8"),
        ({"emphasis_width": 3.3}, "penwidth=3.3"),
        ({"ink": "#123456"}, "#123456"),
    ],
)
def test_a_line_of_the_theme_changes_every_picture(monkeypatch, changed, written):
    x = Value(2.0, label="x")
    monkeypatch.setitem(THEMES, "print", THEMES["print"]._replace(**changed))
    pictures = [draw(x * 3, theme="print", highlight=x), steps(x * 3, theme="print")[1]]
    assert all(re.search(written, picture.source) for picture in pictures)


def test_a_line_of_the_theme_changes_networks(monkeypatch):
    look = THEMES["dark"].network._replace(circle_width=2.2, positive="#abcdef")
    monkeypatch.setitem(THEMES, "dark", THEMES["dark"]._replace(network=look))
    source = network(MLP(2, [2, 1], seed=0), theme="dark").source
    assert "penwidth=2.2" in source
    assert "#abcdef" in source
