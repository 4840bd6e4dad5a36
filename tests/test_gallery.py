"""The gallery: its program makes its pictures, and its README says of each how it is made."""

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


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder in which the lines of the README were run."""
    folder = tmp_path_factory.mktemp("gallery")
    program().build(folder)
    return folder


@pytest.mark.parametrize("name", NAMED)
def test_the_lines_under_a_picture_make_it(name):
    lines = program().blocks()[name]
    assert re.search(rf'\.(save|savefig)\("{re.escape(name)}"', lines)


def test_the_lines_of_the_gallery_make_its_pictures_and_nothing_else(made):
    assert sorted(path.name for path in made.iterdir()) == sorted([*NAMED, "mnist-history.csv"])
    assert all(path.stat().st_size > 0 for path in made.iterdir())


def said(svg):
    """What a picture says, without its places, which depend on the machine's fonts."""
    elements = list(ET.fromstring(svg).iter())  # noqa: S314 our own picture
    colors = [(e.tag, e.get("fill"), e.get("stroke"), e.get("stroke-width")) for e in elements]
    return colors, ["".join(e.itertext()) for e in elements if e.tag.endswith(("}text", "}title"))]


DRAWN = ["neuron.svg", "neuron-highlighted.svg", "folded.svg", "unfolded.svg"]


@pytest.mark.parametrize("name", DRAWN)
def test_the_picture_in_the_gallery_is_the_one_that_is_made_now(name, made):
    assert said((made / name).read_bytes()) == said((GALLERY / name).read_bytes())


@pytest.mark.parametrize("name", [name for name in NAMED if not name.endswith(".svg")])
def test_a_picture_in_the_gallery_has_the_size_and_frames_of_the_one_made_now(name, made):
    with Image.open(made / name) as image, Image.open(GALLERY / name) as shown:
        assert getattr(image, "n_frames", 1) == getattr(shown, "n_frames", 1)
        if name.endswith(".png"):  # those of a GIF depend on the fonts
            assert image.size == shown.size


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
