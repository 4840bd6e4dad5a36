"""Formats, engines and what happens where something is missing."""

import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import viz
from autodiff import Value
from viz import MissingPackageError, OptionError, RenderError, draw
from viz.render.graphviz import render
from viz.render.png import without_last_lines
from viz.render.stderr import held_stderr

ROOT = Path(viz.__file__).parents[1]
SIGNATURES = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
BOTH_WAYS = """#!{python}
import sys
import pygraphviz
with pygraphviz.AGraph(string=sys.stdin.read()) as graph:
    format = next(option for option in sys.argv if option.startswith("-T"))[2:]
    sys.stdout.buffer.write(graph.draw(format=format, prog="dot"))
"""
needs_scripts = pytest.mark.skipif(os.name == "nt", reason="a script with #! is no program there")


def run(code, **environment):
    """Run Python code in a process of its own, and return what it wrote and said."""
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return process.stdout, process.stderr


def program(directory, text):
    path = directory / "dot"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def without_pygraphviz(monkeypatch, tmp_path):
    """Hide pygraphviz, and every program but those in an empty directory."""
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("format", "signature"), SIGNATURES.items())
def test_the_content_is_of_the_format_asked_for(format, signature):
    assert draw(Value(1.0)).render(format).startswith(signature)


def test_a_png_is_large_enough_for_a_projector():
    header = draw(Value(2.0, label="x") * Value(3.0, label="y")).render("png")[16:24]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:])
    assert 400 < width < 1200
    assert 200 < height < 1000


def sides(png):
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_png_of_a_long_graph_has_at_most_eight_thousand_pixels_on_a_side(direction):
    start = long = Value(1.0)
    for _ in range(80):
        long = long.exp()
    drawing = draw(long, direction=direction)
    assert max(sides(drawing.render("png"))) in range(7_990, 8_001)
    points = [float(x) for x in re.findall(rb'(?:width|height)="(\d+)pt"', drawing.render("svg"))]
    assert max(points[:2]) > 5_000  # an SVG keeps its size
    assert max(sides(draw(start.exp()).render("png"))) < 1_000  # and what is short, too


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_a_png_has_no_half_transparent_border(theme):
    cut = 0
    for length in range(1, 8):
        drawing = draw(Value(2.0) * Value(10.0**length), theme=theme, direction="TB")
        with Image.open(BytesIO(drawing.render("png"))) as image:
            cut += image.mode == "RGBA"  # else Cairo saw by itself that all is opaque
            opacities = image.convert("RGBA").getchannel("A").getextrema()
            corners = {image.convert("RGB").getpixel(at) for at in ((0, 0), (image.width - 1, 0))}
        assert opacities == (255, 255)
        assert len(corners) == 1
    assert cut


def test_cutting_a_png_changes_no_other_pixel():
    whole = Image.new("RGBA", (7, 5))
    whole.putdata([(x, 2 * x, 3 * x % 256, 255 - x) for x in range(35)])
    file = BytesIO()
    whole.save(file, "PNG")
    with Image.open(BytesIO(without_last_lines(file.getvalue()))) as cut:
        assert cut.size == (6, 4)
        assert cut.tobytes() == whole.crop((0, 0, 6, 4)).tobytes()
    file = BytesIO()
    whole.convert("RGB").save(file, "PNG")
    assert without_last_lines(file.getvalue()) == file.getvalue()


def test_an_unknown_format_is_an_error_that_lists_the_known_ones():
    with pytest.raises(OptionError, match=r"formats svg, png, pdf, got str 'gif': pass format="):
        draw(Value(1.0)).render("gif")


def test_text_that_is_no_dot_is_an_error_that_says_what_graphviz_said():
    with pytest.raises(RenderError, match=r"expected DOT text.*got 'digraph \{'.*syntax error"):
        render("digraph {", "svg")


