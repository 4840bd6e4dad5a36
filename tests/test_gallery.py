"""The gallery: its program makes its pictures, and its README says of each how it is made."""

import ast
import importlib.util
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from chalkgrad.cli.main import main

GALLERY = Path(__file__).parent.parent / "docs" / "gallery"
README = (GALLERY / "README.md").read_text(encoding="utf-8")
NAMED = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)


def program():
    spec = importlib.util.spec_from_file_location("gallery_build", GALLERY / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = program()


@pytest.mark.parametrize("picture", BUILD.CHEAP, ids=lambda picture: picture.__name__)
def test_a_picture_is_made_again(picture, tmp_path):
    picture(tmp_path)
    [made] = tmp_path.iterdir()
    assert made.name in NAMED
    assert made.stat().st_size > 0
    if made.suffix == ".svg":
        first = made.read_bytes()
        picture(tmp_path)
        assert made.read_bytes() == first


def said(svg):
    """What a picture says, without its places, which depend on the machine's fonts."""
    elements = list(ET.fromstring(svg).iter())  # noqa: S314 our own picture
    colors = [(e.tag, e.get("fill"), e.get("stroke"), e.get("stroke-width")) for e in elements]
    return colors, ["".join(e.itertext()) for e in elements if e.tag.endswith(("}text", "}title"))]


DRAWN = ["neuron.svg", "neuron-highlighted.svg", "folded.svg", "unfolded.svg"]


@pytest.mark.parametrize("name", DRAWN)
def test_the_picture_in_the_gallery_is_the_one_that_is_made_now(name, tmp_path):
    [picture] = [each for each in BUILD.CHEAP if makers()[name].name == each.__name__]
    picture(tmp_path)
    assert said((tmp_path / name).read_bytes()) == said((GALLERY / name).read_bytes())


@pytest.mark.parametrize("name", ["steps.gif", "steps-recursive.gif"])
def test_the_frames_in_the_gallery_are_as_many_as_are_made_now(name, tmp_path):
    [picture] = [each for each in BUILD.CHEAP if makers()[name].name == each.__name__]
    picture(tmp_path)
    with Image.open(tmp_path / name) as made, Image.open(GALLERY / name) as shown:
        assert made.n_frames == shown.n_frames


def test_the_command_of_the_readme_draws_the_picture_of_the_readme(tmp_path, capsys):
    front = (GALLERY.parent.parent / "README.md").read_text(encoding="utf-8")
    first, *_ = re.findall(r"!\[[^]]*\]\(([^)]+)\)", front)
    [command] = re.findall(r"^chalkgrad (.*) --draw neuron\.svg$", front, re.MULTILINE)
    assert main([*shlex.split(command), "--draw", str(tmp_path / "neuron.svg")]) == 0
    assert "wrote" in capsys.readouterr().out
    shown = (GALLERY.parent.parent / first).read_bytes()
    assert said((tmp_path / "neuron.svg").read_bytes()) == said(shown)


def test_the_readme_names_every_picture_once_and_no_other():
    pictures = {path.name for path in GALLERY.iterdir() if path.suffix in {".svg", ".png", ".gif"}}
    assert sorted(NAMED) == sorted(pictures)
    assert all((GALLERY / name).stat().st_size > 0 for name in NAMED)


# -- the line under each picture -----------------------------------------------------------------


def lines():
    """The code that the README shows under each picture, by the picture's name."""
    parts = re.split(r"!\[[^]]*\]\(([^)]+)\)", README)[1:]
    found = {}
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        [found[name]] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return found


def makers():
    """The function of the program that writes each picture, by the picture's name."""
    tree = ast.parse((GALLERY / "build.py").read_text(encoding="utf-8"))
    return {
        node.value: function
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and str(node.value).endswith((".svg", ".png", ".gif"))
    }


def call(tree):
    """The one call of a function of viz: its name, and its arguments as far as they are literal."""
    [found] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("viz.")
        if isinstance(node.func.value, ast.Name)
    ]
    by_name = {keyword.arg: literal(keyword.value) for keyword in found.keywords}
    return ast.unparse(found.func), [literal(each) for each in found.args], by_name


def literal(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None  # a name, which the README may call otherwise


def agree(shown, made):
    """Whether two calls are the same, but for what is no literal in one of them."""
    if (shown[0], len(shown[1]), set(shown[2])) != (made[0], len(made[1]), set(made[2])):
        return False
    pairs = [*zip(shown[1], made[1], strict=True), *((shown[2][k], made[2][k]) for k in shown[2])]
    return all(a == b or a is None or b is None for a, b in pairs)


@pytest.mark.parametrize("name", NAMED)
def test_the_line_under_a_picture_is_the_one_that_makes_it(name):
    assert agree(call(ast.parse(lines()[name])), call(makers()[name]))


@pytest.mark.parametrize(
    "wrong", ["viz.draw(x)", "viz.draw(x, digits=4)", "viz.tree(x, digits=3)", "viz.draw(digits=3)"]
)
def test_a_line_that_makes_another_picture_is_found(wrong):
    assert not agree(call(ast.parse(wrong)), call(ast.parse("viz.draw(loss, digits=3)")))


def test_each_function_of_the_program_makes_one_picture():
    functions = [function.name for function in makers().values()]
    assert sorted(functions) == sorted(each.__name__ for each in (*BUILD.CHEAP, *BUILD.TRAINED))
