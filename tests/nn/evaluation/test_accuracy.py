"""Accuracy: the largest output, or the side of a single one; a nan is never right."""

from __future__ import annotations

from math import nan

import pytest

from autodiff import Value
from autodiff.errors import ShapeError
from nn import MLP, DataError, accuracy
from nn.evaluation.accuracy import Judge


@pytest.mark.parametrize(
    ("targets", "outputs", "share"),
    [
        ([[1, 0], [0, 1], [0, 1]], [[0.3, 0.2], [9.0, 8.0], [-2.0, -1.0]], 2 / 3),
        ([[1, 0], [0, 1]], [[nan, 0.2], [0.1, nan]], 0.0),
        ([[-1], [1], [1], [-1]], [[-0.1], [0.1], [-3.0], [0.0]], 3 / 4),
        ([[0], [1], [1]], [[0.1], [0.4], [0.6]], 2 / 3),
        ([[0], [1]], [[nan], [nan]], 0.0),
        ([[0.5], [1]], [[0.5], [1.0]], None),
        ([[2], [3]], [[2.0], [3.0]], None),
    ],
)
def test_shares_by_hand(targets, outputs, share) -> None:
    assert Judge(targets).share(outputs, targets) == share


def test_accuracy_is_the_share_of_right_answers_and_records_no_graph() -> None:
    class Inverter:
        """A network that swaps its two inputs."""

        def parameters(self):
            return []

        def __call__(self, inputs):
            a, b = inputs
            doubled = Value(a) * 2
            assert doubled.parents == ()
            return [Value(b), doubled]

    examples = [([1.0, 0.0], [0, 1]), ([0.0, 1.0], [1, 0]), ([1.0, 0.0], [1, 0])]
    assert accuracy(Inverter(), examples) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("examples", "error", "message"),
    [
        ([], ShapeError, "at least one example, got none"),
        ([([1.0, 2.0], [0.5])], DataError, "targets that are classes, got other numbers"),
    ],
)
def test_accuracy_needs_examples_and_classes(examples, error, message) -> None:
    with pytest.raises(error, match=message):
        accuracy(MLP(2, [1]), examples)
