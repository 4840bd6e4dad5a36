"""The gallery: its program makes its pictures, and its README names all of them."""

import importlib.util
import re
from pathlib import Path

import pytest

GALLERY = Path(__file__).parent.parent / "docs" / "gallery"
NAMED = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (GALLERY / "README.md").read_text(encoding="utf-8"))


def program():
    spec = importlib.util.spec_from_file_location("gallery_build", GALLERY / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("picture", program().CHEAP, ids=lambda picture: picture.__name__)
def test_a_picture_is_made_again(picture, tmp_path):
    picture(tmp_path)
    [made] = tmp_path.iterdir()
    assert made.name in NAMED
    assert made.stat().st_size > 0
    if made.suffix == ".svg":
        first = made.read_bytes()
        picture(tmp_path)
        assert made.read_bytes() == first


def test_the_readme_names_every_picture_and_no_other():
    pictures = {path.name for path in GALLERY.iterdir() if path.suffix in {".svg", ".png", ".gif"}}
    assert set(NAMED) == pictures
    assert all((GALLERY / name).stat().st_size > 0 for name in NAMED)