@needs_scripts
@pytest.mark.parametrize("format", SIGNATURES)
def test_without_pygraphviz_the_dot_on_the_path_does_the_same(
    format, without_pygraphviz, monkeypatch
):
    drawing = draw(Value(2.0, label="größe") + 1)
    monkeypatch.undo()
    in_process = drawing.render(format)
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", str(without_pygraphviz))
    program(without_pygraphviz, BOTH_WAYS.format(python=sys.executable))
    by_program = drawing.render(format)
    assert by_program.startswith(SIGNATURES[format])
    assert format == "pdf" or by_program == in_process  # a PDF has the time in it


@needs_scripts
def test_what_dot_complains_of_is_in_the_error(without_pygraphviz):
    program(without_pygraphviz, "#!/bin/sh\necho 'syntax error in line 1' >&2\nexit 1\n")
    with pytest.raises(RenderError, match="syntax error in line 1"):
        draw(Value(1.0)).render("svg")


def test_with_neither_the_error_says_what_to_install(without_pygraphviz):
    assert not list(without_pygraphviz.iterdir())
    with pytest.raises(MissingPackageError, match=r"got neither: run `pip install pygraphviz`"):
        draw(Value(1.0)).render("svg")


def test_drawing_writes_nothing_to_the_console():
    code = """
from autodiff import Value
from viz import draw
for format in ("svg", "png", "pdf"):
    draw(Value(1.0, label="größe") * 2).render(format)
draw([Value(1.0) for _ in range(1001)]).render("svg")  # pygraphviz warns above 1000
"""
    assert run(code) == ("", "")


def test_without_fonts_a_png_has_legible_letters_and_a_pdf_is_refused(tmp_path):
    settings_file = tmp_path / "fonts.conf"
    settings_file.write_text("<?xml version='1.0'?><fontconfig></fontconfig>", encoding="utf-8")
    code = """
from autodiff import Value
from viz import RenderError, draw
print(draw(Value(1.0, label="H")).render("png") != draw(Value(1.0, label="I")).render("png"))
print(len(draw(Value(1.0, label="H")).render("svg")) > 500)
try:
    draw(Value(1.0)).render("pdf")
except RenderError as error:
    print(error)
"""
    spoken, complaint = run(code, FONTCONFIG_FILE=str(settings_file))
    assert complaint == ""
    assert spoken.splitlines() == [
        "True",
        "True",
        (
            "expected a font for the text of a PDF, got a machine without any: "
            "install one (fonts-dejavu-core, for example), or save as .svg"
        ),
    ]


def test_drawing_works_where_standard_error_is_closed():
    code = """
import os
os.close(2)
from autodiff import Value
from viz import draw
print(draw(Value(1.0)).render("svg")[:5])
"""
    assert run(code)[0] == "b'<?xml'\n"


def test_the_engine_alone_imports_no_graphics():
    code = "import sys, autodiff; print({'graphviz', 'pygraphviz', 'viz'} & set(sys.modules))"
    assert run(code) == ("set()\n", "")


def test_what_is_no_known_noise_is_passed_on(capfd):
    with held_stderr() as lines:
        os.write(2, b"Fontconfig warning: unknown element\nfrom another thread\n")
        sys.stderr.write("Warning: graph has 1001 nodes...layout may take a long time.\nfor all\n")
    assert capfd.readouterr().err == "from another thread\nfor all\n"
    assert len(lines) == 4


def test_standard_error_is_there_again_after_an_error(capfd):
    with pytest.raises(KeyError), held_stderr():
        raise KeyError
    os.write(2, b"spoken\n")
    assert capfd.readouterr().err == "spoken\n"


@given(st.lists(st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-")), max_size=12))
@settings(deadline=None, max_examples=50)
def test_random_graphs_can_be_laid_out(steps):
    values = [Value(1.5)]
    for left, right, sign in steps:
        x, y = values[left % len(values)], values[right % len(values)]
        values.append({"+": x + y, "*": x * y, "-": x - y}[sign])
    picture = draw(values).render("svg").decode()
    assert picture.count('class="node"') == len(values)
    assert picture.count('class="edge"') == 2 * len(steps)
