"""Schedules: rates by hand, and settings that are refused."""

from __future__ import annotations

from math import cos, pi

import pytest

from autodiff.errors import OptionError, WrongTypeError
from nn.optim.schedules import Constant, Cosine, Exponential, StepDecay, WarmUp


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (Constant(0.3), {0: 0.3, 1000: 0.3}),
        (StepDecay(1.0, every=10), {0: 1.0, 9: 1.0, 10: 0.1, 19: 0.1, 20: 0.01}),
        (StepDecay(1.0, every=1, factor=0.5), {0: 1.0, 1: 0.5, 3: 0.125}),
        (Exponential(2.0, 0.9), {0: 2.0, 1: 1.8, 10: 2 * 0.9**10}),
        (Cosine(1.0, 4), {0: 1.0, 1: (1 + cos(pi / 4)) / 2, 2: 0.5, 4: 0.0, 9: 0.0}),
        (Cosine(1.0, 4, end=0.2), {0: 1.0, 2: 0.6, 4: 0.2, 99: 0.2}),
        (WarmUp(4, then=1.0), {0: 0.2, 3: 0.8, 4: 1.0, 50: 1.0}),
        (WarmUp(1, then=Exponential(1.0, 0.5)), {0: 0.5, 1: 1.0, 2: 0.5, 3: 0.25}),
    ],
)
def test_rates_by_hand(schedule, rates) -> None:
    assert {step: schedule(step) for step in rates} == pytest.approx(rates, abs=1e-15)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Constant(0), OptionError, "the learning rate, got int 0"),
        (lambda: StepDecay(1.0, every=0), OptionError, "steps between two rates, got int 0"),
        (lambda: StepDecay(1.0, every=1, factor=-1), OptionError, "the factor .* got int -1"),
        (lambda: Exponential(-1.0, 0.9), OptionError, "the learning rate, got float -1.0"),
        (lambda: Cosine(1.0, 1.5), WrongTypeError, "steps to the end, got float 1.5"),
        (lambda: Cosine(1.0, 5, end=-1), OptionError, "rate at the end, got int -1"),
        (lambda: WarmUp(0, then=1.0), OptionError, "steps to warm up, got int 0"),
        (lambda: WarmUp(5, then=0.0), OptionError, "the learning rate, got float 0.0"),
    ],
)
def test_settings_out_of_range_are_errors(make, error, message) -> None:
    with pytest.raises(error, match=message):
        make()
