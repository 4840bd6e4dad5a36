"""Pictures in the system's viewer; the viewer is a stand-in that takes note."""

from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from autodiff import Value, trace
from viz import RenderError, WrongTypeError, draw, show, steps


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """Return the list of what the viewer was asked to open."""
    addresses = []
    monkeypatch.setattr("webbrowser.open", lambda address: addresses.append(address) or True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return addresses


class Axes:
    """What `show` needs of the axes of matplotlib."""

    @property
    def figure(self):
        return self

    def savefig(self, file, format):
        file.write(f"<{format}>".encode())


class WithRemarks:
    def _repr_mimebundle_(self):
        return {"image/png": b"\x89PNG"}, {"image/png": {"width": 10}}


def value():
    return Value(2.0, label="x") * 3


PICTURES = [
    (lambda: draw(value()), ".svg", b"<?xml"),
    (value, ".svg", b"<?xml"),
    (lambda: [value(), value()], ".svg", b"<?xml"),
    (lambda: steps(value()), ".html", b"<!DOCTYPE html>"),
    (lambda: trace(value()), ".html", b"<!DOCTYPE html>"),
    (Axes, ".svg", b"<svg>"),
    (WithRemarks, ".png", b"\x89PNG"),
]


@pytest.mark.parametrize(("make", "ending", "start"), PICTURES)
def test_the_viewer_opens_a_file_of_the_picture(opened, make, ending, start):
    path = show(make())
    assert path.suffix == ending
    assert path.read_bytes().startswith(start)
    assert [Path(url2pathname(urlparse(address).path)) for address in opened] == [path]


def test_steps_are_a_page_with_every_frame(opened):
    assert show(steps(value())).read_text(encoding="utf-8").count("<svg") == 2
    assert len(opened) == 1


@pytest.mark.parametrize("wrong", [2.0, "x.svg", None])
def test_what_has_no_picture_is_refused(opened, wrong):
    with pytest.raises(RenderError, match="anything else with a picture, got"):
        show(wrong)
    assert not opened


def test_a_list_of_anything_else_is_refused(opened):
    with pytest.raises(WrongTypeError, match="inside a list"):
        show([1.0])
    assert not opened


def test_without_a_viewer_the_error_says_where_the_picture_is(monkeypatch, tmp_path):
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RenderError, match=r"none that starts: open .*\.svg yourself"):
        show(value())
    assert len(list(tmp_path.iterdir())) == 1
