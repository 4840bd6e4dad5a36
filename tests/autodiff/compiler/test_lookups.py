"""Look-ups by an argument: rows of a static table are a gather, and equal the eager engine."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import numpy as np
import pytest

from autodiff import Value, compile, dot, log, logsumexp, sigmoid, take, tanh
from autodiff.errors import BranchError, OptionError, TracingWarning
from tests.autodiff.compiler.eager_oracle import assert_equal_to_eager
from tests.autodiff.compiler.pass_checks import check_passes, check_poisoned
from tests.autodiff.compiler.sample_programs import Weights, linear

COUNT = 7


def indices(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, COUNT, shape).astype(float)


def next_symbol(length=5, width=3):
    """A bigram model: the surprisal of every symbol after the one before."""
    weights = Weights(1)
    table, score = weights.matrix(COUNT, width), weights.matrix(COUNT, width)

    def loss(symbols, targets):
        total = 0.0
        for symbol, target in zip(symbols, targets, strict=True):
            logits = linear(score, take(table, symbol))
            total = total + logsumexp(logits) - take(logits, target)
        return total

    return loss, weights.all, (length, length)


def two_tables(length=4):
    """One index into two tables; an index that is used twice; elements of a single column."""
    weights = Weights(2)
    first, second = weights.matrix(COUNT, 2), weights.matrix(COUNT, 3)
    column = weights.row(COUNT)

    def loss(symbols):
        total = 0.0
        for a, b in pairwise(symbols):
            x, y = take(first, a), take(second, a)
            total = total + tanh(dot(x, take(first, b))) + sum(y) * take(column, b)
        return total

    return loss, weights.all, (length,)


def partly_numbers():
    """A table with constants among its parameters, one that is computed, and one of numbers."""
    weights = Weights(3)
    w = weights.row(COUNT)
    table = [[weight, float(place)] for place, weight in enumerate(w)]

    def loss(symbols):
        x, y = take(table, symbols[0])
        a, b = take([[weight * weight, 2.0 * weight] for weight in w], symbols[1])
        return x * y + a * b + take([1.0, -2.0, 3.0, 4.0, 0.5, 6.0, 7.0], symbols[0]) * a

    return loss, w, (2,)


def computed_index():
    """An index computed from an argument and a parameter, and one that is a parameter alone."""
    weights = Weights(4)
    w = weights.row(COUNT)
    shift = Value(2.0)

    def loss(symbols):
        place = (symbols[0] + shift) % COUNT
        return take([x * x for x in w], place) * take(w, shift)

    return loss, [*w, shift], (1,)


def recurrent(length=80):
    weights = Weights(5)
    table, matrix = weights.matrix(COUNT, 2), weights.matrix(2, 2)

    def loss(symbols):
        state = [0.0, 0.0]
        for symbol in symbols:
            inner = linear(matrix, state)
            state = [sigmoid(a + b) for a, b in zip(inner, take(table, symbol), strict=True)]
        return state[0] * state[1]

    return loss, weights.all, (length,)


def walk(steps=40):
    """A chain of indices, each looked up by the one before: look-ups inside a loop."""
    weights = Weights(7)
    w, jumps = weights.row(COUNT), [float(place * 3 % COUNT) for place in range(COUNT)]

    def loss(symbols):
        place, total = symbols[0], 1.0
        for _ in range(steps):
            place = take(jumps, place)
            total = tanh(total * take(w, place))
        return total

    return loss, w, (1,)


SAMPLES = {
    sample.__name__: sample
    for sample in (next_symbol, two_tables, partly_numbers, computed_index, recurrent, walk)
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("batch", [1, 6])
def test_equal_to_eager(name: str, batch: int) -> None:
    loss, parameters, lengths = SAMPLES[name]()
    arguments = [indices(batch, length, seed=place) for place, length in enumerate(lengths)]
    example = tuple(array[0] for array in arguments)
    program = compile(loss, parameters=parameters, example=example)
    assert_equal_to_eager(program, loss, parameters, arguments)
    exact = compile(loss, parameters=parameters, example=example, exact=True)
    assert_equal_to_eager(exact, loss, parameters, arguments)
    single = compile(loss, parameters=parameters, example=example, dtype="float32")
    np.testing.assert_allclose(single(*arguments), program(*arguments), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_passes_keep_their_promises(name: str) -> None:
    loss, parameters, lengths = SAMPLES[name]()
    arguments = [indices(3, length) for length in lengths]
    made = check_passes(loss, parameters, tuple(array[0].tolist() for array in arguments))
    check_poisoned(made, arguments)


def test_look_ups_in_a_table_are_one_equation() -> None:
    for length in (2, 20):
        loss, parameters, lengths = next_symbol(length)
        program = compile(loss, parameters=parameters, example=([0.0] * length,) * len(lengths))
        lines = [line for line in str(program).splitlines() if "[symbols]" in line]
        assert lines == [line for line in str(program).splitlines() if line.startswith("v1 ")]
        assert lines[0].split() == ["v1", "=", "W1[symbols]", str(length), "x", "3"]
        assert program.source.count("look_up(") == program.source.count("row_sums(") == 1


def test_a_loop_has_look_ups_and_a_listing_has_guards() -> None:
    loss, parameters, _ = walk()
    shown = str(compile(loss, parameters=parameters, example=([0.0],)))
    loop = shown.partition("times:")[2].partition("\nguard")[0]
    assert loop.count("[v") == 2, shown
    assert "guard: symbols[0] in range(7) is True" in shown


@pytest.mark.parametrize("rows", [3, 64, 65, 500])
def test_tables_of_any_size(rows: int) -> None:
    weights = Weights(6)
    table = weights.matrix(rows, 3)

    def loss(symbols):
        return sum(x * x for symbol in symbols for x in take(table, symbol))

    arguments = np.random.default_rng(0).integers(0, rows, (40, 6)).astype(float)
    program = compile(loss, parameters=weights.all, example=(arguments[0],))
    assert_equal_to_eager(program, loss, weights.all, [arguments])
    mean, gradient = program.value_and_grad(arguments)
    program._runner.block_size = 16
    assert program.value_and_grad(arguments)[0] == pytest.approx(mean, rel=1e-13)
    np.testing.assert_allclose(program.value_and_grad(arguments)[1], gradient, rtol=1e-12)


@pytest.mark.parametrize("rows", [3, 65])
def test_an_infinite_adjoint_is_what_it_is_in_the_eager_engine(rows: int) -> None:
    w = [Value(0.0), *(Value(1.0) for _ in range(rows - 1))]

    def loss(symbol):
        return log(take(w, symbol))

    program = compile(loss, parameters=w, example=(1.0,))
    assert_equal_to_eager(program, loss, w, [np.array([0.0, 1.0, 2.0])])
    assert program([0.0])[0] == -inf


def test_what_is_no_index_fails_by_name() -> None:
    w = [Value(float(i)) for i in range(COUNT)]
    for exact in (False, True):
        program = compile(lambda symbol: take(w, symbol), parameters=w, example=(1.0,), exact=exact)
        for wrong in (7.0, -1.0, 0.5, np.nan, np.inf):
            match = (
                rf"symbol in range\(7\) to be True, .* got {wrong:g} in example 1: pass the whole"
            )
            with pytest.raises(BranchError, match=match):
                program([1.0, wrong])
            with pytest.raises(BranchError, match=match):
                program.value_and_grad([1.0, wrong])
    with pytest.raises(OptionError, match="whole number from 0 to 6"):
        compile(lambda symbol: take(w, symbol), parameters=w, example=(7.0,))


def test_with_split_a_wrong_index_is_traced_and_refused() -> None:
    w = [Value(float(i)) for i in range(COUNT)]
    program = compile(
        lambda symbol: take(w, symbol), parameters=w, example=(1.0,), on_branch="split"
    )
    assert program([0.0, 6.0]).tolist() == [0.0, 6.0]
    with pytest.raises(OptionError, match="whole number from 0 to 6"):
        program([0.0, 7.0])


def test_strict_tracing_moves_no_index() -> None:
    loss, parameters, lengths = computed_index()
    example = tuple(np.zeros(length) for length in lengths)
    compile(loss, parameters=parameters, example=example, strict=True)


def test_no_data_is_read(recwarn) -> None:
    loss, parameters, lengths = two_tables()
    compile(loss, parameters=parameters, example=tuple(np.zeros(length) for length in lengths))
    assert not [warning for warning in recwarn if warning.category is TracingWarning]


def test_derivatives_of_look_ups() -> None:
    loss, parameters, lengths = next_symbol(2)
    arguments = [indices(3, length) for length in lengths]
    program = compile(loss, parameters=parameters, example=tuple(a[0] for a in arguments))
    _, gradient = program.value_and_grad(*arguments)
    each = program.example_gradients(*arguments)
    np.testing.assert_allclose(each.mean(0), gradient, rtol=1e-12, atol=1e-15)
    assert not np.concatenate(program.argument_gradients(*arguments)).any()
    direction = np.random.default_rng(0).normal(size=len(parameters))
    product = program.hessian_product(*arguments, direction=direction)
    step = 1e-6
    program.parameters += step * direction
    _, after = program.value_and_grad(*arguments)
    np.testing.assert_allclose(product, (after - gradient) / step, rtol=1e-4, atol=1e-6)
