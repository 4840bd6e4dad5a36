"""`lint` over a corpus: no finding in a sound program, a planted mistake found by its kind."""

from __future__ import annotations

import pytest

from autodiff.explain.linting.findings import NOTHING

from . import planted, sound


def test_the_size_of_the_corpus() -> None:
    assert len(sound.PROGRAMS) >= 100
    assert len(planted.PROGRAMS) >= 100
    assert len(planted.MISSED) <= 5


@pytest.mark.parametrize("name", sound.PROGRAMS)
def test_a_sound_program_has_no_finding(name: str) -> None:
    assert str(sound.PROGRAMS[name]()) == NOTHING


@pytest.mark.parametrize("name", planted.PROGRAMS)
def test_a_planted_mistake_is_found(name: str) -> None:
    mistake, program = planted.PROGRAMS[name]
    kinds = {finding.mistake for finding in program().rows}
    assert kinds == (set() if name in planted.MISSED else {mistake})
