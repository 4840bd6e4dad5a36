"""Examples: pairs and arrays of the same numbers, slices and splits, rows that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from autodiff.errors import ShapeError, WrongTypeError
from nn import MLP, fit
from nn.data import Examples, examples_of

LISTS = Examples([[0.0, 0.2], [1.0, 0.4], [0.6, 0.8]], [[1, 0], [0, 1], [1, 0]])
FLOATS = Examples(np.array(LISTS.inputs), np.array(LISTS.targets, float))
BYTES = Examples((np.array(LISTS.inputs) * 255).round().astype(np.uint8), FLOATS.targets)
ALL = pytest.mark.parametrize("examples", [LISTS, FLOATS, BYTES], ids=["lists", "floats", "bytes"])


@ALL
def test_lists_floats_and_bytes_are_the_same_numbers(examples) -> None:
    assert [list(inputs) for inputs, _ in examples] == LISTS.inputs
    assert [list(targets) for _, targets in examples] == LISTS.targets
    inputs, targets = examples.arrays()
    assert inputs.tolist() == LISTS.inputs
    assert targets.tolist() == LISTS.targets
    assert inputs.dtype == targets.dtype == np.float64
    assert examples.labels == [0, 1, 0]


@ALL
def test_parts_are_examples_again(examples) -> None:
    assert examples[1:][0] == examples[1]
    assert [row for row, _ in examples.take([2, 0, 2])] == [LISTS.inputs[i] for i in (2, 0, 2)]
    assert len(examples[:2]) == 2
    assert repr(examples) == "Examples(3 of them)"


@ALL
def test_a_split_holds_out_others_than_it_keeps(examples) -> None:
    train, held_out = examples.split(1, seed=4)
    assert (len(train), len(held_out)) == (2, 1)
    assert sorted(row for row, _ in [*train, *held_out]) == sorted(LISTS.inputs)


def test_classes_of_a_single_target_are_its_signs() -> None:
    assert Examples([[1.0]] * 4, [[-1], [1], [0], [0.5]]).labels == [0, 1, 0, 1]


def test_pairs_and_arrays_become_examples() -> None:
    for data in (list(LISTS), tuple(LISTS), iter(LISTS), (FLOATS.inputs, FLOATS.targets)):
        assert examples_of(data).arrays()[0].tolist() == LISTS.inputs
    assert examples_of(LISTS) is LISTS


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Examples([[1.0]], []), ShapeError, "each of 1 examples, got 0"),
        (lambda: Examples(1.0, []), WrongTypeError, "a list of rows as inputs, got float 1.0"),
        (
            lambda: Examples(np.zeros((2, 28, 28)), [[1], [1]]),
            WrongTypeError,
            r"of shape \(2, 28, 28\): give every example one row",
        ),
        (lambda: examples_of([]), ShapeError, r"at least one example, got none: pass pairs"),
        (lambda: examples_of([[1.0]]), WrongTypeError, r"a pair .* got list \[1.0\]: write"),
        (lambda: examples_of(5), WrongTypeError, "as data, got int 5"),
        (lambda: Examples([[1.0]], [2.0]).arrays(), WrongTypeError, "as targets, got float 2.0"),
        (
            lambda: Examples([[1.0], [1.0, 2.0]], [[1], [1]]).arrays(),
            WrongTypeError,
            r"all of one length, as inputs, got list \[1.0, 2.0\]: write each example as",
        ),
        (
            lambda: Examples([[[1.0]], [[2.0]]], [[1], [1]]).arrays(),
            WrongTypeError,
            r"as inputs, got list \[\[1.0\]\]",
        ),
        (
            lambda: Examples([[1.0], ["a"]], [[1], [1]]).arrays(),
            WrongTypeError,
            r"as inputs, got list \['a'\]",
        ),
        (
            lambda: fit(MLP(1, [1]), [([1.0], 2.0)], epochs=1, batch_size=1, learning_rate=1),
            WrongTypeError,
            "as targets, got float 2.0: write each example as",
        ),
        (lambda: LISTS.split(3), ShapeError, "fewer than 3 examples held out, got 3"),
        (lambda: LISTS.split(0), ShapeError, "the number of examples held out, got int 0"),
    ],
)
def test_what_does_not_fit_is_an_error(make, error, message) -> None:
    with pytest.raises(error, match=message):
        make()
