"""Batches of any size: blocks, buffers, what is read and written, float32."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from autodiff import Value, compile
from tests.autodiff.compiler.eager_oracle import assert_close, assert_equal_to_eager, eager
from tests.autodiff.compiler.sample_programs import attention, lengths, mlp


@pytest.mark.parametrize("sample", [mlp((3, 4, 2)), lengths()], ids=["mlp", "many lengths"])
def test_batches_of_any_size_in_any_order(sample):
    program = sample.compiled()
    for size in (1, 2, 7, 1, 7, 2, 3, 4, 5, 6, 1):
        batch = sample.batch(size, seed=size)
        assert_equal_to_eager(program, sample.function, sample.parameters, batch)


def test_a_batch_of_ten_thousand():
    sample = mlp((3, 4, 2))
    program, batch = sample.compiled(), sample.batch(10_000)
    outputs = program(*batch)
    mean, gradient = program.value_and_grad(*batch)
    assert_close(mean, outputs.mean())
    some = [each[:50] for each in batch]
    assert_close(outputs[:50], program(*some))
    parts = [
        program.value_and_grad(*(x[i : i + 100] for x in batch))[1] for i in range(0, 10_000, 100)
    ]
    assert_close(gradient, np.mean(parts, axis=0), 1e-3)


@pytest.mark.usefixtures("by_numpy")
@pytest.mark.parametrize("size", [1, 3, 4, 7, 12, 13])
def test_blocks_give_what_the_whole_batch_gives(size):
    sample = attention(positions=3)
    program, batch = sample.compiled(), sample.batch(12)
    outputs, (mean, gradient) = program(*batch), program.value_and_grad(*batch)
    program._runner.block_size = size
    assert_close(program(*batch), outputs)
    again = program.value_and_grad(*batch)
    assert_close(again[0], mean)
    assert_close(again[1], gradient, 1.0)
    assert max(program._runner._bound) == 12


def test_the_working_set_of_a_large_batch_is_bounded():
    sample = mlp((3, 16, 16, 2))
    program, batch = sample.compiled(), sample.batch(100_000)
    program.value_and_grad(*[x[:10] for x in batch])
    tracemalloc.start()
    program.value_and_grad(*batch)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_memory_does_not_grow_from_call_to_call():
    sample = lengths()
    program = sample.compiled()
    batches = [sample.batch(size) for size in (5, 9)]
    for batch in batches * 2:
        program.value_and_grad(*batch)
    tracemalloc.start()
    for batch in batches * 50:
        program.value_and_grad(*batch)
        program(*batch)
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert left < 10_000


def test_arguments_are_left_as_they_are():
    sample = mlp((3, 4, 2))
    program, batch = sample.compiled(), sample.batch(4)
    before = [array.copy() for array in batch]
    for array in batch:
        array.flags.writeable = False
    program(*batch)
    program.value_and_grad(*batch)
    assert all(map(np.array_equal, batch, before))


def test_strided_and_reversed_arrays_are_read_right():
    sample = mlp((3, 4, 2))
    program = sample.compiled()
    x, y = sample.batch(6)
    whole = program(x, y)
    assert_close(program(x[::-1], y[::-1]), whole[::-1])
    assert_close(program(np.asfortranarray(x)[::2], y[::2]), whole[::2])


def test_the_gradient_goes_where_out_says():
    sample = mlp((2, 2, 1))
    program, batch = sample.compiled(), sample.batch(3)
    first = program.value_and_grad(*batch)[1]
    out = np.full(first.shape, np.nan)
    assert program.value_and_grad(*batch, out=out)[1] is out
    assert np.array_equal(out, first)
    later = program.value_and_grad(*sample.batch(3, seed=5))[1]
    assert not np.array_equal(later, first)
    assert np.array_equal(out, first)


@pytest.mark.parametrize("sample", [mlp((3, 8, 2)), attention(), lengths()])
def test_float32_keeps_six_digits(sample):
    program, batch = sample.compiled(dtype="float32"), sample.batch(4)
    assert program.parameters.dtype == program(*batch).dtype == np.float32
    assert program.value_and_grad(*batch)[1].dtype == np.float32
    expected = eager(sample.function, sample.parameters, batch)
    scale = float(np.abs(expected.outputs).max())
    assert_close(program(*batch), expected.outputs, scale, 1e-6 * 4)
    assert_close(program.value_and_grad(*batch)[1], expected.gradient, expected.size, 1e-6 * 4)
    program.store()
    assert all(type(leaf.data) is float for leaf in sample.parameters)
    sample.compiled().load()


@pytest.mark.usefixtures("by_numpy")
def test_memory_is_kept_for_few_sizes_of_batch_and_not_beyond_a_bound():
    program = compile(lambda x: x.exp().exp(), parameters=[], example=(1.0,))
    for batch in range(1, 20):
        program(np.zeros(batch))
    assert len(program._runner._bound) == 4
    for batch in (1_000_000, 1_100_000, 1_200_000):
        program(np.zeros(batch))
    assert sum(each.size for each in program._runner._bound.values()) < 2**27


@pytest.mark.usefixtures("by_numpy")
def test_what_is_the_same_for_every_example_is_computed_once_per_call():
    w = Value(3.0)
    program = compile(lambda x: (w * w).exp() * x, parameters=[w], example=(1.0,))
    program._runner.block_size = 4
    program([1.0] * 4)
    bound = program._runner._bound[4]
    calls = []
    program._runner._bound[4] = bound._replace(prepare=lambda: calls.append(bound.prepare()))
    values = program([1.0, 2.0] * 7)
    assert len(calls) == 1
    assert values == pytest.approx(np.exp(9.0) * np.array([1.0, 2.0] * 7), rel=1e-14)
