"""Programs on the engine in C give what NumPy gives: every row, sample, size, error, processor."""

from __future__ import annotations

import math
from random import Random
from threading import Thread
from typing import Any

import numpy as np
import pytest

from autodiff import (
    TABLE,
    BranchError,
    OptionError,
    Value,
    compile,
    exp,
    expm1,
    load_program,
    log,
    log1p,
    operation,
    relu,
    sin,
    take,
    tanh,
)
from autodiff.compiler.instructions.program import to_instructions
from autodiff.compiler.runtime.array_runner import ArrayRunner
from autodiff.compiler.runtime.kernel_runner import KernelRunner
from autodiff.graph.node import variadic
from autodiff.native.choice import engine
from autodiff.operations import BUILT_IN
from benchmarks.long_graphs import kalman, runge_kutta
from tests.autodiff.compiler.eager_oracle import assert_close, assert_equal_to_eager
from tests.autodiff.compiler.sample_programs import SAMPLES, attention, lengths, mlp, recurrent
from tests.autodiff.compiler.test_whole_table import EDGES, ORDINARY, arity, points

pytestmark = pytest.mark.skipif(engine is None, reason="the engine in C was not built")
SEVERAL = {**SAMPLES, "a long chain": recurrent(steps=40), "a wide chain": recurrent(steps=9)}
ROWS = [TABLE[name] for name in sorted(BUILT_IN)]
PROCESSORS = engine.use_processor(None) if engine else ()


def pair(function: Any, **options: Any) -> tuple[Any, Any]:
    """The same program on the engine in C and on NumPy."""
    kernels = compile(function, **options)
    assert isinstance(kernels._runner, KernelRunner)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KernelRunner, "of", lambda *_: None)
        plain = compile(function, **options)
    assert isinstance(plain._runner, ArrayRunner)
    assert kernels.source == plain.source
    return kernels, plain


def pair_of(sample: Any, **options: Any) -> tuple[Any, Any]:
    return pair(sample.function, parameters=sample.parameters, example=sample.example(), **options)


@pytest.fixture(params=PROCESSORS)
def processor(request):
    engine.use_processor(request.param)
    yield request.param
    engine.use_processor(PROCESSORS[-1])


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("name", SEVERAL)
def test_of_every_sample(name):
    sample = SEVERAL[name]
    kernels, plain = pair_of(sample)
    for size in (1, 2, 5, 37, 5, 1):
        batch = sample.batch(size, seed=size)
        outputs, (mean, gradient) = plain(*batch), plain.value_and_grad(*batch)
        scale = float(np.abs(outputs).max())
        assert_close(kernels(*batch), outputs, scale, 1e-13)
        found = kernels.value_and_grad(*batch)
        assert_close(found[0], mean, scale, 1e-13)
        assert_close(found[1], gradient, float(np.abs(gradient).max()), 1e-13)


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("size", [1, 21])
def test_in_single_precision(name, size):
    sample = SEVERAL[name]
    kernels, plain = pair_of(sample, dtype="float32")
    batch = sample.batch(size)
    mean, gradient = kernels.value_and_grad(*batch)
    wanted = plain.value_and_grad(*batch)
    assert gradient.dtype == kernels(*batch).dtype == np.float32
    scale = float(np.abs(plain(*batch)).max())
    relative = 1e-4 if "chain" in name else 1e-5  # errors grow from step to step
    assert_close(kernels(*batch), plain(*batch), scale, relative)
    assert_close(mean, wanted[0], scale, relative)
    assert_close(gradient, wanted[1], float(np.abs(wanted[1]).max()), relative)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 511, 513, 600, 1_100])
def test_batches_of_any_size_run_in_blocks(size):
    sample = mlp((20, 33, 1))
    kernels, plain = pair_of(sample)
    batch = sample.batch(size)
    assert_close(kernels(*batch), plain(*batch), 1.0, 1e-13)
    if size:
        gradient = plain.value_and_grad(*batch)[1]
        assert_close(kernels.value_and_grad(*batch)[1], gradient, 1.0, 1e-13)


