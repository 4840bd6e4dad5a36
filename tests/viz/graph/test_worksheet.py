"""`worksheet`: blanks for what is asked, numbers for what is given, one layout for both."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from autodiff import OptionError, Value, WrongTypeError, exercises, label
from viz import worksheet


def graph():
    a, b = Value(2.5), Value(-3.0)
    u = a * b
    loss = u + 4
    label(a=a, b=b, u=u, L=loss)
    return loss


def texts(drawing):
    root = ET.fromstring(drawing.render("svg"))  # noqa: S314 our own picture
    return [(e.text or "").strip() for e in root.iter() if e.tag.endswith("}text")]


def test_a_sheet_gives_the_leaves_and_the_gradient_of_the_loss_and_nothing_else():
    shown = texts(worksheet(graph()))
    numbers = [text for text in shown if re.fullmatch(r"-?[\d.]+", text)]
    assert sorted(numbers) == ["-3", "1", "2.5", "4"]
    assert {"Name", "Date", "Gradients of L", "u = a * b", "L = u + 4"} <= set(shown)


def test_the_solution_fills_everything_in():
    shown = texts(worksheet(graph(), solution=True))
    numbers = sorted(text for text in shown if re.fullmatch(r"-?[\d.]+", text))
    values, gradients, locals_, constants = (
        ["2.5", "-3", "-7.5", "-3.5"],
        ["-3", "2.5", "1", "1"],
        ["-3", "2.5", "1"],
        ["4"],
    )
    assert numbers == sorted([*values, *gradients, *locals_, *constants])
    assert "Gradients of L: solution" in shown


@pytest.mark.parametrize("level", range(1, 6))
def test_both_have_the_same_boxes(level):
    loss = exercises(level, seed=2)[0].loss
    blank, filled = worksheet(loss), worksheet(loss, solution=True)
    assert re.findall(r"value\d+ -> value\d+", blank.source) == re.findall(
        r"value\d+ -> value\d+", filled.source
    )


def test_the_solution_has_the_layout_of_the_sheet_without_its_task():
    def places(drawing):
        root = ET.fromstring(drawing.render("svg"))  # noqa: S314 our own picture
        texts = [e for e in root.iter() if e.tag.endswith("}text")]
        return root.get("height"), [
            (e.text, e.get("x"), e.get("y")) for e in texts if e.text in {"u", "L", "u = a * b"}
        ]

    filled = worksheet(graph(), solution=True)
    assert places(worksheet(graph())) == places(filled)
    shown = texts(filled)
    assert not any("Fill in" in text or text in {"Name", "Date"} for text in shown)


def test_logits_are_given_as_logarithms():
    [exercise] = exercises(5)
    given = re.findall(r"ln \d+", str(exercise))
    assert given
    for is_solution in (False, True):
        shown = texts(worksheet(exercise.loss, solution=is_solution))
        assert [text for text in shown if text.startswith("ln ")] == given


def test_it_is_saved_as_pdf_and_svg(tmp_path):
    for name in ("sheet.pdf", "sheet.svg"):
        assert worksheet(graph(), title="Exercise <1>").save(tmp_path / name).stat().st_size > 500
    assert "Exercise <1>" in texts(worksheet(graph(), title="Exercise <1>"))


def test_no_gradient_is_read_or_written():
    loss = graph()
    first = worksheet(loss, solution=True).source
    assert all(parent.grad == 0.0 for parent in loss.parents)
    loss.backward()
    assert worksheet(loss, solution=True).source == first


def test_errors():
    big = Value(1.0)
    for _ in range(61):
        big = big * 1.5
    with pytest.raises(OptionError, match="at most 60 Values on a sheet"):
        worksheet(big)
    with pytest.raises(WrongTypeError, match="a Value"):
        worksheet(3.0)
    with pytest.raises(OptionError, match="a text as title"):
        worksheet(graph(), title=3)
    with pytest.raises(OptionError, match="digits"):
        worksheet(graph(), digits=0)
