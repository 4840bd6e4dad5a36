"""Exercises: numbers that a person can compute, and graphs that `by_hand` judges."""

from __future__ import annotations

from math import exp

import pytest

from autodiff import OptionError, Value, WrongTypeError, by_hand, exercises, log, practice, trace

LEVELS = range(1, 6)


@pytest.mark.parametrize("level", LEVELS)
def test_every_number_is_a_small_multiple_of_an_eighth(level):
    for seed in range(10):
        [exercise] = exercises(level, seed=seed)
        for row in trace(exercise.loss).rows:
            assert abs(row.adjoint) <= 64
            assert row.adjoint * 8 == pytest.approx(round(row.adjoint * 8), abs=1e-9)
            if level < 5:
                assert (row.value * 8).is_integer()


@pytest.mark.parametrize("level", LEVELS)
def test_answers_are_judged(level):
    [exercise] = exercises(level, seed=3)
    rows = {row.name: row.adjoint for row in trace(exercise.loss).rows}
    right = {name: f"{rows[name]:.4g}" for name in exercise.leaves}
    assert by_hand(exercise.loss, right).ok
    name = next(iter(right))
    assert not by_hand(exercise.loss, {name: rows[name] + 1}).ok


@pytest.mark.parametrize("level", LEVELS)
def test_equal_seeds_give_equal_exercises_and_others_differ(level):
    assert str(exercises(level, seed=5)) == str(exercises(level, seed=5))
    assert len({str(exercises(level, seed=seed)) for seed in range(8)}) > 5
    assert len({str(each) for each in exercises(level, count=10)}) == 10


def test_a_task_says_what_is_given_and_what_is_asked():
    [exercise] = exercises(5, seed=1)
    text = str(exercise)
    assert text.startswith("Level 5: softmax with cross-entropy\nGiven z1 = ")
    assert text.endswith(f"compute L, then {', '.join(f'∂L/∂{z}' for z in exercise.leaves)}.")
    logits = [leaf.data for leaf in exercise.leaves.values()]
    assert all(exp(z) == pytest.approx(round(exp(z))) for z in logits)


def test_logits_are_given_as_logarithms_in_a_session_too():
    [exercise] = exercises(5)
    shown, typed = [], iter(["?", "?", "4", "ln 4", "q"])

    def read(_):
        return next(typed)

    practice(exercise.loss, read=read, write=shown.append)
    first = next(line for line in str(exercise).splitlines() if line.startswith("Given"))
    assert "ln 4" in first
    assert sorted(shown[0].removeprefix("Given: ").split(", ")) == sorted(
        first.removeprefix("Given ").removesuffix(" and").split(", ")
    )
    assert any("exp(ln " in line for line in shown)


@pytest.mark.parametrize(("answer", "z"), [("ln 3", 3.0), ("-ln 3", 1 / 3), ("ln(3) - ln 2", 1.5)])
def test_an_answer_may_be_a_logarithm(answer, z):
    loss = log(Value(z, label="z"))
    assert by_hand(loss, values={loss: answer}).ok


def test_errors():
    for call, text in (
        (lambda: exercises(0), "at least 1 as the level"),
        (lambda: exercises(6), "at most 5 as the level"),
        (lambda: exercises(1, count=0), "the number of exercises"),
        (lambda: exercises(1, seed=-1), "the seed"),
    ):
        with pytest.raises(OptionError, match=text):
            call()
    with pytest.raises(WrongTypeError, match="the level"):
        exercises("one")
