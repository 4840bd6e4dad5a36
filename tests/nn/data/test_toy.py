"""Moons, circles, spirals, exclusive or: their points, their targets, their seeds."""

from __future__ import annotations

from math import hypot

import pytest

from autodiff.errors import OptionError, ShapeError
from nn.data import circles, moons, spirals, xor

KINDS = pytest.mark.parametrize("kind", [moons, circles, spirals, xor])


@KINDS
def test_half_of_the_points_are_in_each_class(kind) -> None:
    examples = kind(40)
    assert len(examples) == 40
    assert sorted(examples.labels) == [0] * 20 + [1] * 20
    assert {len(inputs) for inputs in examples.inputs} == {2}


@KINDS
def test_sides_are_the_classes_as_one_target(kind) -> None:
    assert kind(10, sides=True).labels == kind(10).labels
    assert {tuple(row) for row in kind(10, sides=True).targets} == {(-1.0,), (1.0,)}
    assert {tuple(row) for row in kind(10).targets} == {(1.0, 0.0), (0.0, 1.0)}


@KINDS
def test_points_depend_on_the_seed_alone(kind) -> None:
    assert kind(20, noise=0.1, seed=1).inputs == kind(20, noise=0.1, seed=1).inputs
    assert kind(20, noise=0.1, seed=1).inputs != kind(20, noise=0.1, seed=2).inputs
    assert len({tuple(row) for row in kind(20, noise=0.1).inputs}) == 20


def test_circles_without_noise_have_two_radii() -> None:
    examples = circles(30, noise=0)
    for inputs, label in zip(examples.inputs, examples.labels, strict=True):
        assert hypot(*inputs) == pytest.approx(0.5 if label else 1.0)
    assert len({(round(x, 9), round(y, 9)) for x, y in examples.inputs}) == 30


def test_moons_without_noise_are_those_of_scikit_learn() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    ours = sorted([*x, k] for x, k in zip(moons(40, noise=0).inputs, moons(40).labels, strict=True))
    points, labels = datasets.make_moons(40, shuffle=False)
    theirs = sorted([*point, label] for point, label in zip(points.tolist(), labels, strict=True))
    assert [x for row in ours for x in row] == pytest.approx([x for row in theirs for x in row])


def test_spirals_wind_outwards_on_opposite_sides() -> None:
    inputs = spirals(40, noise=0).inputs
    radii = [hypot(*x) for x in inputs]
    assert radii[0] == radii[1] == pytest.approx(0.1)
    assert radii[38] == radii[39] == pytest.approx(1.0)
    for (x0, y0), (x1, y1) in zip(inputs[::2], inputs[1::2], strict=True):
        assert (x0, y0) == pytest.approx((-x1, -y1), abs=1e-12)


@KINDS
@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"count": 1}, ShapeError, "at least 2 as the number of points, got int 1"),
        ({"noise": -0.1}, OptionError, "the noise, got float -0.1"),
    ],
)
def test_settings_out_of_range_are_errors(kind, settings, error, message) -> None:
    with pytest.raises(error, match=message):
        kind(**settings)
