"""Programs in C give what NumPy gives: every sample, guards, float32, any batch, two threads."""

from __future__ import annotations

import shutil
from threading import Thread
from typing import Any

import numpy as np
import pytest

from autodiff import (
    TABLE,
    BranchError,
    OptionError,
    ShapeError,
    Value,
    compile,
    load_program,
    log,
    relu,
    take,
    tanh,
)
from autodiff.graph.node import variadic
from autodiff.operations import BUILT_IN
from tests.autodiff.compiler.eager_oracle import assert_close
from tests.autodiff.compiler.sample_programs import SAMPLES, mlp, recurrent
from tests.autodiff.compiler.test_whole_table import EDGES, ORDINARY, arity, points

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
SEVERAL = {**SAMPLES, "a long chain": recurrent(steps=40)}


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory):
    """A cache of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.mark.parametrize("name", SEVERAL)
def test_of_every_sample(name):
    sample = SEVERAL[name]
    program, native = sample.compiled(), sample.compiled(native="c")
    assert native.source == program.source
    for size in (1, 5, 37, 5):
        batch = sample.batch(size, seed=size)
        outputs, (mean, gradient) = program(*batch), program.value_and_grad(*batch)
        scale = float(np.abs(outputs).max())
        assert_close(native(*batch), outputs, scale, 1e-12)
        found = native.value_and_grad(*batch)
        assert_close(found[0], mean, scale, 1e-12)
        assert_close(found[1], gradient, float(np.abs(gradient).max()), 1e-12)


@pytest.mark.parametrize("name", ["mlp by loops", "wide mlp", "attention", "many lengths"])
def test_in_single_precision(name):
    sample = SEVERAL[name]
    native = sample.compiled(native="c", dtype="float32")
    batch = sample.batch(21)
    mean, gradient = native.value_and_grad(*batch)
    wanted = sample.compiled().value_and_grad(*batch)
    assert gradient.dtype == native(*batch).dtype == np.float32
    assert_close(mean, wanted[0], 1.0, 1e-5)
    assert_close(gradient, wanted[1], float(np.abs(wanted[1]).max()), 1e-5)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 600, 1_100])
def test_batches_of_any_size_run_in_blocks(size):
    sample = mlp((20, 33, 3))
    program, native, batch = sample.compiled(), sample.compiled(native="c"), sample.batch(size)
    assert_close(native(*batch), program(*batch), 1.0, 1e-12)
    gradient = program.value_and_grad(*batch)[1]
    assert_close(native.value_and_grad(*batch)[1], gradient, 1.0, 1e-12)


def test_columns_slices_and_read_only_arrays_are_read_as_they_are():
    sample = mlp((20, 5, 1))
    program, native = sample.compiled(), sample.compiled(native="c")
    x, y = sample.batch(12)
    wide = np.repeat(x, 2, axis=1)[:, ::2]
    fixed = x.copy()
    fixed.flags.writeable = False
    for given in (np.asfortranarray(x), wide, fixed, x.tolist(), x[::-1][::-1]):
        assert_close(native(given, y), program(x, y), 1.0, 1e-12)
    assert_close(native(x[3:7], y[3:7]), program(x, y)[3:7], 1.0, 1e-12)
    assert native(x[:0], y[:0]).shape == (0,)


@pytest.mark.parametrize("which", [ORDINARY, EDGES], ids=["ordinary", "edges"])
def test_the_whole_table_with_its_edges(which):
    rows = [TABLE[name] for name in sorted(BUILT_IN)]
    counts = [arity(row) for row in rows]

    def function(x: Any) -> list[Value]:
        given = iter(x)
        return [
            variadic(row, [next(given) for _ in range(count)])
            for row, count in zip(rows, counts, strict=True)
        ]

    example = ([0.6] * sum(counts),)
    program = compile(function, parameters=[], example=example)
    native = compile(function, parameters=[], example=example, native="c")
    each = [points(row, which) for row in rows]
    longest = max(map(len, each))
    batch = [[x for at in each for x in at[number % len(at)]] for number in range(longest)]
    outputs, found = program(batch), native(batch)
    for place, row in enumerate(rows):
        exact = row.name in {"mean", "digamma", "lgamma", "polygamma"}
        scale = 10.0 if exact else 0.0
        assert_close(found[:, place], outputs[:, place], scale, 1e-12)


def test_the_gradient_where_a_derivative_is_infinite():
    """The places behind the last example, which fill up a vector, add nothing to it."""
    w = Value(2.0)
    native = compile(lambda x: w * log(x) * w, parameters=[w], example=(1.0,), native="c")
    assert native.value_and_grad([0.0])[1].tolist() == [-np.inf]
    assert native.value_and_grad([1.0, 0.0, 1.0])[1].tolist() == [-np.inf]
    assert np.isnan(native.value_and_grad([1.0, -1.0])[1][0])


def test_outputs_that_no_argument_reaches():
    w = Value(3.0)
    native = compile(lambda x: w * w, parameters=[w], example=(1.0,), native="c")
    mean, gradient = native.value_and_grad([1.0] * 21)
    assert (mean, gradient.tolist()) == (9.0, pytest.approx([6.0]))


def branching(x: Any, y: Any) -> Any:
    return x * y if x > y else x + y


@pytest.mark.parametrize("size", [1, 20, 3_000])
def test_guards_raise_the_same_errors(size):
    texts = []
    for native in (None, "c"):
        program = compile(branching, parameters=[], example=(2.0, 1.0), native=native)
        x = np.full(size, 2.5)
        x[-1] = -0.75
        with pytest.raises(BranchError) as caught:
            program(x, np.zeros(size))
        with pytest.raises(BranchError, match=f"example {size - 1}"):
            program.value_and_grad(x, np.zeros(size))
        texts.append(str(caught.value))
    assert texts[0] == texts[1]


def test_look_ups_and_their_guards():
    table = [[Value(0.1 * (row + column)) for column in range(3)] for row in range(5)]
    leaves = [x for row in table for x in row]

    def total(symbols: Any) -> Any:
        return sum(tanh(x) for symbol in symbols for x in take(table, symbol))

    program, native = (
        compile(total, parameters=leaves, example=([0, 1],), native=how) for how in (None, "c")
    )
    batch = [[0, 4], [2, 2], [1, 0]] * 9
    assert_close(native(batch), program(batch), 1.0, 1e-12)
    assert_close(native.value_and_grad(batch)[1], program.value_and_grad(batch)[1], 1.0, 1e-12)
    with pytest.raises(BranchError, match="range"):
        native([[0, 4], [5, 1]])


def test_every_way_through_the_comparisons():
    program, native = (
        compile(branching, parameters=[], example=(2.0, 1.0), on_branch="split", native=how)
        for how in (None, "c")
    )
    x, y = np.random.default_rng(1).normal(size=(2, 50))
    assert_close(native(x, y), program(x, y), 1.0, 1e-12)


def test_derivatives_run_in_c_too():
    w = Value(3.0)
    cubic = compile(lambda x: w**2 * x**3, parameters=[w], example=(1.0,), native="c")
    assert cubic.argument_gradients([1.0, 2.0])[0].tolist() == pytest.approx([27.0, 108.0])
    assert cubic.hessian_product([1.0, 2.0], direction=[1.0]).tolist() == pytest.approx([9.0])


def test_the_gradient_is_shared_and_written_where_it_is_wanted():
    sample = mlp((20, 4, 1))
    native, batch = sample.compiled(native="c"), sample.batch(9)
    mean, gradient = native.value_and_grad(*batch)
    assert native.value_and_grad(*batch, out=native.gradient)[1] is native.gradient
    assert native.gradient.tolist() == gradient.tolist()
    spread = np.zeros(2 * gradient.size)[::2]
    assert native.value_and_grad(*batch, out=spread)[0] == mean
    assert spread.tolist() == gradient.tolist()
    native.parameters *= 0.5
    assert native.value_and_grad(*batch)[0] != mean
    with pytest.raises(ShapeError):
        native.value_and_grad(*batch, out=np.zeros(3))


def test_two_threads_take_turns():
    sample = mlp((20, 16, 1))
    native, batch = sample.compiled(native="c"), sample.batch(40)
    expected = native.value_and_grad(*batch)[1].tolist()
    found: list[bool] = []

    def work(size: int) -> None:
        for _ in range(200):
            native(*[x[:size] for x in batch])
            found.append(native.value_and_grad(*batch)[1].tolist() == expected)

    threads = [Thread(target=work, args=(size,)) for size in (3, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 400
    assert all(found)


def test_a_program_in_c_is_saved_and_printed_as_any_other(tmp_path):
    sample = mlp((3, 4, 1))
    program, native = sample.compiled(), sample.compiled(native="c")
    native.save(tmp_path / "program.safetensors")
    loaded = load_program(tmp_path / "program.safetensors")
    batch = sample.batch(4)
    assert loaded(*batch).tolist() == program(*batch).tolist()
    assert native.to_c() == program.to_c()
    assert native.to_js() == program.to_js()


def test_choices_inside_sums_of_static_and_batched_terms():
    weights = [Value(0.1 * k) for k in range(40)]

    def function(x: Any) -> Any:
        return sum(relu(w - x) * tanh(w) for w in weights)

    program, native = (
        compile(function, parameters=weights, example=(1.0,), native=how) for how in (None, "c")
    )
    x = np.linspace(-1.0, 5.0, 27)
    assert_close(native(x), program(x), 1.0, 1e-12)
    assert_close(native.value_and_grad(x)[1], program.value_and_grad(x)[1], 1.0, 1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"native": "rust"}, "expected 'c' or None, got native='rust': choose one"),
        ({"native": True}, "expected 'c' or None, got native=bool True: choose one"),
        ({"native": "c", "exact": True}, "expected array equations for native='c', got exact=True"),
    ],
)
def test_options_that_contradict(options, message):
    with pytest.raises(OptionError, match=message):
        compile(lambda x: x, parameters=[], example=(1.0,), **options)
