"""The confusion matrix: counts by hand, and as a table."""

from __future__ import annotations

import pytest

from autodiff import Value
from autodiff.errors import ShapeError
from nn import Confusion, DataError, confusion


class Echo:
    """A network whose outputs are its inputs."""

    def parameters(self):
        return []

    def __call__(self, inputs):
        return [Value(x) for x in inputs]


def test_counts_by_hand() -> None:
    examples = [
        ([1.0, 0.0, 0.0], [1, 0, 0]),
        ([0.0, 1.0, 0.0], [1, 0, 0]),
        ([0.0, 1.0, 0.0], [1, 0, 0]),
        ([0.0, 0.0, 2.0], [0, 0, 1]),
    ]
    result = confusion(Echo(), examples)
    assert result.counts == [[1, 2, 0], [0, 0, 0], [0, 0, 1]]
    assert (result.right, result.total, result.accuracy) == (2, 4, 0.5)
    assert str(result).splitlines() == [
        "shown  read as 0  1  2",
        "─────  ─────────  ─  ─",
        "0      1          2",
        "1",
        "2                    1",
    ]


def test_of_a_single_output_the_sides_are_the_classes() -> None:
    examples = [([0.5], [1.0]), ([-0.5], [1.0]), ([-2.0], [-1.0])]
    assert confusion(Echo(), examples).counts == [[1, 0], [1, 1]]
    assert Confusion([[1]]).counts == [[1]]


@pytest.mark.parametrize(("examples", "error"), [([], ShapeError), ([([1.0], [0.5])], DataError)])
def test_confusion_needs_examples_and_classes(examples, error) -> None:
    with pytest.raises(error):
        confusion(Echo(), examples)
