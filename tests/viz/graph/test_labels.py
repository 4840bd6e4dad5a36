"""Any text is a legal label: what is written is what the picture says."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import Value
from autodiff.graph.node import unary
from autodiff.table.operation import Operation
from viz import draw

SVG = "{http://www.w3.org/2000/svg}"

ONE_LINE = [
    'say "hi"',
    "it's",
    "a < b > c",
    "<b>bold</b>",
    "<",
    "<>",
    "{p|q}",
    "a|b",
    "&amp;",
    "&lt;x&gt; & more &",
    "&#65;",
    "end\\",
    "\\\\",
    "\\N \\G \\E \\T \\H \\L \\n \\l \\r",
    "größe ∂L/∂w ẑ",
    "漢字 🙂 e\u0301",
    "a  b",
    " ",
    'charset="latin-1"',
    "node",
    "digraph { a -> b }",
    "[x];#//",
    "<!-- -->",
    "]]>",
    "%s %d {0}",
]
LINES = [
    ("two\nlines", ["two", "lines"]),
    ("a\r\nb\rc", ["a", "b", "c"]),
    ("a\n\nb\n", ["a", "b"]),
    ("p\u2028q\u2029r\x85s", ["p", "q", "r", "s"]),
    ("tab\tbed", ["tab    bed"]),
    ("nul\x00", ["nul\u2400"]),
    ("\x1b[31m\x7f", ["\u241b[31m\u2421"]),
    ("half \ud83d", ["half \ufffd"]),
    ("\uffff", ["\ufffd"]),
    ("", []),
    (None, []),
]


def texts(drawing, name="value0"):
    """Return the texts of a box of a rendered picture, in order."""
    root = ET.fromstring(drawing.render("svg"))  # noqa: S314 our own picture
    box = next(g for g in root.iter(f"{SVG}g") if g.findtext(f"{SVG}title") == name)
    return [text_of(element) for element in box.iter(f"{SVG}text")]


def text_of(element):
    """Graphviz writes the second of two spaces as one that does not collapse."""
    return "".join(element.itertext()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("label", "lines"), [*((label, [label]) for label in ONE_LINE), *LINES], ids=repr
)
def test_a_label_comes_out_as_it_was_written(label, lines):
    assert texts(draw(Value(1.0, label=label))) == [*lines, "data", "1"]


HINT = "{http://www.w3.org/1999/xlink}title"


def hints(drawing):
    """What an SVG shows below the pointer, at boxes and edges."""
    root = ET.fromstring(drawing.render("svg"))  # noqa: S314 our own picture
    return {link.get(HINT).replace("\N{NO-BREAK SPACE}", " ") for link in root.iter(f"{SVG}a")}


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        *((label, label.replace("\\", "\N{REVERSE SOLIDUS OPERATOR}")) for label in ONE_LINE),
        ("two\nlines", "two\nlines"),
        ("nul\x00", "nul\u2400"),
        ("", "leaf"),
        (None, "leaf"),
    ],
    ids=repr,
)
def test_a_label_is_shown_below_the_pointer(label, shown):
    found = hints(draw(Value(2.0, label=label) * 3.0 + Value(1.0, label="b")))
    assert found == {shown, "*", f"{shown} → *", "a plain number", "+", "* → +", "b", "b → +"}


@pytest.mark.parametrize("label", [*ONE_LINE, *(label for label, _ in LINES)], ids=repr)
@pytest.mark.parametrize("format", ["png", "pdf"])
def test_every_label_can_be_rendered_in_every_format(label, format, capfd):
    assert len(draw(Value(1.0, label=label)).render(format)) > 500
    assert capfd.readouterr() == ("", "")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1))
@settings(deadline=None)
def test_random_labels_come_out_as_they_were_written(label):
    expected = label.replace("\N{NO-BREAK SPACE}", " ")
    assert texts(draw(Value(1.0, label=label))) == [expected, "data", "1"]


@given(st.text())
@settings(deadline=None)
def test_no_text_at_all_breaks_the_picture(label):
    assert texts(draw(Value(1.0, label=label)))[-2:] == ["data", "1"]


def test_the_sign_of_an_operation_may_be_any_text_too():
    odd = Operation("odd", "x", "x", "1", sign="<\\N>")
    value = unary(odd, Value(1.0))
    assert texts(draw(value), "value1") == ["<\\N>", "data", "1"]


def test_a_label_stands_before_the_sign():
    value = Value(1.0).tanh()
    value.label = "out"
    assert texts(draw(value, digits=2), "value1") == ["out", "tanh", "data", "0.76"]