# -- the table --------------------------------------------------------------------------------


def every_row(x: Any) -> list[Value]:
    given = iter(x)
    return [variadic(row, [next(given) for _ in range(arity(row))]) for row in ROWS]


def samples_of(which: tuple[float, ...]) -> np.ndarray:
    each = [points(row, which) for row in ROWS]
    longest = max(map(len, each))
    rows = [[x for at in each for x in at[number % len(at)]] for number in range(longest)]
    return np.array(rows)


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("which", [ORDINARY, EDGES], ids=["ordinary", "edges"])
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_the_whole_table_with_its_edges(which, kind):
    example = ([0.6] * sum(map(arity, ROWS)),)
    kernels, plain = pair(every_row, parameters=[], example=example, dtype=kind)
    batch = samples_of(which)
    outputs, found = plain(batch), kernels(batch)
    one_by_one = np.concatenate([kernels(x[None]) for x in batch])
    relative = 1e-12 if kind == "float64" else 3e-6
    for place, row in enumerate(ROWS):
        scale = 10.0 if row.name in {"mean", "digamma", "lgamma", "polygamma", "var"} else 0.0
        for ours in (found, one_by_one):
            kept = np.abs(outputs[:, place]) > 1e-30  # float32 loses digits below
            kept |= ~np.isfinite(outputs[:, place]) if kind == "float32" else True
            assert_close(ours[kept, place], outputs[kept, place], scale, relative)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_gradient_of_a_batch_with_edges(row):
    """What fills up a vector behind the last example adds nothing, and no sign of zero is lost."""
    count = arity(row)
    leaves = [Value(-0.0) for _ in range(count)]

    def function(x: Any) -> Value:
        return variadic(row, [leaf + xi for leaf, xi in zip(leaves, x, strict=True)])

    kernels, _ = pair(function, parameters=leaves, example=([0.6] * count,))
    is_exact = row.name in {"mean", "sum"}  # eagerly they are added without rounding
    for which in (ORDINARY, *([] if is_exact else [EDGES])):
        every = points(row, which)
        for point in every[:: 1 + len(every) // 8]:
            for batch in ([point], [point] * 3):
                assert_equal_to_eager(kernels, function, leaves, [np.array(batch)])


FUNCTIONS = {
    "exp": (exp, (-750.0, 720.0)),
    "expm1": (expm1, (-40.0, 720.0)),
    "log": (log, (1e-310, 1e300)),
    "log1p": (log1p, (-0.999, 1e17)),
    "tanh": (tanh, (-25.0, 25.0)),
    "sin": (sin, (-2e5, 2e5)),
}


def function_of_one(function: Any) -> Any:
    """A function whose signature can be read, as that of an operation of the table cannot."""

    def of(x: Any) -> Any:
        return function(x)

    return of


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_over_vectors_are_right_to_two_ulps(name):
    function, (low, high) = FUNCTIONS[name]
    draw = np.random.default_rng(0)
    small = np.exp(draw.uniform(-700, 3, 4000)) * draw.choice([-1.0, 1.0], 4000)
    x = np.concatenate([draw.uniform(low, high, 4000), small, [0.0, 5e-324, math.inf, math.nan]])
    x = x[~(x < low)]
    program = compile(function_of_one(function), parameters=[], example=(0.5,))
    exact = np.array([function(v) for v in x.tolist()])
    with np.errstate(invalid="ignore"):
        off = np.abs(program(x) - exact) / np.spacing(np.abs(exact))
    same = (program(x) == exact) | (np.isnan(exact) & np.isnan(program(x)))
    assert np.all(same | (off <= 2.0))
    narrow = compile(function_of_one(function), parameters=[], example=(0.5,), dtype="float32")
    with np.errstate(over="ignore", invalid="ignore"):
        single = x.astype(np.float32)
        wanted = np.array([function(v) for v in single.tolist()]).astype(np.float32)
        off = np.abs(narrow(single) - wanted) / np.spacing(np.abs(wanted))
    same = (narrow(single) == wanted) | (np.isnan(wanted) & np.isnan(narrow(single)))
    assert np.all(same | (off <= 2.0))


def test_operations_of_the_user_run_too():
    before = dict(TABLE)
    try:
        wave = operation("wave", "x", "s * exp(-x**2), s = sin(2*x)",
                         "2 * exp(-x**2) * (cos(2*x) - x * sin(2*x))")  # fmt: skip
        leaf = Value(0.3)
        kernels, plain = pair(lambda x: wave(leaf * x), parameters=[leaf], example=(1.0,))
        x = np.linspace(-2.0, 2.0, 19)
        assert_close(kernels(x), plain(x), 1.0, 1e-13)
        assert_close(kernels.value_and_grad(x)[1], plain.value_and_grad(x)[1], 1.0, 1e-13)
    finally:
        TABLE.clear()
        TABLE.update(before)


# -- loops, tables, choices -------------------------------------------------------------------


@pytest.mark.parametrize("work", [kalman(steps=60), runge_kutta(steps=40)], ids=["filter", "rk"])
@pytest.mark.parametrize("size", [1, 7, 40])
def test_of_a_filter_and_an_integrator(work, size):
    kernels, plain = pair(work.function, parameters=work.parameters, example=work.example)
    batch = [np.array([each] * size) for each in work.example]
    batch[0] = batch[0] * np.linspace(0.9, 1.1, size).reshape(-1, *[1] * (batch[0].ndim - 1))
    mean, gradient = kernels.value_and_grad(*batch)
    wanted = plain.value_and_grad(*batch)
    assert_close(mean, wanted[0], 1.0, 1e-12)
    assert_close(gradient, wanted[1], float(np.abs(wanted[1]).max()), 1e-12)


def test_a_chain_too_long_to_unroll_gives_the_same():
    def decay(x: Any) -> Any:
        for _ in range(9_000):
            x = x * rate + tanh(x) * 0.001 - x * x * 0.0001
        return x

    rate = Value(0.9999)
    kernels, plain = pair(decay, parameters=[rate], example=(1.0,))
    for batch in ([1.1], [0.5, 1.0, 1.5]):
        wanted = plain.value_and_grad(batch)
        found = kernels.value_and_grad(batch)
        assert_close(found[0], wanted[0], 1.0, 1e-11)
        assert_close(found[1], wanted[1], 0.0, 1e-9)


def test_look_ups_and_their_guards():
    table = [[Value(0.1 * (row + column)) for column in range(3)] for row in range(5)]
    leaves = [x for row in table for x in row]

    def total(symbols: Any) -> Any:
        return sum(tanh(x) for symbol in symbols for x in take(table, symbol))

    kernels, plain = pair(total, parameters=leaves, example=([0, 1],))
    for batch in ([[0, 4]], [[0, 4], [2, 2], [1, 0]] * 9):
        assert_close(kernels(batch), plain(batch), 1.0, 1e-13)
        assert_close(kernels.value_and_grad(batch)[1], plain.value_and_grad(batch)[1], 1.0, 1e-13)
    for wrong in (5, -1, 0.5, math.nan, 1e300):
        with pytest.raises(BranchError, match="range"):
            kernels([[0, 4], [wrong, 1]])


def branching(x: Any, y: Any) -> Any:
    return x * y if x > y else x + y


@pytest.mark.parametrize("size", [1, 20, 3_000])
def test_guards_raise_the_same_errors(size):
    texts = []
    for program in pair(branching, parameters=[], example=(2.0, 1.0)):
        x = np.full(size, 2.5)
        x[size // 2 :] = -0.75
        for call in (program, program.value_and_grad):
            with pytest.raises(BranchError, match=f"example {size // 2}") as caught:
                call(x, np.zeros(size))
            texts.append(str(caught.value))
    assert len({*texts}) == 1


def test_every_way_through_the_comparisons():
    split = compile(branching, parameters=[], example=(2.0, 1.0), on_branch="split")
    x, y = np.random.default_rng(1).normal(size=(2, 50))
    assert_close(split(x, y), np.where(x > y, x * y, x + y), 1.0, 1e-15)


# -- what is read and written -----------------------------------------------------------------


def test_columns_slices_and_read_only_arrays_are_read_as_they_are():
    sample = mlp((20, 5, 1))
    kernels, plain = pair_of(sample)
    x, y = sample.batch(12)
    wide = np.repeat(x, 2, axis=1)[:, ::2]
    fixed = x.copy()
    fixed.flags.writeable = False
    for given in (np.asfortranarray(x), wide, fixed, x.tolist(), x[::-1][::-1]):
        assert_close(kernels(given, y), plain(x, y), 1.0, 1e-13)
    assert_close(kernels(x[3:7], y[3:7]), plain(x, y)[3:7], 1.0, 1e-13)


def test_the_gradient_where_a_derivative_is_infinite():
    w = Value(2.0)
    program = compile(lambda x: w * log(x) * w, parameters=[w], example=(1.0,))
    assert program.value_and_grad([0.0])[1].tolist() == [-np.inf]
    assert program.value_and_grad([1.0, 0.0, 1.0])[1].tolist() == [-np.inf]
    assert np.isnan(program.value_and_grad([1.0, -1.0])[1][0])


def test_what_fills_up_a_block_does_not_grow_from_call_to_call():
    sample = mlp((20, 5, 1))
    program = sample.compiled()
    x, y = sample.batch(3)
    first = program.value_and_grad(x, y)[1]
    for _ in range(300):
        program.value_and_grad(1e6 * x, y)
    assert program.value_and_grad(x, y)[1].tolist() == first.tolist()


def test_many_arguments():
    names = [f"x{k}" for k in range(12)]
    space: dict[str, Any] = {}
    exec(f"def function({', '.join(names)}): return {' * '.join(names)}", space)  # noqa: S102 so many
    kernels, plain = pair(space["function"], parameters=[], example=(1.0,) * 12)
    batch = np.random.default_rng(0).uniform(0.5, 1.5, (12, 9))
    assert_close(kernels(*batch), plain(*batch), 1.0, 1e-13)


def test_threads_take_turns_on_a_program_and_run_beside_each_other():
    sample = mlp((20, 16, 1))
    programs = [sample.compiled() for _ in range(3)]
    batch = sample.batch(900)
    expected = programs[0].value_and_grad(*batch)[1].tolist()
    found: list[bool] = []

    def work(number: int) -> None:
        for _ in range(40):
            program = programs[number // 2]
            program(*[x[: 3 + number] for x in batch])
            found.append(program.value_and_grad(*batch)[1].tolist() == expected)

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 240


def test_saved_printed_and_loaded(tmp_path):
    sample = mlp((3, 4, 1))
    kernels, plain = pair_of(sample)
    kernels.save(tmp_path / "program.safetensors")
    loaded = load_program(tmp_path / "program.safetensors")
    assert isinstance(loaded._runner, KernelRunner)
    batch = sample.batch(4)
    assert loaded(*batch).tolist() == kernels(*batch).tolist()
    assert kernels.to_c() == plain.to_c()
    assert kernels.to_js() == plain.to_js()


# -- checks of the code -----------------------------------------------------------------------


def arguments_of(sample: Any) -> list[Any]:
    """What the engine takes for a program: its equations' instructions and memories."""
    program = sample.compiled()._runner.equations()
    made = to_instructions(program)
    return [
        "float64",
        made.code.copy(),
        made.ends,
        np.array(made.constants, float),
        np.zeros(program.static_size),
        np.zeros(program.static_size),
        program.batched_size,
        made.arguments,
        program.outputs.positions.ravel().astype(np.int32),
        0 if program.outputs.is_batched else 2,
        -1 if program.zero is None else program.zero,
        16,
    ]


@pytest.mark.parametrize(
    "sample", [mlp((20, 3, 1)), attention(positions=3), lengths(), recurrent(steps=8)]
)
def test_code_that_was_damaged_is_refused_or_stays_inside_the_memories(sample):
    """Run it under AddressSanitizer to see the second half."""
    draw = Random(1)
    given = arguments_of(sample)
    code: np.ndarray = given[1]
    batches = [[np.asfortranarray(x.reshape(n, -1).T) for x in sample.batch(n)] for n in (1, 5)]
    refused = 0
    for _ in range(400):
        damaged = code.copy()
        for _ in range(draw.choice((1, 1, 2, 5))):
            change = draw.choice((-1, 1, 7, -100, 10**6, 2**31 - 1, -(2**31)))
            place = draw.randrange(len(damaged))
            damaged[place] = np.clip(int(damaged[place]) + change, -(2**31), 2**31 - 1)
        try:
            kernels = engine.Kernels(given[0], damaged, *given[2:])
        except ValueError:
            refused += 1
            continue
        for batch in batches:
            n = batch[0].shape[1]
            kernels.run(batch, n, np.empty((len(given[8]), n)))
            if len(given[8]) == 1:
                kernels.differentiate(batch, n, 1.0 / n)
    assert refused > 80


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (1, np.zeros(3, np.int32)),
        (2, (0, 0, 0, 0, 10**6)),
        (3, np.zeros(2, np.float32)),
        (5, np.zeros(1)),
        (6, 1),
        (7, ((0, 10**6, True), (0, 1, True))),
        (8, np.array([10**6], np.int32)),
        (9, 1),
        (10, 10**6),
        (11, 1),
    ],
)
def test_memories_that_do_not_fit_are_refused(place, wrong):
    given = arguments_of(mlp((20, 3, 1)))
    given[place] = wrong
    with pytest.raises((ValueError, TypeError)):
        engine.Kernels(*given)


def test_arguments_that_do_not_fit_are_refused():
    given = arguments_of(mlp((20, 3, 1)))
    kernels = engine.Kernels(*given)
    out = np.empty((1, 4))
    right = [np.zeros((20, 4), order="F"), np.zeros((1, 4), order="F")]
    assert kernels.run(right, 4, out) is None
    for arguments, batch, target in (
        (right[:1], 4, out),
        (right, 5, out),
        (right, -1, out),
        ([right[0][:10], right[1]], 4, out),
        ([right[0].astype(np.float32), right[1]], 4, out),
        (right, 4, np.empty((1, 3))),
        (right, 4, np.empty((1, 4), np.float32)),
        (None, 4, out),
        ([1.0, 2.0], 4, out),
    ):
        with pytest.raises((TypeError, ValueError, BufferError)):
            kernels.run(arguments, batch, target)


def test_choices_inside_sums_of_static_and_batched_terms():
    weights = [Value(0.1 * k) for k in range(40)]

    def function(x: Any) -> Any:
        return sum(relu(w - x) * tanh(w) for w in weights)

    kernels, plain = pair(function, parameters=weights, example=(1.0,))
    x = np.linspace(-1.0, 5.0, 27)
    assert_close(kernels(x), plain(x), 1.0, 1e-13)
    assert_close(kernels.value_and_grad(x)[1], plain.value_and_grad(x)[1], 1.0, 1e-13)


def test_native_c_is_still_chosen_by_its_option():
    with pytest.raises(OptionError):
        compile(lambda x: x, parameters=[], example=(1.0,), native="rust")
