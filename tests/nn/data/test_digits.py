"""The digits: their form, their split, and the error without scikit-learn."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autodiff.errors import MissingPackageError
from nn import data


@pytest.fixture(scope="module")
def split() -> data.Split:
    pytest.importorskip("sklearn")
    return data.digits()


def test_there_are_1437_images_to_learn_from_and_360_held_out(split) -> None:
    assert [len(part) for part in split] == [1437, 360]


def test_images_are_64_floats_between_0_and_1(split) -> None:
    pixels = [pixel for part in split for image in part.inputs for pixel in image]
    assert {len(image) for part in split for image in part.inputs} == {64}
    assert {type(pixel) for pixel in pixels} == {float}
    assert (min(pixels), max(pixels)) == (0.0, 1.0)


def test_targets_are_1_at_the_label(split) -> None:
    for part in split:
        assert set(part.labels) == set(range(10))
        for label, target in zip(part.labels, part.targets, strict=True):
            assert target == [float(digit == label) for digit in range(10)]


def test_no_image_is_in_both_parts(split) -> None:
    train, held_out = ({tuple(image) for image in part.inputs} for part in split)
    assert (len(train), len(held_out)) == (1437, 360)
    assert not train & held_out


def test_every_digit_is_held_out_about_as_often(split) -> None:
    counts = [split.held_out.labels.count(digit) for digit in range(10)]
    assert min(counts) >= 20


def test_the_split_depends_on_the_seed_alone(split) -> None:
    assert data.digits().held_out.inputs == split.held_out.inputs
    assert data.digits(seed=1).held_out.labels != split.held_out.labels


def test_without_scikit_learn_the_error_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingPackageError, match=r'pip install "chalkgrad\[data\]"'):
        data.digits()
    assert issubclass(MissingPackageError, ImportError)


def test_importing_nn_stays_light() -> None:
    heavy = "{'numpy', 'rich', 'sklearn', 'platformdirs', 'safetensors', 'torch', 'onnx', 'PIL'}"
    program = f"import nn, sys; print(*{heavy} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""
