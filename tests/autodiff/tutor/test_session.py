"""`practice`: sessions typed, and every line that they show."""

from __future__ import annotations

import builtins
import sys

import pytest

from autodiff import OptionError, Value, WrongTypeError, label, practice
from chalkgrad.cli.main import main


def graph():
    a, b = Value(2.0), Value(-3.0)
    u = a * b
    loss = u + a
    label(a=a, b=b, u=u, L=loss)
    return loss


def typed(*lines, end=EOFError):
    """Run a session; return what it showed, prompts included."""
    shown, waiting = [], iter(lines)

    def read(prompt):
        shown.append(prompt)
        try:
            return next(waiting)
        except StopIteration:
            raise end from None

    practice(graph(), read=read, write=shown.append)
    return shown


def test_a_session_without_a_mistake():
    shown = typed("-6", "-4", "1", "-2", "2")
    assert shown[0] == "Given: a = 2, b = -3"
    prompts = [line for line in shown if line.endswith(" = ")]
    assert prompts == ["u = a * b = ", "L = u + a = ", "∂L/∂u = ", "∂L/∂a = ", "∂L/∂b = "]
    assert shown.count("  Right.") == 5
    assert shown[-1].strip().startswith("5 of 5 right, 5 at once and without a hint")


def test_a_wrong_answer_is_explained_and_asked_again():
    shown = typed("6", "-6", "-4", "1", "-3", "-2", "2")
    assert "    the sign is wrong" in "\n".join(shown)
    assert any("only one of 2 paths, a → u → L; missing is a → L" in line for line in shown)
    assert shown[-1].strip().startswith("5 of 5 right, 3 at once")


def test_after_three_wrong_answers_the_number_is_shown():
    shown = typed("1", "2", "3", "-4")
    assert "  It is -6." in shown
    assert "u         not found  3      0" in shown[-1]


def test_hints_give_the_rule_then_the_numbers():
    shown = typed("?", "?", "?", "s", "s", "?", "1", "?", "?", "q")
    said = [line for line in shown if line.startswith("  ")]
    assert said[:3] == [
        "  u = a * b, the product of a and b",
        "  u = 2 * (-3)",
        "  There is no further hint: s shows the number.",
    ]
    assert "  ∂L/∂u = 1 * (1)" in said
    assert "  a is used 2 times: ∂L/∂a = ∂L/∂u * ∂u/∂a + 1 * (1), where ∂u/∂a = b" in said
    assert "  ∂L/∂a = 1 * (-3) + 1 * 1" in said


def test_what_is_not_a_number_is_asked_again():
    shown = typed("x", "", "-6")
    assert any("expected a number for u, got str 'x'" in line for line in shown)
    assert "  Right." in shown
    shown = typed(*["x"] * 200)
    assert "  It is -6." in shown  # no session without end


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_the_end_of_the_input_ends_with_the_summary(end):
    shown = typed("-6", end=end)
    assert shown[-1].strip().startswith("1 of 5 right")


def test_input_and_print_are_used_by_default(monkeypatch, capsys):
    answers = iter(["-6", "q"])
    monkeypatch.setattr(builtins, "input", lambda prompt: next(answers))
    practice(graph())
    assert "1 of 5 right" in capsys.readouterr().out


def test_the_command_line(monkeypatch, capsys):
    answers = iter(["-6", "-4", "q"])
    monkeypatch.setattr(builtins, "input", lambda prompt: next(answers))
    assert main(["a*b + a", "a=2", "b=-3", "--practice"]) == 0
    out = capsys.readouterr().out
    assert "Backward, the gradients; ∂L/∂L = 1:" in out
    assert "2 of 5 right" in out


def test_a_closed_input_ends_like_an_empty_one(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["a*b", "a=2", "b=3", "--practice"]) == 0
    assert "0 of 3 right" in capsys.readouterr().out


def test_errors():
    with pytest.raises(WrongTypeError, match="a Value for loss"):
        practice(3.0)
    with pytest.raises(OptionError, match="a Value that was computed"):
        practice(Value(3.0))
    with pytest.raises(WrongTypeError, match="a function of one text"):
        practice(graph(), read=3)
    with pytest.raises(WrongTypeError, match="a line of text from read"):
        practice(graph(), read=lambda _: 3, write=lambda _: None)


def test_the_summary_has_the_question_that_was_left_open():
    for end in (EOFError, KeyboardInterrupt):
        assert "u         not found  1      1" in typed("6", "?", end=end)[-1]
    assert "u         not found  1      0" in typed("6", "q")[-1]
    assert typed("q")[-1].strip() == "0 of 5 right, 0 at once and without a hint"


def test_asking_for_a_hint_that_is_not_there_is_no_hint():
    assert "u         skipped  0      2" in typed("?", "?", "?", "?", "s")[-1]
