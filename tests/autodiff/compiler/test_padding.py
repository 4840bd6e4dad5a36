"""`padded`: sequences of several lengths in one array, and one program for all of them."""

from __future__ import annotations

import numpy as np
import pytest

from autodiff import Value, compile, dot, log_softmax, padded, take, tanh
from autodiff.errors import OperandError, OptionError, ShapeError, WrongTypeError
from tests.autodiff.compiler.sample_programs import Weights


def test_rows_are_filled_and_weighed() -> None:
    numbers, weights = padded([[5, 6, 7], [], np.array([8])], -1)
    assert numbers.tolist() == [[5, 6, 7], [-1, -1, -1], [8, -1, -1]]
    assert weights.tolist() == [[1, 1, 1], [0, 0, 0], [1, 0, 0]]
    assert numbers.dtype == weights.dtype == np.float64


def test_items_may_be_arrays() -> None:
    numbers, weights = padded([[[1, 2]], [[3, 4], [5, 6]]], length=3)
    assert numbers.tolist() == [[[1, 2], [0, 0], [0, 0]], [[3, 4], [5, 6], [0, 0]]]
    assert weights.tolist() == [[1, 0, 0], [1, 1, 0]]


def test_equal_rows_need_no_padding() -> None:
    rows = np.arange(6.0).reshape(2, 3)
    numbers, weights = padded(rows)
    assert np.array_equal(numbers, rows)
    assert weights.all()


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        (([],), ShapeError, "got none"),
        ((3,), WrongTypeError, "a list of sequences"),
        (("ab",), WrongTypeError, "a list of sequences"),
        (([1, 2],), ShapeError, "a single number as row 0"),
        (([[1], [[2]]],), ShapeError, r"shapes \(\) and \(1,\)"),
        (([["a"]],), OperandError, "row 0"),
        (([[1, [2]]],), OperandError, "row 0"),
        (([[1]], None), OperandError, "NoneType"),
    ],
)
def test_odd_arguments(arguments, error, match: str) -> None:
    with pytest.raises(error, match=match):
        padded(*arguments)


@pytest.mark.parametrize(
    ("length", "error", "match"),
    [
        (1, ShapeError, "at most 1 places, got 2 in row 1"),
        (2.5, WrongTypeError, "whole number"),
        (-1, OptionError, "at least 0"),
        (10**9, OptionError, "at most 10,000,000"),
    ],
)
def test_odd_lengths(length, error, match: str) -> None:
    with pytest.raises(error, match=match):
        padded([[1], [1, 2]], length=length)


def test_one_program_for_all_lengths() -> None:
    weights = Weights(1)
    table, matrix, score = weights.matrix(4, 2), weights.matrix(2, 4), weights.matrix(4, 2)

    def loss(symbols, shares):
        state, total = [0.0, 0.0], 0.0
        for symbol, following, share in zip(symbols, symbols[1:], shares[1:], strict=False):
            inputs = [*state, *take(table, symbol)]
            state = [tanh(dot(row, inputs)) for row in matrix]
            total = total - share * take(log_softmax([dot(row, state) for row in score]), following)
        return total

    texts = [[0, 1, 2], [3, 3], [2, 1, 0, 3, 1], [1, 2]]
    numbers, shares = padded(texts)
    program = compile(loss, parameters=weights.all, example=(numbers[0], shares[0]))
    outputs = program(numbers, shares)
    mean, gradient = program.value_and_grad(numbers, shares)
    alone = [loss([Value(float(x)) for x in text], [1.0] * len(text)) for text in texts]
    np.testing.assert_allclose(outputs, [x.data for x in alone], rtol=1e-12)
    (sum(alone) / len(texts)).backward()
    np.testing.assert_allclose(gradient, [w.grad for w in weights.all], rtol=1e-11, atol=1e-15)
    assert mean == pytest.approx(outputs.mean(), rel=1e-13)
