"""Drawings: what may be drawn, saving, and how they show themselves."""

import os

import pytest

from autodiff import Value
from autodiff.errors import ChalkgradError
from viz import Drawing, FileError, OptionError, WrongTypeError, draw
from viz.render.notebook import picture_html


@pytest.fixture
def drawing():
    x = Value(2.0, label="x")
    return draw(3 * x + x)


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (2.0, r"expected a Value, .*, got float 2\.0: draw the Value that was computed"),
        (None, r"got NoneType None: "),
        ("loss", r"got str 'loss': "),
        ([], r"got list \[\]: "),
        ([Value(1.0), 2.0], r"got float 2\.0 inside a list: "),
        ((None,), r"got NoneType None inside a tuple: "),
        (list(range(100)), r"got int 0 inside a list: "),
        ("x" * 100, r"got str 'x{56}\.\.\.: "),
    ],
)
def test_what_is_no_value_is_refused(root, message):
    with pytest.raises(TypeError, match=message) as caught:
        draw(root)
    assert isinstance(caught.value, ChalkgradError)


@pytest.mark.parametrize("digits", [0, 18, -1, 2.5, "6", None, True])
def test_digits_out_of_range_are_refused(digits):
    with pytest.raises(ValueError, match=r"digits as an int from 1 to 17, got .*: write digits=6"):
        draw(Value(1.0), digits=digits)


def test_several_values_share_a_picture():
    x = Value(2.0)
    assert draw((x + 1, x * 2)).source == draw([x + 1, x * 2]).source


def test_a_drawing_is_a_snapshot():
    x = Value(2.0)
    drawing = draw(x)
    before = drawing.source
    x.data = 3.0
    assert drawing.source == before


def test_the_repr_says_what_is_drawn_and_what_can_be_done(drawing):
    assert repr(drawing) == (
        "Drawing(3 values, 1 constant, 3 edges; "
        ".save('name.svg'), .save('name.png'), .save('name.pdf'), .source)"
    )
    assert repr(draw(Value(1.0))).startswith("Drawing(1 value; ")


def test_a_notebook_gets_the_picture_and_the_text(drawing):
    bundle = drawing._repr_mimebundle_()
    svg = drawing.render("svg").decode()
    assert sorted(bundle) == ["image/svg+xml", "text/html", "text/plain"]
    assert bundle["image/svg+xml"] == svg
    assert bundle["text/html"] == picture_html(svg, repr(drawing))
    assert bundle["text/plain"] == repr(drawing)
    assert list(drawing._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert "text/plain" not in drawing._repr_mimebundle_(exclude={"text/plain"})


@pytest.mark.parametrize("name", ["x.svg", "x.png", "x.pdf", "X.SVG", "two.dots.svg", "größe.svg"])
def test_the_ending_decides_the_format(drawing, tmp_path, name):
    path = drawing.save(tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes()[:5] == drawing.render(name[-3:].lower())[:5]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("", FileError, r"a path to save to, got an empty one: write 'graph\.svg'"),
        ("a\0.svg", FileError, r"got 'a\\x00\.svg': leave the NUL character out"),
        (None, WrongTypeError, r"a path to save to, got NoneType None: write 'graph\.svg'"),
        (3, WrongTypeError, r"got int 3: write"),
        (b"x.svg", TypeError, r"got bytes b'x\.svg': write"),
    ],
)
def test_what_is_no_path_is_an_error(drawing, path, kind, message):
    with pytest.raises(kind, match=message) as caught:
        drawing.save(path)
    assert isinstance(caught.value, ChalkgradError)


def test_only_what_a_notebook_wants_is_drawn(drawing, monkeypatch):
    monkeypatch.setattr(Drawing, "render", lambda *_: pytest.fail("drawn"))
    pictures = {"image/svg+xml", "text/html"}
    assert list(drawing._repr_mimebundle_(exclude=pictures)) == ["text/plain"]


def test_a_path_may_be_text(drawing, tmp_path):
    assert drawing.save(str(tmp_path / "x.svg")).exists()


@pytest.mark.parametrize("name", ["x.gif", "x", ".svg", "x.svg.gz"])
def test_an_unknown_ending_is_an_error_that_lists_the_known_ones(drawing, tmp_path, name):
    with pytest.raises(OptionError, match=r"ends in \.svg, \.png, \.pdf, got .*: write '"):
        drawing.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_replaced(drawing, tmp_path):
    path = tmp_path / "x.svg"
    path.write_text("old", encoding="utf-8")
    drawing.save(path)
    assert path.read_bytes() == drawing.render("svg")


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_stays_a_link(drawing, tmp_path):
    (tmp_path / "link.svg").symlink_to(tmp_path / "real.svg")
    drawing.save(tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_bytes() == drawing.render("svg")


@pytest.mark.skipif(os.name == "nt", reason="modes are another matter there")
def test_a_saved_file_has_the_mode_of_any_new_file(drawing, tmp_path):
    (tmp_path / "other").touch()
    mode = (tmp_path / "other").stat().st_mode
    assert drawing.save(tmp_path / "x.svg").stat().st_mode == mode


def test_a_directory_that_is_missing_is_an_error(drawing, tmp_path):
    with pytest.raises(FileError, match=r"got '.*x\.svg' \(No such file or directory\): save into"):
        drawing.save(tmp_path / "missing" / "x.svg")
    assert not list(tmp_path.iterdir())


def test_a_path_that_cannot_be_replaced_leaves_nothing_behind(drawing, tmp_path):
    taken = tmp_path / "x.svg"
    taken.mkdir()
    with pytest.raises(OSError, match="expected a path that can be written"):
        drawing.save(taken)
    assert list(tmp_path.iterdir()) == [taken]
    assert not list(taken.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_an_unwritable_directory_is_an_error_and_stays_empty(drawing, tmp_path):
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(FileError, match="Permission denied"):
            drawing.save(tmp_path / "x.svg")
        assert not list(tmp_path.iterdir())
    finally:
        tmp_path.chmod(0o755)


def test_a_full_disk_leaves_the_old_file(drawing, tmp_path, monkeypatch):
    path = tmp_path / "x.svg"
    path.write_text("old", encoding="utf-8")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        drawing.save(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_drawing_can_be_made_from_dot_text():
    assert Drawing("digraph { a -> b }", "2 nodes").render("svg").startswith(b"<?xml")
